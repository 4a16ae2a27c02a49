"""One database: the engine, and the two ways to use it (reading, writing)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from sqlalchemy import Connection, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

WRITERS = 0x67756174
"""The advisory lock of PostgreSQL that makes writers take turns, as SQLite's own write lock does."""
BUSY_MS = 30_000
CACHE_KIB = 32_768


class Database:
    """SQLite or PostgreSQL behind the same calls. `url` names an asynchronous driver."""

    def __init__(self, url: str) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url, json_serializer=_to_json, json_deserializer=orjson.loads, pool_pre_ping=not url.startswith("sqlite")
        )
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _sqlite_connect)
            event.listen(self.engine.sync_engine, "begin", _sqlite_begin)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for queries: one consistent view until it closes."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, alone among the writers: all of it is kept, or nothing when the block raises."""
        async with self.engine.connect() as connection:
            await connection.execution_options(guatu_writes=True)
            async with connection.begin():
                if self.engine.dialect.name == "postgresql":
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITERS})
                yield connection

    async def close(self) -> None:
        await self.engine.dispose()


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _sqlite_connect(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for a consistent read
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"cache_size = -{CACHE_KIB}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    # a transaction that reads first and writes later would fail at once where another has written meanwhile
    writes = connection.get_execution_options().get("guatu_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
