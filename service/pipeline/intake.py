"""The one way in for whatever is live: a push, a file of a folder, a fetched page, an entry of a feed.

What comes in is kept and queued in one transaction, so that nothing that was accepted is ever lost; a worker reads it
later. That other bytes say the same is found out only then.
"""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from service.models import RawDocument
from service.sources import Failure
from service.store import documents, failures, queue, sightings
from service.store.database import Connection, Storage, Unwritable
from service.store.queue import BULK, LIVE
from service.store.rows import Original, original

__all__ = ["BULK", "LIVE", "Accepted", "Incoming", "accept", "enter", "pack"]
_QUICK_BYTES = 64 << 10
"""What is smaller together is hashed and deflated at once; more of it in a thread, so that the loop goes on."""


class Incoming(NamedTuple):
    """A document that comes in: `source_id` names the configured source that gave it, `priority` is LIVE or BULK."""

    raw: RawDocument
    source_id: int | None = None
    priority: int = LIVE


class Accepted(NamedTuple):
    """The document that holds these bytes: one that is `new` here and waits, or the one that came before, in its state."""

    id: int
    raw_sha256: str
    state: str
    new: bool


class Packed(NamedTuple):
    """A document that comes in, its bytes hashed and deflated."""

    original: Original
    source_id: int | None
    priority: int


async def accept(
    storage: Storage, items: Sequence[Incoming], now: dt.datetime, failed: Sequence[Failure] = ()
) -> list[Accepted]:
    """Keep and queue documents, and note what gave no bytes, in one transaction; gives one answer an item, in order.

    Raises RetryLater where the database does not answer: nothing is kept then, and accepting the same again is safe.
    """
    packed = await pack(items)
    try:
        async with storage.changing() as connection:
            return await enter(connection, packed, now, failed)
    except Unwritable:  # two that take in the same bytes, or another document, are in each other's way: one by one
        accepted = []
        for one in packed:
            async with storage.changing() as connection:
                accepted += await enter(connection, [one], now)
        async with storage.changing() as connection:
            await enter(connection, [], now, failed)
        return accepted


async def pack(items: Sequence[Incoming]) -> list[Packed]:
    """Hash and deflate what comes in, before a transaction is begun."""

    def all_of_them() -> list[Packed]:
        return [Packed(original(one.raw), one.source_id, one.priority) for one in items]

    if sum(len(one.raw.data) for one in items) <= _QUICK_BYTES:
        return all_of_them()
    return await asyncio.to_thread(all_of_them)


async def enter(
    connection: Connection, packed: Sequence[Packed], now: dt.datetime, failed: Sequence[Failure] = ()
) -> list[Accepted]:
    """What `accept` does, within the caller's transaction: for who has to note more in the same."""
    first = {one.original.raw_sha256: one for one in reversed(packed)}
    new = await documents.enter(connection, [(one.original, one.source_id) for one in first.values()], now)
    for priority in (LIVE, BULK):
        await queue.put(connection, [id_ for raw, id_ in new.items() if first[raw].priority == priority], priority, now)
    known = await documents.by_raw(connection, first.keys())
    places = [(known[one.original.raw_sha256].id, one.original.source) for one in packed]
    await sightings.record(connection, places, now)
    await failures.clear(connection, {source for _, source in places})
    await failures.record(connection, [(one.source, one.reason, one.message) for one in failed], now)
    accepted = []
    for one in packed:
        found = known[one.original.raw_sha256]
        accepted.append(Accepted(found.id, found.raw_sha256, found.state, new.pop(found.raw_sha256, None) is not None))
    return accepted
