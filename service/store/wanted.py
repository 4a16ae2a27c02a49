"""Which projects are wanted: the filter, and what it asks of the database."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
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

from service.store import words
from service.store.exact import LIMIT, PLACES
from service.store.rows import LEVELS
from service.store.tables import project_steps, projects
from service.store.terms import term

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
    """What is wanted, for the table `projects` or rows of it. With `indexed` it is found by the inverted index, and columns
    are asked for what that does not tell for certain: a planner takes one condition more for one row in so many less."""
    asked = _found(connection, wanted) if indexed else _told(connection, wanted, c)
    if wanted.sections is not None:
        asked.append(c.section.in_(wanted.sections))
    if wanted.industry is not None:
        asked.append(_has(connection, c.tags, f"industry:{wanted.industry}"))
    if wanted.programme is not None:
        asked.append(_has(connection, c.tags, f"programme:{wanted.programme}"))
    asked += [*costing(wanted, c), *between(c.latest, wanted.since, wanted.until)]
    asked += between(c.due, wanted.due_since, wanted.due_until)
    if wanted.reached is not None or wanted.reached_since is not None or wanted.reached_until is not None:
        asked.append(c.number.in_(_reached(wanted)))
    if wanted.words is not None:
        asked += [_says(c.words, word) for word in words.asked(wanted.words)]
    if wanted.owner is not None:
        asked.append(_says(c.owners, wanted.owner.lower().strip()))
    return asked


def _told(connection: AsyncConnection, wanted: Wanted, c: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401
    """What the inverted index tells for certain, of the columns."""
    asked: list[ColumnElement[bool]] = []
    for single, values in ((c.status, wanted.statuses), (c.stage, wanted.stages)):
        if values is not None:
            asked.append(single.in_(values))
    if wanted.problems is not None:
        asked.append(or_(false(), *(_has(connection, c.tags, f"problem:{problem}") for problem in wanted.problems)))
    if wanted.places is not None:
        asked.append(_placed(wanted.places, c))
    return asked


def _placed(places: Sequence[Mapping[str, str]], c: Any) -> ColumnElement[bool]:  # noqa: ANN401
    return or_(false(), *(and_(*(c[level] == name for level, name in place.items())) for place in places))


def costing(wanted: Wanted, c: Any = projects.c) -> list[ColumnElement[bool]]:  # noqa: ANN401
    """What is wanted of the investment."""
    asked: list[ColumnElement[bool]] = []
    if wanted.minimum is not None:
        asked.append(c.investment_order >= _within(wanted.minimum, ROUND_CEILING))
    if wanted.maximum is not None:
        asked += [c.investment_order >= 0, c.investment_order <= _within(wanted.maximum, ROUND_FLOOR)]
    return asked


def between(day: ColumnElement[Any], since: dt.date | None, until: dt.date | None) -> list[ColumnElement[bool]]:
    """Whether a day lies between these."""
    return [*([day >= since] if since is not None else []), *([day <= until] if until is not None else [])]


def _found(connection: AsyncConnection, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the inverted index of `projects` tells of what is wanted."""
    asked = [_placed(wanted.places, projects.c)] if wanted.places is not None and len(wanted.places) != 1 else []
    sought = list(_sought(wanted))
    if not sought:
        return asked
    if not all(sought):
        return [false()]
    if connection.dialect.name == "postgresql":
        found = [_op("&&", some) for some in sought if len(some) > 1]
        together = [some[0] for some in sought if len(some) == 1]
        return [*asked, *found, *([_op("@>", together)] if together else [])]
    said = " AND ".join("(" + " OR ".join(f'"{one}"' for one in some) + ")" for some in sought)
    match = text("SELECT rowid FROM project_terms WHERE project_terms MATCH :said")
    meant: BindParameter[str] = bindparam("said", said, unique=True)
    return [*asked, projects.c.number.in_(match.bindparams(meant).columns(column("rowid", Integer)))]


def _op(operator: str, terms: Sequence[str]) -> ColumnElement[bool]:
    c = projects.c.terms
    return c.op(operator, is_comparison=True)(literal(terms, c.type))


def _sought(wanted: Wanted) -> Iterator[list[str]]:
    """Terms of which a project that is wanted has one of each list."""
    several = {"status": wanted.statuses, "stage": wanted.stages, "section": wanted.sections}
    several |= {"problem": wanted.problems}
    several |= {name: (one,) for name in ("industry", "programme") if (one := getattr(wanted, name)) is not None}
    yield from ([term(name, value) for value in values] for name, values in several.items() if values is not None)
    if wanted.places is not None and len(wanted.places) == 1:
        yield from ([term(level, name)] for level, name in wanted.places[0].items())
    elif wanted.places is not None:  # the lowest division of each
        yield [term(*max(place.items(), key=lambda one: LEVELS.index(one[0]))) for place in wanted.places]
    for word in (*words.asked(wanted.words or ""), (wanted.owner or "").lower()):
        yield from ([token] for token in words.tokens_of(word) if _whole(word))


def _has(connection: AsyncConnection, tags: ColumnElement[Any], tag: str) -> ColumnElement[bool]:
    """Whether a column of Terms has this one."""
    if connection.dialect.name == "postgresql":
        return tags.op("@>", is_comparison=True)(literal((tag,), tags.type))
    return func.instr(tags, f"\n{tag}\n") > 0


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


def _says(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return column.contains(word, autoescape=True) if _whole(word) else false()


def _whole(word: str) -> bool:
    """Whether no half of a character is in it, which no text has, and no database takes."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _within(amount: Decimal, rounding: str) -> Decimal:
    return min(max(amount, -LIMIT), LIMIT).quantize(_STEP, rounding)
