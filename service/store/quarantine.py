"""What was not taken, and why: documents that were refused or failed, and sources that gave no bytes."""

import datetime as dt
from collections.abc import Collection
from typing import Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, delete, false, func, literal, null, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.errors import NotFound
from service.store import bell, files, items
from service.store.inserts import insert_missing
from service.store.queue import BULK
from service.store.tables import documents, failures, queue

State = Literal["rejected", "failed", "no_bytes"]
STATES: tuple[State, ...] = get_args(State)
_DOCUMENT, _SOURCE = "document:", "source:"


class Held(NamedTuple):
    """Something in the quarantine: a document that will never be taken (`rejected`) or met a defect of Guatu (`failed`),
    or a source that gave no bytes (`no_bytes`). `tries` is how often it was tried, `seen` when last."""

    state: State
    document_id: int | None
    source: str
    reason: str
    message: str
    tries: int
    seen: dt.datetime

    @property
    def key(self) -> str:
        """Names it in the calls of this file, `document:17` or `source:https://…`, and is the cursor to go on from."""
        return f"{_SOURCE}{self.source}" if self.document_id is None else f"{_DOCUMENT}{self.document_id}"


class Which(NamedTuple):
    """Of everything in the quarantine, what has this reason, state or configured source; None: any."""

    reason: str | None = None
    state: State | None = None
    source_id: int | None = None


_COLUMNS = (documents.c[name] for name in ("state", "id", "source", "reason", "message", "tries", "processed_at"))
_DOCUMENTS = select(*_COLUMNS)
_SOURCES = select(
    literal("no_bytes"),
    null(),
    *(failures.c[name] for name in ("source", "reason", "message", "tries", "last_seen")),
)


async def page(connection: AsyncConnection, which: Which, limit: int, after: str | None = None) -> list[Held]:
    """Up to `limit` of them behind the one with the key `after`: the documents, newest first, then the sources by name."""
    id_, source = _parsed(after) if after else (None, None)
    found: list[Held] = []
    if source is None:
        query = _DOCUMENTS.where(_of_documents(which), documents.c.id < id_ if id_ is not None else true())
        rows = await connection.execute(query.order_by(documents.c.id.desc()).limit(limit))
        found = [Held(*row) for row in rows]
    if len(found) < limit:
        query = _SOURCES.where(_of_sources(which), failures.c.source > (source or ""))
        rows = await connection.execute(query.order_by(failures.c.source).limit(limit - len(found)))
        found += [Held(*row) for row in rows]
    return found


async def one(connection: AsyncConnection, key: str) -> Held:
    """Raises NotFound where it is not, or no longer, in the quarantine."""
    id_, source = _parsed(key)
    query = _DOCUMENTS.where(_of_documents(Which()), documents.c.id == id_)
    if source is not None:
        query = _SOURCES.where(failures.c.source == source)
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"{key} is not in the quarantine: see guatu quarantine list")
    return Held(*row)


async def reasons(connection: AsyncConnection) -> list[tuple[State, str, int]]:
    """How many there are of each state and reason, the most frequent first."""
    mark = documents.c.state, documents.c.reason
    counted = select(*mark, func.count()).where(_of_documents(Which())).group_by(*mark)
    without = select(literal("no_bytes"), failures.c.reason, func.count()).group_by(failures.c.reason)
    rows = [*await connection.execute(counted), *await connection.execute(without)]
    return sorted(((row[0], row[1], row[2]) for row in rows), key=lambda row: (-row[2], row[0], row[1]))


async def release(
    connection: AsyncConnection, now: dt.datetime, keys: Collection[str] = (), which: Which | None = None
) -> int:
    """Queue documents again and forget failures of sources: those named, and all of `which`; gives how many.

    In a transaction of `writing()`, so that none is refused meanwhile. A page is fetched again and a file of a folder taken
    again; what else gave no bytes is tried when it is met again.
    """
    named = [_parsed(key) for key in keys]
    theirs: ColumnElement[bool] = documents.c.id.in_([id_ for id_, _ in named if id_ is not None])
    others: ColumnElement[bool] = failures.c.source.in_([source for _, source in named if source is not None])
    if which is not None:
        theirs, others = or_(theirs, _of_documents(which)), or_(others, _of_sources(which))
    chosen = _of_documents(Which()) & theirs
    queued = select(documents.c.id, literal(BULK), literal(now, queue.c.due.type), literal(0)).where(chosen)
    columns = ["document_id", "priority", "due", "tries"]
    await connection.execute(
        insert_missing(connection.dialect, queue, queue.c.document_id).from_select(columns, queued)
    )
    new = update(documents).where(chosen).values(state="new", reason=None, message=None, processed_at=None)
    released = (await connection.execute(new)).rowcount
    sources = select(failures.c.source).where(others)
    await items.again(connection, sources, now)
    await files.again(connection, sources)
    released += (await connection.execute(delete(failures).where(others))).rowcount
    await bell.ring(connection, "queue")
    return released


def _of_documents(which: Which) -> ColumnElement[bool]:
    if which.state == "no_bytes":
        return false()
    chosen: ColumnElement[bool] = documents.c.state.in_([which.state] if which.state else ["rejected", "failed"])
    if which.reason is not None:
        chosen &= documents.c.reason == which.reason
    if which.source_id is not None:
        chosen &= documents.c.source_id == which.source_id
    return chosen


def _of_sources(which: Which) -> ColumnElement[bool]:
    if which.state not in (None, "no_bytes") or which.source_id is not None:
        return false()
    return true() if which.reason is None else failures.c.reason == which.reason


def _parsed(key: str) -> tuple[int | None, str | None]:
    """The id of the document, or else the source, that a key names."""
    if key.startswith(_SOURCE):
        return None, key.removeprefix(_SOURCE)
    number = key.removeprefix(_DOCUMENT)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound(f"{key} is no key of the quarantine: those begin with {_DOCUMENT} or {_SOURCE}")
    return int(number), None
