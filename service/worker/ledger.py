"""Keeps the ledger in line with the log of records: one worker at a time, whichever comes first."""

from service.pipeline.ledger import Ledger
from service.store.bell import listening
from service.worker import Worker

LOOK = 5.0
"""Seconds between two looks for what the bell does not tell: a new day, a worker that was killed at it."""


async def keep_ledger(worker: Worker) -> None:
    """Follow the log until the worker stops."""
    ledger = Ledger(worker.database, worker.now)
    async with listening(worker.database, "records", "projects") as bell:
        while not worker.stopping.is_set():
            step = await worker.insist(ledger.step)
            if step is not None:
                worker.counts["projects_written"] += step.written
            if step is None or not step.seen:
                await worker.wait(bell, LOOK)
