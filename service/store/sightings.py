"""Where each copy of a document was seen, and when first and last."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.inserts import insert_rows
from service.store.rows import Row
from service.store.tables import documents, sightings


async def record(connection: AsyncConnection, seen: Collection[tuple[int, str]], now: dt.datetime) -> None:
    """Note that document `id` was seen at `source`, for each pair."""
    rows = [
        {"document_id": id_, "source": source, "first_seen": now, "last_seen": now} for id_, source in sorted(set(seen))
    ]
    await insert_rows(connection, sightings, rows, "last_seen")


async def among(
    connection: AsyncConnection, document_ids: Collection[int], sources: Collection[str]
) -> set[tuple[int, str]]:
    """Which of these documents were seen at which of these sources already."""
    if not document_ids:
        return set()
    both = sightings.c.document_id.in_(document_ids), sightings.c.source.in_(sources)
    found = await connection.execute(select(sightings.c.document_id, sightings.c.source).where(*both))
    return {(row.document_id, row.source) for row in found}


async def hashes(connection: AsyncConnection, sources: Collection[str]) -> dict[str, set[str]]:
    """The bytes that were seen at each of these sources, by their hashes."""
    found: dict[str, set[str]] = {source: set() for source in sources}
    if found:
        query = select(sightings.c.source, documents.c.raw_sha256).join_from(sightings, documents)
        for source, raw_sha256 in await connection.execute(query.where(sightings.c.source.in_(found))):
            found[source].add(raw_sha256)
    return found


async def of(connection: AsyncConnection, document_id: int) -> list[Row]:
    """Every copy of what a document says: its own sightings and those of its duplicates, earliest first."""
    copies = (documents.c.id == document_id) | (documents.c.duplicate_of == document_id)
    query = (
        select(sightings, documents.c.raw_sha256)
        .join_from(sightings, documents)
        .where(copies)
        .order_by(sightings.c.first_seen, sightings.c.source)
    )
    return [dict(row) for row in (await connection.execute(query)).mappings()]
