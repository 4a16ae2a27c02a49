"""Sources that gave no bytes, with the reason and the tries."""

import datetime as dt
from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.inserts import upsert
from service.store.rows import Row
from service.store.tables import failures


async def record(connection: AsyncConnection, failed: Iterable[tuple[str, str, str]], now: dt.datetime) -> None:
    """Note that `source` failed for `reason` with `message`, for each triple; one more try where it failed before."""
    rows = {
        source: {
            "source": source,
            "reason": reason,
            "message": message,
            "tries": 1,
            "first_seen": now,
            "last_seen": now,
        }
        for source, reason, message in failed
    }
    if rows:
        statement = upsert(connection.dialect, failures, "reason", "message", "last_seen", tries=failures.c.tries + 1)
        await connection.execute(statement, [rows[source] for source in sorted(rows)])


async def clear(connection: AsyncConnection, sources: Collection[str]) -> None:
    """Forget the failures of sources that gave their bytes now."""
    if sources and (await connection.execute(select(failures.c.source).limit(1))).first():
        gone = delete(failures).where(failures.c.source == bindparam("gone"))
        await connection.execute(gone, [{"gone": source} for source in sorted(sources)])


async def all_of_them(connection: AsyncConnection) -> list[Row]:
    query = select(failures).order_by(failures.c.source)
    return [dict(row) for row in (await connection.execute(query)).mappings()]
