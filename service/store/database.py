"""One database: the engine, and the two ways to use it (reading, writing)."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Protocol

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    any_,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from service.errors import GuatuError, RetryLater
from service.store import postgresql, sqlite


class Unwritable(GuatuError):
    """A row is at fault, and not the database: nothing of its transaction is kept; without it the rest can be."""


Connection = AsyncConnection
"""What the functions of the store work on: one transaction."""


class Storage(Protocol):
    """Something to read and write rows in."""

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection for queries: one consistent view until it closes."""

    def writing(self, *, keep: bool = True) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction, alone among the writers: all is kept, or nothing where the block raises or `keep` is off.

        Whoever adds to the log of records writes: so its ids become visible in their order.
        """

    def changing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction beside those that write, for rows that are nobody else's."""


class Database:
    """SQLite or PostgreSQL behind the same calls. `url` names an asynchronous driver."""

    def __init__(self, url: str) -> None:
        on_sqlite = url.startswith("sqlite")
        self.engine: AsyncEngine = create_async_engine(
            url,
            json_serializer=_to_json,
            json_deserializer=orjson.loads,
            connect_args={} if on_sqlite else {"server_settings": postgresql.PLANNER},
        )
        (sqlite if on_sqlite else postgresql).attend(self.engine.sync_engine)
        self._reads: dict[str, object] = {} if on_sqlite else dict(postgresql.READS)
        self._opens = False

    @property
    def name(self) -> str:
        """Its URL, without the password."""
        return self.engine.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.engine.url.database or "") if self.engine.dialect.name == "sqlite" else None

    def _probe(self) -> None:
        """Whether an SQLite file opens at all: aiosqlite's thread may outlive a failure, and then complains on its own."""
        if self.file and not self._opens:
            with closing(sqlite3.connect(self.file)) as connection:
                connection.execute("PRAGMA schema_version")
        self._opens = True

    @asynccontextmanager
    async def _connected(self, **options: object) -> AsyncIterator[AsyncConnection]:
        """A connection. What fails for want of a database is RetryLater; what is wrong with a row stays as it is."""
        try:
            self._probe()
            connection = await self.engine.connect()
        except (OSError, DBAPIError, sqlite3.Error) as error:
            raise RetryLater(f"{self.name} does not open: {_reason(error)}: check GUATU_DATABASE_URL") from error
        try:
            with _understood(self.name):
                if options:
                    await connection.execution_options(**options)
                yield connection
        finally:
            await _close(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._connected(**self._reads) as connection:
            yield connection

    @asynccontextmanager
    async def writing(self, *, keep: bool = True) -> AsyncIterator[AsyncConnection]:
        async with self._connected(**{sqlite.WRITES: True}) as connection, connection.begin() as transaction:
            await self._alone(connection)
            yield connection
            if not keep:
                await transaction.rollback()

    async def _alone(self, connection: AsyncConnection) -> None:
        """Wait until no other transaction writes, and let none until this one ends."""
        if self.engine.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": postgresql.WRITERS})

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[AsyncConnection]:
        async with self._connected(**{sqlite.WRITES: True}) as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def viewing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction of PostgreSQL with one view of the database, which may make temporary tables; nothing is kept."""
        async with self._connected(isolation_level="REPEATABLE READ") as connection, connection.begin() as transaction:
            yield connection
            await transaction.rollback()

    @asynccontextmanager
    async def rehearsal(self) -> AsyncIterator[Storage]:
        """A storage that takes everything and forgets it all when the block ends; other writers wait that long."""
        async with self._connected(**{sqlite.WRITES: True}) as connection, connection.begin() as transaction:
            await self._alone(connection)
            yield Rehearsal(connection)
            await transaction.rollback()

    async def close(self) -> None:
        await self.engine.dispose()


class Seen(Database):
    """A database in which one reads what one transaction sees."""

    def __init__(self, database: Database, connection: AsyncConnection) -> None:
        vars(self).update(vars(database))
        self._connection = connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        yield self._connection


class Rehearsal:
    """One connection that is never committed, used by one at a time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._turn:
            yield self._connection

    @asynccontextmanager
    async def writing(self, *, keep: bool = True) -> AsyncIterator[AsyncConnection]:
        with _understood("the database"):
            async with self._turn, self._connection.begin_nested() as transaction:
                yield self._connection
                if not keep:
                    await transaction.rollback()

    def changing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self.writing()


def one_of(connection: AsyncConnection, column: ColumnElement[int], numbers: Collection[int]) -> ColumnElement[bool]:
    """Whether the column is one of many numbers, which go to the database as one parameter."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(numbers), ARRAY(BigInteger)))
    return column.in_(select(func.json_each(_to_json(list(numbers))).table_valued("value").c.value))


def among(connection: AsyncConnection, column: ColumnElement[str], texts: Collection[str]) -> ColumnElement[bool]:
    """Whether the column is one of many texts, which go to the database as one parameter."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(texts), ARRAY(Text)))
    return column.in_(select(func.json_each(_to_json(list(texts))).table_valued("value").c.value))


def likely(connection: AsyncConnection, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition that most rows meet. SQLite's planner, which cannot know how few the other conditions leave, would begin
    with it and go through all of them."""
    return condition if connection.dialect.name == "postgresql" else func.likely(condition)


@contextmanager
def _understood(name: str) -> Iterator[None]:
    """Errors of a driver as what to do about them."""
    try:
        yield
    except (OverflowError, UnicodeError) as error:
        raise Unwritable(f"{type(error).__name__}: {error}") from error
    except DBAPIError as error:
        if _is_passing(error):
            raise RetryLater(f"{name} failed: {_reason(error)}: run it again, it goes on there") from error
        raise Unwritable(_reason(error)) from error


_PASSING = {"08", "25", "53", "55", "57", "58", "XX"}
"""Classes of SQLSTATE that tell of the server and of nothing that was written: connection, resources, shutdown, defects."""


def _is_passing(error: DBAPIError) -> bool:
    """Whether the same may succeed later; else what was to be written is at fault."""
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, InternalError) if state is None else state[:2] in _PASSING


async def _close(connection: AsyncConnection) -> None:
    """Give a connection back, or throw it away where its server has gone: what was committed is committed all the same."""
    try:
        # unlike close(), it goes on to its end where who waits for it is cut off meanwhile
        await connection.__aexit__(None, None, None)
    except DBAPIError:
        await connection.invalidate()


def _reason(error: Exception) -> str:
    lines = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()
    return lines[0].rpartition(">: ")[2] if lines else type(error).__name__


def _to_json(value: object) -> str:
    if isinstance(value, bytes):  # a worker made JSON of it already
        return value.decode()
    return orjson.dumps(value).decode()
