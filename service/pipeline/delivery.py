"""What a hub sends (WebSub): entries of a feed, kept as a look at the feed would keep them."""

import asyncio
import datetime as dt
from collections.abc import Callable

from service.errors import NotFound
from service.pipeline import edits, poll
from service.pipeline.habits import Habits
from service.pipeline.named import read
from service.sources import websub
from service.sources.fetch.answer import Response
from service.store import items, sources
from service.store.database import Storage


async def deliver(
    storage: Storage,
    source_id: int,
    body: bytes,
    media_type: str,
    signature: str | None,
    clock: Callable[[], dt.datetime],
    habits: Habits,
) -> int:
    """Keep the entries that a hub sends, where the signature proves that it is the hub; how many were new or edited.

    NotFound where there is no such subscription (the hub then gives it up), Rejected where the body is no feed.
    """
    async with storage.reading() as connection:
        source = await sources.one(connection, source_id)
    kept = source.poll.get("websub")
    if source.state != "active" or not kept:
        raise NotFound(f"no subscription was asked for source {source_id}")
    if not websub.is_signed(kept["secret"], body, signature):
        return 0
    headers = {"Content-Type": media_type}
    found = await asyncio.to_thread(read, source.spec, Response(kept["topic"], kept["topic"], 200, headers, body))
    async with storage.reading() as connection:
        unknown = await items.unknown(connection, source.id, [entry.key for entry in found.entries])
        known = [entry for entry in found.entries if entry.key not in unknown]
        edited = await edits.edited(connection, source.id, known)
    new = [entry for entry in found.entries if entry.key in unknown]
    packed, revised = await poll.pack(source.id, new), await poll.pack(source.id, edited)
    async with storage.changing() as connection:
        await poll.keep(connection, source.id, new, packed, clock(), habits)
        await edits.revise(connection, source.id, edited, revised, clock())
    return len(new) + len(edited)
