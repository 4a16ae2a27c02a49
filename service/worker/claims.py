"""Work that is claimed bit by bit in the database and done side by side: so many at a time, so many of one host."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Hashable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlsplit

import structlog

from service.errors import GuatuError, RetryLater
from service.pipeline.habits import Lost
from service.store.bell import Bell
from service.worker import Worker

_log = structlog.get_logger()
Key = TypeVar("Key", bound=Hashable)
Job = TypeVar("Job")
LONGEST = 5.0
"""Seconds between two looks at what is due, where nothing tells of it."""
CROWDED = 1.0
WINDOW = 250
"""What is due longest, out of which those are chosen whose hosts are free: nobody waits behind a host that is slow."""


class Jobs(Protocol[Key, Job]):
    """A kind of work in the database."""

    places: int
    a_host: int

    async def due(self, some: int) -> Sequence[tuple[Key, str]]:
        """What is due, the longest due first, with its address; nothing while it has to wait for others."""
        ...

    async def claim(self, keys: Sequence[Key]) -> Sequence[Job]:
        """Take those that nobody else takes."""
        ...

    async def do(self, job: Job) -> None: ...

    async def spoiled(self, job: Job, error: Exception) -> None:
        """Put back what could not be done for a defect of ours, to be tried later."""
        ...

    async def back(self, job: Job) -> None:
        """Let a job go as it is, for whoever is next."""
        ...

    async def next_due(self) -> dt.datetime | None: ...

    async def let_go(self) -> None:
        """Give up all that this worker holds."""
        ...

    def host_of(self, job: Job) -> str: ...


def host(address: str) -> str:
    return urlsplit(address).hostname or address


def chosen(due: Iterable[tuple[Key, str]], busy: Counter[str], places: int, a_host: int) -> list[Key]:
    """Those that are due longest, no more than `a_host` at a time on one host."""
    busy, keys = Counter(busy), list[Key]()
    for key, address in due:
        if len(keys) == places:
            break
        if busy[host(address)] < a_host:
            busy[host(address)] += 1
            keys.append(key)
    return keys


class Places(Generic[Key, Job]):
    """Does the work of one kind until the worker stops; what is not done by then is given up, for others to do."""

    def __init__(self, worker: Worker, bell: Bell, jobs: Jobs[Key, Job]) -> None:
        self._worker = worker
        self._bell = bell
        self._jobs = jobs
        self._running: dict[asyncio.Task[None], str] = {}

    async def run(self) -> None:
        try:
            while not self._worker.stopping.is_set():
                if not await self._fill():
                    await self._worker.wait(self._bell, await self._seconds())
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
            await self._jobs.let_go()

    async def _fill(self) -> int:
        """Begin what is due as far as there is place; how much."""
        free = self._jobs.places - len(self._running)
        if free <= 0:
            return 0
        keys = chosen(await self._jobs.due(WINDOW), Counter(self._running.values()), free, self._jobs.a_host)
        jobs = await self._jobs.claim(keys) if keys else []
        for job in jobs:
            task = asyncio.create_task(self._do(job))
            self._running[task] = self._jobs.host_of(job)
            task.add_done_callback(self._done)
        return len(jobs)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._bell.strike()

    async def _do(self, job: Job) -> None:
        try:
            await self._jobs.do(job)
        except Lost as error:
            _log.info("lease_lost", error=str(error))
        except RetryLater as error:  # of the database: what a site does wrong is not raised
            _log.warning("job_interrupted", error=str(error))
            await self._worker.insist(lambda: self._jobs.back(job))
        except Exception as error:
            _log.warning("job_failed", error=str(error), exc_info=not isinstance(error, GuatuError))
            await attempted(self._jobs.spoiled(job, error))

    async def _seconds(self) -> float:
        """Until something is due; what is due already waits for a host or for the queue."""
        due = await self._jobs.next_due()
        if due is None:
            return LONGEST
        seconds = (due - self._worker.now()).total_seconds()
        return min(seconds, LONGEST) if seconds > 0 else CROWDED


async def attempted(work: Awaitable[object]) -> None:
    """Do it where the database allows; what is held is lost by its lease otherwise."""
    try:
        await work
    except GuatuError as error:
        _log.warning("not_written", error=str(error))
