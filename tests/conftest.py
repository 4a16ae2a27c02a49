"""What several rooms' tests need: an empty database of each kind, migrated or not."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from service.store.database import Database
from service.store.migrate import upgrade
from tests.postgres import REQUIRED, binaries, server


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


@pytest.fixture
async def database(empty_database: Database) -> Database:
    """A database with all its tables, empty."""
    await upgrade(empty_database)
    return empty_database


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated SQLite file, for what does not depend on the kind of database."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/guatu.db")
    await upgrade(database)
    yield database
    await database.close()
