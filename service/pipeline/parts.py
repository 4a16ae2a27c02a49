"""What is on its way through the pipeline, and how much of it may be."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256

from service.models import RawDocument
from service.sources import Failure
from service.store.documents import Known
from service.store.rows import Arrival

PART = 32
PART_BYTES = 1 << 20
"""What a worker gets at a time: so many documents, or so many bytes."""
WRITTEN = 256
LINGER = 0.2
"""A transaction takes more parts until it has so many documents, or none has come for so many seconds."""
IN_FLIGHT_BYTES = 48 << 20

Finished = asyncio.Queue["Part | None"]


@dataclass
class Part:
    """Documents on their way: to be read (with their hashes), read, here already, and what could not be opened."""

    size: int = 0
    fresh: list[tuple[str, RawDocument]] = field(default_factory=list)
    reads: list[Arrival] = field(default_factory=list)
    seen: list[tuple[Known, str]] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


def next_part(items: Iterator[RawDocument | Failure]) -> Part | None:
    """The next documents with their hashes, None at the end."""
    part = Part()
    for item in items:
        if isinstance(item, Failure):
            part.failed.append(item)
        else:
            part.fresh.append((sha256(item.data).hexdigest(), item))
            part.size += len(item.data)
        if len(part.fresh) + len(part.failed) >= PART or part.size >= PART_BYTES:
            break
    return part if part.fresh or part.failed else None


async def gather(finished: Finished) -> list[Part]:
    """Parts for one transaction, at least one; none at the end. Waits a little for others: a transaction costs as much
    for few documents as for many."""
    parts: list[Part] = []
    with suppress(TimeoutError):
        while sum(len(part.reads) + len(part.seen) + len(part.failed) for part in parts) < WRITTEN:
            async with asyncio.timeout(LINGER if parts else None):
                part = await finished.get()
            if part is None:
                if parts:
                    finished.put_nowait(None)
                break
            parts.append(part)
    return parts


class Room:
    """How many parts, and how many bytes, may be on their way."""

    def __init__(self, parts: int) -> None:
        self._parts = parts
        self._bytes = IN_FLIGHT_BYTES
        self._change = asyncio.Condition()
        self._inside = 0

    async def enter(self, part: Part) -> None:
        async with self._change:
            await self._change.wait_for(lambda: self._parts > 0 and (self._bytes >= part.size or not self._inside))
            self._parts, self._bytes, self._inside = self._parts - 1, self._bytes - part.size, self._inside + 1

    async def leave(self, parts: Sequence[Part]) -> None:
        async with self._change:
            self._parts += len(parts)
            self._bytes += sum(part.size for part in parts)
            self._inside -= len(parts)
            self._change.notify_all()


@contextmanager
def plain_errors() -> Iterator[None]:
    """An error of one task as itself instead of as a group of one."""
    try:
        yield
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None
