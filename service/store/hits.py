"""What of a text words are found in, and how much it is about them. PURE.

Offsets are in code points. Marks are pieces of text, each with whether it is a match, so that nothing has to be escaped
before whoever shows them does it.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from service.store.words import folded

AROUND = 120
"""Characters of a snippet, about."""
_BEFORE = 30
"""Of these, at the most so many before the first match."""
_LOOKED = 500
"""So many matches of a text are weighed for where its snippet is best."""
_ENDS = re.compile("[。！？；\n]")
_TITLE = 5
"""So many times in the text is once in the title."""
_SATURATED, _BY_LENGTH, _USUAL = 1.2, 0.75, 800
"""The parameters of BM25: k1, b, and the length of a usual article."""
_FRESH = 365.0
"""Days after which an article counts half as much more for being new."""


class Piece(NamedTuple):
    """A part of a text; `match` where it is one of the words."""

    text: str
    match: bool


class Snippet(NamedTuple):
    """A part of a text around its matches, and where it is."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


class Weight(NamedTuple):
    """How often an article has the words, and how much it is about them, between 0 and 1."""

    matches: int
    weight: float


def spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where a text has any of the folded words; what touches or overlaps is one."""
    low = folded(text)
    found = sorted((match.start(), match.end()) for word in words for match in re.finditer(re.escape(word), low))
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def marked(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The text in pieces, which are all of it."""
    return _pieces(text, spans(text, words), 0, len(text))


def _pieces(text: str, marks: Sequence[tuple[int, int]], start: int, end: int) -> tuple[Piece, ...]:
    pieces, at = [], start
    for first, last in marks:
        first, last = max(first, start), min(last, end)
        if first < last:
            pieces += [Piece(text[at:first], False), Piece(text[first:last], True)]
            at = last
    return tuple(piece for piece in (*pieces, Piece(text[at:end], False)) if piece.text)


def weigh(title: str, text: str, words: Sequence[str]) -> Weight | None:
    """How the article has the folded words; None where one is missing.

    The weight is that of BM25 for each word, without how rare it is, since every article that is compared has all.
    """
    low_title, low = folded(title), folded(text)
    counts = [(low_title.count(word), low.count(word)) for word in words]
    if not all(map(any, counts)):
        return None
    length = _SATURATED * (1 - _BY_LENGTH + _BY_LENGTH * len(text) / _USUAL)
    told = [_TITLE * in_title + in_text for in_title, in_text in counts]
    return Weight(sum(map(sum, counts)), sum(count / (count + length) for count in told) / len(told))


def freshness(days: int) -> float:
    """What the weight of an article is multiplied by, so many days older than the newest: from 1 to a half."""
    return 0.5 + 0.5 * math.exp2(-max(days, 0) / _FRESH)


def snippet(text: str, words: Sequence[str]) -> Snippet:
    """About AROUND characters where most of the words stand together first; else the beginning."""
    marks = spans(text, words)
    start = _begin(text, _best(text, marks, words)) if marks else 0
    end = min(start + AROUND, len(text))
    for _, last in (mark for mark in marks if mark[0] < end < mark[1]):
        end = last
    return Snippet(start, end, _pieces(text, marks, start, end))


def _best(text: str, marks: Sequence[tuple[int, int]], words: Sequence[str]) -> int:
    """The first match of those behind which most words are told soon; of many, the first are looked at."""
    low = folded(text)
    told: Mapping[int, int] = {
        start: sum(low.find(word, start, start + AROUND - _BEFORE) >= 0 for word in words)
        for start, _ in marks[:_LOOKED]
    }
    return max(told, key=lambda start: (told[start], -start))


def _begin(text: str, match: int) -> int:
    """Where to begin so that a match is seen: with its sentence or line, where that begins shortly before."""
    ends = [end.end() for end in _ENDS.finditer(text, max(match - _BEFORE, 0), match)]
    return ends[-1] if ends else max(match - _BEFORE, 0)
