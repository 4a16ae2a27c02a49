"""How much a source may cost: the limits, and the streams that hold them."""

import io
from dataclasses import dataclass
from typing import Protocol

from service.errors import Rejected

MIB = 1024 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """In bytes unless said otherwise. The defaults let through what a newsroom publishes and stop what was made to harm."""

    document: int = 16 * MIB
    """One document, record, feed or JSON file."""
    nested: int = 256 * MIB
    """A zip inside another archive; it is copied aside to be read, on disk above 8 MiB."""
    directory: int = 64 * MIB
    """The table of contents of a zip, which has to be held in memory."""
    header: int = MIB
    """What stands between two members of a tar or two records of a WARC."""
    expanded: int = 64 * 1024 * MIB
    """Everything one file may unpack to."""
    ratio: int = 100
    """How many times its own size a file may unpack to; written Chinese packs 2 to 6 times, pages up to 30."""
    ratio_from: int = 64 * MIB
    """What any file may unpack to, however small it is."""
    depth: int = 2
    """Archives inside one another: a zip in a zip is 2."""
    feed_tags: int = 500_000
    """Tags in one feed; each costs memory many times its bytes."""


class Bomb(Rejected):
    """A file unpacks to far more than its size: nothing more is read of it."""

    def __init__(self, message: str) -> None:
        super().__init__("bomb", message)


class Budget:
    """What one file on disk may unpack to, all its inner archives together."""

    def __init__(self, limits: Limits, packed: int) -> None:
        self._left = min(limits.expanded, max(limits.ratio_from, packed * limits.ratio))

    def spend(self, size: int) -> None:
        """Raises Bomb when the budget is used up."""
        self._left -= size
        if self._left < 0:
            raise Bomb("unpacks to far more than its own size; what was read before is kept")


class Reads(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int = -1, /) -> bytes: ...


class Guard(io.RawIOBase):
    """A stream that charges what is read to a budget, and never reads beyond `ceiling` where one is set."""

    def __init__(self, stream: Reads, budget: Budget | None = None) -> None:
        super().__init__()
        self._stream = stream
        self._budget = budget
        self._position = 0
        self.ceiling: int | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._stream.read(len(view))
        self._position += len(data)
        if self._budget is not None:
            self._budget.spend(len(data))
        if self.ceiling is not None and self._position > self.ceiling:
            raise Rejected("bad_archive", "a header is too large; what was read before is kept")
        view[: len(data)] = data
        return len(data)


def guarded(stream: Reads, budget: Budget | None = None) -> io.BufferedReader:
    """The stream under a budget, with `peek` and `readline`."""
    return io.BufferedReader(Guard(stream, budget), CHUNK)


def take(stream: Reads, limit: int) -> bytes:
    """All that is left of the stream; Rejected `too_large` above the limit, having read no more than that."""
    parts: list[bytes] = []
    left = limit + 1
    while left > 0 and (part := stream.read(min(left, MIB))):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        raise too_large(limit)
    return b"".join(parts)


def too_large(limit: int) -> Rejected:
    """The rejection of anything above a limit."""
    return Rejected("too_large", f"larger than {limit / MIB:g} MiB; split it, or give the article alone")


def skip(stream: Reads, size: int) -> None:
    """Reads past `size` bytes; EOFError where the stream ends before."""
    while size > 0:
        part = stream.read(min(size, CHUNK))
        if not part:
            raise EOFError
        size -= len(part)
