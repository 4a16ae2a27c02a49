"""Stored documents as people and programs look at them: what came in, what became of it, who else carried it."""

import datetime as dt
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.rows import Row
from service.store.tables import documents, originals, queue, sightings

_SHOWN = (
    *("id", "state", "reason", "message", "tries", "source", "source_id", "first_seen", "processed_at"),
    *("raw_sha256", "content_sha256", "duplicate_of", "near_duplicate_of", "media_type", "charset", "encoding"),
    *("title", "published", "outlet", "region_code", "province", "prefecture", "county", "repairs"),
    *("rules_version", "engine"),
)
_COLUMNS = [documents.c[name] for name in _SHOWN]
ALIKE = 100
"""So many near-duplicates of one document are listed."""


@dataclass(frozen=True)
class Asked:
    """Which documents are asked for; None asks for all. The days are those of publication, both included."""

    states: tuple[str, ...] | None = None
    source_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


class Original(NamedTuple):
    """The bytes of a document as they came in, and what was declared of them."""

    data: bytes
    raw_sha256: str
    source: str
    media_type: str | None
    charset: str | None


async def page(connection: AsyncConnection, asked: Asked, before: int | None, limit: int) -> list[Row]:
    """Documents, those that came last first, older than the one with the id `before`."""
    query = select(*_COLUMNS).where(*_conditions(asked)).order_by(documents.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(documents.c.id < before)
    return await _rows(connection, query)


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.states is not None:
        conditions.append(documents.c.state.in_(asked.states))
    if asked.source_id is not None:
        conditions.append(documents.c.source_id == asked.source_id)
    if asked.since is not None:
        conditions.append(documents.c.published >= asked.since)
    if asked.until is not None:
        conditions.append(documents.c.published <= asked.until)
    return conditions


async def one(connection: AsyncConnection, document_id: int) -> Row | None:
    """A document with its `text`; `due` is when a worker will next read it, None where none will."""
    query = (
        select(*_COLUMNS, documents.c.text, queue.c.due)
        .outerjoin_from(documents, queue)
        .where(documents.c.id == document_id)
    )
    found = await _rows(connection, query)
    return found[0] if found else None


async def states(connection: AsyncConnection, document_ids: Collection[int]) -> dict[int, str]:
    """The states of documents, by id."""
    query = select(documents.c.id, documents.c.state).where(documents.c.id.in_(document_ids))
    return {row.id: row.state for row in await connection.execute(query)}


async def copies(connection: AsyncConnection, standing: int) -> list[Row]:
    """Wherever the content of a document was seen, in whichever bytes: the document `standing` and all its duplicates."""
    same = (documents.c.id == standing) | (documents.c.duplicate_of == standing)
    query = (
        select(
            sightings.c.document_id,
            sightings.c.source,
            sightings.c.first_seen,
            sightings.c.last_seen,
            documents.c.raw_sha256,
            documents.c.outlet,
            documents.c.published,
        )
        .join_from(sightings, documents)
        .where(same)
        .order_by(sightings.c.first_seen, sightings.c.document_id, sightings.c.source)
    )
    return await _rows(connection, query)


async def alike(connection: AsyncConnection, document_id: int, first: int | None) -> list[Row]:
    """Edited reposts of the same story: what `document_id` was made from, and what was made from it."""
    near = documents.c.near_duplicate_of == document_id
    if first is not None:
        near |= (documents.c.id == first) | (documents.c.near_duplicate_of == first)
    names = ("id", "source", "title", "published", "outlet")
    query = (
        select(*(documents.c[name] for name in names))
        .where(near, documents.c.id != document_id)
        .order_by(documents.c.id)
        .limit(ALIKE)
    )
    return await _rows(connection, query)


async def original(connection: AsyncConnection, document_id: int) -> Original | None:
    """The bytes of a document."""
    query = (
        select(
            originals.c.zlib,
            documents.c.raw_sha256,
            documents.c.source,
            documents.c.media_type,
            documents.c.charset,
        )
        .join_from(originals, documents)
        .where(documents.c.id == document_id)
    )
    row = (await connection.execute(query)).first()
    return Original(zlib.decompress(row[0]), row[1], row[2] or "", row[3], row[4]) if row else None


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[Row]:
    found = await connection.execute(query)
    return [{str(name): value for name, value in row.items()} for row in found.mappings()]  # plain strings as names
