"""What several rooms' tests need: an empty database of each kind, migrated or not."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from service.errors import RetryLater
from service.store.database import Database
from service.store.migrate import fit, upgrade
from tests.postgres import REQUIRED, binaries, server

_CLEAR = """
DO $$
DECLARE name text;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
    PERFORM setval(format('%I', name), 1, false);
  END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a running PostgreSQL, {name} in place of the database's name."""
    folder = binaries()
    if folder is None:
        if os.environ.get(REQUIRED):
            pytest.fail(f"{REQUIRED} is set and this machine has no PostgreSQL: install the package postgresql")
        pytest.skip("this machine has no PostgreSQL (the Debian package postgresql)")
    with server(folder) as url:
        yield url


async def emptied(url: str) -> str:
    """The URL of a database without tables: always the same one, since making and removing one takes longer than a test."""
    engine = create_async_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await engine.dispose()
    return url.format(name="postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/guatu.db"
    return await emptied(request.getfixturevalue("postgres"))


@pytest.fixture
async def empty_database(database_url: str) -> AsyncIterator[Database]:
    """A database without tables."""
    database = Database(database_url)
    yield database
    await database.close()


def _aside(work: Coroutine[None, None, None]) -> None:
    """Done on a loop of its own: what lives as long as the session is not bound to the loop of one test."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _upgraded(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, which takes a hundredth of the time of migrating."""
    path = tmp_path_factory.mktemp("migrated") / "guatu.db"
    _aside(_upgraded(f"sqlite+aiosqlite:///{path}"))
    return path


async def _sql(url: str, *statements: str) -> None:
    engine = create_async_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database with all its tables, empty, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "guatu.db")
        database = Database(f"sqlite+aiosqlite:///{tmp_path}/guatu.db")
        yield database
        await database.close()
        return
    database = Database(await _cleared(request.getfixturevalue("postgres")))
    yield database
    await database.close()


async def _cleared(postgres: str) -> str:
    """The URL of a migrated database without rows, always the same: emptying it takes a tenth of the time of making one."""
    url = postgres.format(name="migrated")
    try:
        database = Database(url)
        fits = await fit(database) == "current"
        await database.close()
    except RetryLater:
        await _sql(postgres, "CREATE DATABASE migrated")
        fits = False
    if not fits:
        await _sql(postgres, "DROP DATABASE migrated WITH (FORCE)", "CREATE DATABASE migrated")
        await _upgraded(url)
    await _sql(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'migrated' AND pid <> pg_backend_pid()",
        _CLEAR,
    )
    return url


@pytest.fixture
async def sqlite(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated SQLite file, for what does not depend on the kind of database."""
    shutil.copy(migrated_file, tmp_path / "guatu.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/guatu.db")
    yield database
    await database.close()
