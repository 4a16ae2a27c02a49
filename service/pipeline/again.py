"""Stored originals through today's rules: what each says now, and did not say before."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from service.pipeline.parts import IN_FLIGHT_BYTES, PART, plain_errors
from service.pipeline.pool import Pool
from service.pipeline.run import LIKENESS, Clock
from service.store import admission, documents, facts
from service.store.database import Storage
from service.store.difference import Change, changes
from service.store.rows import Arrival, Refusal


class Difference(NamedTuple):
    """A stored document read anew: its state before and after, why it was refused, and what it says otherwise."""

    source: str
    before: str
    after: str
    reason: str | None
    changes: Sequence[Change]


async def again(
    storage: Storage, pool: Pool, clock: Clock, report: Callable[[Difference], None], *, apply: bool
) -> None:
    """Read all stored originals anew and report what each says; it is kept only with `apply`.

    Documents with one content are read and written together, since another of them may stand for it afterwards.
    """
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
        for difference in await _compare(storage, clock, [read for task in tasks for read in task.result()], apply):
            report(difference)


async def _compare(storage: Storage, clock: Clock, reads: Sequence[Arrival], apply: bool) -> list[Difference]:
    async with storage.writing(keep=apply) as connection:
        before = await documents.by_raw(connection, [read.original.raw_sha256 for read in reads])
        ids = [known.id for known in before.values()]
        said = await facts.of(connection, ids)
        await admission.admit(connection, _whole(reads, before), clock(), LIKENESS, again=True)
        after = await documents.by_raw(connection, before.keys())
        says = await facts.of(connection, ids)
    found = []
    for read in reads:
        was, now = before[read.original.raw_sha256], after[read.original.raw_sha256]
        reason = f"{read.result.reason}: {read.result.message}" if isinstance(read.result, Refusal) else None
        state = "failed" if _is_passing(read) else now.state
        found.append(Difference(read.original.source, was.state, state, reason, changes(said[was.id], says[was.id])))
    return found


def _whole(reads: Sequence[Arrival], before: dict[str, documents.Known]) -> list[Arrival]:
    """Without the contents of which a document could not be read this time: those keep what they have."""
    contents = {read.original.raw_sha256: before[read.original.raw_sha256].content_sha256 for read in reads}
    broken = {contents[read.original.raw_sha256] for read in reads if _is_passing(read)} - {None}
    return [one for one in reads if not _is_passing(one) and contents[one.original.raw_sha256] not in broken]


def _is_passing(read: Arrival) -> bool:
    """Whether a document could not be read for a reason that says nothing about it."""
    return isinstance(read.result, Refusal) and (read.result.failed or read.result.reason in admission.RETRIED)
