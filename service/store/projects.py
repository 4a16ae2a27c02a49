"""The projects of the ledger as people ask for them: filtered, sorted, counted, and followed as they change.

A page is asked for by the place of the last project seen, so that what comes in meanwhile neither shifts nor repeats
anything. Every query is answered from an index.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.postgresql import by_index
from service.store.rows import LEVELS, Row
from service.store.tables import (
    documents,
    ledger,
    mentions,
    project_bodies,
    project_changes,
    projects,
    records,
)
from service.store.tables import redirects as redirects_table
from service.store.wanted import Wanted as Wanted
from service.store.wanted import between, costing
from service.store.wanted import conditions as conditions

WINDOW = 4000
"""Projects that are looked at one after another."""
_FIRST = documents.alias("first")
Order = Literal["latest", "investment", "name", "first"]
_ORDERS: Mapping[str, tuple[Any, bool]] = {
    "latest": (projects.c.latest, True),
    "investment": (projects.c.investment_order, True),
    "name": (projects.c.name, False),
    "first": (projects.c.first, True),
}
"""The column of each order, and whether the largest comes first."""


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
    """Projects in this order, behind the place `after`.

    Where several things are asked for, no planner can know how far apart the projects are that have them all. So it is
    looked whether the next WINDOW in this order have enough of them; where not, they are few, or far, and are sorted.
    """
    await by_index(connection)
    if _in_order(wanted, order):
        return await _lines(connection, in_order(connection, wanted, order, after, limit))
    found = await _lines(connection, in_window(connection, wanted, order, after, limit))
    if len(found) == limit:
        return found
    return await _lines(connection, sorted_out(connection, wanted, order, after, limit))


async def _lines(connection: AsyncConnection, query: Select[Any]) -> list[Line]:
    return [Line(*row) for row in await connection.execute(query)]


def _in_order(wanted: Wanted, order: Order) -> bool:
    """Whether an index has just what is asked for in this order."""
    own = {"latest": ("since", "until"), "investment": ("minimum", "maximum")}.get(order, ())
    asked = {field.name: value for field in fields(wanted) if (value := getattr(wanted, field.name)) is not None}
    rest = {name: value for name, value in asked.items() if name not in own}
    if not rest:
        return True
    (name, value), *more = rest.items()
    return order == "latest" and not more and name in ("places", "statuses", "stages", "sections") and len(value) == 1


def in_order(connection: AsyncConnection, wanted: Wanted, order: Order, after: After | None, limit: int) -> Select[Any]:
    """The query of a page that an index has in this order."""
    column, falls = _ORDERS[order]
    some = select(projects.c.number, projects.c.id, column.label("at"))
    some = some.where(*_behind(order, after), *conditions(connection, wanted, indexed=False))
    return _shown(some.order_by(*_sorting(column, projects.c.number, falls)).limit(limit), falls)


def in_window(
    connection: AsyncConnection, wanted: Wanted, order: Order, after: After | None, limit: int
) -> Select[Any]:
    """The query of those of the next WINDOW projects that are meant."""
    column, falls = _ORDERS[order]
    few = select(projects).where(*_behind(order, after), *_ahead(wanted, order))
    c = few.order_by(*_sorting(column, projects.c.number, falls)).limit(WINDOW).subquery().c
    at = c[column.name]
    some = select(c.number, c.id, at.label("at")).where(*conditions(connection, wanted, c, indexed=False))
    return _shown(some.order_by(*_sorting(at, c.number, falls)).limit(limit), falls)


def sorted_out(
    connection: AsyncConnection, wanted: Wanted, order: Order, after: After | None, limit: int
) -> Select[Any]:
    """The query of a page out of all that are meant, which are found first (the offset is a fence for the planner)."""
    column, falls = _ORDERS[order]
    some = select(projects.c.number, projects.c.id, column.label("at"))
    c = some.where(*_behind(order, after), *conditions(connection, wanted)).offset(0).subquery().c
    return _shown(select(c.number, c.id, c.at).order_by(*_sorting(c.at, c.number, falls)).limit(limit), falls)


def _shown(some: Select[Any], falls: bool) -> Select[Any]:
    """These with their lines."""
    few = some.subquery().c
    query = select(few.number, few.id, few.at, project_bodies.c.line)
    query = query.join(project_bodies, project_bodies.c.number == few.number)
    return query.order_by(*_sorting(few.at, few.number, falls))


def _behind(order: Order, after: After | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    column, falls = _ORDERS[order]
    at = tuple_(literal(after.at, column.type), literal(after.number, projects.c.number.type))
    here = tuple_(column, projects.c.number)
    return [here < at if falls else here > at]


def _sorting(column: ColumnElement[Any], number: ColumnElement[int], falls: bool) -> tuple[ColumnElement[Any], ...]:
    return (column.desc(), number.desc()) if falls else (column, number)


def _ahead(wanted: Wanted, order: Order) -> list[ColumnElement[bool]]:
    """What an index in this order has: its own range, and with the latest first one division."""
    if order == "investment":
        return costing(wanted)
    if order != "latest":
        return []
    asked = between(projects.c.latest, wanted.since, wanted.until)
    if wanted.places is not None and len(wanted.places) == 1:
        level = max(wanted.places[0], key=LEVELS.index)
        asked.append(projects.c[level] == wanted.places[0][level])
    return asked


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


async def changes(
    connection: AsyncConnection, after: int, limit: int | None, project: str | None = None
) -> list[Change]:
    """What changed since the change `after`, in order; without a limit, all."""
    query = select(*(project_changes.c[name] for name in Change._fields)).where(project_changes.c.id > after)
    if project is not None:
        query = query.where(project_changes.c.project == project)
    found = await connection.execute(query.order_by(project_changes.c.id).limit(limit))
    return [Change(id_, at, one, kind, tuple(named), other) for id_, at, one, kind, named, other in found]


async def head(connection: AsyncConnection) -> int:
    """The id of the newest change, 0 where there is none."""
    return await connection.scalar(select(func.max(project_changes.c.id))) or 0
