"""The ledger over the log of records: which mentions are one project, and what is shown of each.

A step reads some of the log, and whatever else has changed, and brings the ledger in line with it in one transaction: so
each change counts once, and a worker that is killed has changed nothing. What it leaves depends on what stands alone, not
on the order in which that came.
"""

from typing import NamedTuple

from service.pipeline.mention import CHINA
from service.pipeline.run import Clock
from service.pipeline.settling import Settling, Witness
from service.store import bell, ledger, mentions
from service.store.database import Connection, Storage
from service.store.mentions import Place

BATCH = 500
"""Rows of the log that one step reads, about."""


class Step(NamedTuple):
    """What a step did: how many rows of the log and notes it saw to, and how many projects it wrote."""

    seen: int
    written: int


class Ledger:
    """`clock` tells the day as of which projects are shown."""

    def __init__(self, storage: Storage, clock: Clock, batch: int = BATCH) -> None:
        self._storage = storage
        self._clock = clock
        self._batch = batch

    async def catch_up(self) -> int:
        """Take steps until nothing is left to see to; how many projects were written, each time it was."""
        written = 0
        while (step := await self.step()) is not None and step.seen:
            written += step.written
        return written

    async def step(self) -> Step | None:
        """One step; None where another is at it."""
        async with self._storage.changing() as connection:
            place = await mentions.take(connection)
            return None if place is None else await self._step(connection, place)

    async def settle(self, connection: Connection, witness: Witness | None = None) -> None:
        """All steps that are left, in the caller's transaction: what it changed and nothing else, where it settled before
        too. `witness` is told of each project that is written."""
        seen = 1
        while seen and (place := await mentions.take(connection, wait=True)):
            seen = (await self._step(connection, place, witness)).seen

    async def _step(self, connection: Connection, place: Place, witness: Witness | None = None) -> Step:
        now = self._clock()
        news = await mentions.news(connection, place.position, self._batch)
        hints = await mentions.hints(connection, self._batch)
        due = await ledger.due(connection, now.astimezone(CHINA).date(), self._batch)
        seen = news.last - place.position + len(hints) + len(due)
        if not seen:
            return Step(0, 0)
        work = Settling(connection, now, witness)
        await work.read(news.records, {*hints.values(), *news.articles}, due)
        written = await work.settle()
        await mentions.heed(connection, hints)
        await mentions.move(connection, Place(news.last, place.version + bool(written)))
        if written:
            await bell.ring(connection, "projects")
        return Step(seen, written)

    async def rebuild(self) -> None:
        """Read all mentions anew and have every project looked at again, by the steps that follow; ids stay."""
        async with self._storage.changing() as connection:
            await mentions.take(connection, wait=True)
            await mentions.unindex(connection)
            last = 0
            while records := await mentions.stated(connection, last, self._batch):
                await Settling(connection, self._clock()).enter(records)
                last = max(records)
            await mentions.touch_all(connection)
