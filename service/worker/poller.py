"""Asks feeds, sitemaps and lists when they are due: any number of workers, each source by one of them at a time."""

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Sequence

import structlog

from service import bootstrap
from service.errors import GuatuError
from service.pipeline import poll
from service.pipeline.habits import Gets, Habits
from service.pipeline.parts import plain_errors
from service.pipeline.subscription import Hubs, is_due
from service.sources.fetch.answer import Later
from service.store import backlog, sources
from service.store.bell import listening
from service.store.sources import Source
from service.worker import Worker
from service.worker.claims import Places, host
from service.worker.fetches import Pages

_log = structlog.get_logger()


async def look_at_sites(worker: Worker) -> None:
    """Ask sources that are due and fetch the pages they name, until the worker stops."""
    habits, hubs = bootstrap.habits(), bootstrap.hubs(worker.database)
    async with bootstrap.fetcher(worker.database) as fetcher:
        await look(worker, fetcher, habits, hubs)


async def look(worker: Worker, fetcher: Gets, habits: Habits, hubs: Hubs | None = None) -> None:
    """The same with a fetcher that is given: one for both, so that they share its manners."""
    async with listening(worker.database, "sources") as polls, listening(worker.database, "sources") as pages:
        with plain_errors():
            async with asyncio.TaskGroup() as group:
                group.create_task(Places(worker, polls, Polls(worker, fetcher, habits, hubs)).run())
                group.create_task(Places(worker, pages, Pages(worker, fetcher, habits)).run())


class Polls:
    """The looks at sources."""

    def __init__(
        self,
        worker: Worker,
        fetcher: Gets,
        habits: Habits,
        hubs: Hubs | None = None,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self.places, self.a_host = habits.polls, habits.host
        self._worker = worker
        self._fetcher = fetcher
        self._habits = habits
        self._hubs = hubs
        self._dice = dice

    async def due(self, some: int) -> Sequence[tuple[int, str]]:
        async with self._worker.database.reading() as connection:
            if await backlog.is_long(connection, self._habits.queue):
                return []
            return await sources.due(connection, self._worker.now(), some)

    async def claim(self, keys: Sequence[int]) -> Sequence[Source]:
        async with self._worker.database.changing() as connection:
            return await sources.claim(connection, keys, self._worker.name, self._worker.now(), self._habits.lease)

    async def do(self, job: Source) -> None:
        looked = await poll.look(
            self._worker.database, self._fetcher, job, self._worker.now, self._dice(), self._habits
        )
        self._worker.counts[f"polls_{looked.decision.outcome}"] += 1
        if looked.decision.alarm:
            _log.warning("source_fails", source=job.id, address=job.address, sentence=looked.decision.sentence)
        await self._subscribe(job.id)

    async def _subscribe(self, id_: int) -> None:
        """A hub that does not answer is no failure of the source, which is polled all the same."""
        if self._hubs is None:
            return
        async with self._worker.database.reading() as connection:
            wanted = is_due(await sources.one(connection, id_), self._worker.now())
        if wanted:
            try:
                await self._hubs.ask(id_, self._worker.now)
            except GuatuError as error:
                _log.warning("hub_fails", source=id_, error=str(error))

    async def spoiled(self, job: Source, error: Exception) -> None:
        await poll.spoiled(self._worker.database, job, Later("defect", str(error)), self._worker.now(), self._habits)

    async def back(self, job: Source) -> None:
        async with self._worker.database.changing() as connection:
            await sources.save(connection, job, {})

    async def next_due(self) -> dt.datetime | None:
        async with self._worker.database.reading() as connection:
            return await sources.next_due(connection)

    async def let_go(self) -> None:
        async with self._worker.database.changing() as connection:
            await sources.let_go(connection, self._worker.name, self._worker.now())

    def host_of(self, job: Source) -> str:
        return host(job.address)
