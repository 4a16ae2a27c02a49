"""How much waits to be read, as far as sources have to know."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.tables import queue


async def is_long(connection: AsyncConnection, most: int) -> bool:
    """Whether so many documents wait, or more; it counts no further."""
    some = select(queue.c.document_id).limit(most).subquery()
    return (await connection.scalar(select(func.count()).select_from(some)) or 0) >= most
