"""The index that finds records by their words, and on SQLite by all that is asked, whatever is combined.

SQLite: a full-text table of tokens, whose lists it intersects from the newest record on; one filter more makes it no slower.
PostgreSQL: a table of the words' tokens under a GIN index; its planner combines that with the indexes of `records`.
Either may find too much, never too little: `Wanted` is held against the records themselves too.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    UnaryExpression,
    cast,
    literal_column,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.operators import custom_op

from service.store.tables import records, search
from service.store.words import asked, tokens_of

if TYPE_CHECKING:
    from service.store.log import Wanted

_ADD = {
    "sqlite": "INSERT INTO search (rowid, tokens) VALUES (?, ?)",
    "postgresql": "INSERT INTO search (rowid, tokens) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))",
}
_SIZES = tuple(10**power * step for power in range(8, 12) for step in (1, 3))
"""Investments in CNY from which on a record has one token more, so that those of at least so much are found."""
_FIRST, _LAST = 1990, 2035
"""Years of publication with a token of their own; what is before or after has the first or the last."""
_MONTHS = 12


async def add(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make rows of the log findable: their columns, and their words as `tokens`."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        tokens = [(row["id"], f"{row['tokens']} {' '.join(_facets(row))}") for row in rows]
    else:
        tokens = [(row["id"], row["tokens"]) for row in rows]
    await connection.exec_driver_sql(_ADD[dialect], tokens)


def _facets(row: Mapping[str, Any]) -> Iterator[str]:
    """A token for each thing but words that a record may be asked for. None is one that words have."""
    yield f"_k{row['kind']}"
    for sign, name in _NAMED.items():
        if row[name] is not None:
            yield f"_{sign}{row[name]}"
    if row["published"] is not None:
        yield _year(row["published"].year)
        yield _month(row["published"])
    if row["investment_total"] is not None:
        yield from _sizes(row["investment_total"])


_NAMED = {"s": "stage", "n": "source_id", "p": "province", "f": "prefecture", "c": "county"}
_SIGNS = {name: sign for sign, name in _NAMED.items()}


def _year(year: int) -> str:
    return f"_y{min(max(year, _FIRST), _LAST)}"


def _month(day: dt.date) -> str:
    return f"_m{_months(day)}"


def _months(day: dt.date) -> int:
    return day.year * 12 + day.month


def _sizes(total: Decimal) -> list[str]:
    return ["_i0", *(f"_i{size}" for size in _SIZES if total >= size)]


def _days(since: dt.date | None, until: dt.date | None) -> list[str]:
    """Tokens of which a record of these days has one: the months of a short time, the years of a long one."""
    first, last = since or dt.date(_FIRST, 1, 1), until or dt.date(_LAST, 12, 31)
    months = range(_months(first), _months(last) + 1)
    if len(months) <= _MONTHS:
        return [f"_m{month}" for month in months]
    return [_year(year) for year in range(max(min(first.year, _LAST), _FIRST), min(max(last.year, _FIRST), _LAST) + 1)]


def narrow(connection: AsyncConnection, query: Select[Any], wanted: "Wanted") -> tuple[Select[Any], ColumnElement[int]]:
    """A query of `records` that looks only at what the index finds, and the id by which it is best cut and ordered."""
    if connection.dialect.name == "sqlite":
        if asks := _matching(wanted):
            rowid: ColumnElement[int] = UnaryExpression(
                search.c.rowid, operator=custom_op("+")
            )  # +: not the records first, one by one
            query = query.join(search, records.c.id == rowid).where(literal_column("search").op("MATCH")(asks))
            return query, search.c.rowid
    elif asks := _lexemes(wanted):
        has = search.c.tokens.op("@@")(cast(asks, TSQUERY))
        query = query.join(search, records.c.id == search.c.rowid).where(has)
    return query, records.c.id


def gives_no_order(connection: AsyncConnection, wanted: "Wanted") -> bool:
    """Whether the index gathers everything it finds before the first of it is known, as GIN does."""
    return connection.dialect.name == "postgresql" and bool(_lexemes(wanted))


def _matching(wanted: "Wanted") -> str:
    """What the full-text table of SQLite is asked; empty where everything is wanted."""
    alternatives = [
        [f"_k{kind}" for kind in wanted.kinds or ()],
        [f"_s{stage}" for stage in wanted.stages or ()],
        [] if wanted.source_id is None else [f"_n{wanted.source_id}"],
        _days(wanted.since, wanted.until) if wanted.since or wanted.until else [],
        [] if wanted.minimum is None else _sizes(wanted.minimum)[-1:],
    ]
    parts = [" OR ".join(map(_quoted, tokens)) for tokens in alternatives if tokens]
    parts += [" OR ".join(f"({_all_of(place)})" for place in wanted.places)] if wanted.places else []
    parts += [_quoted(token) for word in asked(wanted.words or "") for token in tokens_of(word)]
    return " AND ".join(f"({part})" for part in parts)


def _all_of(place: Mapping[str, str]) -> str:
    return " AND ".join(_quoted(f"_{_SIGNS[level]}{name}") for level, name in place.items())


def _quoted(token: str) -> str:
    return '"' + token.replace('"', "") + '"'


def _lexemes(wanted: "Wanted") -> str:
    """What the tokens of PostgreSQL are asked; empty where no words are."""
    return " & ".join(f"'{token}'" for word in asked(wanted.words or "") for token in tokens_of(word))
