"""Fetches the pages that feeds, sitemaps and lists have named."""

import datetime as dt
from collections.abc import Sequence

from service.pipeline import page
from service.pipeline.habits import Gets, Habits
from service.sources.fetch.answer import Later
from service.store import backlog, items
from service.store.items import Item
from service.worker import Worker
from service.worker.claims import host


class Pages:
    """The pages to be fetched."""

    def __init__(self, worker: Worker, fetcher: Gets, habits: Habits) -> None:
        self.places, self.a_host = habits.pages, habits.host
        self._worker = worker
        self._fetcher = fetcher
        self._habits = habits

    async def due(self, some: int) -> Sequence[tuple[tuple[int, str], str]]:
        async with self._worker.database.reading() as connection:
            if await backlog.is_long(connection, self._habits.queue):
                return []
            return await items.due(connection, self._worker.now(), some)

    async def claim(self, keys: Sequence[tuple[int, str]]) -> Sequence[Item]:
        async with self._worker.database.changing() as connection:
            return await items.claim(connection, keys, self._worker.name, self._worker.now(), self._habits.lease)

    async def do(self, job: Item) -> None:
        fetched = await page.fetch(self._worker.database, self._fetcher, job, self._worker.now, self._habits)
        self._worker.counts[f"pages_{fetched}"] += 1

    async def spoiled(self, job: Item, error: Exception) -> None:
        await page.later(self._worker.database, job, Later("defect", str(error)), self._worker.now(), self._habits)

    async def back(self, job: Item) -> None:
        async with self._worker.database.changing() as connection:
            await items.save(connection, job, {})

    async def next_due(self) -> dt.datetime | None:
        async with self._worker.database.reading() as connection:
            return await items.next_due(connection)

    async def let_go(self) -> None:
        async with self._worker.database.changing() as connection:
            await items.let_go(connection, self._worker.name)

    def host_of(self, job: Item) -> str:
        return host(job.url)
