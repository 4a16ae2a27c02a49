"""The page of who runs it: what is fresh, what waits, what failed, how sources and webhooks fare; and its buttons."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from service.api.body import Body
from service.api.health import WORKER_SILENT
from service.api.operation import Call, operation
from service.api.problems import INVALID_BODY, NOT_FOUND, Problem
from service.api.reply import Reply
from service.pipeline.check import check
from service.pipeline.health import shown_of
from service.store import deliveries, quarantine, sources, stats, webhooks
from service.store.database import Connection
from service.store.deliveries import Backlog
from service.store.quarantine import STATES, State, Which
from service.web.forms import FORM, fields
from service.web.page import SHOWN, PageQuery, page, redirect

HELD = 50
"""So many of the quarantine are listed at once."""
SOURCES = 1000
DEAD = 50


class OperationsQuery(PageQuery):
    state: State | None = None
    reason: str | None = Field(None, max_length=100)
    after: str | None = Field(None, max_length=4000, pattern="^(document:[0-9]{1,18}|source:.+)$")
    done: str | None = Field(None, pattern="^[a-z]{1,20}$", description="what a button did")
    count: int | None = Field(None, ge=0, description="and to how many")


@operation(SHOWN)
async def shown(call: Call, query: OperationsQuery) -> Reply:
    """What an operator looks at in the morning."""
    now, which = call.parts.now(), Which(query.reason, query.state)
    async with call.parts.database.reading() as connection:
        found = await stats.read(connection, now, now - WORKER_SILENT)
        held = await quarantine.page(connection, which, HELD, query.after)
        reasons = await quarantine.reasons(connection)
        listed = await shown_of(connection, await sources.listed(connection, 0, SOURCES), now)
        hooks = await _webhooks(connection) if call.key and call.key.allows("admin") else None
        dead = await deliveries.page(connection, "dead", None, None, DEAD) if hooks else []
    more = {"state": query.state, "reason": query.reason, "after": held[-1].key} if len(held) == HELD else None
    return page(
        call,
        "operations.html",
        query=query,
        stats=found,
        sources=listed,
        quarantined=held,
        reasons=reasons,
        webhooks=hooks,
        dead=dead,
        more=more
        and "/operations?" + urlencode({name: value for name, value in more.items() if value}) + "#quarantine",
    )


async def _webhooks(connection: Connection) -> list[tuple[webhooks.Webhook, Backlog]]:
    backlogs = await deliveries.backlogs(connection)
    return [(hook, backlogs.get(hook.id, Backlog())) for hook in await webhooks.all_of_them(connection)]


@operation(SHOWN, bodies={FORM: bytes})
async def release(call: Call, body: Body) -> Reply:
    """Release what is named, or all of a state and reason, from the quarantine."""
    given = fields(body)
    keys, named = [value for name, value in given if name == "key" and value], dict(given)
    which = None
    if "every" in named:
        state = named.get("state") or None
        if state not in (None, *STATES):
            raise Problem(INVALID_BODY, "there is no such state in the quarantine")
        which = Which(named.get("reason") or None, state)
    async with call.parts.database.writing() as connection:
        count = await quarantine.release(connection, call.parts.now(), keys, which)
    return _done("released", count, "quarantine")


class SourcePath(BaseModel):
    id: int = Field(ge=1)


class SourceAction(SourcePath):
    action: Literal["pause", "resume"]


@operation(SHOWN, problems=(NOT_FOUND,))
async def change_source(call: Call, path: SourceAction) -> Reply:
    """Pause or resume a source."""
    async with call.parts.database.changing() as connection:
        state: sources.State = "paused" if path.action == "pause" else "active"
        await sources.set_state(connection, path.id, state, call.parts.now())
    return _done("paused" if path.action == "pause" else "resumed", 1, "sources")


@operation(SHOWN, problems=(NOT_FOUND,))
async def check_source(call: Call, path: SourcePath) -> Reply:
    """Look at a source now; nothing is kept."""
    async with call.parts.database.reading() as connection:
        source = await sources.one(connection, path.id)
    async with call.parts.fetcher() as fetcher:
        found = await check(fetcher, source.spec, call.parts.now, call.parts.habits)
    return page(call, "checked.html", source=source, found=found, article=_counts(found.article))


@operation(SHOWN, problems=(NOT_FOUND,))
async def resend_delivery(call: Call, path: SourcePath) -> Reply:
    """Send a dead message once more."""
    async with call.parts.database.changing() as connection:
        await deliveries.resend(connection, path.id, call.parts.now())
    return _done("resent", 1, "webhooks")


@operation(SHOWN, problems=(NOT_FOUND,))
async def resend_webhook(call: Call, path: SourcePath) -> Reply:
    """Send all dead messages of a webhook once more."""
    async with call.parts.database.changing() as connection:
        await webhooks.one(connection, path.id)
        count = await deliveries.resend_dead(connection, path.id, call.parts.now())
    return _done("resent", count, "webhooks")


def _done(what: str, count: int, place: str) -> Reply:
    return redirect(f"/operations?{urlencode({'done': what, 'count': count})}#{place}")


def _counts(article: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Of the first article of a source: its title, and how much was read in it."""
    if article is None:
        return None
    return {
        "title": article["document"]["title"],
        **{name: len(article[name]) for name in ("projects", "indicators", "people")},
    }
