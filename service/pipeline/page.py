"""One page that a feed, a sitemap or a list named: fetched, and kept in one transaction with the mark that it was."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Literal

from service.errors import Rejected
from service.models import RawDocument
from service.pipeline import intake
from service.pipeline.habits import Gets, Habits, Lost
from service.pipeline.intake import Incoming
from service.sources import Failure
from service.sources.fetch import policy
from service.sources.fetch.answer import Later, Response
from service.store import items, sightings, told
from service.store.database import Connection, Storage
from service.store.items import Item

Fetched = Literal["taken", "seen", "again", "failed"]
_LONGEST = dt.timedelta(hours=6)


async def fetch(
    storage: Storage, fetcher: Gets, item: Item, clock: Callable[[], dt.datetime], habits: Habits
) -> Fetched:
    """Fetch a page that this worker has claimed. One that was met before is not fetched again; what may pass is tried again,
    later each time, and what will not is noted with its reason. Lost where another worker has taken it meanwhile."""
    async with storage.reading() as connection:
        seen = await items.seen_at(connection, [item.url])
    if seen:
        async with _changing(storage, item) as connection:
            await _taken(connection, item, seen[item.url], clock())
        return "seen"
    try:
        answer = policy.page(await fetcher.get(item.url), clock())
    except Later as error:
        return await later(storage, item, error, clock(), habits)
    except Rejected as error:
        return await _fail(storage, item, error.reason, str(error), clock())
    await _take(storage, item, answer, clock())
    return "taken"


async def _take(storage: Storage, item: Item, answer: Response, now: dt.datetime) -> None:
    raw = RawDocument(
        source=answer.url,
        data=answer.body,
        media_type=answer.media_type,
        charset=answer.charset,
        published=item.published,
    )
    packed = await intake.pack([Incoming(raw, item.source_id)])
    async with _changing(storage, item) as connection:
        accepted = (await intake.enter(connection, packed, now))[0]
        await sightings.record(connection, [(accepted.id, item.url)], now)
        await _taken(connection, item, accepted.id, now)


def _changing(storage: Storage, item: Item) -> AbstractAsyncContextManager[Connection]:
    return storage.writing() if item.published else storage.changing()


async def _taken(connection: Connection, item: Item, document_id: int, now: dt.datetime) -> None:
    """Note which document a page gave, and tell it the day on which its source says that it came out."""
    if item.published:
        await told.tell(connection, document_id, item.published, now)
    await _save(connection, item, state="taken", due=None, document_id=document_id, error=None)


async def later(storage: Storage, item: Item, error: Later, now: dt.datetime, habits: Habits) -> Fetched:
    """Note that a page is to be tried again, or is given up. To wait for one's turn at a host is no failure."""
    busy = error.reason == "busy"
    tries = item.tries + (not busy)
    if tries >= habits.tries:
        return await _fail(storage, item, error.reason, f"{error}; given up after {tries} tries", now)
    wait = habits.spacing if busy else min(dt.timedelta(minutes=1) * 4 ** (tries - 1), _LONGEST)
    due = max(now + wait, error.until or now)
    async with storage.changing() as connection:
        await _save(connection, item, tries=tries, due=due, error=None if busy else str(error)[:1000])
    return "again"


async def _fail(storage: Storage, item: Item, reason: str, message: str, now: dt.datetime) -> Fetched:
    async with storage.changing() as connection:
        await _save(connection, item, state="failed", due=None, tries=item.tries + 1, error=message[:1000])
        await intake.enter(connection, [], now, [Failure(item.url, reason, message)])
    return "failed"


async def _save(connection: Connection, item: Item, **values: object) -> None:
    if not await items.save(connection, item, values):
        raise Lost(f"{item.url} was taken over by another worker")
