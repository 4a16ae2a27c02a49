"""SQLite as the store uses it: its settings, how a transaction begins, and a statement in one turn of the driver's thread.

SQLAlchemy's cursor for aiosqlite takes four turns for a statement (open, run, fetch, close). Each costs a turn of the event
loop too, and under load that takes longer than the query.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.engine import Connection as SyncConnection
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import Dialect

WRITES = "guatu_writes"
"""The execution option of a connection whose transactions write."""
_BUSY_MS = 30_000
_CACHE_KIB = 16_384
_WAL_PAGES = 4000
"""Pages in the log before they are copied into the file: what is written again and again is copied once."""
_SETTINGS = (
    f"busy_timeout = {_BUSY_MS}",
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    f"cache_size = -{_CACHE_KIB}",
    f"wal_autocheckpoint = {_WAL_PAGES}",
)


def attend(engine: Engine) -> None:
    """Make the engine's connections ours."""
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", _settle)
    event.listen(engine, "begin", _begin)


class _Done(NamedTuple):
    """What is known of a statement that has run."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()

    def __init__(self, connection: "_Connection") -> None:
        self._adapt_connection = connection
        self._connection = connection._connection
        self._soft_closed_memoized: Any = {}
        self._cursor: Any = _Done()
        self._rows = deque()

    async def _async_soft_close(self) -> None:
        """It was closed when it had run."""

    def close(self) -> None:
        self._rows.clear()

    async def _execute_async(self, operation: Any, parameters: Any) -> None:  # noqa: ANN401 - as the base class has it
        await self._run(sqlite3.Cursor.execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:  # noqa: ANN401
        await self._run(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    async def _run(self, method: Callable[..., object], *given: Any) -> None:  # noqa: ANN401 - of a statement
        adapted: Any = self._adapt_connection
        driver: Any = self._connection
        async with adapted._execute_mutex:
            begin, adapted.begin = adapted.begin, None
            self._cursor, rows = await driver._execute(_ran, driver._conn, begin, method, given)
            self._rows = deque(rows)


def _ran(
    connection: sqlite3.Connection, begin: str | None, method: Callable[..., object], given: Sequence[Any]
) -> tuple[_Done, list[Any]]:
    if begin:
        connection.execute(begin)
    cursor = connection.cursor()
    try:
        method(cursor, *given)
        rows = cursor.fetchall() if cursor.description else []
        return _Done(cursor.description, cursor.rowcount, cursor.lastrowid), rows
    finally:
        cursor.close()


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ("begin",)

    _cursor_cls: Any = _Cursor
    begin: str | None
    """How the transaction begins, together with its first statement; None where it has begun."""

    def rollback(self) -> None:
        if self.begin is None:
            super().rollback()
        self.begin = None

    def commit(self) -> None:
        if self.begin is None:
            super().commit()
        self.begin = None


def _connect(dialect: Dialect, _record: object, given: list[Any], named: dict[str, Any]) -> _Connection:
    opened: Any = dialect.connect(*given, **named)
    connection = _Connection(opened.dbapi, opened._connection)
    connection.begin = None
    return connection


def _settle(connection: Any, _record: object) -> None:  # noqa: ANN401 - a `_Connection`, closed by the pool where this is cut off
    connection.isolation_level = None  # the driver's own BEGIN comes too late for a consistent read
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: SyncConnection) -> None:
    # a transaction that reads first and writes later would fail at once where another has written meanwhile
    if connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        ours: Any = connection.connection.dbapi_connection
        ours.begin = "BEGIN"
