"""What this process knows of the log and of the ledger: how far they are, told by the bell."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from service.errors import GuatuError
from service.store import log, projects
from service.store.bell import Bell, listening
from service.store.database import Connection, Database

LOOK = 2.0
"""Seconds after which the head is looked at again, should the bell have been missed."""
PAUSE = 0.2
"""Seconds after news in which no more is looked for, so that answers are not made anew for every commit of an archive."""
_log = structlog.get_logger()
Prepare = Callable[[Connection, int, int], Awaitable[None]]
"""Given a connection, and the head and the version of the ledger in its view of the database."""


class Change:
    """What comes once: the next thing that is written, or the end. Taken before one looks, so that what comes between looking
    and waiting is not missed."""

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

    def __init__(self, database: Database, head: int | None = None, ledger: int | None = None) -> None:
        self._database = database
        self._change = Change()
        self._bell: Bell | None = None
        self._over = Change()
        self._looking = asyncio.Lock()
        self.head = head
        self.ledger = ledger
        """The version of the ledger, as far as this process knows."""
        self.prepare: Prepare | None = None
        """What has to be done before what is new is told."""

    @property
    def version(self) -> tuple[int, int] | None:
        """How far the log and the ledger are; None where nothing may be told from memory."""
        return None if self.head is None or self.ledger is None else (self.head, self.ledger)

    def next(self) -> Change:
        return self._change

    async def run(self) -> None:
        """Listen until `end`. Not to be cancelled: a query that is cut off in the middle outlives the loop it began on."""
        async with listening(self._database, "records", "projects") as self._bell:
            while not self._over.came.is_set():
                known = self.version
                await self.look()
                if known == self.version or not await self._over.within(PAUSE):
                    await self._bell.wait(LOOK)

    def end(self) -> None:
        self._over.came.set()
        if self._bell is not None:
            self._bell.strike()

    async def look(self) -> None:
        """Look now, for who has just seen something written and must not be told what was before."""
        known = self.head
        try:
            async with self._looking, self._database.reading() as connection:
                head, ledger = await log.head(connection), await projects.version(connection)
                if self.prepare and (self.head, self.ledger) != (head, ledger):
                    await self.prepare(connection, head, ledger)
            self._tell(head, ledger)
        except GuatuError as error:
            if known is not None:
                _log.warning("head_unknown", error=str(error))
            self.head = None
        self._ring()

    async def head_in(self, connection: Connection) -> int:
        """The head as a transaction sees it. From then on nothing older is told from memory: no client that has seen a
        record is shown the time before it."""
        head = await log.head(connection)
        self._tell(head, None)
        return head

    async def ledger_in(self, connection: Connection) -> int:
        """The version of the ledger as a transaction sees it; what `head_in` says of the log holds for it too."""
        version = await projects.version(connection)
        self._tell(None, version)
        return version

    def _tell(self, head: int | None, ledger: int | None) -> None:
        before = self.head, self.ledger
        if head is not None and (self.head is None or head > self.head):
            self.head = head
        if ledger is not None and (self.ledger is None or ledger > self.ledger):
            self.ledger = ledger
        if before != (self.head, self.ledger):
            self._ring()

    def _ring(self) -> None:
        change, self._change = self._change, Change()
        change.came.set()
