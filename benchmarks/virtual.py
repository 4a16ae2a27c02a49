"""An event loop whose time jumps to the next thing that is waited for: a day of real code passes in minutes.

Time stands still while a database works, which does so in threads of its own; what else goes to threads is done at once.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import aiosqlite

_T = TypeVar("_T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its `time()` is virtual."""

    def __init__(self) -> None:
        super().__init__(_Selector(self))
        self.virtual = 0.0
        self.working = 0
        """Calls of a database that are under way."""

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
        waits = timeout is None or timeout > 0
        found = super().select(1 if waits and (self._loop.working or timeout is None) else 0)
        if not found and timeout and not self._loop.working:
            self._loop.virtual += timeout
        return found


def _counted(method: Callable[..., Coroutine[Any, Any, _T]]) -> Callable[..., Coroutine[Any, Any, _T]]:
    async def call(*args: object, **options: object) -> _T:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.working += 1
        try:
            return await method(*args, **options)
        finally:
            loop.working -= 1

    return call


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run in virtual time."""
    kept = {name: getattr(aiosqlite.Connection, name) for name in ("_execute", "_connect", "close")}
    for name, method in kept.items():
        setattr(aiosqlite.Connection, name, _counted(method))
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(main)
    finally:
        for name, method in kept.items():
            setattr(aiosqlite.Connection, name, method)
