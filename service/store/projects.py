"""The projects of the ledger as people ask for them: filtered, sorted, counted, and followed as they change.

A page is asked for by the place of the last project seen, so that what comes in meanwhile neither shifts nor repeats
anything. Every query is answered from an index.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy import column as sql_column
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.exact import LIMIT, PLACES
from service.store.rows import Row
from service.store.tables import (
    documents,
    ledger,
    mentions,
    project_bodies,
    project_changes,
    project_steps,
    projects,
    records,
)
from service.store.tables import redirects as redirects_table
from service.store.terms import pairs

_FIRST = documents.alias("first")
Order = Literal["latest", "investment", "name", "first"]
_STEP = Decimal(1).scaleb(-PLACES)
_ORDERS: Mapping[str, tuple[Any, bool]] = {
    "latest": (projects.c.latest, True),
    "investment": (projects.c.investment_order, True),
    "name": (projects.c.name, False),
    "first": (projects.c.first, True),
}
"""The column of each order, and whether the largest comes first."""


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


class Line(NamedTuple):
    """A project in a list: `json` is what is shown of it, `at` its place in the order asked for."""

    number: int
    id: str
    at: Any
    json: bytes


class After(NamedTuple):
    """The place of the last project seen, in the order asked for."""

    at: Any
    number: int


class Change(NamedTuple):
    """A row of the log of the ledger."""

    id: int
    at: dt.datetime
    project: str
    kind: str
    fields: tuple[str, ...]
    other: str | None


async def version(connection: AsyncConnection) -> int:
    """Grows with every change that can be seen."""
    return await connection.scalar(select(ledger.c.version).where(ledger.c.id == 1)) or 0


async def page(
    connection: AsyncConnection, wanted: Wanted, order: Order, after: After | None, limit: int
) -> list[Line]:
    """Projects in this order, behind the place `after`."""
    found = await connection.execute(selected(connection, wanted, order, after, limit))
    return [Line(*row) for row in found]


def selected(connection: AsyncConnection, wanted: Wanted, order: Order, after: After | None, limit: int) -> Select[Any]:
    """The query of a page."""
    column, falls = _ORDERS[order]
    number = projects.c.number
    some = select(number, projects.c.id, column.label("at")).where(*conditions(connection, wanted))
    if after is not None:
        seen = tuple_(literal(after.at, column.type), literal(after.number, number.type))
        some = some.where(tuple_(column, number) < seen if falls else tuple_(column, number) > seen)
    some = some.order_by(*((column.desc(), number.desc()) if falls else (column, number))).limit(limit)
    few = some.subquery()
    return (
        select(few.c.number, few.c.id, few.c.at, project_bodies.c.line)
        .join_from(few, project_bodies, project_bodies.c.number == few.c.number)
        .order_by(*((few.c.at.desc(), few.c.number.desc()) if falls else (few.c.at, few.c.number)))
    )


async def one(connection: AsyncConnection, id_: str) -> bytes | None:
    """The JSON of a project's ProjectView."""
    query = select(project_bodies.c.body).join_from(projects, project_bodies).where(projects.c.id == id_)
    return await connection.scalar(query)


async def some(connection: AsyncConnection, ids: Collection[str]) -> dict[str, bytes]:
    """The lines of projects by their ids."""
    query = select(projects.c.id, project_bodies.c.line).join_from(projects, project_bodies)
    return {row[0]: row[1] for row in await connection.execute(query.where(projects.c.id.in_(ids)))}


async def articles(connection: AsyncConnection, id_: str) -> list[Row]:
    """The articles that tell of a project, the oldest first, with their records."""
    story = func.coalesce(_FIRST.c.content_sha256, documents.c.content_sha256)
    columns = (mentions.c.record, documents.c.id.label("document"), story.label("story"))
    query = (
        select(*columns, *(documents.c[name] for name in ("title", "outlet", "published", "source")))
        .join_from(mentions, records, records.c.id == mentions.c.record)
        .join(documents, documents.c.id == records.c.document_id)
        .outerjoin(_FIRST, documents.c.near_duplicate_of == _FIRST.c.id)
        .where(mentions.c.project == id_, mentions.c.standing)
        .order_by(mentions.c.day, mentions.c.record)
    )
    found = await connection.execute(query)
    return [{str(name): value for name, value in row.items()} for row in found.mappings()]


async def redirect(connection: AsyncConnection, id_: str) -> str | None:
    """The project into which this one went."""
    return await connection.scalar(select(redirects_table.c.new).where(redirects_table.c.old == id_))


async def changes(connection: AsyncConnection, after: int, limit: int, project: str | None = None) -> list[Change]:
    """What changed since the change `after`, in order."""
    query = select(*(project_changes.c[name] for name in Change._fields)).where(project_changes.c.id > after)
    if project is not None:
        query = query.where(project_changes.c.project == project)
    found = await connection.execute(query.order_by(project_changes.c.id).limit(limit))
    return [Change(id_, at, one, kind, tuple(fields), other) for id_, at, one, kind, fields, other in found]


async def head(connection: AsyncConnection) -> int:
    """The id of the newest change, 0 where there is none."""
    return await connection.scalar(select(func.max(project_changes.c.id))) or 0


def conditions(connection: AsyncConnection, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is wanted, for the table `projects`."""
    c = projects.c
    asked: list[ColumnElement[bool]] = []
    for column, values in ((c.status, wanted.statuses), (c.stage, wanted.stages), (c.section, wanted.sections)):
        if values is not None:
            asked.append(column.in_(values))
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
    for column, since, until in ((c.latest, wanted.since, wanted.until), (c.due, wanted.due_since, wanted.due_until)):
        if since is not None:
            asked.append(column >= since)
        if until is not None:
            asked.append(column <= until)
    if wanted.reached is not None or wanted.reached_since is not None or wanted.reached_until is not None:
        asked.append(c.number.in_(_reached(wanted)))
    if wanted.words is not None:
        asked += [part for word in wanted.words.lower().split() for part in _says(connection, c.words, word)]
    if wanted.owner is not None:
        asked += _says(connection, c.owners, wanted.owner.lower().strip())
    return asked


def _has(connection: AsyncConnection, column: ColumnElement[Any], *words: str) -> ColumnElement[bool]:
    """Whether a column of Terms has all these words."""
    if connection.dialect.name == "postgresql":
        return column.op("@>", is_comparison=True)(literal(words, column.type))
    lines = [func.instr(column, f"\n{word}\n") > 0 for word in words]
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


def _says(connection: AsyncConnection, column: ColumnElement[str], word: str) -> list[ColumnElement[bool]]:
    """Whether a text has this part: those that have its pairs are looked at."""
    try:
        word.encode()
    except UnicodeEncodeError:  # half a character is in no text
        return [false()]
    found = pairs(word)
    asked: list[ColumnElement[bool]] = [column.contains(word, autoescape=True)]
    if found and connection.dialect.name == "postgresql":
        asked.append(_has(connection, projects.c.terms, *found))
    elif found:
        match = text("SELECT rowid FROM project_terms WHERE project_terms MATCH :pairs")
        wanted: BindParameter[str] = bindparam("pairs", " ".join(f'"{pair}"' for pair in found), unique=True)
        asked.append(projects.c.number.in_(match.bindparams(wanted).columns(sql_column("rowid", Integer))))
    return asked


def _within(amount: Decimal, rounding: str) -> Decimal:
    return min(max(amount, -LIMIT), LIMIT).quantize(_STEP, rounding)
