"""The characters of GBK as the search needs them: by lead byte, by trail byte, and by what prose has behind a token."""

import functools
from collections.abc import Iterable
from typing import NamedTuple

from service.text.repair.gbk import characters
from service.text.repair.ngram import Ngrams, folding, shipped

ALIGNED = 0  # no byte pending
LOST_HANZI = -1  # the pending lead byte vanished with its pair; it was one of A1..FE
LOST_RARE = -2  # the same, one of 81..A0
# or one of those for which a row of symbols has nothing: 力建 is C1A6 BDA8, A6B9 to A6C0 are no characters; the kind is -A6
_ROWS_WITH_GAPS = (0xA2, 0xA6, 0xA7, 0xA8, 0xA9)
# for each kind of loss the trail bytes that make, with one of its lead bytes behind them, a pair without a character
LOST_TRAILS = {
    LOST_HANZI: (*range(0xAA, 0xB0), *range(0xF8, 0xFF)),
    LOST_RARE: tuple(range(0xA1, 0xA8)),
    **{-trail: (trail,) for trail in _ROWS_WITH_GAPS},
}


@functools.cache
def _gaps() -> dict[int, frozenset[int]]:
    """For the kinds that are a row of symbols with gaps, the lead bytes that make no character there."""
    known = characters()
    return {
        -trail: frozenset(lead for lead in range(0xA1, 0xFF) if trail << 8 | lead not in known)
        for trail in _ROWS_WITH_GAPS
    }


class Candidate(NamedTuple):
    """A character with its bytes, and what the model calls it."""

    pair: int
    char: str
    token: str


class Choices:
    """Characters by what is known of them: the lead byte, or the trail byte (and in which part of GBK the lead is)."""

    def __init__(self, chars: Iterable[tuple[int, str, str]]) -> None:
        self.by_lead: dict[int, list[Candidate]] = {}
        self.by_trail: dict[tuple[int, int], list[Candidate]] = {}
        self.losing: dict[tuple[int, int], list[Candidate]] = {}
        self.usual: dict[int, list[Candidate]] = {LOST_HANZI: [], LOST_RARE: []}
        for pair, char, token in chars:
            lead, trail = pair >> 8, pair & 255
            candidate = Candidate(pair, char, token)
            part = LOST_HANZI if lead >= 0xA1 else LOST_RARE
            self.by_lead.setdefault(lead, []).append(candidate)
            self.by_trail.setdefault((trail, part), []).append(candidate)
            self.usual[part].append(candidate)
            for kind, trails in LOST_TRAILS.items():
                if trail in trails:
                    self.losing.setdefault((lead, kind), []).append(candidate)

    def ending(self, trail: int, kind: int) -> list[Candidate]:
        """Those with this trail byte whose lead byte is one that this kind of loss takes."""
        known = self.by_trail.get((trail, kind))
        if known is None:
            known = [] if kind >= LOST_RARE else _taken(self.by_trail.get((trail, LOST_HANZI), []), kind)
            self.by_trail[trail, kind] = known
        return known

    def taken(self, kind: int) -> list[Candidate]:
        """Those whose lead byte is one that this kind of loss takes."""
        return self.usual[kind] if kind >= LOST_RARE else _taken(self.usual[LOST_HANZI], kind)


def _taken(choices: list[Candidate], kind: int) -> list[Candidate]:
    leads = _gaps()[kind]
    return [choice for choice in choices if choice.pair >> 8 in leads]


class Tables:
    """The characters of GBK: all, the likely ones first, and those seen behind each token."""

    def __init__(self, model: Ngrams) -> None:
        self.model = model
        names = folding()
        self.char = {pair: char for pair, char in characters().items() if char > "\u007f"}
        self.token = {char: names.get(ord(char), char) for char in self.char.values()}
        self._forms: dict[str, list[int]] = {}
        for pair, char in self.char.items():
            self._forms.setdefault(self.token[char], []).append(pair)
        likely = sorted(self.char, key=lambda pair: -model.log_probability("", self.token[self.char[pair]]))
        self.all = Choices((pair, self.char[pair], self.token[self.char[pair]]) for pair in likely)
        self._after: dict[str, Choices] = {}

    def forms(self, token: str) -> list[str]:
        """The characters that count as a token: 记 and 記."""
        return [self.char[pair] for pair in self._forms.get(token, ())]

    def after(self, token: str) -> Choices:
        """The characters that prose has behind a token, the most frequent first."""
        known = self._after.get(token)
        if known is None:
            known = self._after[token] = Choices(
                (pair, self.char[pair], follower)
                for follower in self.model.followers(token)
                for pair in self._forms.get(follower, ())
            )
        return known


@functools.cache
def shipped_tables() -> Tables:
    """The tables over the model that comes with the package."""
    return Tables(shipped())
