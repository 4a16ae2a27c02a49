"""Webhooks: who is told of new records or of the changes in a watch, and whether the messages arrive."""

import datetime as dt
import re
import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from service.api.operation import Answer, Call, operation
from service.api.problems import CONFLICT, NOT_FOUND, Problem
from service.api.reply import Reply, as_json, nothing
from service.api.shapes import Shape
from service.api.wanted import RecordFilter
from service.errors import NotFound, Rejected
from service.models import Number
from service.pipeline import messages
from service.store import deliveries, watches, webhooks
from service.store.database import Connection
from service.store.deliveries import Backlog
from service.store.exact import LIMIT
from service.store.webhooks import TooMany, Webhook, filters_of

OVERLAP = dt.timedelta(days=1)
"""How long an old secret signs too after a rotation."""
State = Literal["active", "paused"]
_END = "[A-Za-z0-9_-]{0,61}[A-Za-z0-9_]"
_HOST = rf"([A-Za-z0-9_]({_END})?[.]){{0,10}}[A-Za-z]({_END})?|([0-9]{{1,3}}[.]){{3}}[0-9]{{1,3}}|\[[0-9A-Fa-f:.]+\]"
_PATH = r"[/?]([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
_URL = rf"^https?://({_HOST})(:[1-9][0-9]{{0,4}})?({_PATH})?$"


def _is_url(text: str) -> str:
    if not re.fullmatch(_URL, text):
        raise ValueError("must be an http:// or https:// URL in ASCII, without user, password and fragment")
    return text


Url = Annotated[
    str,
    AfterValidator(_is_url),
    Field(
        max_length=2000,
        json_schema_extra={"pattern": _URL},
        description="of a public address, or of one in GUATU_WEBHOOK_NETWORKS",
    ),
]
EXAMPLE = {"url": "https://example.com/hooks/guatu", "filters": {"kind": ["project"], "region": "330000"}}


def _whole(value: object) -> object:
    """JSON has no integers: 7.0 is one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Filters(RecordFilter):
    """Which records, as the query of /v1/records has it."""

    source: Annotated[int, Field(ge=1), BeforeValidator(_whole)] | None = Field(None, description="from this source")
    min_investment: Annotated[
        Number | None, Field(ge=0, lt=int(LIMIT), description="total investment in CNY, at least")
    ] = None


class NewWebhook(BaseModel):
    """A webhook that is to be made."""

    model_config = ConfigDict(extra="forbid")
    url: Url
    filters: Filters = Field(default_factory=lambda: Filters.model_validate({}))
    watch: Annotated[int, Field(ge=1), BeforeValidator(_whole)] | None = Field(
        None, description="in place of filters: it is told of what changes in this watch"
    )


class WebhookChange(BaseModel):
    """What is to be changed; what is not given, or null, stays."""

    model_config = ConfigDict(extra="forbid")
    url: Url | None = None
    filters: Filters | None = None
    state: State | None = None


class WebhookShown(Shape):
    """A webhook, and how it fares."""

    id: int
    url: str
    filters: Filters
    watch: int | None = Field(description="it is told of what changes in this watch, and of no records")
    state: State
    created_at: dt.datetime
    waiting: int = Field(description="messages that wait to be delivered")
    dead: int = Field(description="messages that were given up: /v1/deliveries?state=dead")
    delivered: int = Field(description="messages that were delivered, ever")
    failures: int = Field(description="new messages in a row that failed; 5 and more: one is tried at a time")
    next_attempt: dt.datetime | None = Field(description="nothing is sent before, where it failed")
    last_success: dt.datetime | None
    last_failure: dt.datetime | None
    error: str | None = Field(description="why the last message failed; null where it was delivered")
    old_secret_until: dt.datetime | None = Field(description="until then messages are signed with an older secret too")


class WebhookMade(WebhookShown):
    """A webhook with its new secret, which is never shown again."""

    secret: str


class Tested(Shape):
    """What became of a test."""

    delivered: bool
    status: int | None = Field(description="of the answer; null where there was none")
    error: str | None
    milliseconds: int


class Resent(Shape):
    resent: int


class Path(BaseModel):
    id: int = Field(ge=1)


class WebhookList(Shape):
    webhooks: list[WebhookShown]


@operation(Answer(WebhookList, "all webhooks"))
async def listed(call: Call) -> Reply:
    """All webhooks, in the order in which they were made."""
    async with call.parts.database.reading() as connection:
        found, backlogs = await webhooks.all_of_them(connection), await deliveries.backlogs(connection)
    now = call.parts.now()
    return as_json({"webhooks": [_shown(one, backlogs.get(one.id, Backlog()), now) for one in found]})


@operation(
    Answer(WebhookMade, "the webhook with its secret", 201, headers={"Location": "the webhook"}),
    problems=(CONFLICT,),
    examples={"application/json": EXAMPLE},
)
async def create(call: Call, body: NewWebhook) -> Reply:
    """Make a webhook: it is told of every record that is added from now on and fits the filters.

    With `watch` it is told of every change of a project that the watch has, before or after, and of no records.

    The answer holds the secret with which its messages are signed (Standard Webhooks, symmetric); it is never shown again.
    An address that the operator does not allow, a division or a watch that does not exist, and filters beside a watch are
    conflicts.
    """
    url, filters, secret, now = _url(call, body.url), _filters(body.filters), messages.new_secret(), call.parts.now()
    async with call.parts.database.changing() as connection:
        try:
            if body.watch is not None:
                await _watched(connection, body.watch, body.filters)
            made = await webhooks.add(connection, url, filters, secret, now, body.watch)
        except TooMany as error:
            raise Problem(CONFLICT, str(error)) from None
    shown = _shown(made, Backlog(), now) | {"secret": secret}
    return as_json(shown, 201, headers={"Location": f"/v1/webhooks/{made.id}"}, cache="no-store")


@operation(Answer(WebhookShown, "the webhook"), problems=(NOT_FOUND,))
async def one(call: Call, path: Path) -> Reply:
    """One webhook, and how it fares."""
    return await _told(call, path.id)


@operation(
    Answer(WebhookShown, "the webhook as it is now"),
    problems=(CONFLICT, NOT_FOUND),
    examples={"application/json": {"state": "active"}},
)
async def change(call: Call, path: Path, body: WebhookChange) -> Reply:
    """Change the URL or the filters, pause it, or make it active again.

    A webhook that is paused collects nothing: read what was added meanwhile with /v1/records?after=. What waited before stays,
    and is sent when it is active again. Any change forgets that it failed, and tries at once.
    """
    values: dict[str, Any] = body.model_dump(include={"state"}, exclude_none=True)
    if body.url is not None:
        values["url"] = _url(call, body.url)
    if body.filters is not None:
        values["filters"] = _filters(body.filters)
    async with call.parts.database.changing() as connection:
        watch = (await webhooks.one(connection, path.id)).watch_id
        if watch is not None and body.filters is not None:
            await _watched(connection, watch, body.filters)
        await webhooks.change(connection, path.id, call.parts.now(), **values)
    return await _told(call, path.id)


@operation(Answer(None, "it is gone", 204), problems=(NOT_FOUND,))
async def remove(call: Call, path: Path) -> Reply:
    """Remove a webhook, with what waits for it and what is dead."""
    async with call.parts.database.changing() as connection:
        await webhooks.remove(connection, path.id)
    return nothing()


@operation(Answer(Tested, "what became of it"), problems=(NOT_FOUND,))
async def test(call: Call, path: Path) -> Reply:
    """Send a message of the type `ping` at once, and say what became of it. It is not tried again and counts for nothing."""
    async with call.parts.database.reading() as connection:
        hook = await webhooks.one(connection, path.id)
    now, began = call.parts.now(), time.monotonic()
    async with call.parts.messenger() as messenger:
        answer = await messenger.send(
            hook.url, hook.signing(now), f"msg_{hook.id}_ping_{call.id}", messages.ping(now), now
        )
    took = round((time.monotonic() - began) * 1000)
    told = {"delivered": answer.error is None, "status": answer.status, "error": answer.error, "milliseconds": took}
    return as_json(told, cache="no-store")


@operation(Answer(WebhookMade, "the webhook with its new secret"), problems=(NOT_FOUND,))
async def rotate(call: Call, path: Path) -> Reply:
    """Give it a new secret. For a day messages are signed with the old one too, so that the receiver can change over."""
    secret, now = messages.new_secret(), call.parts.now()
    async with call.parts.database.changing() as connection:
        hook = await webhooks.rotate(connection, path.id, secret, now, OVERLAP)
        backlogs = await deliveries.backlogs(connection)
    shown = _shown(hook, backlogs.get(hook.id, Backlog()), now)
    return as_json(shown | {"secret": secret}, cache="no-store")


@operation(Answer(Resent, "how many", 202), problems=(NOT_FOUND,))
async def resend(call: Call, path: Path) -> Reply:
    """Send all its dead messages once more."""
    async with call.parts.database.changing() as connection:
        await webhooks.one(connection, path.id)
        return as_json({"resent": await deliveries.resend_dead(connection, path.id, call.parts.now())}, 202)


async def _told(call: Call, id_: int) -> Reply:
    async with call.parts.database.reading() as connection:
        hook, backlogs = await webhooks.one(connection, id_), await deliveries.backlogs(connection)
    return as_json(_shown(hook, backlogs.get(id_, Backlog()), call.parts.now()))


def _shown(hook: Webhook, backlog: Backlog, now: dt.datetime) -> dict[str, Any]:
    """A webhook as `WebhookShown` describes it."""
    names = (
        "id",
        "url",
        "filters",
        "state",
        "created_at",
        "delivered",
        "failures",
        "last_success",
        "last_failure",
        "error",
    )
    ends = [secret.until for secret in hook.secrets if secret.until is not None and now < secret.until]
    return {
        **{name: getattr(hook, name) for name in names},
        **backlog._asdict(),
        "watch": hook.watch_id,
        "next_attempt": hook.due if hook.due > now else None,
        "old_secret_until": max(ends, default=None),
    }


async def _watched(connection: Connection, watch: int, filters: Filters) -> None:
    """A Problem where there is no such watch, or it is to have filters beside its own."""
    if filters.model_dump(exclude_none=True):
        raise _wrong("filters", f"the watch {watch} has its own: change those, or leave `watch` out")
    try:
        await watches.one(connection, watch, hold=True)
    except NotFound as error:
        raise _wrong("watch", str(error)) from None


def _url(call: Call, url: str) -> str:
    try:
        return call.parts.messenger().check(url)
    except Rejected as error:
        raise _wrong("url", str(error)) from None


def _filters(filters: Filters) -> dict[str, Any]:
    given = filters.model_dump(mode="json", exclude_none=True)
    try:
        return filters_of(given, filters.wanted())
    except Problem as problem:  # of a query, which this is not
        raise _wrong(f"filters.{problem.errors[0]['parameter']}", problem.errors[0]["message"]) from None


def _wrong(field: str, message: str) -> Problem:
    """What is well said, and yet cannot be: an address that is not allowed, a division that does not exist."""
    return Problem(CONFLICT, f"{field}: {message}", errors=[{"field": field, "message": message}])
