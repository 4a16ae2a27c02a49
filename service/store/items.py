"""What feeds, sitemaps and lists have named: each entry once, and the pages of those that have to be fetched."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.models import RawDocument
from service.store import bell
from service.store.documents import raws
from service.store.inserts import insert_missing
from service.store.rows import Row
from service.store.tables import documents, items, sightings, sources

_PART = 1000
"""Rows in one statement."""


class Item(NamedTuple):
    """A page that one worker alone fetches until the lease runs out; `tries` counts those that came to nothing."""

    source_id: int
    key: str
    url: str
    tries: int
    worker: str
    lease: dt.datetime
    published: dt.date | None


async def unknown(connection: AsyncConnection, source_id: int, keys: Sequence[str]) -> set[str]:
    """Those of the keys that the source has not named before."""
    new = set(keys)
    for at in range(0, len(keys), _PART):
        which = (items.c.source_id == source_id) & items.c.key.in_(keys[at : at + _PART])
        new -= set(await connection.scalars(select(items.c.key).where(which)))
    return new


async def carried(connection: AsyncConnection, source_id: int, hashes: Mapping[str, str]) -> dict[str, RawDocument]:
    """What entries carried themselves when they were taken, by their keys; not where those are the bytes of `hashes`."""
    found, keys = dict[int, str](), list(hashes)
    for at in range(0, len(keys), _PART):
        query = select(items.c.key, documents.c.id, documents.c.raw_sha256).join_from(items, documents)
        which = (items.c.source_id == source_id) & items.c.key.in_(keys[at : at + _PART])
        rows = await connection.execute(query.where(which, documents.c.media_type == "application/json"))
        found |= {id_: key for key, id_, raw_sha256 in rows if hashes[key] != raw_sha256}
    stored = await raws(connection, documents.c.id.in_(found)) if found else {}
    return {found[id_]: raw for id_, raw in stored.items()}


async def revise(connection: AsyncConnection, source_id: int, taken: Mapping[str, int]) -> None:
    """Entries, by their keys, that were taken again: the documents that they gave."""
    which = (items.c.source_id == source_id) & (items.c.key == bindparam("known"))
    rows = [{"known": key, "document_id": id_} for key, id_ in taken.items()]
    if rows:
        await connection.execute(update(items).where(which).values(document_id=bindparam("document_id")), rows)


async def add(connection: AsyncConnection, source_id: int, rows: Sequence[Row], now: dt.datetime) -> None:
    """Add items by `key`, `url`, `due` (None: there is nothing to fetch), `document_id`, `error` and `published`; those
    that are there already stay as they are. Rings the bell."""
    new = [
        {"source_id": source_id, "first_seen": now, "tries": 0, "state": "waits" if row["due"] else "taken", **row}
        for row in rows
    ]
    if new:
        await connection.execute(insert_missing(connection.dialect, items, items.c.source_id, items.c.key), new)
        await bell.ring(connection, "sources")


async def seen_at(connection: AsyncConnection, urls: Collection[str]) -> dict[str, int]:
    """The documents that were met at these addresses before."""
    found, urls = dict[str, int](), list(urls)
    for at in range(0, len(urls), _PART):
        query = select(sightings.c.source, func.max(sightings.c.document_id).label("id")).group_by(sightings.c.source)
        which = sightings.c.source.in_(urls[at : at + _PART])
        found |= {row.source: row.id for row in await connection.execute(query.where(which))}
    return found


def _waiting(now: dt.datetime) -> ColumnElement[bool]:
    return (items.c.state == "waits") & (items.c.due <= now) & (items.c.lease.is_(None) | (items.c.lease <= now))


async def due(connection: AsyncConnection, now: dt.datetime, some: int) -> list[tuple[tuple[int, str], str]]:
    """Keys (source id, key) and addresses of pages that are due and nobody has, the longest due first; those of sources
    that are paused wait with them."""
    query = select(items.c.source_id, items.c.key, items.c.url).join_from(items, sources)
    query = query.where(_waiting(now), sources.c.state != "paused").order_by(items.c.due).limit(some)
    return [((source_id, key), url) for source_id, key, url in await connection.execute(query)]


async def claim(
    connection: AsyncConnection,
    keys: Collection[tuple[int, str]],
    worker: str,
    now: dt.datetime,
    lease: dt.timedelta,
) -> list[Item]:
    """Take those of the pages that are due still and that nobody else takes, until the lease ends."""
    key = tuple_(items.c.source_id, items.c.key)
    which = select(items.c.source_id, items.c.key).where(key.in_(list(keys)), _waiting(now))
    mine = [(source_id, key) for source_id, key in await connection.execute(which.with_for_update(skip_locked=True))]
    taking = update(items).where(key.in_(mine)).values(worker=worker, lease=now + lease)
    columns = (items.c[name] for name in Item._fields)
    return [Item(*row) for row in await connection.execute(taking.returning(*columns))] if mine else []


async def save(connection: AsyncConnection, held: Item, values: Mapping[str, Any]) -> bool:
    """Write what became of a page, and let it go. False where the lease was lost: then nothing of it may be kept."""
    mine = (items.c.source_id == held.source_id) & (items.c.key == held.key)
    mine &= (items.c.worker == held.worker) & (items.c.lease == held.lease)
    row = {**values, "worker": None, "lease": None}
    return (await connection.execute(update(items).where(mine).values(row).returning(items.c.key))).first() is not None


async def let_go(connection: AsyncConnection, worker: str) -> None:
    """Give up all pages that a worker holds."""
    await connection.execute(update(items).where(items.c.worker == worker).values(worker=None, lease=None))


async def again(connection: AsyncConnection, urls: Select[tuple[str]], now: dt.datetime) -> None:
    """Let pages that failed be fetched again, by their addresses."""
    failed = update(items).where(items.c.state == "failed", items.c.url.in_(urls))
    await connection.execute(failed.values(state="waits", due=now, tries=0, error=None))
    await bell.ring(connection, "sources")


async def next_due(connection: AsyncConnection) -> dt.datetime | None:
    """When the next page is due."""
    query = select(func.min(items.c.due)).where(items.c.state == "waits", items.c.lease.is_(None))
    moment: dt.datetime | None = await connection.scalar(query)
    return moment


async def waiting(connection: AsyncConnection, source_ids: Collection[int]) -> dict[int, int]:
    """How many pages of each source wait to be fetched."""
    which = items.c.source_id.in_(source_ids) & (items.c.state == "waits")
    query = select(items.c.source_id, func.count().label("pages")).where(which).group_by(items.c.source_id)
    return {row.source_id: row.pages for row in await connection.execute(query)}
