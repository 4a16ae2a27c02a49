"""The bell: tells waiting processes that the database has something new, whoever put it there.

PostgreSQL has NOTIFY, which rings when a transaction commits. SQLite counts commits in the file itself, which costs next
to nothing to look at; it rings for whatever was written.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any, Literal

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.database import Database

_log = structlog.get_logger()

Topic = Literal["queue", "records", "sources", "deliveries", "projects"]
LOOK = 0.1
"""Seconds between two looks at an SQLite file."""


async def ring(connection: AsyncConnection, topic: Topic) -> None:
    """Ring when this transaction commits."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_notify('guatu', :topic)"), {"topic": topic})


class Bell:
    """Wakes who waits. One that has rung since the last wait wakes the next wait at once."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def strike(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Whether it rang within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


@asynccontextmanager
async def listening(database: Database, *topics: Topic) -> AsyncIterator[Bell]:
    """A bell that rings for these topics while the block runs. Where the connection is lost it rings, and listens again:
    who hears it looks for itself what is new, so nothing is missed."""
    bell = Bell()
    listen = _notified if database.engine.dialect.name == "postgresql" else _counted
    task = asyncio.create_task(listen(database, bell, frozenset(topics)))
    try:
        yield bell
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _counted(database: Database, bell: Bell, _topics: frozenset[Topic]) -> None:
    assert database.file
    with closing(sqlite3.connect(database.file)) as connection:
        seen = None
        while True:
            try:
                version = connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.OperationalError:  # busy with its log: look again
                version = None
            if version != seen:
                seen = version
                bell.strike()
            await asyncio.sleep(LOOK)


async def _notified(database: Database, bell: Bell, topics: frozenset[Topic]) -> None:
    def hear(_connection: object, _pid: int, _channel: str, topic: str) -> None:
        if topic in topics:
            bell.strike()

    while True:
        try:
            async with database.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                driver: Any = raw.driver_connection
                gone = asyncio.Event()
                driver.add_termination_listener(lambda _driver, gone=gone: gone.set())
                await driver.add_listener("guatu", hear)
                try:
                    bell.strike()
                    await gone.wait()
                finally:
                    await connection.invalidate()
        except (OSError, DBAPIError) as error:
            _log.warning("bell_lost", error=str(error).splitlines()[0])
        bell.strike()
        await asyncio.sleep(1)
