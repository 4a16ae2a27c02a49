"""What says whether the service is well."""

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.tables import workers


async def workers_alive(connection: AsyncConnection, since: dt.datetime) -> int:
    """How many workers have given a sign of life since that moment."""
    found = await connection.execute(select(func.count()).select_from(workers).where(workers.c.seen_at >= since))
    return int(found.scalar_one())
