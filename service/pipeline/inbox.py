"""Files of a folder: each taken once as it is, and again when it has changed, in the transaction that remembers it."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from service.models import RawDocument
from service.pipeline import intake
from service.pipeline.intake import BULK, LIVE, Incoming
from service.pipeline.named import text_of
from service.pipeline.parts import PART, PART_BYTES
from service.sources import Failure, Outcome
from service.sources.inbox import End, Stamp, contents
from service.sources.kind import readable_name
from service.store import files
from service.store.database import Storage

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
    keep: bool,
) -> tuple[int, list[End]]:
    """Take files; how many documents they gave, and the files that were read well.

    What is in one transaction's size goes before what comes in bulk, more of it waits for `room` between two. A file that
    does not stay where it is (`keep`) is not remembered: found again it was not put away, and its documents are known.
    """
    items = contents(found, text_of)
    count, well = 0, list[End]()
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
            stay = [end for end in part.ends if keep or end.reasons]
            taken = {end.name: files.Seen(*end.stamp) for end in stay if not end.reasons & _TRANSIENT}
            await files.remember(connection, source_id, taken, now)
        count += len(part.raws)
        well += [end for end in part.ends if not end.reasons]
        if part.over:
            return count, well


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
