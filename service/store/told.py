"""Days of publication that are told of documents from outside: by the feed or the news sitemap that named their page.

They count where a document tells none itself. Of several the earliest counts, so that the order in which they come does not
matter; and what was read without it is read again.
"""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store import queue
from service.store.admission import SETTLED
from service.store.tables import documents


async def tell(connection: AsyncConnection, document_id: int, day: dt.date, now: dt.datetime) -> None:
    """Note the day that was told of a document. In a transaction of `writing()`, so that none is written meanwhile which was
    read without it."""
    columns = (documents.c.state, documents.c.published, documents.c.told)
    state, published, told = (await connection.execute(select(*columns).where(documents.c.id == document_id))).one()
    if told is not None and told <= day:
        return
    await connection.execute(update(documents).where(documents.c.id == document_id).values(told=day))
    if state in SETTLED and published == told:  # else it tells a day itself
        await queue.put(connection, [document_id], queue.LIVE, now)
