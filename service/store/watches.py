"""Watches: saved filters of projects, and who is told of what changes in them."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.errors import GuatuError, NotFound
from service.store.database import among
from service.store.tables import projects, watches, webhooks
from service.store.wanted import Wanted, conditions

MOST = 200
"""So many watches there may be: each that has webhooks is looked at whenever projects change."""
_WANTED = TypeAdapter(Wanted)


class TooMany(GuatuError):
    """There are as many watches as there may be; remove one first."""


@dataclass(frozen=True)
class Watch:
    """A watch as it is stored: `filters` as they were given, `wanted` what that means."""

    id: int
    name: str
    filters: Mapping[str, Any]
    wanted: Wanted
    created_at: dt.datetime


class Listeners(NamedTuple):
    """The webhooks that are told of what changes in a watch."""

    wanted: Wanted
    webhooks: tuple[int, ...]


def _watch(row: RowMapping) -> Watch:
    kept = row["filters"]
    return Watch(row["id"], row["name"], kept["given"], _WANTED.validate_python(kept["wanted"]), row["created_at"])


def filters_of(given: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Filters as they are stored: as they were given, and what that meant."""
    return {"given": dict(given), "wanted": _WANTED.dump_python(wanted, mode="json", exclude_none=True)}


async def add(connection: AsyncConnection, name: str, filters: Mapping[str, Any], now: dt.datetime) -> Watch:
    """Store a new watch (`filters` by `filters_of`). TooMany where there are MOST already."""
    if (await connection.scalar(select(func.count()).select_from(watches)) or 0) >= MOST:
        raise TooMany(f"there are {MOST} watches, as many as there may be: remove one first")
    row = {"name": name, "filters": filters, "created_at": now}
    return _watch((await connection.execute(insert(watches).values(row).returning(watches))).mappings().one())


async def one(connection: AsyncConnection, id_: int, *, hold: bool = False) -> Watch:
    """NotFound where there is none. With `hold` it cannot be removed before the transaction ends."""
    query = select(watches).where(watches.c.id == id_)
    query = query.with_for_update(read=True, key_share=True) if hold else query
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise NotFound(f"there is no watch {id_}")
    return _watch(row)


async def all_of_them(connection: AsyncConnection) -> list[Watch]:
    """In the order in which they were made."""
    return [_watch(row) for row in (await connection.execute(select(watches).order_by(watches.c.id))).mappings()]


async def change(connection: AsyncConnection, id_: int, **values: object) -> Watch:
    """Change `name` or `filters`; NotFound where there is none."""
    if values:
        await connection.execute(update(watches).where(watches.c.id == id_).values(**values))
    return await one(connection, id_)


async def remove(connection: AsyncConnection, id_: int) -> None:
    """Remove a watch with its webhooks and all that waits for these; NotFound where there is none."""
    if not (await connection.execute(delete(watches).where(watches.c.id == id_))).rowcount:
        raise NotFound(f"there is no watch {id_}")
    await connection.execute(delete(webhooks).where(webhooks.c.watch_id == id_))


async def listeners(connection: AsyncConnection) -> dict[int, Listeners]:
    """The active webhooks of watches, by the watch; most often none."""
    query = select(webhooks.c.id, webhooks.c.watch_id).where(
        webhooks.c.watch_id.is_not(None), webhooks.c.state == "active"
    )
    # FOR KEY SHARE: a webhook that is being removed meanwhile must not fail the transaction of the ledger
    hooks = (await connection.execute(query.with_for_update(read=True, key_share=True))).all()
    if not hooks:
        return {}
    return {
        watch.id: Listeners(watch.wanted, told)
        for watch in await all_of_them(connection)
        if (told := tuple(hook.id for hook in hooks if hook.watch_id == watch.id))
    }


async def having(connection: AsyncConnection, wanted: Wanted, ids: Collection[str]) -> set[str]:
    """Which of these projects are meant, as they are stored now."""
    meant = conditions(connection, wanted, indexed=False)
    return set(await connection.scalars(select(projects.c.id).where(among(connection, projects.c.id, ids), *meant)))
