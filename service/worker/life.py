"""A worker's signs of life, and what it does for the database now and then."""

import asyncio
import datetime as dt
import sqlite3

import structlog

from service.store import queue, workers
from service.store.upkeep import upkeep as look_after
from service.store.workers import Sign
from service.worker import Worker

BEATS = 6
"""Signs of life in the time of a lease; each renews the leases of what is being read."""
LONGEST = 5.0
"""Seconds between two signs of life at the most."""
FORGOTTEN = dt.timedelta(minutes=5)
"""A worker not heard of for so long is no longer shown."""
UPKEEP = 600.0
"""Seconds between two looks at an SQLite file."""
_log = structlog.get_logger()


class Beating:
    """Signs of life of a worker that started at a moment and holds what it reads by a `lease`."""

    def __init__(self, started_at: dt.datetime, lease: dt.timedelta) -> None:
        self._started_at = started_at
        self._lease = lease

    async def __call__(self, worker: Worker) -> None:
        while not worker.stopping.is_set():
            await worker.insist(lambda: self.once(worker))
            await worker.pause(min(self._lease.total_seconds() / BEATS, LONGEST))

    async def once(self, worker: Worker) -> None:
        """One sign of life."""
        now = worker.now()
        async with worker.database.changing() as connection:
            await workers.beat(connection, Sign(worker.name, self._started_at, now, dict(worker.counts)))
            await queue.renew(connection, worker.name, now + self._lease)
            await workers.forget(connection, now - FORGOTTEN)


async def upkeep(worker: Worker) -> None:
    """Look after an SQLite file for as long as the worker runs."""
    file = worker.database.file
    while file and not worker.stopping.is_set():
        await worker.pause(UPKEEP)
        try:
            await asyncio.to_thread(look_after, file)
        except sqlite3.Error as error:
            _log.warning("upkeep_failed", error=str(error))
