"""What this process knows of the log: where its head is, told by the bell."""

import asyncio

import structlog

from service.errors import GuatuError
from service.store import log
from service.store.bell import listening
from service.store.database import Database

LOOK = 2.0
"""Seconds after which the head is looked at again, should the bell have been missed."""
_log = structlog.get_logger()


class Change:
    """The next thing that is written. Taken before one looks, so that what comes between looking and waiting is not missed."""

    def __init__(self) -> None:
        self.came = asyncio.Event()

    async def within(self, seconds: float) -> bool:
        """Whether it came within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self.came.wait()
        except TimeoutError:
            return False
        return True


class News:
    """`head` is the id of the newest record as far as this process knows; None where the database does not answer, and then
    nothing may be told from memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._change = Change()
        self.head: int | None = None

    def next(self) -> Change:
        return self._change

    async def run(self) -> None:
        """Listen for ever."""
        async with listening(self._database, "records") as bell:
            while True:
                await self._look()
                await bell.wait(LOOK)

    async def _look(self) -> None:
        known = self.head
        try:
            async with self._database.reading() as connection:
                self.head = await log.head(connection)
        except GuatuError as error:
            if known is not None:
                _log.warning("head_unknown", error=str(error))
            self.head = None
        change, self._change = self._change, Change()
        change.came.set()
