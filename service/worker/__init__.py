"""The worker: what runs beside the API and never ends. Documents that wait are read and written; sources are looked at;
webhooks are told.

How to add a coroutine that runs in the background of every worker: write it in a file of its own,

    async def poll(worker: Worker) -> None:
        async with listening(worker.database, "sources") as bell:
            while not worker.stopping.is_set():
                ...                                  # work that is claimed under `worker.name`, each bit of it leased
                await worker.wait(bell, seconds=5)   # until it rings, the time is over, or the worker stops

and name it in `service.worker.background`. It ends by itself once `worker.stopping` is set: what it has at work then may be
finished, within the seconds that GUATU_DRAIN_SECONDS allows, after which it is cancelled. Where it raises, the error is
logged and it is started again, later each time; so it need not guard against a database that is restarted, except where
it has something in its hands that it would lose: `worker.insist` does.
"""

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from service.errors import RetryLater
from service.store.bell import Bell
from service.store.database import Database

_log = structlog.get_logger()
_Result = TypeVar("_Result")
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
"""Seconds between two tries to use a database that does not answer."""


@dataclass(kw_only=True)
class Worker:
    """What every part of one worker shares. `counts` is what it has done since its start, shown with its sign of life."""

    name: str
    """host:pid:random; what it claims carries this name."""
    database: Database
    now: Callable[[], dt.datetime]
    counts: Counter[str] = field(default_factory=Counter)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _cut_off: bool = False

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the worker stops."""
        await self._until_stopping(asyncio.sleep(seconds))

    async def wait(self, bell: Bell, seconds: float) -> None:
        """Wait until the bell rings, the time is over or the worker stops."""
        await self._until_stopping(bell.wait(seconds))

    async def _until_stopping(self, something: Awaitable[object]) -> None:
        waits = {asyncio.ensure_future(something), asyncio.ensure_future(self.stopping.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def insist(self, call: Callable[[], Awaitable[_Result]]) -> _Result:
        """What `call` gives, however long the database does not answer; that is logged once, whoever meets it first."""
        wait = FIRST_WAIT
        while True:
            try:
                result = await call()
            except RetryLater as error:
                if not self._cut_off:
                    self._cut_off = True
                    _log.warning("database_lost", error=str(error))
                await asyncio.sleep(wait * random.uniform(0.5, 1))
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                if self._cut_off:
                    self._cut_off = False
                    _log.info("database_back")
                return result


Background = Callable[[Worker], Awaitable[None]]
