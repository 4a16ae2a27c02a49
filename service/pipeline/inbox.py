"""Files of a folder: each taken once as it is, and again when it has changed, in the transaction that remembers it."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from service.models import RawDocument
from service.pipeline import intake
from service.pipeline.intake import BULK, LIVE, Incoming
from service.pipeline.named import text_of
from service.pipeline.parts import PART, PART_BYTES
from service.sources import Failure, Outcome
from service.sources.inbox import End, Stamp, contents, stamp_of
from service.sources.kind import readable_name
from service.store import files
from service.store.database import Storage

_log = structlog.get_logger()
_TRANSIENT = {"unreadable", "not_found"}
"""Why a file may be readable later although it did not change."""


@dataclass
class _Part:
    """What goes into one transaction: documents, what was not read, and the files that end there."""

    raws: list[RawDocument] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)
    over: bool = False


async def unknown(storage: Storage, source_id: int, found: Sequence[tuple[Path, Stamp]]) -> list[tuple[Path, Stamp]]:
    """Those of the files that were not taken as they are."""
    async with storage.reading() as connection:
        known = await files.known(connection, source_id, [readable_name(str(path)) for path, _ in found])
    return [(path, stamp) for path, stamp in found if known.get(readable_name(str(path))) != files.Seen(*stamp)]


async def take(
    storage: Storage,
    source_id: int,
    found: Sequence[tuple[Path, Stamp]],
    clock: Callable[[], dt.datetime],
    room: Callable[[], Awaitable[None]],
    *,
    bulk: bool,
    remove: bool,
) -> int:
    """Take files; how many documents they gave. What is in one transaction's size goes before what comes in bulk, more of
    it waits for `room` between two. With `remove` a file that was read well is deleted once its documents are stored."""
    items = contents(found, text_of)
    count = 0
    priority = BULK if bulk else LIVE
    while True:
        if priority == BULK:
            await room()
        part = await asyncio.to_thread(_next, items)
        priority = priority if part.over else BULK
        packed = await intake.pack([Incoming(raw, source_id, priority) for raw in part.raws])
        now = clock()
        async with storage.changing() as connection:
            await intake.enter(connection, packed, now, part.failed)
            taken = {end.name: files.Seen(*end.stamp) for end in part.ends if not end.reasons & _TRANSIENT}
            await files.remember(connection, source_id, taken, now)
        count += len(part.raws)
        for end in part.ends if remove else ():
            if not end.reasons:
                await _remove(storage, source_id, end)
        if part.over:
            return count


def _next(items: Iterator[Outcome | End]) -> _Part:
    """The next documents; `over` where these are the last."""
    part, size = _Part(), 0
    for item in items:
        if isinstance(item, End):
            part.ends.append(item)
        elif isinstance(item, Failure):
            part.failed.append(item)
        else:
            part.raws.append(item)
            size += len(item.data)
        if len(part.raws) + len(part.failed) >= PART or size >= PART_BYTES:
            return part
    part.over = True
    return part


async def _remove(storage: Storage, source_id: int, end: End) -> None:
    """Delete a file that is stored, unless it has changed since; then it is taken again."""
    if await asyncio.to_thread(stamp_of, end.path) != end.stamp:
        return
    try:
        await asyncio.to_thread(end.path.unlink)
    except OSError as error:
        _log.warning("not_removed", file=str(end.path), error=error.strerror)
        return
    async with storage.changing() as connection:
        await files.forget(connection, source_id, end.name)
