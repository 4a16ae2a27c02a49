"""The bell, on SQLite and on PostgreSQL."""

import asyncio

from sqlalchemy import insert, text

from service.store.bell import listening, ring
from service.store.database import Database
from service.store.tables import common_bands
from tests.conftest import emptied


async def test_it_rings_when_another_connection_commits(database: Database) -> None:
    """A bell rings for a topic it listens to once the transaction that rang is committed."""
    async with listening(database, "queue") as bell:
        assert await bell.wait(5)  # once at the start: what came before nobody listened
        assert not await bell.wait(0.3)
        async with database.changing() as connection:
            await connection.execute(insert(common_bands).values(band=1))
            await ring(connection, "queue")
        assert await bell.wait(5)
        assert not await bell.wait(0.3)


async def test_it_rings_again_after_the_server_cut_the_line(postgres: str) -> None:
    """A bell whose connection is lost says so by ringing, and hears what comes later."""
    database = Database(await emptied(postgres))
    async with listening(database, "records") as bell:
        assert await bell.wait(5)
        async with database.changing() as connection:
            await connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )
        assert await bell.wait(5)
        await asyncio.sleep(1.5)
        while await bell.wait(0.2):
            pass
        async with database.changing() as connection:
            await ring(connection, "records")
        assert await bell.wait(5)
    await database.close()
