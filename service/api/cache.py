"""Answers in memory, good as long as the log of records has the same head."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from service.store.keys import Scope

OVERHEAD = 600
"""Bytes an answer takes beside its own, about."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer as it goes out: status line and headers of a 200 and of a 304, and the body in one encoding."""

    head: bytes
    unchanged: bytes
    body: bytes
    etag: str
    route: str
    scope: Scope | None
    """Whose answer it is, and who may have it."""


def unknown() -> None:
    """The version before anyone is named who knows it."""


class Memory:
    """The least recently used answers leave first. `version` is the head of the log as far as this process knows it, a
    number kept in memory by whoever hears the bell; None where it is not known, and then nothing is remembered.

    An answer is stored under the version that was read before its query began, so it is never newer than it claims to be.
    """

    def __init__(self, version: Callable[[], int | None] = unknown, most_bytes: int = 32 * 1024 * 1024) -> None:
        self.version = version
        self._most = most_bytes
        self._held: int | None = None
        self._size = 0
        self._answers: OrderedDict[tuple[str, ...], Remembered] = OrderedDict()

    def get(self, key: tuple[str, ...]) -> Remembered | None:
        if self.version() != self._held:
            return None
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def put(self, key: tuple[str, ...], version: int | None, answer: Remembered) -> None:
        """Keep an answer that was made when the log stood at `version`, unless it has moved on since."""
        if version is None or version != self.version():
            return
        if version != self._held:
            self._answers.clear()
            self._held, self._size = version, 0
        size = _size(key, answer)
        if size > self._most // 8:
            return
        if (before := self._answers.pop(key, None)) is not None:
            self._size -= _size(key, before)
        self._answers[key] = answer
        self._size += size
        while self._size > self._most:
            self._size -= _size(*self._answers.popitem(last=False))

    def __len__(self) -> int:
        return len(self._answers)


def _size(key: tuple[str, ...], answer: Remembered) -> int:
    return OVERHEAD + sum(map(len, key)) + len(answer.head) + len(answer.unchanged) + len(answer.body)
