"""Takes what is dropped into folders; each folder is one worker's at a time, another's where that worker dies."""

import asyncio
import datetime as dt
from collections.abc import Mapping

import structlog

from service import bootstrap
from service.errors import RetryLater
from service.pipeline.habits import Habits, Lost
from service.pipeline.parts import plain_errors
from service.sources.fetch.answer import Later
from service.sources.fetch.policy import Poll, decide
from service.store import sources
from service.store.bell import listening
from service.store.sources import Source
from service.worker import Worker
from service.worker.inbox import Inbox

_log = structlog.get_logger()
LOOK = 2.0
"""Seconds between two looks for folders that nobody has, where nothing tells of one."""
MOST = 100
LEASE = dt.timedelta(seconds=30)
"""How long a folder stays with a worker that gives no sign of life."""


async def watch_folders(worker: Worker) -> None:
    """Take what is dropped into folders, until the worker stops."""
    await Folders(worker, bootstrap.habits()).run()


class Folders:
    """The folders that this worker has."""

    def __init__(self, worker: Worker, habits: Habits) -> None:
        self._worker = worker
        self._habits = habits
        self._running: dict[int, tuple[Source, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        try:
            async with listening(self._worker.database, "sources") as bell:
                while not self._worker.stopping.is_set():
                    await self._begin()
                    await self._end_changed()
                    await self._worker.wait(bell, LOOK)
        finally:
            await self._stop([task for _, task in self._running.values()])
            async with self._worker.database.changing() as connection:
                await sources.let_go(connection, self._worker.name, self._worker.now(), folders=True)

    async def _begin(self) -> None:
        """Watch folders that nobody has."""
        now, database = self._worker.now(), self._worker.database
        async with database.reading() as connection:
            due = [id_ for id_, _ in await sources.due(connection, now, MOST, folders=True) if id_ not in self._running]
        if not due:
            return
        async with database.changing() as connection:
            mine = await sources.claim(connection, due, self._worker.name, now, LEASE, folders=True)
        for source in mine:
            self._running[source.id] = source, asyncio.create_task(self._watch(source))

    async def _end_changed(self) -> None:
        """Let go at once of folders that were paused, changed or deleted."""
        if not self._running:
            return
        async with self._worker.database.reading() as connection:
            still = await sources.held(connection, self._worker.name)
        gone = [one for id_, one in self._running.items() if still.get(id_) != (one[0].address, one[0].options)]
        await self._stop([task for _, task in gone])
        for source, _ in gone:
            await self._give_up(source, {"next_due": self._worker.now()})

    async def _watch(self, source: Source) -> None:
        try:
            with plain_errors():
                await Inbox(self._worker, source, self._habits, LEASE).run()
        except Lost as error:
            _log.info("folder_let_go", source=source.id, reason=str(error))
            await self._worker.insist(lambda: self._give_up(source, {}))
        except Exception as error:
            known = isinstance(error, RetryLater)
            _log.warning("source_fails", source=source.id, address=source.address, error=str(error), exc_info=not known)
            cause = Later("folder" if known else "defect", str(error))
            await self._worker.insist(lambda: self._failed(source, cause))
        finally:
            self._running.pop(source.id, None)

    async def _failed(self, source: Source, cause: Later) -> None:
        """A folder that is not there is tried again, later each time, and raises the alarm at once."""
        now, message = self._worker.now(), str(cause)
        poll = Poll(failures=source.failures)
        decision = decide(poll, cause, now, 0.0, self._habits.rhythm)
        due = min(decision.due or now, now + self._habits.scan)
        values = {
            **{"failures": decision.poll.failures, "error": message[:1000], "next_due": due, "last_attempt": now},
            "poll": {"outcome": "failed", "sentence": message, "reason": cause.reason, "alarm": True},
        }
        await self._give_up(source, values)

    async def _give_up(self, source: Source, values: Mapping[str, object]) -> None:
        async with self._worker.database.changing() as connection:
            await sources.give_up(connection, source, values)

    async def _stop(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
