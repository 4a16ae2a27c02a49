"""Files that folders gave, as they were when they were taken."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.inserts import upsert
from service.store.tables import files


class Seen(NamedTuple):
    """A file as it was: what tells that it has changed since."""

    size: int
    mtime_ns: int


async def known(connection: AsyncConnection, source_id: int, paths: Sequence[str]) -> dict[str, Seen]:
    """Those of the paths that were taken from the folder before; a thousand at most are looked up."""
    which = (files.c.source_id == source_id) & files.c.path.in_(paths)
    query = select(files.c.path, files.c.size, files.c.mtime_ns).where(which)
    return {path: Seen(size, mtime_ns) for path, size, mtime_ns in await connection.execute(query)}


async def remember(connection: AsyncConnection, source_id: int, taken: Mapping[str, Seen], now: dt.datetime) -> None:
    """Note files as taken."""
    rows = [
        {"source_id": source_id, "path": path, "size": seen.size, "mtime_ns": seen.mtime_ns, "taken_at": now}
        for path, seen in taken.items()
    ]
    if rows:
        await connection.execute(upsert(connection.dialect, files, "size", "mtime_ns", "taken_at"), rows)


async def again(connection: AsyncConnection, paths: Select[tuple[str]]) -> None:
    """Let files be taken again as they are, by the next scan of their folder."""
    await connection.execute(delete(files).where(files.c.path.in_(paths)))
