"""Finding thousands of words in one pass: the only file that touches ahocorasick_rs.

An automaton reads each character once, however many words there are; a pattern of the standard library does the same work
more slowly where it is not installed.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial

Finder = Callable[[str], list[tuple[int, int, int]]]
"""Gives words in a text: the number of each in the list, its start and end; in the order of their ends, the longest at each place."""


def either(words: Iterable[str]) -> list[str]:
    """Patterns that together match the longest of `words`, one for each first letter."""
    endings: dict[str, list[str]] = {}
    for word in words:
        if word:
            endings.setdefault(word[0], []).append(word[1:])
    made = []
    for first, rest in endings.items():
        longer = either(rest)
        more = f"(?:{'|'.join(longer)}){'?' if '' in rest else ''}" if longer else ""
        made.append(re.escape(first) + more)
    return made


def automaton(words: Iterable[str], *, overlapping: bool = False) -> Finder:
    """The finder of `words`, which are all different, by an automaton; `overlapping`: of every occurrence of each."""
    import ahocorasick_rs as ac

    kind = ac.MatchKind.Standard if overlapping else ac.MatchKind.LeftmostLongest
    find = ac.AhoCorasick(words, matchkind=kind, store_patterns=False).find_matches_as_indexes
    return partial(find, overlapping=True) if overlapping else find


def pattern(words: Iterable[str], *, overlapping: bool = False) -> Finder:
    """The same by a pattern, or by looking up every stretch where words may overlap."""
    numbers = {word: number for number, word in enumerate(words)}
    if overlapping:
        sizes = sorted({len(word) for word in numbers})
        return lambda text: [
            (numbers[text[end - size : end]], end - size, end)
            for end in range(1, len(text) + 1)
            for size in sizes
            if size <= end and text[end - size : end] in numbers
        ]
    compiled = re.compile("|".join(either(numbers)))
    return lambda text: [(numbers[m[0]], *m.span()) for m in compiled.finditer(text)]


def finder(words: Iterable[str], *, overlapping: bool = False) -> Finder:
    """The fastest finder of `words` on this machine."""
    try:
        return automaton(words, overlapping=overlapping)
    except ImportError:
        return pattern(words, overlapping=overlapping)
