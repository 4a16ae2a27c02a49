"""Stored originals through today's rules: what each says now, and did not say before."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import nullcontext
from typing import NamedTuple

from service.pipeline.ledger import Ledger
from service.pipeline.moved import ProjectMoved, moved
from service.pipeline.parts import IN_FLIGHT_BYTES, PART, plain_errors
from service.pipeline.pool import Pool
from service.pipeline.run import LIKENESS, Clock
from service.store import admission, documents, facts
from service.store.aside import aside
from service.store.database import Connection, Database, Storage
from service.store.difference import Change, changes
from service.store.rows import Arrival, Refusal
from service.store.spool import Spool


class Difference(NamedTuple):
    """A stored document read anew: its state before and after, why it was refused, and what it says otherwise."""

    source: str
    before: str
    after: str
    reason: str | None
    changes: Sequence[Change]


async def again(
    storage: Database,
    pool: Pool,
    clock: Clock,
    report: Callable[[Difference], None],
    tell: Callable[[ProjectMoved], None],
    *,
    apply: bool,
) -> None:
    """Read all stored originals anew and report what each says, then tell which projects come out otherwise; both are kept
    only with `apply`, else all is done in a copy of the database.

    Documents with one content are read and written together, since another of them may stand for it afterwards. The
    ledger is brought in line in the transaction that writes them: so what is told of projects is what these did. Without
    `apply`, what differs is put aside and written to the copy at the end.
    """
    async with nullcontext(storage) if apply else aside(storage) as place:
        keeper = Ledger(place, clock)
        with Spool() as spool:
            if apply:
                await keeper.catch_up()
            async for reads in _read(place, pool):
                for difference in await _compare(place, clock, reads, keeper if apply else None, spool):
                    report(difference)
            if apply:
                async with place.reading() as connection:
                    await _tell(connection, spool, tell)
            elif spool:
                async with place.writing() as connection:
                    await keeper.settle(connection)
                    for reads in spool.kept():
                        await admission.admit(connection, reads, clock(), LIKENESS, again=True)
                        await keeper.settle(connection, spool.see)
                    await _tell(connection, spool, tell)


async def _tell(connection: Connection, spool: Spool, tell: Callable[[ProjectMoved], None]) -> None:
    async for one in moved(connection, spool):
        tell(one)


async def _read(storage: Storage, pool: Pool) -> AsyncIterator[list[Arrival]]:
    place = documents.Place()
    while True:
        async with storage.reading() as connection:
            found = await documents.stored(connection, place, 2 * PART * pool.size, IN_FLIGHT_BYTES)
        if found is None:
            return
        raws, place = found
        with plain_errors():
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(pool.run(raws[at : at + PART])) for at in range(0, len(raws), PART)]
        yield [read for task in tasks for read in task.result()]


async def _compare(
    storage: Storage, clock: Clock, reads: Sequence[Arrival], keeper: Ledger | None, spool: Spool
) -> list[Difference]:
    """What these say otherwise: kept, and told the ledger, where there is a `keeper`; else what differs is put aside."""
    async with storage.writing(keep=keeper is not None) as connection:
        if keeper:
            await keeper.settle(connection)
        before = await documents.by_raw(connection, [read.original.raw_sha256 for read in reads])
        ids = [known.id for known in before.values()]
        said, shown = await facts.of(connection, ids), await documents.shown(connection, ids)
        whole = _whole(reads, before)
        await admission.admit(connection, whole, clock(), LIKENESS, again=True)
        after = await documents.by_raw(connection, before.keys())
        says, shows = await facts.of(connection, ids), await documents.shown(connection, ids)
        if keeper:
            await keeper.settle(connection, spool.see)
    if not keeper:
        other = {id_ for id_ in ids if (said[id_], shown[id_]) != (says[id_], shows[id_])}
        if some := _with_their_like(whole, before, other):
            spool.keep(some)
    found = []
    for read in reads:
        was, now = before[read.original.raw_sha256], after[read.original.raw_sha256]
        reason = f"{read.result.reason}: {read.result.message}" if isinstance(read.result, Refusal) else None
        state = "failed" if _is_passing(read) else now.state
        found.append(Difference(read.original.source, was.state, state, reason, changes(said[was.id], says[was.id])))
    return found


def _with_their_like(reads: Sequence[Arrival], before: dict[str, documents.Known], other: set[int]) -> list[Arrival]:
    """Those that differ, and those that had one content with them."""
    known = [before[read.original.raw_sha256] for read in reads]
    contents = {one.content_sha256 for one in known if one.id in other} - {None}
    return [read for read, one in zip(reads, known, strict=True) if one.id in other or one.content_sha256 in contents]


def _whole(reads: Sequence[Arrival], before: dict[str, documents.Known]) -> list[Arrival]:
    """Without the contents of which a document could not be read this time: those keep what they have."""
    contents = {read.original.raw_sha256: before[read.original.raw_sha256].content_sha256 for read in reads}
    broken = {contents[read.original.raw_sha256] for read in reads if _is_passing(read)} - {None}
    return [one for one in reads if not _is_passing(one) and contents[one.original.raw_sha256] not in broken]


def _is_passing(read: Arrival) -> bool:
    """Whether a document could not be read for a reason that says nothing about it."""
    return isinstance(read.result, Refusal) and (read.result.failed or read.result.reason in admission.RETRIED)
