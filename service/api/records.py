"""Records: the append-only log of facts, browsed, followed and streamed."""

from collections.abc import AsyncGenerator
from urllib.parse import urlencode

from aiohttp import web
from pydantic import BaseModel, Field

from service.api.negotiate import EVENTS, JSON, NDJSON
from service.api.operation import Answer, Call, operation
from service.api.parameters import PageSize
from service.api.parts import Parts
from service.api.problems import INVALID_PARAMETER, NOT_FOUND, Problem
from service.api.reply import Reply
from service.api.shapes import Record, RecordInContext, RecordPage
from service.api.streams import streamed
from service.api.wanted import RecordFilter
from service.store import log
from service.store.database import Connection
from service.store.log import Entry, Wanted

CHUNK = 500
"""Records that a stream takes from the database at a time."""


class RecordQuery(RecordFilter):
    """Which records, and from where on."""

    before: int | None = Field(None, ge=1, description="older than the record with this id")
    after: int | None = Field(
        None,
        ge=0,
        description="follow the log: whatever was added after the record with this id, oldest first, withdrawals too",
    )
    limit: PageSize = 20


class RecordPath(BaseModel):
    id: int = Field(ge=1)


@operation(Answer(RecordPage, "the records", media_types=(JSON, NDJSON)), problems=(NOT_FOUND,), cached=True)
async def page(call: Call, query: RecordQuery) -> Reply | web.StreamResponse:
    """Records: the newest first, or with `after` whatever was added since.

    Without `after` these are the facts that stand today; `before` goes on to older ones, and what comes in meanwhile neither
    shifts nor repeats anything. With `after` it is the log itself: every record in the order in which it was added, with
    those that were taken back since and the rows that take them back (`withdraws`). Keep the `next` of an answer and ask it
    again later: nothing is missed and nothing comes twice; with `before` too, it ends there. With `Accept: application/x-ndjson` all of them are sent, a
    record a line, whatever the limit.
    """
    wanted = query.wanted()
    if call.media_type == NDJSON:
        return await streamed(call, NDJSON, _lines(call.parts, wanted, query))
    limit = min(query.limit, call.parts.limits.page)
    async with call.parts.database.reading() as connection:
        head = await call.parts.news.head_in(connection)
        found = await _read(connection, wanted, query, query.before if query.after is None else query.after, limit)
    return Reply(_page(found, _next(query, found, limit, head), head))


async def _read(
    connection: Connection, wanted: Wanted, query: RecordQuery, place: int | None, limit: int
) -> list[Entry]:
    """The next records from `place` on, in the direction of the query."""
    if query.after is None:
        return await log.browse(connection, wanted, place, limit)
    found = await log.follow(connection, wanted, place or 0, limit)
    return [entry for entry in found if query.before is None or entry.id < query.before]


def _page(found: list[Entry], following: str | None, head: int) -> bytes:
    """As `RecordPage` describes it; the records are sent as they are stored."""
    link = f'"{following}"' if following else "null"  # a URL in percent-encoding holds nothing that JSON escapes
    records = b",".join(entry.json for entry in found)
    return b'{"records":[%b],"next":%b,"head":%d}' % (records, link.encode("ascii"), head)


def _next(query: RecordQuery, found: list[Entry], limit: int, head: int) -> str | None:
    kept = query.model_dump(exclude_none=True, mode="json")
    full = len(found) == limit
    if query.after is None or query.before is not None:  # which both come to an end
        if not full:
            return None
        kept["before" if query.after is None else "after"] = found[-1].id
    else:
        last = found[-1].id if found else query.after
        kept["after"] = last if full else max(last, head)
    return f"/v1/records?{urlencode(kept, doseq=True)}"


async def _lines(parts: Parts, wanted: Wanted, query: RecordQuery) -> AsyncGenerator[bytes, None]:
    """All records, chunk by chunk, each chunk a query of its own: no transaction is open while a client reads."""
    place = query.before if query.after is None else query.after
    while True:
        async with parts.database.reading() as connection:
            found = await _read(connection, wanted, query, place, CHUNK)
        if found:
            yield b"\n".join([*(entry.json for entry in found), b""])
        if len(found) < CHUNK:
            return
        place = found[-1].id


@operation(Answer(RecordInContext, "the record"), problems=(NOT_FOUND,), cached=True)
async def one(call: Call, path: RecordPath) -> Reply:
    """One record, with the sentence around each of its quotes."""
    async with call.parts.database.reading() as connection:
        found = await log.one(connection, path.id)
    if found is None:
        raise Problem(NOT_FOUND, f"there is no record {path.id}")
    return Reply(found.json)


class StreamQuery(RecordFilter):
    """Which records, and from where on."""

    after: int | None = Field(
        None,
        ge=0,
        description="begin after the record with this id, as the header Last-Event-ID does; without either, with what is new",
    )


@operation(
    Answer(Record, "an event for each record, its id the event's id", media_types=(EVENTS,)), problems=(NOT_FOUND,)
)
async def stream(call: Call, query: StreamQuery) -> web.StreamResponse:
    """New records as Server-Sent Events, as they are added.

    An event is a `record` or a `withdrawal`, its data the record as /v1/records gives it. A browser reconnects by itself and
    says in Last-Event-ID where it was: it goes on there, without a gap and without a double.
    """
    wanted = query.wanted()
    place = last_event(call.request.headers.get("Last-Event-ID"))
    place = query.after if place is None else place
    if place is None:
        async with call.parts.database.reading() as connection:
            place = await log.head(connection)
    return await streamed(call, EVENTS, _events(call.parts, wanted, place))


def last_event(given: str | None) -> int | None:
    """The id that the header Last-Event-ID names, where it is given; a Problem where it is none."""
    if given is None or not given.strip():
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        wrong = {"parameter": "Last-Event-ID", "message": "must be the id of a record", "allowed": "a whole number"}
        raise Problem(INVALID_PARAMETER, "Last-Event-ID: must be the id of a record", errors=[wrong])
    return int(given)


async def _events(parts: Parts, wanted: Wanted, place: int) -> AsyncGenerator[bytes, None]:
    yield b"retry: 1000\n\n"
    while True:
        change = parts.news.next()
        async with parts.database.reading() as connection:
            head = await log.head(connection)
            found = await log.follow(connection, wanted, place, CHUNK) if head > place else []
        if found:
            yield b"".join(map(_event, found))
        if len(found) == CHUNK:
            place = found[-1].id
            continue
        place = max(place, head, *(entry.id for entry in found[-1:]))
        await change.within(60)


def _event(entry: Entry) -> bytes:
    name = b"record" if entry.withdraws is None else b"withdrawal"
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (entry.id, name, entry.json)
