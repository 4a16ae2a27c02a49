"""Projects: one for all that articles tell of it, listed, followed and streamed."""

import base64
import binascii
import datetime as dt
from collections.abc import AsyncGenerator
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

import orjson
from aiohttp import web
from pydantic import BaseModel, Field

from service.api.negotiate import EVENTS
from service.api.operation import Answer, Call, operation
from service.api.parameters import PageSize
from service.api.parts import Parts
from service.api.problems import NOT_FOUND, Problem
from service.api.project_filter import ProjectFilter
from service.api.project_shapes import ChangePage, ChangeShown, ProjectPage, ProjectShown
from service.api.records import last_event
from service.api.reply import Reply, as_json
from service.api.streams import streamed
from service.store import facets, projects
from service.store.facets import FACETS, Facet
from service.store.projects import After, Change, Line, Order

CHUNK = 500
"""Changes that a stream takes from the database at a time."""
_FACETS = rf"^(?:{'|'.join(FACETS)})(?:,(?:{'|'.join(FACETS)}))*$"


class ProjectQuery(ProjectFilter):
    """Which projects, in which order, and from where on."""

    sort: Order = Field(
        "latest",
        description="latest news, investment or first news, the largest first; or the name, from its beginning",
    )
    facets: str | None = Field(
        None,
        max_length=100,
        pattern=_FACETS,
        description=f"counts of what is meant, of these kinds, with commas between them: {', '.join(FACETS)}",
    )
    after: str | None = Field(None, max_length=400, description="the place to go on from: a part of `next`")
    limit: PageSize = 20


class ProjectPath(BaseModel):
    id: str = Field(pattern="^[0-9a-f]{12}$")


@operation(Answer(ProjectPage, "the projects"), problems=(NOT_FOUND,), cached=True)
async def page(call: Call, query: ProjectQuery) -> Reply:
    """Projects: those with the latest news first, or in another order.

    `next` goes on; what comes in meanwhile neither shifts nor repeats anything, though a project that has news moves to
    the front of the order by latest news. `head` is the newest change of the ledger: follow /v1/projects/changes from there.
    """
    limit, wanted = min(query.limit, call.parts.limits.page), query.wanted()
    after = None if query.after is None else place_of(query.sort, query.after)
    counts = None
    async with call.parts.database.reading() as connection:
        await call.parts.news.ledger_in(connection)
        head = await projects.head(connection)
        found = await projects.page(connection, wanted, query.sort, after, limit)
        if query.facets is not None:
            names: list[Facet] = [name for name in FACETS if name in query.facets.split(",")]
            counts = await facets.facets(connection, wanted, names)
    following = None
    if len(found) == limit:
        kept = query.model_dump(exclude_none=True, mode="json", exclude={"facets"})
        following = f"/v1/projects?{urlencode(kept | {'after': written(found[-1])}, doseq=True)}"
    lines = b",".join(line.json for line in found)
    rest = orjson.dumps({"next": following, "head": head, "facets": counts._asdict() if counts else None})
    return Reply(b'{"projects":[%b],%b' % (lines, rest[1:]))


def written(line: Line) -> str:
    """The place of a project in its order, as `after` takes it."""
    at = str(line.at) if isinstance(line.at, Decimal) else line.at
    return base64.urlsafe_b64encode(orjson.dumps([at, line.number])).decode().rstrip("=")


def place_of(sort: Order, written: str) -> After:
    """The place that `after` names; a Problem where it is none of this order."""
    try:
        at, number = orjson.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
        if not isinstance(at, str) or not isinstance(number, int) or not 0 < number < 2**63 or "\0" in at:
            raise ValueError
        if sort == "name":
            return After(at, number)
        if sort == "investment":
            amount = Decimal(at)
            if not amount.is_finite() or abs(amount) >= 10**16:
                raise ValueError
            return After(amount, number)
        return After(dt.date.fromisoformat(at), number)
    except (binascii.Error, InvalidOperation, ValueError, TypeError):
        wrong = {"parameter": "after", "message": "must come from `next`", "allowed": "a place of the same sort"}
        raise Problem(NOT_FOUND, "after: must come from `next`", errors=[wrong]) from None


@operation(
    Answer(ProjectShown, "the project"),
    Answer(None, "it went into another project", 308, headers={"Location": "the address of that one"}),
    problems=(NOT_FOUND,),
    cached=True,
)
async def one(call: Call, path: ProjectPath) -> Reply:
    """One project: its timeline, every value with its history and evidence, the articles that tell of it, its corrections."""
    async with call.parts.database.reading() as connection:
        await call.parts.news.ledger_in(connection)
        body = await projects.one(connection, path.id)
        if body is None:
            into = await projects.redirect(connection, path.id)
            if into is None:
                raise Problem(NOT_FOUND, f"there is no project {path.id}")
            return Reply(status=308, headers={"Location": f"/v1/projects/{into}"})
        articles = await projects.articles(connection, path.id)
    head, rest = orjson.dumps({"id": path.id}), orjson.dumps({"articles": articles})
    return Reply(b"%b,%b,%b" % (head[:-1], body[1:-1], rest[1:]))


class ChangeQuery(BaseModel):
    """From where on, and of which project."""

    model_config = {"extra": "forbid"}
    after: int = Field(0, ge=0, description="after the change with this id")
    project: str | None = Field(None, min_length=1, max_length=32, description="of this project")
    limit: PageSize = 100


@operation(Answer(ChangePage, "the changes, in order"), cached=True)
async def changes(call: Call, query: ChangeQuery) -> Reply:
    """What changed in the ledger, in order: keep `next` and ask it again for what is new.

    A project is `new`, `updated` or in `conflict` (sources began to contradict one another about one of `fields`); it
    `merged` into `other`, was `split` off from `other`, or is `gone`, since no article speaks of it any more.
    """
    limit = min(query.limit, call.parts.limits.page)
    async with call.parts.database.reading() as connection:
        await call.parts.news.ledger_in(connection)
        head = await projects.head(connection)
        found = await projects.changes(connection, query.after, limit, query.project)
    last = found[-1].id if len(found) == limit else max(query.after, head, *(change.id for change in found[-1:]))
    kept = query.model_dump(exclude_none=True) | {"after": last}
    following = f"/v1/projects/changes?{urlencode(kept)}"
    return as_json({"changes": [change._asdict() for change in found], "next": following, "head": head})


class StreamQuery(BaseModel):
    """From where on."""

    model_config = {"extra": "forbid"}
    after: int | None = Field(
        None,
        ge=0,
        description="begin after the change with this id, as the header Last-Event-ID does; without either, with what is new",
    )


@operation(Answer(ChangeShown, "an event for each change, its id the event's id", media_types=(EVENTS,)))
async def stream(call: Call, query: StreamQuery) -> web.StreamResponse:
    """Changes of the ledger as Server-Sent Events, as they are made; the name of an event is the kind of the change."""
    place = last_event(call.request.headers.get("Last-Event-ID"))
    place = query.after if place is None else place
    if place is None:
        async with call.parts.database.reading() as connection:
            place = await projects.head(connection)
    return await streamed(call, EVENTS, _events(call.parts, place))


async def _events(parts: Parts, place: int) -> AsyncGenerator[bytes, None]:
    yield b"retry: 1000\n\n"
    while True:
        change = parts.news.next()
        async with parts.database.reading() as connection:
            found = await projects.changes(connection, place, CHUNK)
        if found:
            yield b"".join(map(_event, found))
            place = found[-1].id
        if len(found) < CHUNK:
            await change.within(60)


def _event(change: Change) -> bytes:
    data = orjson.dumps(change._asdict(), option=orjson.OPT_UTC_Z)
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (change.id, change.kind.encode(), data)
