"""Answers in memory, good as long as the log of records has the same head."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

from aiohttp import web

from service.store.keys import Scope

OVERHEAD = 2000
"""Bytes an answer takes beside its own, about."""
MANY = 2
"""How often an answer has been asked for that is made anew before what is new is told,"""
MOST = 16
"""how many of them,"""
FOLLOWED = 4 * MOST
"""of how many that are kept in mind with a request,"""
QUICK = 0.05
"""and the seconds that making each may take: so long what is new waits."""
Key = tuple[str, ...]


@dataclass(slots=True)
class Remembered:
    """An answer as it goes out: its status line and headers and those of a 304, and the body in one encoding."""

    status: int
    head: bytes
    unchanged: bytes
    body: bytes
    etag: str
    route: str
    scope: Scope | None
    """Whose answer it is, and who may have it."""
    again: "Again | None" = None
    """Makes it anew."""
    seconds: float = 0
    """How long it took to make."""
    asked: int = 0
    """How often it was asked for since it was made."""
    request: web.Request | None = None
    """One that asked for it, where many do."""


Again = Callable[[Any, web.Request], Awaitable[Remembered]]
"""Given the parts that the API is built with, and a request that asked for it."""


def unknown() -> None:
    """The version before anyone is named who knows it."""


class Memory:
    """The least recently used answers leave first. `version` tells how far the log and the ledger are as far as this process
    knows, kept in memory by whoever hears the bell; None where it is not known, and then nothing is remembered.

    An answer is stored under the version that was read before its query began, so it is never newer than it claims to be.
    """

    def __init__(self, version: Callable[[], Hashable | None] = unknown, most_bytes: int = 32 * 1024 * 1024) -> None:
        self.version = version
        self._most = most_bytes
        self._held: Hashable | None = None
        self._size = 0
        self._answers: OrderedDict[Key, Remembered] = OrderedDict()
        self._next: tuple[Hashable, dict[Key, Remembered]] | None = None
        self._followed = 0

    def get(self, key: Key) -> Remembered | None:
        version = self.version()
        if version != self._held and not self._turned(version):
            return None
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
            found.asked += 1
        return found

    def put(self, key: Key, version: Hashable | None, answer: Remembered) -> None:
        """Keep an answer that was made when the log stood at `version`, unless it has moved on since."""
        if version is None or version != self.version():
            return
        if version != self._held and not self._turned(version):
            self._turn(version)
        size = _size(key, answer)
        if size > self._most // 8:
            return
        if (before := self._answers.pop(key, None)) is not None:
            self._size -= _size(key, before)
        self._answers[key] = answer
        self._size += size
        while self._size > self._most:
            self._size -= _size(*self._answers.popitem(last=False))

    def follow(self, found: Remembered, request: web.Request) -> None:
        """Keep a request that asked for an answer, where many do; not of more answers than may come to be wanted."""
        if found.request is None and found.asked >= MANY and self._followed < FOLLOWED:
            found.request = request
            self._followed += 1

    def wanted(self) -> list[tuple[Key, Remembered]]:
        """The answers that many ask for and that are quickly made, most asked first: those to be made anew."""
        if self.version() != self._held:
            return []
        many = (one for one in self._answers.items() if one[1].request and one[1].again and one[1].seconds < QUICK)
        return nlargest(MOST, many, key=lambda one: one[1].asked)

    def prepare(self, version: Hashable, answers: dict[Key, Remembered]) -> None:
        """Have these answers at once when it is `version`."""
        self._next = (version, answers)

    def _turned(self, version: Hashable | None) -> bool:
        """Whether there were answers prepared for this version, which are then the ones held."""
        if version is None or self._next is None or self._next[0] != version:
            return False
        answers, self._next = self._next[1], None
        self._turn(version)
        for key, answer in answers.items():
            self.put(key, version, answer)
        return True

    def _turn(self, version: Hashable) -> None:
        self._answers.clear()
        self._held, self._size, self._followed = version, 0, 0

    def __len__(self) -> int:
        return len(self._answers)


def _size(key: Key, answer: Remembered) -> int:
    return OVERHEAD + sum(map(len, key)) + len(answer.head) + len(answer.unchanged) + len(answer.body)
