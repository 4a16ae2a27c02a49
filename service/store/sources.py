"""Sources: where news is taken from, when each is due, and how it fares."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.errors import NotFound, Rejected
from service.models import SourceKind, SourceSpec
from service.store import bell
from service.store.rows import Row
from service.store.tables import files, items, sources

Origin = Literal["file", "api"]
State = Literal["active", "paused", "retired"]
MAX_ADDRESS = 2000
"""Bytes of an address: it has to fit into an index."""
_OPTIONS = ("category", "pattern", "interval", "remove", "move_to")
_RATE_DAYS = 7


@dataclass(frozen=True)
class Source:
    """A source as it is stored.

    `options` are those of its SourceSpec, and `named`: the address as the operator wrote it, where the site has moved for
    good. `poll` is what the last look at it left for the next one.
    """

    id: int
    kind: SourceKind
    address: str
    name: str
    options: Row
    origin: Origin
    state: State
    created_at: dt.datetime
    next_due: dt.datetime | None
    last_attempt: dt.datetime | None
    last_success: dt.datetime | None
    failures: int
    error: str | None
    poll: Row
    worker: str | None
    lease: dt.datetime | None

    @property
    def spec(self) -> SourceSpec:
        """What the operator says of it, at the address where it lives now."""
        options = {name: self.options.get(name) for name in _OPTIONS if self.options.get(name) is not None}
        return SourceSpec.model_validate({**options, "kind": self.kind, "address": self.address, "name": self.name})

    @property
    def named(self) -> str:
        """Its address as the operator wrote it."""
        return str(self.options.get("named") or self.address)


class Taken(Rejected):
    """There is a source of this kind and address already."""


def _options(spec: SourceSpec) -> Row:
    return {name: value for name in _OPTIONS if (value := getattr(spec, name)) is not None}


async def add(connection: AsyncConnection, spec: SourceSpec, origin: Origin, now: dt.datetime) -> int:
    """A new source, due at once; its id. Taken where there is one of this kind and address."""
    await _check_address(connection, spec)
    row = {
        **{"kind": spec.kind, "address": spec.address, "name": spec.name, "options": _options(spec)},
        **{"origin": origin, "state": "active", "created_at": now, "next_due": now, "failures": 0, "poll": {}},
    }
    id_ = (await connection.execute(insert(sources).values(row).returning(sources.c.id))).scalar_one()
    await bell.ring(connection, "sources")
    return int(id_)


async def change(connection: AsyncConnection, id_: int, spec: SourceSpec, now: dt.datetime) -> None:
    """Give a source another address, name or options. Another address begins anew: it is due at once, and a source that
    was retired is active again."""
    source = await one(connection, id_, lock=True)
    row: Row = {"kind": spec.kind, "address": spec.address, "name": spec.name, "options": _options(spec)}
    if (spec.kind, spec.address) == (source.kind, source.address):
        row["options"] = {**_options(spec), **({"named": source.named} if source.named != source.address else {})}
    else:
        await _check_address(connection, spec)
        row |= {"poll": {}, "failures": 0, "error": None, "worker": None, "lease": None}
        row |= {"state": "active"} if source.state == "retired" else {}
    await connection.execute(update(sources).where(sources.c.id == id_).values(**row, next_due=now))
    await bell.ring(connection, "sources")


async def set_state(connection: AsyncConnection, id_: int, state: State, now: dt.datetime) -> None:
    """Pause, resume or retire a source; one that becomes active is due at once. NotFound where there is none."""
    source = await one(connection, id_, lock=True)
    if source.state != state:
        row: Row = {"state": state, "next_due": now if state == "active" else source.next_due}
        row |= {"failures": 0, "error": None} if state == "active" else {}
        await connection.execute(update(sources).where(sources.c.id == id_).values(row))
        await bell.ring(connection, "sources")


async def note(connection: AsyncConnection, id_: int, error: str) -> None:
    """Say why a source is as it is."""
    await connection.execute(update(sources).where(sources.c.id == id_).values(error=error))


async def remove(connection: AsyncConnection, id_: int) -> None:
    """Delete a source with its items and files; the documents it gave stay. NotFound where there is none."""
    gone = await connection.execute(delete(sources).where(sources.c.id == id_).returning(sources.c.id))
    if gone.first() is None:
        raise _unknown(id_)
    await bell.ring(connection, "sources")


async def one(connection: AsyncConnection, id_: int, *, lock: bool = False) -> Source:
    """A source, which nobody else changes before the transaction ends where it is to `lock`. NotFound where there is none."""
    query = select(sources).where(sources.c.id == id_)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    if row is None:
        raise _unknown(id_)
    return Source(**row)


async def at(connection: AsyncConnection, kind: str, address: str) -> Source | None:
    """The source of a kind that lives at an address."""
    which = (sources.c.kind == kind) & (sources.c.address == address)
    row = (await connection.execute(select(sources).where(which))).mappings().first()
    return Source(**row) if row else None


async def listed(connection: AsyncConnection, after: int = 0, some: int | None = None) -> list[Source]:
    """Sources in the order in which they were made, those after an id."""
    query = select(sources).where(sources.c.id > after).order_by(sources.c.id).limit(some)
    return [Source(**row) for row in (await connection.execute(query)).mappings()]


async def rates(connection: AsyncConnection, found: Sequence[Source], now: dt.datetime) -> dict[int, float]:
    """Items (for a folder: files) a day of each source, over the last week or as long as it is there."""
    since, ids = now - dt.timedelta(days=_RATE_DAYS), [source.id for source in found]
    counts: dict[int, int] = {}
    for column, moment in ((items.c.source_id, items.c.first_seen), (files.c.source_id, files.c.taken_at)):
        query = select(column, func.count()).where(column.in_(ids), moment >= since).group_by(column)
        counts |= {id_: int(count) for id_, count in await connection.execute(query)}
    days = {source.id: min(max((now - source.created_at) / dt.timedelta(days=1), 1), _RATE_DAYS) for source in found}
    return {id_: round(counts.get(id_, 0) / days[id_], 2) for id_ in ids}


def _waiting(now: dt.datetime, *, folders: bool) -> ColumnElement[bool]:
    kind = sources.c.kind == "folder" if folders else sources.c.kind != "folder"
    free = sources.c.lease.is_(None) | (sources.c.lease <= now)
    return kind & (sources.c.state == "active") & (sources.c.next_due <= now) & free


async def due(
    connection: AsyncConnection, now: dt.datetime, some: int, *, folders: bool = False
) -> list[tuple[int, str]]:
    """Ids and addresses of sources that are due and nobody has, the longest due first."""
    query = select(sources.c.id, sources.c.address).where(_waiting(now, folders=folders))
    found = await connection.execute(query.order_by(sources.c.next_due, sources.c.id).limit(some))
    return [(id_, address) for id_, address in found]


async def claim(
    connection: AsyncConnection,
    ids: Collection[int],
    worker: str,
    now: dt.datetime,
    lease: dt.timedelta,
    *,
    folders: bool = False,
) -> list[Source]:
    """Take those of the sources that are due still and that nobody else takes, until the lease ends."""
    which: Select[Any] = select(sources.c.id).where(sources.c.id.in_(ids), _waiting(now, folders=folders))
    mine = list(await connection.scalars(which.with_for_update(skip_locked=True)))
    taking = update(sources).where(sources.c.id.in_(mine)).values(worker=worker, lease=now + lease)
    return [Source(**row) for row in (await connection.execute(taking.returning(*sources.c))).mappings()]


def _held(source: Source) -> ColumnElement[bool]:
    """The row of a source as long as it is held under this very lease."""
    return (sources.c.id == source.id) & (sources.c.worker == source.worker) & (sources.c.lease == source.lease)


async def save(connection: AsyncConnection, held: Source, values: Mapping[str, Any], *, retires: bool = False) -> bool:
    """Write what a look at a source gave, and let it go. False where the lease was lost or the source is gone: then nothing
    of the look may be kept. A source that was paused or retired meanwhile stays so."""
    values = {**values, "worker": None, "lease": None}
    if retires:
        values["state"] = case((sources.c.state == "active", "retired"), else_=sources.c.state)
    done = await connection.execute(update(sources).where(_held(held)).values(values).returning(sources.c.id))
    return done.first() is not None


async def keep_poll(connection: AsyncConnection, id_: int, poll: Row) -> None:
    """Replace what is kept for the next look, beside the looks themselves."""
    await connection.execute(update(sources).where(sources.c.id == id_).values(poll=poll))


async def renew(connection: AsyncConnection, held: Source, until: dt.datetime, values: Mapping[str, Any]) -> bool:
    """Hold a source longer, and write what changed. False where it is not ours, or not active, or has been changed."""
    same = (sources.c.state == "active") & (sources.c.address == held.address)
    mine = (sources.c.id == held.id) & (sources.c.worker == held.worker) & (sources.c.lease.is_not(None)) & same
    row = {**values, "lease": until, "next_due": until}
    done = await connection.execute(update(sources).where(mine).values(row).returning(sources.c.options))
    found = done.first()
    return found is not None and found.options == held.options


async def held(connection: AsyncConnection, worker: str) -> dict[int, tuple[str, Row]]:
    """Address and options of the active folders that a worker has."""
    which = (sources.c.kind == "folder") & (sources.c.worker == worker) & (sources.c.state == "active")
    found = await connection.execute(select(sources.c.id, sources.c.address, sources.c.options).where(which))
    return {row.id: (row.address, row.options) for row in found}


async def give_up(connection: AsyncConnection, source: Source, values: Mapping[str, Any]) -> None:
    """Write what happened to a folder that its worker has, and let it go."""
    mine = update(sources).where(sources.c.id == source.id, sources.c.worker == source.worker)
    await connection.execute(mine.values(**values, worker=None, lease=None))


async def let_go(connection: AsyncConnection, worker: str, now: dt.datetime, *, folders: bool = False) -> None:
    """Give up the folders, or all other sources, that a worker holds: they are due at once, for any worker."""
    kind = sources.c.kind == "folder" if folders else sources.c.kind != "folder"
    mine = update(sources).where(kind, sources.c.worker == worker)
    await connection.execute(mine.values(worker=None, lease=None, next_due=now))


async def next_due(connection: AsyncConnection) -> dt.datetime | None:
    """When the next of the sources that are polled is due."""
    which = (sources.c.state == "active") & (sources.c.kind != "folder") & sources.c.lease.is_(None)
    query = select(func.min(sources.c.next_due)).where(which)
    moment: dt.datetime | None = await connection.scalar(query)
    return moment


async def _check_address(connection: AsyncConnection, spec: SourceSpec) -> None:
    if len(spec.address.encode("utf-8", "replace")) > MAX_ADDRESS:
        raise Rejected("too_long", f"an address may have {MAX_ADDRESS} bytes")
    if known := await at(connection, spec.kind, spec.address):
        raise Taken("exists", f"there is a {spec.kind} at {spec.address} already: source {known.id}")


def _unknown(id_: int) -> NotFound:
    return NotFound(f"there is no source {id_}: see guatu sources list")
