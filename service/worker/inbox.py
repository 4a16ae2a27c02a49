"""One folder while a worker has it: events tell of new files at once, scans find what no event told of.

Files are taken when they are complete. A few go in at once; many, and those that hold others, go in behind them in a lane of
their own, so that a file dropped beside a large archive does not wait for it.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import structlog
from watchfiles import Change, awatch

from service.errors import RetryLater
from service.pipeline import inbox
from service.pipeline.habits import Habits, Lost
from service.sources.away import NOT_THERE, put_away, unfit
from service.sources.inbox import LARGE, QUIET, End, Stamp, is_wanted, quiet, scan, stamp_of
from service.store import backlog, sources
from service.store.sources import Source
from service.worker import Worker

_log = structlog.get_logger()
Files = list[tuple[Path, Stamp]]
FEW = 50
"""So many files at once go before what comes in bulk."""
STEP = 0.05
"""Seconds between two looks at files that are not complete yet."""
_BATCH = 500
_WAITING = 4
"""Batches that wait in the lane before a scan waits."""


class Inbox:
    """A folder; `await Inbox(worker, source, habits, lease).run()` ends with Lost where it is no longer ours."""

    def __init__(self, worker: Worker, source: Source, habits: Habits, lease: dt.timedelta) -> None:
        self._worker = worker
        self._source = source
        self._habits = habits
        self._lease = lease
        self._root = Path(source.address).absolute()
        self._keep = not (source.spec.remove or source.spec.move_to)
        self._target = Path(source.spec.move_to).absolute() if source.spec.move_to else None
        """Where taken files are moved to; it may lie in the folder, and is no part of it then."""
        self._pending: dict[Path, tuple[Stamp | None, float]] = {}
        """Files that may not be complete, with their last stamp and since when they have had it."""
        self._busy: set[Path] = set()
        self._lane: asyncio.Queue[Files] = asyncio.Queue()
        self._one = asyncio.Lock()
        """A file is found and taken by one at a time: it may be put away then."""
        self._wake = asyncio.Event()
        self._failed: str | None = None
        """What could not be put away."""

    async def run(self) -> None:
        await asyncio.to_thread(_open, self._root, self._target)
        async with asyncio.TaskGroup() as group:
            for work in (self._listen, self._hold, self._settle, self._take_bulk):
                group.create_task(work())
            await asyncio.sleep(0)  # it listens from here on, so that nothing falls between that and the first scan
            group.create_task(self._scans())

    async def _listen(self) -> None:
        """Events as they come; without them (a network file system, too many folders) there are the scans."""
        try:
            async for changes in awatch(self._root, watch_filter=None, debounce=50, step=20):
                names = [name for change, name in changes if change != Change.deleted]
                for path in await asyncio.to_thread(self._wanted, names):
                    self._wait_for(path)
        except (OSError, RuntimeError) as error:
            _log.warning("no_events", folder=str(self._root), error=str(error))

    def _wanted(self, names: Iterable[str]) -> list[Path]:
        """The files among what events named, and those in folders that came as a whole."""
        paths = [Path(name) for name in names]
        inside = [path for folder in paths if folder.is_dir() for path, _ in scan(folder)]
        wanted = [path for path in (*paths, *inside) if not path.is_dir() and is_wanted(path, self._root)]
        return [path for path in wanted if path not in self._busy and not self._is_away(path)]

    def _is_away(self, path: Path) -> bool:
        """Whether a file lies where taken ones are moved to, within the folder."""
        if self._target is None:
            return False
        root, target = self._root.resolve(), self._target.resolve()
        return target.is_relative_to(root) and path.resolve().is_relative_to(target)

    def _wait_for(self, path: Path) -> None:
        self._pending.setdefault(path, (None, time.monotonic()))
        self._wake.set()

    async def _hold(self) -> None:
        """Keep the folder ours. Lost where it was paused or changed, or where the folder itself is gone."""
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 5)
            await self._renew({})

    async def _renew(self, values: Mapping[str, object]) -> None:
        now = self._worker.now()
        async with self._worker.database.changing() as connection:
            if not await sources.renew(connection, self._source, now + self._lease, {**values, "last_attempt": now}):
                raise Lost(f"folder {self._source.id} was changed, or taken over")

    async def _settle(self) -> None:
        """Take files as soon as they are complete."""
        while True:
            await self._wake.wait()
            stamps = await asyncio.to_thread(lambda: [(path, stamp_of(path)) for path in list(self._pending)])
            ready = [(path, stamp) for path, stamp in stamps if stamp and self._is_complete(path, stamp)]
            for path, stamp in stamps:
                if stamp is None:
                    self._pending.pop(path, None)
            if not self._pending:
                self._wake.clear()
            if ready:
                async with self._one:
                    await self._sort(await inbox.unknown(self._worker.database, self._source.id, ready))
            await asyncio.sleep(STEP)

    def _is_complete(self, path: Path, stamp: Stamp) -> bool:
        """Whether a file was left alone for long enough; it waits no longer then."""
        before, since = self._pending.get(path, (None, 0.0))
        needed, now = quiet(path, stamp), time.monotonic()
        if before != stamp:
            before, since = stamp, now
            self._pending[path] = (stamp, now)
        if now - since < needed and time.time() - stamp.mtime_ns / 1e9 < needed:
            return False
        del self._pending[path]
        return True

    async def _sort(self, files: Files) -> None:
        """A few small files at once, all others into the lane."""
        small = [one for one in files if quiet(*one) == QUIET and one[1].size <= LARGE]
        if len(small) > FEW:
            small = []
        if small:
            await self._take(small, bulk=False)
        chosen = {path for path, _ in small}
        rest = [one for one in files if one[0] not in chosen]
        self._busy |= {path for path, _ in rest}
        for at in range(0, len(rest), _BATCH):
            self._lane.put_nowait(rest[at : at + _BATCH])

    async def _take_bulk(self) -> None:
        while True:
            files = await self._lane.get()
            try:
                await self._take(files, bulk=len(files) > FEW)
            finally:
                self._busy -= {path for path, _ in files}
                self._lane.task_done()

    async def _take(self, files: Files, *, bulk: bool) -> None:
        room, keep = self._room, self._keep
        database, clock, id_ = self._worker.database, self._worker.now, self._source.id
        files = await asyncio.to_thread(lambda: [one for one in files if stamp_of(one[0])])

        async def taken() -> tuple[int, list[End]]:
            return await inbox.take(database, id_, files, clock, room, bulk=bulk, keep=keep)

        self._worker.counts["files"] += len(files)
        count, well = await self._worker.insist(taken)
        self._worker.counts["files_documents"] += count
        if not keep:
            for changed in await asyncio.to_thread(self._put_away, well):
                self._wait_for(changed)

    def _put_away(self, ends: list[End]) -> list[Path]:
        """Remove or move files whose documents are stored; gives those that have changed. Where that fails with one it is
        told when the scan ends, so that those behind it are taken all the same."""
        changed = []
        try:
            for path in put_away(ends, self._root, self._target):
                changed.append(path)  # noqa: PERF402 - those before an error count too
        except OSError as error:
            done = f"moved to {self._target}" if self._target else "removed"
            self._failed = f"{error.filename} is taken and cannot be {done}: {error.strerror}"
        return changed

    async def _room(self) -> None:
        """Wait while too much waits to be read."""
        while True:
            async with self._worker.database.reading() as connection:
                if not await backlog.is_long(connection, self._habits.queue):
                    return
            await asyncio.sleep(0.5)

    async def _scans(self) -> None:
        while True:
            found = await asyncio.to_thread(_open, self._root, self._target)
            while batch := await asyncio.to_thread(_some, found):
                await self._consider(batch)
                if self._lane.qsize() > _WAITING:
                    await self._lane.join()
            if self._failed is not None:
                raise RetryLater(self._failed)
            now = self._worker.now()
            poll = {"outcome": "unchanged", "alarm": False}
            await self._renew({"last_success": now, "failures": 0, "error": None, "poll": poll})
            await asyncio.sleep(self._source.options.get("interval") or self._habits.scan.total_seconds())

    async def _consider(self, files: Iterable[tuple[Path, Stamp]]) -> None:
        """Files that a scan found: those that are new and complete are taken, others are waited for."""
        async with self._one:
            new = [one for one in files if one[0] not in self._busy and one[0] not in self._pending]
            ready = []
            for path, stamp in await inbox.unknown(self._worker.database, self._source.id, new):
                if time.time() - stamp.mtime_ns / 1e9 >= quiet(path, stamp):
                    ready.append((path, stamp))
                else:
                    self._wait_for(path)
            await self._sort(ready)


def _some(found: Iterator[tuple[Path, Stamp]]) -> Files:
    return list(islice(found, _BATCH))


def _open(root: Path, target: Path | None) -> "Iterator[tuple[Path, Stamp]]":
    """The scan of a folder, begun. RetryLater where the folder is not there, or taken files cannot be moved to `target`."""
    try:
        if not root.is_dir():
            raise RetryLater(f"{root} {NOT_THERE}")
        if said := unfit(root, target):
            raise RetryLater(said)
        return iter(scan(root, target))
    except OSError as error:
        raise RetryLater(f"{root} cannot be read: {error.strerror}") from None
