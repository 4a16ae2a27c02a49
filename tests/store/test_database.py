"""How a database is opened and written."""

import asyncio

import pytest
from sqlalchemy import text

from service.store.database import Database, Unwritable


async def test_sqlite_is_set_up(sqlite: Database) -> None:
    """SQLite writes ahead, checks foreign keys and waits for a writer instead of failing."""
    async with sqlite.reading() as connection:
        found = {
            pragma: await connection.scalar(text(f"PRAGMA {pragma}"))
            for pragma in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000, "synchronous": 1}


async def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    """What was written before an error in the same transaction is not there afterwards."""
    add = text("INSERT INTO failures VALUES ('a', 'r', 'm', 1, '2024-01-01 00:00:00', '2024-01-01 00:00:00')")

    async def write_and_fail() -> None:
        async with database.writing() as connection:
            await connection.execute(add)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM failures")) == 0


async def test_writers_take_turns(database: Database) -> None:
    """Writers that read first and write what they computed never overwrite each other."""
    async with database.writing() as connection:
        await connection.execute(
            text("INSERT INTO failures VALUES ('a', 'r', 'm', 0, '2024-01-01 00:00:00', '2024-01-01 00:00:00')")
        )

    async def add_one() -> None:
        async with database.writing() as connection:
            tries = await connection.scalar(text("SELECT tries FROM failures"))
            await asyncio.sleep(0.005)
            await connection.execute(text("UPDATE failures SET tries = :tries"), {"tries": tries + 1})

    await asyncio.gather(*(add_one() for _ in range(10)))
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT tries FROM failures")) == 10


async def test_a_row_at_fault_is_told_from_a_database_at_fault(database: Database) -> None:
    """A value that no database takes is the row's fault, whichever driver notices."""

    async def write() -> None:
        async with database.writing() as connection:
            await connection.execute(text("UPDATE failures SET reason = :reason"), {"reason": "\ud800"})

    with pytest.raises(Unwritable):
        await write()
