"""How well a text reads: a character trigram model with Kneser-Ney smoothing, its counts shipped with the package.

The counts are of simplified prose (`benchmarks/build_ngrams.py` makes them). Any text is folded before it is scored:
traditional to simplified, half-width to full-width marks, ！ and ？ to the full stop (reports hardly have them), digits
to 0, letters to A, blanks to a line end.
"""

import functools
import gzip
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any, Self

import orjson
from opencc import OpenCC

from service.text.repair.gbk import pairs

ORDER = 3
_DISCOUNT = 0.75
_ALPHABET = 8000  # how many characters prose may use; shares out the probability of unseen ones
_MEMO_LIMIT = 400_000
_BLANKS = " \t\r\u3000\u00a0"


@functools.cache
def folding() -> Mapping[int, str]:
    """What each character counts as, for `str.translate`; characters that stay are not in it."""
    table: dict[int, str] = {}
    hanzi = [char for char in pairs() if "\u3400" <= char < "\ue000"]
    for char, simplified in zip(hanzi, OpenCC("t2s").convert("\n".join(hanzi)).split("\n"), strict=True):
        if char != simplified:
            table[ord(char)] = simplified
    for code in range(0x21, 0x7F):
        char = chr(code)
        token = "0" if char.isdigit() else "A" if char.isalpha() else chr(code + 0xFEE0) if char in "!(),:;?" else char
        table[code] = table[code + 0xFEE0] = token
    table |= dict(zip(map(ord, "「」『』"), "“”‘’", strict=True))
    table |= dict.fromkeys(map(ord, "!?！？"), "。")
    table |= dict.fromkeys(map(ord, _BLANKS), "\n")
    return {code: token for code, token in table.items() if chr(code) != token}


def fold(text: str) -> str:
    """The text as the model reads it; same length."""
    return text.translate(folding())


def count(texts: Iterable[str]) -> list[Counter[str]]:
    """The 1-, 2- and 3-grams of the folded texts; each text begins with a line end, and blank lines do not count."""
    counts: list[Counter[str]] = [Counter() for _ in range(ORDER)]
    for text in texts:
        folded = re.sub("\n+", "\n", "\n" + fold(text))
        for size, counter in enumerate(counts, 1):
            counter.update(folded[at : at + size] for at in range(len(folded) - size + 1))
    return counts


def count_words(words: Iterable[tuple[str, int]], scale: float, power: float) -> list[Counter[str]]:
    """The n-grams inside dictionary words, each weighing `scale * frequency ** power`; below one half does not count."""
    weights: list[dict[str, float]] = [{} for _ in range(ORDER)]
    for word, frequency in words:
        folded = fold(word)
        for size, table in enumerate(weights, 1):
            for at in range(len(folded) - size + 1):
                gram = folded[at : at + size]
                table[gram] = table.get(gram, 0.0) + scale * frequency**power
    return [Counter({gram: round(weight) for gram, weight in table.items() if weight >= 0.5}) for table in weights]


def continuations(counts: Sequence[Counter[str]]) -> list[Counter[str]]:
    """The counts with those of the shorter n-grams replaced by how many characters they were seen behind.

    模化 is frequent, but only ever behind 规: what is read behind another character should not expect it (Kneser-Ney).
    Marks stand behind anything: they keep their share of the counts.
    """
    found = [counts[-1]]
    for shorter, longer in zip(counts[-2::-1], counts[:0:-1], strict=True):
        table = Counter(gram[1:] for gram in longer)
        share = table.total() / shorter.total()
        table.update({gram: round(share * n) - table[gram] for gram, n in shorter.items() if not gram[-1].isalnum()})
        found.append(+table)
    return found[::-1]


def pack(counts: Sequence[Mapping[str, int]]) -> bytes:
    """The counts as they are shipped: for each history its followers and their counts, JSON, compressed."""
    orders = []
    for table in counts:
        grouped: dict[str, tuple[list[str], list[int]]] = {}
        for gram, number in sorted(table.items()):
            followers, numbers = grouped.setdefault(gram[:-1], ([], []))
            followers.append(gram[-1])
            numbers.append(number)
        orders.append({history: ["".join(followers), *numbers] for history, (followers, numbers) in grouped.items()})
    return gzip.compress(orjson.dumps(orders), 9, mtime=0)


class Ngrams:
    """The model. Histories and tokens are folded text; `orders` is what `pack` wrote, by length of the history."""

    def __init__(self, orders: Sequence[Mapping[str, list[Any]]]) -> None:
        self._orders = orders
        self._rows: dict[str, tuple[dict[str, int], int]] = {}
        self._memo: dict[str, float] = {}

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """The model from packed counts."""
        return cls(orjson.loads(gzip.decompress(data)))

    def followers(self, token: str) -> str:
        """The tokens seen behind a token, the most frequent first."""
        row = self._row(token)[0]
        return "".join(sorted(row, key=row.__getitem__, reverse=True))

    def seen(self, gram: str) -> int:
        """How often an n-gram was seen; 0 for one that is not shipped."""
        return self._row(gram[:-1])[0].get(gram[-1], 0)

    def total(self, history: str) -> int:
        """How often something was seen behind a history."""
        return self._row(history)[1]

    def log_probability(self, history: str, token: str) -> float:
        """ln P(token | the last two tokens); the history may be shorter, never longer than two."""
        gram = history + token
        known = self._memo.get(gram)
        if known is None:
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            known = self._memo[gram] = math.log(self._probability(gram))
        return known

    def score(self, text: str, history: str = "") -> float:
        """ln P(text | history): how well it reads."""
        total = 0.0
        for token in fold(text):
            total += self.log_probability(history, token)
            history = (history + token)[1 - ORDER :]
        return total

    def _row(self, history: str) -> tuple[dict[str, int], int]:
        """What was seen behind a history, and how often that was."""
        row = self._rows.get(history)
        if row is None:
            followers, *numbers = self._orders[len(history)].get(history, ("",))
            counts = dict(zip(followers, numbers, strict=True))
            row = self._rows[history] = (counts, sum(numbers))
        return row

    def _probability(self, gram: str) -> float:
        history, token = gram[:-1], gram[-1]
        lower = math.exp(self.log_probability(history[1:], token)) if history else 1 / _ALPHABET
        counts, total = self._row(history)
        if not total:
            return lower
        return (max(counts.get(token, 0) - _DISCOUNT, 0.0) + _DISCOUNT * len(counts) * lower) / total


@functools.cache
def shipped() -> Ngrams:
    """The model that comes with the package, loaded with the first damaged text."""
    return Ngrams.unpack(resources.files("service.text.repair").joinpath("data/ngrams.json.gz").read_bytes())
