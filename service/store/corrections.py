"""What people decided about projects: kept for ever, also what was taken back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.errors import NotFound
from service.store import mentions
from service.store.database import among
from service.store.rows import Row
from service.store.tables import correction_articles, corrections


class Made(NamedTuple):
    """A correction as it is kept: `body` is its JSON but for the id. `withdrawn` is when it was taken back, by whom, why."""

    id: int
    project: str
    kind: str
    body: bytes
    made: dt.datetime
    withdrawn: dt.datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None

    @property
    def said(self) -> Row:
        """What a Correction is made of."""
        return {**orjson.loads(self.body), "id": self.id}


_MADE = select(*(corrections.c[name] for name in Made._fields))


async def add(
    connection: AsyncConnection, project: str, kind: str, body: bytes, articles: Collection[str], made: dt.datetime
) -> int:
    """Keep a correction that names these articles, and have the ledger heed it; gives its id."""
    row = {"project": project, "kind": kind, "body": body, "made": made}
    id_ = (await connection.execute(insert(corrections).returning(corrections.c.id), row)).scalar_one()
    names = [{"content_sha256": content, "correction_id": id_} for content in sorted(set(articles))]
    await connection.execute(insert(correction_articles), names)
    await mentions.touch(connection, set(articles))
    return int(id_)


async def withdraw(connection: AsyncConnection, id_: int, by: str, reason: str | None, now: dt.datetime) -> bool:
    """Take a correction back, and have the ledger forget it; False where that was done before. NotFound without one."""
    held = await one(connection, id_)
    if held.withdrawn is not None:
        return False
    values = {"withdrawn": now, "withdrawn_by": by, "withdrawn_reason": reason}
    await connection.execute(update(corrections).where(corrections.c.id == id_).values(values))
    named = select(correction_articles.c.content_sha256).where(correction_articles.c.correction_id == id_)
    await mentions.touch(connection, set(await connection.scalars(named)))
    return True


async def one(connection: AsyncConnection, id_: int) -> Made:
    """A correction; NotFound where there is none."""
    row = (await connection.execute(_MADE.where(corrections.c.id == id_))).one_or_none()
    if row is None:
        raise NotFound(f"there is no correction {id_}")
    return Made(*row)


async def page(connection: AsyncConnection, project: str | None, before: int | None, limit: int) -> list[Made]:
    """Corrections, the newest first, older than `before`; those taken back too."""
    query = _MADE.order_by(corrections.c.id.desc()).limit(limit)
    if project is not None:
        query = query.where(corrections.c.project == project)
    if before is not None:
        query = query.where(corrections.c.id < before)
    return [Made(*row) for row in await connection.execute(query)]


async def naming(connection: AsyncConnection, articles: Collection[str]) -> dict[str, list[Row]]:
    """The corrections that hold and name one of these articles, by article."""
    query = (
        select(correction_articles.c.content_sha256, *_MADE.selected_columns)
        .join_from(correction_articles, corrections)
        .where(among(connection, correction_articles.c.content_sha256, articles), corrections.c.withdrawn.is_(None))
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for content, *made in await connection.execute(query) if articles else ():
        found[content].append(Made(*made).said)
    return found
