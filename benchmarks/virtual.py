"""An event loop whose time jumps to the next thing that is waited for: a day of real code passes in minutes.

What goes to threads elsewhere, SQLite above all, is done at once here, so that time stands still meanwhile.
"""

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.database import Database

_T = TypeVar("_T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its `time()` is virtual."""

    def __init__(self) -> None:
        super().__init__(_Selector(self))
        self.virtual = 0.0

    def time(self) -> float:
        return self.virtual

    def run_in_executor(self, executor: object, func: Callable[..., _T], *args: object) -> asyncio.Future[_T]:
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except BaseException as error:
            future.set_exception(error)
        return future


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout:
            self._loop.virtual += timeout
        return found


class OneAtATime(Database):
    """A database whose writers wait for each other in the loop: in one thread SQLite could only wait for itself."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        event.listen(self.engine.sync_engine, "connect", _little_cache)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[AsyncConnection]:
        async with self._turn, super().changing() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self, *, keep: bool = True) -> AsyncIterator[AsyncConnection]:
        async with self._turn, super().writing(keep=keep) as connection:
            yield connection


def _little_cache(connection: DBAPIConnection, _record: object) -> None:
    """SQLite's own cache grows to its limit with the file, which would hide what else grows."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA cache_size = -1024")
    cursor.close()


class _AtOnce:
    """The queue of a thread that is not there."""

    def put_nowait(self, work: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = work
        result = function()
        if future is not None:
            future.set_result(result)


class _Inline(aiosqlite.Connection):
    """SQLite without a thread."""

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        self._tx = _AtOnce()  # type: ignore[assignment]
        self._connection = self._connector()
        return self
        yield

    async def _execute(self, fn: Callable[..., _T], *args: object, **options: object) -> _T:
        return fn(*args, **options)

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run in virtual time."""
    names = ("__await__", "_execute", "close")
    kept = {name: getattr(aiosqlite.Connection, name) for name in names}
    for name in names:
        setattr(aiosqlite.Connection, name, getattr(_Inline, name))
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(main)
    finally:
        for name, method in kept.items():
            setattr(aiosqlite.Connection, name, method)
