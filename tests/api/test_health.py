"""Liveness and readiness."""

import asyncio
import datetime as dt

import pytest
from sqlalchemy import insert

from service.store.database import Database
from service.store.migrate import downgrade
from service.store.tables import workers
from tests.api.framed import framed


async def seen(database: Database, ago: float) -> None:
    """A worker that gave a sign of life so many seconds ago."""
    moment = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=ago)
    row = {"name": f"w{ago}", "started_at": moment, "seen_at": moment, "counts": {}}
    async with database.changing() as connection:
        await connection.execute(insert(workers).values(row))


async def test_alive_without_a_database(sqlite: Database) -> None:
    """Liveness needs no key and no database."""
    async with framed(sqlite, open_reading=False) as served:
        assert sqlite.file
        await asyncio.to_thread(sqlite.file.write_bytes, b"no database")
        async with served.client.get("/healthz") as response:
            assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_ready(database: Database) -> None:
    """Ready is: the database answers, its tables are of this version, and a worker has been seen of late."""
    async with framed(database, open_reading=False) as served:
        await seen(database, 3600)
        async with served.client.get("/readyz") as response:
            assert response.status == 503
            assert (await response.json())["errors"][0]["check"] == "worker"
        await seen(database, 1)
        async with served.client.get("/readyz") as response:
            assert (response.status, await response.json()) == (200, {"status": "ready", "workers": 1})
        await downgrade(database)
        async with served.client.get("/readyz") as response:
            assert response.status == 503
            assert (await response.json())["errors"][0]["check"] == "migrations"


@pytest.mark.parametrize("url", ["sqlite+aiosqlite:////nowhere/at/all.db", "postgresql+asyncpg://x@127.0.0.1:1/x"])
async def test_database_away(url: str) -> None:
    """Without its database the service is not ready, and says so without naming it."""
    database = Database(url)
    async with framed(database) as served, served.client.get("/readyz") as response:
        problem = await response.json()
        assert (response.status, problem["errors"][0]["check"]) == (503, "database")
        assert "nowhere" not in str(problem)
    await database.close()
