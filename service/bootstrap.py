"""The only place that builds everything from the settings."""

import datetime as dt
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from service import settings
from service.errors import GuatuError, NotFound
from service.pipeline.pool import Pool
from service.store import migrate
from service.store.database import Database, Storage

_UNFIT = {
    "empty": "the database has no tables yet: run guatu migrate",
    "behind": "the database is of an older Guatu: run guatu migrate",
    "unknown": "the database is of a newer Guatu than this one: install that one",
}


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def workers(count: int | None = None) -> Pool:
    """The worker processes of the settings, `count` of them where it is given."""
    chosen = settings.load()
    return Pool(count or chosen.workers, chosen.document_seconds, chosen.worker_megabytes)


@asynccontextmanager
async def database(*, ready: bool = True, create: bool = False) -> AsyncIterator[Database]:
    """The database of the settings, closed in the end.

    With `ready` its tables are this Guatu's; GuatuError says what to do where they are not. An SQLite file that does not
    exist is made with `create`, and without it NotFound.
    """
    opened = Database(settings.load().database_url.full)
    try:
        if ready and not create and opened.file and not opened.file.exists():
            raise NotFound(f"there is no database {opened.file} yet: guatu replay PATH makes one")
        fit = await migrate.fit(opened) if ready else "current"
        if fit == "empty" and create and opened.file:
            await migrate.upgrade(opened)
        elif fit != "current":
            raise GuatuError(_UNFIT[fit])
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def rehearsal() -> AsyncIterator[Storage]:
    """What is in the database of the settings, to be written to in vain; an SQLite file that does not exist is not made."""
    file = Database(settings.load().database_url.full).file
    if file and not file.exists():
        with tempfile.TemporaryDirectory(prefix="guatu-") as folder:
            scratch = Database(f"sqlite+aiosqlite:///{Path(folder) / 'guatu.db'}")
            try:
                await migrate.upgrade(scratch)
                yield scratch
            finally:
                await scratch.close()
        return
    async with database() as opened, opened.rehearsal() as storage:
        yield storage
