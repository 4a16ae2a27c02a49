"""Workers that run, by their last sign of life."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.inserts import upsert
from service.store.tables import metadata, workers


class Sign(NamedTuple):
    """A worker: host:pid:random, since when it runs, when it was last heard of, what it has done since its start."""

    name: str
    started_at: dt.datetime
    seen_at: dt.datetime
    counts: dict[str, int]


async def beat(connection: AsyncConnection, sign: Sign) -> None:
    """Write a sign of life."""
    await connection.execute(upsert(connection.dialect, workers, "seen_at", "counts"), sign._asdict())


async def leave(connection: AsyncConnection, name: str) -> None:
    """Forget a worker that ends."""
    await connection.execute(delete(workers).where(workers.c.name == name))


async def forget(connection: AsyncConnection, before: dt.datetime) -> None:
    """Forget workers not heard of since then. What they held comes free by its leases."""
    await connection.execute(delete(workers).where(workers.c.seen_at < before))


async def all_of_them(connection: AsyncConnection) -> list[Sign]:
    """Every worker that did not end in good order or is there still, the one heard of last first."""
    query = select(workers).order_by(workers.c.seen_at.desc(), workers.c.name)
    return [Sign(**row) for row in (await connection.execute(query)).mappings()]


async def alone(connection: AsyncConnection) -> None:
    """Forget all workers and free all that they held: for one that knows that no other can be running."""
    await connection.execute(delete(workers))
    for table in metadata.sorted_tables:
        if "lease" in table.c and "worker" in table.c:
            held = update(table).where(table.c.lease.is_not(None))
            await connection.execute(held.values(worker=None, lease=None))
