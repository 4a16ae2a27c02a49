"""Documents that wait to be read, and who is at it. A lease that has run out is anybody's, and its holder's result void."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.models import RawDocument
from service.store import bell
from service.store.documents import raws, within
from service.store.inserts import insert_missing
from service.store.tables import documents, originals, queue

LIVE, BULK = 0, 1
"""Priorities: what is new now goes before what comes in bulk, except for the share that `claim` gives to that."""
PRIORITIES = (LIVE, BULK)


class Claim(NamedTuple):
    """A document that its worker alone reads until the lease runs out; `tries` counts those that came to nothing."""

    document_id: int
    tries: int
    raw: RawDocument


class Retry(NamedTuple):
    """A document that was not read for a reason that may pass, and when it is tried again."""

    document_id: int
    due: dt.datetime
    reason: str
    message: str


async def put(connection: AsyncConnection, document_ids: Sequence[int], priority: int, now: dt.datetime) -> None:
    """Queue documents that are not queued yet, and ring the bell."""
    if document_ids:
        rows = [{"document_id": id_, "priority": priority, "due": now, "tries": 0} for id_ in document_ids]
        await connection.execute(insert_missing(connection.dialect, queue, queue.c.document_id), rows)
        await bell.ring(connection, "queue")


def _free(now: dt.datetime) -> ColumnElement[bool]:
    return and_(queue.c.due <= now, or_(queue.c.lease.is_(None), queue.c.lease <= now))


async def any_free(connection: AsyncConnection, now: dt.datetime) -> bool:
    """Whether there is something to claim."""
    return (await connection.execute(select(queue.c.document_id).where(_free(now)).limit(1))).first() is not None


async def claim(
    connection: AsyncConnection,
    worker: str,
    now: dt.datetime,
    lease: dt.timedelta,
    *,
    some: int,
    size: int,
    first: int = LIVE,
) -> list[Claim]:
    """Take up to `some` documents, of about `size` bytes together and at least one: the longest waiting of the priority
    `first`, then of the other. What others are about to take is passed over."""
    found: dict[int, tuple[int, int]] = {}
    for priority in sorted(PRIORITIES, key=lambda one: one != first):
        query = (
            select(queue.c.document_id, queue.c.tries, originals.c.size)
            .join(originals, originals.c.document_id == queue.c.document_id)
            .where(queue.c.priority == priority, _free(now))
            .order_by(queue.c.document_id)
            .limit(some - len(found))
            .with_for_update(of=queue, skip_locked=True)
        )
        found |= {row.document_id: (row.tries, row.size) for row in await connection.execute(query)}
    chosen = within(size, [(id_, own) for id_, (_, own) in found.items()])
    if not chosen:
        return []
    mine = update(queue).where(queue.c.document_id.in_(chosen)).values(worker=worker, lease=now + lease)
    await connection.execute(mine)
    raw = await raws(connection, documents.c.id.in_(chosen))
    return [Claim(id_, found[id_][0], raw[id_]) for id_ in chosen]


async def renew(connection: AsyncConnection, worker: str, until: dt.datetime) -> None:
    """Hold all that this worker has for longer."""
    await connection.execute(update(queue).where(queue.c.worker == worker).values(lease=until))


async def release(connection: AsyncConnection, worker: str) -> None:
    """Give back all that this worker has, for others to take at once."""
    held = update(queue).where(queue.c.worker == worker).values(worker=None, lease=None)
    if (await connection.execute(held)).rowcount:
        await bell.ring(connection, "queue")


async def finish(connection: AsyncConnection, worker: str, document_ids: Collection[int]) -> set[int]:
    """Take documents out of the queue in the transaction that writes what they say; gives those of them that this worker
    still had. What it has no more is another's: its result must not be written."""
    if not document_ids:
        return set()
    held = queue.c.document_id.in_(document_ids) & (queue.c.worker == worker)
    return set(await connection.scalars(delete(queue).where(held).returning(queue.c.document_id)))


async def retry(connection: AsyncConnection, worker: str, again: Sequence[Retry]) -> None:
    """Put documents back until they are due, those of them that this worker still had; they show why they wait."""
    if not again:
        return
    held = (queue.c.document_id == bindparam("key")) & (queue.c.worker == worker)
    later = {"due": bindparam("later"), "tries": queue.c.tries + 1, "worker": None, "lease": None}
    keys = [{"key": one.document_id, "later": one.due} for one in again]
    await connection.execute(update(queue).where(held).values(later), keys)
    waits = (documents.c.id == bindparam("key")) & (documents.c.state == "new")
    why = {"reason": bindparam("why"), "message": bindparam("said"), "tries": documents.c.tries + 1}
    said = [{"key": one.document_id, "why": one.reason, "said": one.message} for one in again]
    await connection.execute(update(documents).where(waits).values(why), said)
