"""The index that finds articles by what their titles and texts say.

It holds the documents that stand for something (`processed`), and changes in their transaction. Whoever changes what
`found_by` gives fills it anew by a migration: SQLite forgets a document only by the very tokens under which it was entered.

An article that is found has all pairs of characters that the words have; whether it has the words is seen in its text.
The newest come first, so that a common word costs no more than a rare one.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, bindparam, column, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.database import likely, one_of
from service.store.postgresql import by_index
from service.store.rows import SEARCHED, SIGNS, found_by
from service.store.tables import documents
from service.store.words import pairs_of

_EPOCH = 1024
"""Documents that share a token of PostgreSQL's index, by which it is cut."""
_WINDOWS = (8, 64)
"""Epochs, from the newest on, in which it is looked first, so that of a common word not all articles are gathered."""
_ENTER = {
    "sqlite": "INSERT INTO search_articles (rowid, tokens) VALUES (?, ?)",
    "postgresql": (
        "INSERT INTO search_articles (rowid, tokens)"
        f" VALUES ($1, array_to_tsvector(string_to_array($2::text || ' _e' || ($1::bigint / {_EPOCH}), ' ')))"
    ),
}
_LEAVE = {
    "sqlite": "INSERT INTO search_articles (search_articles, rowid, tokens) VALUES ('delete', ?, ?)",
    "postgresql": "DELETE FROM search_articles WHERE rowid = $1",
}
_MATCH = {
    "sqlite": "SELECT rowid FROM search_articles WHERE search_articles MATCH :asked AND rowid < :before",
    # OFFSET 0 and + 0: the planner must not walk along the key, at which it would unpack the tokens of each article
    "postgresql": (
        "SELECT rowid FROM (SELECT rowid FROM search_articles"
        " WHERE tokens @@ CAST(:asked AS tsquery) AND rowid + 0 < :before OFFSET 0) AS found"
    ),
}


class Article(NamedTuple):
    """An article that may be meant: `text` as far as it is searched."""

    id: int
    title: str | None
    text: str
    published: dt.date | None
    outlet: str | None
    source: str | None
    near_duplicate_of: int | None
    region_code: str | None
    province: str | None
    prefecture: str | None
    county: str | None


_COLUMNS = [
    func.substr(documents.c.text, 1, SEARCHED).label(name) if name == "text" else documents.c[name]
    for name in Article._fields
]


async def entered(connection: AsyncConnection, ids: Collection[int]) -> dict[int, str]:
    """The tokens under which documents are in the index now."""
    if not ids:
        return {}
    stands = likely(connection, documents.c.state == "processed")
    query = select(*_COLUMNS).where(one_of(connection, documents.c.id, ids), stands)
    return {row.id: found_by(row._asdict()) for row in await connection.execute(query)}


async def enter(connection: AsyncConnection, before: Mapping[int, str], now: Mapping[int, str]) -> None:
    """Bring the index in line: it has `before` of some documents, and shall have `now`."""
    dialect = connection.dialect.name
    gone = [(id_, said) for id_, said in before.items() if now.get(id_) != said]
    come = [(id_, said) for id_, said in now.items() if before.get(id_) != said]
    if gone:
        await connection.exec_driver_sql(_LEAVE[dialect], gone if dialect == "sqlite" else [one[:1] for one in gone])
    if come:
        await connection.exec_driver_sql(_ENTER[dialect], come)


async def newest(
    connection: AsyncConnection,
    words: Sequence[str],
    places: Sequence[Mapping[str, str]] | None,
    before: int | None,
    limit: int,
) -> list[Article]:
    """Articles that may have all the folded words, the one that came last first; `before` is the id of the last one seen."""
    if places == ():
        return []
    if before is None:
        before = (await connection.scalar(select(func.max(documents.c.id))) or 0) + 1
    await by_index(connection)
    asked = _asked(connection, words, places or ())
    for windowed in _windows(connection, asked, before):
        found = await connection.execute(_query(connection, limit), {"asked": windowed, "before": before})
        rows = [Article(*row) for row in found]
        if len(rows) == limit:
            break
    return rows


def _query(connection: AsyncConnection, limit: int) -> Select[Any]:
    match = text(f"{_MATCH[connection.dialect.name]} ORDER BY rowid DESC LIMIT :limit")
    bound = match.bindparams(bindparam("asked"), bindparam("before"), bindparam("limit", limit))
    found = bound.columns(column("rowid", BigInteger)).subquery()
    return (
        select(*_COLUMNS).join_from(documents, found, documents.c.id == found.c.rowid).order_by(documents.c.id.desc())
    )


def _asked(connection: AsyncConnection, words: Sequence[str], places: Sequence[Mapping[str, str]]) -> str:
    """What the index is asked, as each database writes it."""
    quote, both, one = ("'", " & ", " | ") if connection.dialect.name == "postgresql" else ('"', " AND ", " OR ")
    parts = [f"{quote}{pair}{quote}" for pair in dict.fromkeys(pair for word in words for pair in pairs_of(word))]
    where = [both.join(f"{quote}_{SIGNS[level]}{name}{quote}" for level, name in place.items()) for place in places]
    if where:
        parts.append("(" + one.join(f"({place})" for place in where) + ")")
    return both.join(parts)


def _windows(connection: AsyncConnection, asked: str, before: int) -> Iterator[str]:
    """What is asked of PostgreSQL, whose index knows no order, step by step; SQLite's gives the newest first by itself."""
    if connection.dialect.name == "postgresql":
        newest_epoch = before // _EPOCH
        for size in _WINDOWS:
            if newest_epoch > size:
                epochs = " | ".join(f"'_e{newest_epoch - back}'" for back in range(size))
                yield f"{asked} & ({epochs})"
    yield asked
