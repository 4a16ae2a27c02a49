"""Counts and rates: how much there is, how much came in of late, what waits and what failed."""

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.tables import documents, failures, queue, records, sources, workers

_IN_QUARANTINE = ("rejected", "failed")


class Waiting(NamedTuple):
    """What is in the queue: how many documents, how many of them may be read now, since when the oldest of these waits."""

    documents: int
    due: int
    oldest: dt.datetime | None


class Health(NamedTuple):
    """A source that is polled: how often it failed in a row, and when it last gave an answer."""

    id: int
    kind: str
    name: str
    failures: int
    last_success: dt.datetime | None


class Stats(NamedTuple):
    documents: dict[str, int]
    """By state."""
    quarantine: dict[str, int]
    """Documents that were refused or failed, by reason."""
    no_bytes: int
    """Sources that gave no bytes."""
    records: int
    """How many were ever added to the log."""
    newest: dict[str, dt.datetime | None]
    """When the last document came in and the last record was added."""
    of_late: dict[str, dict[str, int]]
    """Documents and records of the last hour and of the last day."""
    waiting: Waiting
    sources: dict[str, int]
    """By state."""
    failing: list[Health]
    """Sources whose last poll failed, the worst first."""
    workers: int


async def read(connection: AsyncConnection, now: dt.datetime, alive_since: dt.datetime) -> Stats:
    """All of it, without a look at every row."""
    by_state = await _grouped(connection, documents.c.state)
    refused = documents.c.state.in_(_IN_QUARANTINE)
    reasons = await _grouped(connection, documents.c.reason, refused)
    counts: dict[str, dict[str, int]] = {}
    newest: dict[str, dt.datetime | None] = {}
    totals: dict[str, int] = {}
    for name, table, moment in (("documents", documents, "first_seen"), ("records", records, "recorded_at")):
        last = await connection.scalar(select(func.max(table.c.id))) or 0
        totals[name] = last
        newest[name] = await connection.scalar(select(table.c[moment]).where(table.c.id == last))
        counts[name] = {
            label: last - await _before(connection, table, moment, now - dt.timedelta(hours=hours), last)
            for label, hours in (("hour", 1), ("day", 24))
        }
    return Stats(
        documents=by_state,
        quarantine=reasons,
        no_bytes=await connection.scalar(select(func.count()).select_from(failures)) or 0,
        records=totals["records"],
        newest=newest,
        of_late=counts,
        waiting=await waiting(connection, now),
        sources=await _grouped(connection, sources.c.state),
        failing=await failing(connection),
        workers=await connection.scalar(
            select(func.count()).select_from(workers).where(workers.c.seen_at >= alive_since)
        )
        or 0,
    )


async def waiting(connection: AsyncConnection, now: dt.datetime) -> Waiting:
    total = await connection.scalar(select(func.count()).select_from(queue)) or 0
    query = select(func.count(), func.min(queue.c.due)).where(queue.c.due <= now)
    due, oldest = (await connection.execute(query)).one()
    return Waiting(total, due, oldest)


async def failing(connection: AsyncConnection) -> list[Health]:
    query = (
        select(sources.c.id, sources.c.kind, sources.c.name, sources.c.failures, sources.c.last_success)
        .where(sources.c.state == "active", sources.c.failures > 0)
        .order_by(sources.c.failures.desc(), sources.c.id)
    )
    return [Health(*row) for row in await connection.execute(query)]


async def _grouped(connection: AsyncConnection, column: Any, *conditions: Any) -> dict[str, int]:  # noqa: ANN401
    found = await connection.execute(select(column, func.count()).where(*conditions).group_by(column).order_by(column))
    return {str(value): count for value, count in found}


async def _before(connection: AsyncConnection, table: Table, moment: str, since: dt.datetime, last: int) -> int:
    """The largest id of before that moment. Ids grow with time, so a few looks by the primary key find it; where an id is
    missing the next one that is there tells."""
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        query = select(table.c.id, table.c[moment]).where(table.c.id >= middle).order_by(table.c.id).limit(1)
        found = (await connection.execute(query)).first()
        if found is not None and found[1] < since:
            low = min(found[0], high)
        else:
            high = middle - 1
    return low
