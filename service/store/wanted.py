"""Which projects are wanted: the filter, and what it asks of the database."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    column,
    false,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.exact import LIMIT, PLACES
from service.store.tables import project_steps, projects
from service.store.terms import pairs

_STEP = Decimal(1).scaleb(-PLACES)


@dataclass(frozen=True)
class Wanted:
    """Which projects are wanted; None asks for all.

    `places` are alternatives, each the full names of its levels. Several statuses, stages, sections and problems are
    alternatives too. `reached` are steps of the timeline, the days of which lie within `reached_since` and
    `reached_until`; without `reached`, any step. `since` and `until` are about the latest news, `due_since` and
    `due_until` about the announced completion; all days are included. `owner` and every word of `words` are parts of a
    name: `owner` of an owner's, the words of any name of the project or its owners. `minimum` and `maximum` are in CNY.
    """

    places: tuple[Mapping[str, str], ...] | None = None
    statuses: tuple[str, ...] | None = None
    stages: tuple[str, ...] | None = None
    sections: tuple[str, ...] | None = None
    industry: str | None = None
    programme: str | None = None
    problems: tuple[str, ...] | None = None
    reached: tuple[str, ...] | None = None
    reached_since: dt.date | None = None
    reached_until: dt.date | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    due_since: dt.date | None = None
    due_until: dt.date | None = None
    owner: str | None = None
    words: str | None = None


def conditions(
    connection: AsyncConnection,
    wanted: Wanted,
    c: Any = projects.c,  # noqa: ANN401 - the columns of a table or subquery
    *,
    indexed: bool = True,
) -> list[ColumnElement[bool]]:
    """What is wanted, for the table `projects` or rows of it; with `indexed` words are found by their index."""
    asked: list[ColumnElement[bool]] = []
    for single, values in ((c.status, wanted.statuses), (c.stage, wanted.stages), (c.section, wanted.sections)):
        if values is not None:
            asked.append(single.in_(values))
    if wanted.industry is not None:
        asked.append(_has(connection, c.tags, f"industry:{wanted.industry}"))
    if wanted.programme is not None:
        asked.append(_has(connection, c.tags, f"programme:{wanted.programme}"))
    if wanted.problems is not None:
        asked.append(or_(false(), *(_has(connection, c.tags, f"problem:{problem}") for problem in wanted.problems)))
    if wanted.places is not None:
        places = [and_(*(c[level] == name for level, name in place.items())) for place in wanted.places]
        asked.append(or_(false(), *places))
    if wanted.minimum is not None:
        asked.append(c.investment_order >= _within(wanted.minimum, ROUND_CEILING))
    if wanted.maximum is not None:
        asked += [c.investment_order >= 0, c.investment_order <= _within(wanted.maximum, ROUND_FLOOR)]
    for day, since, until in ((c.latest, wanted.since, wanted.until), (c.due, wanted.due_since, wanted.due_until)):
        if since is not None:
            asked.append(day >= since)
        if until is not None:
            asked.append(day <= until)
    if wanted.reached is not None or wanted.reached_since is not None or wanted.reached_until is not None:
        asked.append(c.number.in_(_reached(wanted)))
    if wanted.words is not None:
        asked += [part for word in wanted.words.lower().split() for part in _says(connection, c.words, word, indexed)]
    if wanted.owner is not None:
        asked += _says(connection, c.owners, wanted.owner.lower().strip(), indexed)
    return asked


def _has(connection: AsyncConnection, terms: ColumnElement[Any], *words: str) -> ColumnElement[bool]:
    """Whether a column of Terms has all these words."""
    if connection.dialect.name == "postgresql":
        return terms.op("@>", is_comparison=True)(literal(words, terms.type))
    lines = [func.instr(terms, f"\n{word}\n") > 0 for word in words]
    return and_(*lines)


def _reached(wanted: Wanted) -> Select[Any]:
    c = project_steps.c
    query = select(c.number).where(c.moves)
    if wanted.reached is not None:
        query = query.where(c.status.in_(wanted.reached))
    if wanted.reached_since is not None:
        query = query.where(c.since >= wanted.reached_since)
    if wanted.reached_until is not None:
        query = query.where(c.since <= wanted.reached_until, c.until <= wanted.reached_until)
    return query


def _says(
    connection: AsyncConnection, words: ColumnElement[str], word: str, indexed: bool
) -> list[ColumnElement[bool]]:
    """Whether a text has this part: those that have its pairs are looked at."""
    try:
        word.encode()
    except UnicodeEncodeError:  # half a character is in no text
        return [false()]
    found = pairs(word) if indexed else ()
    asked: list[ColumnElement[bool]] = [words.contains(word, autoescape=True)]
    if found and connection.dialect.name == "postgresql":
        asked.append(_has(connection, projects.c.terms, *found))
    elif found:
        match = text("SELECT rowid FROM project_terms WHERE project_terms MATCH :pairs")
        wanted: BindParameter[str] = bindparam("pairs", " ".join(f'"{pair}"' for pair in found), unique=True)
        asked.append(projects.c.number.in_(match.bindparams(wanted).columns(column("rowid", Integer))))
    return asked


def _within(amount: Decimal, rounding: str) -> Decimal:
    return min(max(amount, -LIMIT), LIMIT).quantize(_STEP, rounding)
