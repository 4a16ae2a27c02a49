"""Reads what waits in the queue: claimed, given to the worker processes, written together with what else is ready."""

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog

from service.pipeline.live import Live, Read
from service.store.bell import listening
from service.store.queue import BULK, LIVE, Claim
from service.worker import Worker

LOOK = 1.0
"""Seconds between two looks at a queue in which nothing was due; the bell rings for what is new."""
SHARE = 4
"""One claim in so many takes what comes in bulk first, the others what is live: neither starves the other."""
WRITTEN = 128
"""A transaction takes what is ready when it begins, up to so many documents."""
_log = structlog.get_logger()
_Ready = asyncio.Queue[Sequence[Read] | None]
"""Parts that were read; None: no more will come."""


class Reading:
    """The coroutine of a worker that empties the queue: `await Reading(live, processes)(worker)`.

    It claims no more than the `processes` are busy with, as much again that lies ready for them, and what is being written.
    """

    def __init__(self, live: Live, processes: int) -> None:
        self._live = live
        self._parts = 2 * processes + 1

    async def __call__(self, worker: Worker) -> None:
        await worker.insist(self._live.give_back)  # what this coroutine had when it failed
        room, ready = asyncio.Semaphore(self._parts), _Ready()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write(worker, room, ready))
            async with asyncio.TaskGroup() as readers:
                await self._feed(worker, room, ready, readers)
            ready.put_nowait(None)

    async def _feed(self, worker: Worker, room: asyncio.Semaphore, ready: _Ready, readers: asyncio.TaskGroup) -> None:
        turn = 0
        async with listening(worker.database, "queue") as bell:
            while True:
                await room.acquire()
                first = BULK if turn % SHARE == SHARE - 1 else LIVE
                claims = [] if worker.stopping.is_set() else await worker.insist(partial(self._live.claim, first))
                if claims:
                    turn += 1
                    readers.create_task(self._read(claims, ready))
                    continue
                room.release()
                if worker.stopping.is_set():
                    return
                await worker.wait(bell, LOOK)

    async def _read(self, claims: Sequence[Claim], ready: _Ready) -> None:
        ready.put_nowait(await self._live.read(claims))

    async def _write(self, worker: Worker, room: asyncio.Semaphore, ready: _Ready) -> None:
        while parts := await _next(ready):
            reads = [read for part in parts for read in part]
            for written in await worker.insist(partial(self._live.write, reads)):
                worker.counts[written.state] += 1
                if written.reason:
                    _log.warning("not_taken", document=written.document_id, state=written.state, reason=written.reason)
            for _ in parts:
                room.release()


async def _next(ready: _Ready) -> list[Sequence[Read]]:
    """What is ready, at least one part; nothing at the end."""
    parts: list[Sequence[Read]] = []
    while not parts or (not ready.empty() and sum(map(len, parts)) < WRITTEN):
        part = await ready.get()
        if part is None:
            ready.put_nowait(None)  # the end is met again, with nothing before it
            break
        parts.append(part)
    return parts
