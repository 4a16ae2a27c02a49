"""Facts and documents as people ask for them: by place, stage, sum, day and words, the latest first."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Text, and_, cast, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from service.store.rows import Row
from service.store.tables import FACTS, documents, sightings

Columns = ReadOnlyColumnCollection[str, Column[Any]]
LEVELS = ("province", "prefecture", "county")
_WORDS = {
    "projects": ("name", "aliases", "owners"),
    "indicators": ("metric", "of", "period_text"),
}
_DOCUMENT = (
    *("id", "raw_sha256", "content_sha256", "state", "reason", "message", "published", "outlet", "title", "encoding"),
    *("repairs", "region_code", *LEVELS, "duplicate_of", "near_duplicate_of", "rules_version", "first_seen"),
)
_SOURCE = select(func.min(sightings.c.source)).where(sightings.c.document_id == documents.c.id).scalar_subquery()


@dataclass(frozen=True)
class Filters:
    """What is asked for; None asks for all.

    `places` are alternatives, each the full names of its levels; the days are those of publication, both included.
    """

    places: tuple[Mapping[str, str], ...] | None = None
    stage: str | None = None
    minimum: Decimal | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    words: str | None = None
    limit: int | None = None


async def facts(connection: AsyncConnection, kind: str, filters: Filters) -> AsyncIterator[Row]:
    """The facts of a kind, as their table has them, with the `article_title`, `published`, `outlet` and `source` of each."""
    table = FACTS[kind]
    article = (documents.c.title.label("article_title"), documents.c.published, documents.c.outlet)
    query = select(table, *article, _SOURCE.label("source")).join_from(table, documents)
    searched = [cast(table.c[name], Text) for name in _WORDS[kind]]
    query = query.where(*_asked(filters, table.c, [*searched, documents.c.title]))
    async for row in _rows(connection, query, table.c.id, filters.limit):
        yield row


async def articles(connection: AsyncConnection, filters: Filters) -> AsyncIterator[Row]:
    """The documents, with their first `source` and how many facts of each kind they gave."""
    numbers = [
        select(func.count()).where(table.c.document_id == documents.c.id).scalar_subquery().label(kind)
        for kind, table in FACTS.items()
    ]
    query = select(*(documents.c[name] for name in _DOCUMENT), _SOURCE.label("source"), *numbers)
    query = query.where(*_asked(filters, documents.c, [documents.c.title, documents.c.text, documents.c.outlet]))
    async for row in _rows(connection, query, documents.c.id, filters.limit):
        yield row


def _asked(filters: Filters, columns: Columns, searched: list[ColumnElement[str]]) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if filters.places is not None:
        places = [and_(*(columns[level] == name for level, name in place.items())) for place in filters.places]
        asked.append(or_(false(), *places))
    if filters.stage is not None:
        asked.append(columns["stage"] == filters.stage)
    if filters.minimum is not None:
        asked.append(columns["investment_total"] >= filters.minimum)
    if filters.since is not None:
        asked.append(documents.c.published >= filters.since)
    if filters.until is not None:
        asked.append(documents.c.published <= filters.until)
    if filters.words is not None:
        asked.append(or_(*(text.contains(filters.words, autoescape=True) for text in searched)))
    return asked


async def _rows(
    connection: AsyncConnection, query: Select[Any], newest: ColumnElement[int], limit: int | None
) -> AsyncIterator[Row]:
    query = query.order_by(documents.c.published.desc().nulls_last(), newest.desc()).limit(limit)
    async with connection.stream(query) as found:
        async for row in found.mappings():
            yield {str(name): value for name, value in row.items()}  # plain strings, which a JSON writer asks for
