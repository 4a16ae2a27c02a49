"""Projects to be exported: all that are meant, a page after another in the order of their numbers, which never change, so
that each that is there all the while comes exactly once; and those that changed last."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.database import among
from service.store.tables import documents, mentions, project_bodies, project_changes, projects, records
from service.store.wanted import Wanted, conditions

_FIRST = documents.alias("first")
_RECENT = 2000
"""So many changes are looked at for projects that changed without news."""


class Whole(NamedTuple):
    """A project: `body` is the JSON of its ProjectView."""

    number: int
    id: str
    changed: dt.datetime
    body: bytes


class Told(NamedTuple):
    """An article that tells of a project."""

    record: int
    document: int
    story: str
    title: str | None
    outlet: str | None
    published: dt.date | None
    source: str | None


_WHOLE = (projects.c.number, projects.c.id, projects.c.changed_at, project_bodies.c.body)


async def page(connection: AsyncConnection, wanted: Wanted, after: int, limit: int) -> list[Whole]:
    """The next projects behind the number `after`."""
    number = projects.c.number
    few = select(number).where(number > after, *conditions(connection, wanted)).order_by(number).limit(limit)
    query = select(*_WHOLE).join_from(projects, project_bodies).where(number.in_(few)).order_by(number)
    return [Whole(*row) for row in await connection.execute(query)]


async def newest(connection: AsyncConnection, wanted: Wanted, limit: int) -> list[Whole]:
    """The projects that changed last: of those with the latest news and those of the last changes of the ledger."""
    latest = (projects.c.latest.desc(), projects.c.number.desc())
    asked = conditions(connection, wanted)
    news = list(await connection.scalars(select(projects.c.number).where(*asked).order_by(*latest).limit(limit)))
    last = select(project_changes.c.project).order_by(project_changes.c.id.desc()).limit(_RECENT).subquery()
    moved = select(projects.c.number).where(projects.c.id.in_(select(last.c.project)), *asked)
    moved = moved.order_by(projects.c.changed_at.desc(), projects.c.number.desc()).limit(limit)
    numbers = {*news, *await connection.scalars(moved)}
    query = select(*_WHOLE).join_from(projects, project_bodies).where(projects.c.number.in_(numbers))
    query = query.order_by(projects.c.changed_at.desc(), projects.c.number.desc()).limit(limit)
    return [Whole(*row) for row in await connection.execute(query)]


async def articles(connection: AsyncConnection, ids: Collection[str]) -> dict[str, list[Told]]:
    """The articles that tell of projects, by the ids of these, the oldest first."""
    story = func.coalesce(_FIRST.c.content_sha256, documents.c.content_sha256)
    told = [documents.c[name] for name in ("title", "outlet", "published", "source")]
    query = (
        select(mentions.c.project, mentions.c.record, documents.c.id, story, *told)
        .join_from(mentions, records, records.c.id == mentions.c.record)
        .join(documents, documents.c.id == records.c.document_id)
        .outerjoin(_FIRST, documents.c.near_duplicate_of == _FIRST.c.id)
        .where(among(connection, mentions.c.project, ids), mentions.c.standing)
        .order_by(mentions.c.day, mentions.c.record)
    )
    found: dict[str, list[Told]] = defaultdict(list)
    for project, *row in await connection.execute(query):
        found[project].append(Told(*row))
    return found


async def asof(connection: AsyncConnection) -> dt.datetime | None:
    """When the ledger changed last; None where it never did."""
    query = select(project_changes.c.at).order_by(project_changes.c.id.desc()).limit(1)
    return await connection.scalar(query)
