"""The lists of the ledger that are not in an order of projects: what moved in a time, and what was due in it."""

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Integer, Select, exists, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store import projects as asking
from service.store.database import one_of
from service.store.projects import Wanted
from service.store.regions import among_divisions
from service.store.tables import project_bodies, project_steps, projects


class Move(NamedTuple):
    """A step of a project: `ordinal` is its place in the timeline of the ProjectView, of which `body` is the JSON; `line`
    is what lists show of the project."""

    since: dt.date
    number: int
    ordinal: int
    id: str
    line: bytes
    body: bytes


class Due(NamedTuple):
    """A project whose completion is announced: `due` is the last day of the announced period, `outcome` what came of it."""

    due: dt.date
    number: int
    outcome: str
    id: str
    line: bytes
    body: bytes


async def moves(
    connection: AsyncConnection,
    codes: Collection[str] | None,
    since: dt.date | None,
    until: dt.date | None,
    industry: str | None,
    before: tuple[dt.date, int, int] | None,
    limit: int,
) -> list[Move]:
    """The steps that moved projects within these days, the latest first; `before` is the place of the last one seen."""
    c = project_steps.c
    asked: list[ColumnElement[bool]] = [c.moves]
    if codes is not None:
        asked.append(among_divisions(c.region_code, codes))
    if since is not None:
        asked.append(c.since >= since)
    if until is not None:
        asked += [c.since <= until, c.until <= until]
    if industry is not None:
        of_it = asking.conditions(connection, Wanted(industry=industry))
        asked.append(exists().where(projects.c.number == c.number, *of_it).correlate(project_steps))
    if before is not None:
        place = tuple_(literal(before[0], Date), literal(before[1], Integer), literal(before[2], Integer))
        asked.append(tuple_(c.since, c.number, c.ordinal) < place)
    steps = select(c.since, c.number, c.ordinal).where(*asked)
    some = steps.order_by(c.since.desc(), c.number.desc(), c.ordinal.desc()).limit(limit).subquery()
    query = shown_of(some, some.c.since, some.c.number, some.c.ordinal)
    query = query.order_by(some.c.since.desc(), some.c.number.desc(), some.c.ordinal.desc())
    return [Move(*row) for row in await connection.execute(query)]


async def due(
    connection: AsyncConnection,
    wanted: Wanted,
    outcomes: Collection[str] | None,
    after: tuple[dt.date, int] | None,
    limit: int,
) -> list[Due]:
    """The projects that are meant and of which a completion is announced, the earliest first; `after` is the place of the
    last one seen."""
    c = projects.c
    asked = [c.due.is_not(None), *asking.conditions(connection, wanted)]
    if outcomes is not None:
        asked.append(c.outcome.in_(outcomes))
    if after is not None:
        asked.append(tuple_(c.due, c.number) > tuple_(literal(after[0], Date), literal(after[1], Integer)))
    some = select(c.due, c.number, c.outcome).where(*asked).order_by(c.due, c.number).limit(limit).subquery()
    query = shown_of(some, some.c.due, some.c.number, some.c.outcome).order_by(some.c.due, some.c.number)
    return [Due(*row) for row in await connection.execute(query)]


def shown_of(some: Any, *columns: ColumnElement[Any]) -> Select[Any]:  # noqa: ANN401 - a subquery
    """The columns with what is shown of the projects `some.number`."""
    shown = (projects.c.id, project_bodies.c.line, project_bodies.c.body)
    query = select(*columns, *shown).join_from(some, projects, projects.c.number == some.c.number)
    return query.join(project_bodies, project_bodies.c.number == some.c.number)


async def bodies(connection: AsyncConnection, numbers: Collection[int]) -> dict[int, bytes]:
    """The JSON of the ProjectViews of projects, by their numbers."""
    c = project_bodies.c
    found = await connection.execute(select(c.number, c.body).where(one_of(connection, c.number, numbers)))
    return {row.number: row.body for row in found}
