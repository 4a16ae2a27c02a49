"""Words: the only file that touches jieba.

rjieba is jieba's algorithm and dictionary in Rust and does the work where it is installed; jieba is the reference and the
fallback. `ENGINE` names the one that made a result.
"""

from functools import lru_cache
from importlib.metadata import version
from itertools import accumulate
from typing import Protocol


class Engine(Protocol):
    """What a segmenter must do here."""

    name: str

    def cut(self, text: str) -> list[str]:
        """The words of `text`, in order and without a gap."""

    def tag(self, text: str) -> list[tuple[str, str]]:
        """The words with jieba's part-of-speech tags (nr person, ns place, n noun, v verb ...)."""

    def knows(self, word: str) -> bool:
        """Whether the dictionary has `word`."""


class Rust:
    """rjieba."""

    def __init__(self) -> None:
        import rjieba

        self.name = f"rjieba {version('rjieba')}"
        self._jieba = rjieba

    def cut(self, text: str) -> list[str]:
        return list(self._jieba.cut(text))

    def tag(self, text: str) -> list[tuple[str, str]]:
        return [(word, tag) for word, tag in self._jieba.tag(text)]

    def knows(self, word: str) -> bool:
        return bool(self._jieba.has_word(word))


class Reference:
    """jieba itself."""

    def __init__(self) -> None:
        import logging

        import jieba
        import jieba.posseg

        # Its note about the dictionary's cache goes to stderr of every command otherwise.
        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
        self.name = f"jieba {version('jieba')}"
        self._jieba = jieba
        self._posseg = jieba.posseg

    def cut(self, text: str) -> list[str]:
        return list(self._jieba.cut(text))

    def tag(self, text: str) -> list[tuple[str, str]]:
        return [(pair.word, pair.flag) for pair in self._posseg.cut(text)]

    def knows(self, word: str) -> bool:
        return bool(self._jieba.dt.FREQ.get(word))


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The segmenter of this machine, loaded on first use."""
    try:
        return Rust()
    except ImportError:
        return Reference()


def is_cut_at(text: str, *offsets: int) -> bool:
    """Whether a word of `text` begins or ends at each of the offsets."""
    edges = {0, *accumulate(map(len, engine().cut(text)))}
    return edges.issuperset(offsets)


def cut(text: str) -> list[str]:
    """The words of `text`."""
    return engine().cut(text)


@lru_cache(maxsize=65536)
def dictionary_tag(word: str) -> str | None:
    """The tag of `word` where the dictionary has it, else None (a guess of the segmenter is no word of the dictionary)."""
    return engine().tag(word)[0][1] if engine().knows(word) else None
