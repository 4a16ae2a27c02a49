"""The walk from mentions to all that are connected with them, without knowing where they are kept."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import NamedTuple

from service.ledger.mention import Correction, Mention


class Ask(NamedTuple):
    """What the walk needs next: of each key at most CROWD + 1 of its spellings; all mentions of the spellings; all mentions
    and all corrections of the articles."""

    keys: frozenset[str] = frozenset()
    spellings: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()


class Answer(NamedTuple):
    """What there is: spellings by key, the mentions of the spellings and articles asked for, the corrections naming the articles."""

    spellings: Mapping[str, Sequence[str]]
    mentions: Sequence[Mention]
    corrections: Sequence[Correction]


class Component(NamedTuple):
    """Mentions that are connected, oldest first, and the corrections that name any of them: what `cluster` takes."""

    mentions: tuple[Mention, ...]
    corrections: tuple[Correction, ...]


def walk(start: Iterable[str]) -> Generator[Ask, Answer, tuple[Component, ...]]:
    """The components of the spellings `start`: send it the answers to what it asks; they are the value it returns.

    After a mention came or went: start from its spelling, and, for each of its keys whose number of spellings passed
    CROWD (either way) or that the spelling lost, from all spellings of that key.
    """
    raise NotImplementedError
    yield Ask()
