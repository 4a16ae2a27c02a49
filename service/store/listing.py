"""Facts and documents as people ask for them: by place, stage, sum, day and words, those of the latest articles first."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store import log, search
from service.store.log import Wanted
from service.store.rows import KINDS, LEVELS, Row, parsed
from service.store.tables import documents, records

_DOCUMENT = (
    *("id", "raw_sha256", "content_sha256", "state", "reason", "message", "published", "outlet", "title", "encoding"),
    *("repairs", "region_code", *LEVELS, "duplicate_of", "near_duplicate_of", "rules_version", "first_seen", "source"),
)
_FACT = select(
    *(records.c[name] for name in ("id", "body", "document_id", "rules_version", *LEVELS)),
    *(documents.c[name] for name in ("published", "title", "outlet", "source")),
).join_from(records, documents, records.c.document_id == documents.c.id)


async def facts(connection: AsyncConnection, wanted: Wanted, limit: int | None) -> AsyncIterator[Row]:
    """The records that stand: the `fact` of each as the contract has it, with the columns of its article."""
    query, _ = search.narrow(connection, _FACT.where(records.c.standing, *log.conditions(wanted)), wanted)
    async for row in _rows(connection, query, records.c.id, limit):
        yield {**row, "fact": parsed(row["body"])}


async def articles(connection: AsyncConnection, wanted: Wanted, limit: int | None) -> AsyncIterator[Row]:
    """The documents, with how many facts of each kind they gave. Only place, days and words can be asked for."""
    query = select(*(documents.c[name] for name in _DOCUMENT), *map(_count, KINDS))
    query = query.where(*log.placed(documents.c, wanted), *map(_says, (wanted.words or "").split()))
    async for row in _rows(connection, query, documents.c.id, limit):
        yield row


def _count(kind: str) -> ColumnElement[int]:
    """How many records stand for the content of a document, where the document does."""
    holder = documents.alias()
    query = select(func.count()).join_from(records, holder, records.c.document_id == holder.c.id)
    of_it = (holder.c.content_sha256 == documents.c.content_sha256) & (documents.c.state == "processed")
    return query.where(of_it, records.c.standing, records.c.kind == KINDS[kind]).scalar_subquery().label(kind)


def _says(word: str) -> ColumnElement[bool]:
    columns = (documents.c.title, documents.c.text, documents.c.outlet)
    return or_(*(column.contains(word, autoescape=True) for column in columns))


async def _rows(
    connection: AsyncConnection, query: Select[Any], newest: ColumnElement[int], limit: int | None
) -> AsyncIterator[Row]:
    query = query.order_by(documents.c.published.desc().nulls_last(), newest.desc()).limit(limit)
    async with connection.stream(query) as found:
        async for row in found.mappings():
            yield {str(name): value for name, value in row.items()}  # plain strings, which a JSON writer asks for
