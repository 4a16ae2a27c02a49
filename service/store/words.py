"""What records are searched by, and what is asked of it. PURE.

Chinese has no blanks between words, so text is cut into its characters and pairs of neighbouring ones: any part of a name is
found by the pairs in it. A text that has all the pairs need not have the word, so that it is looked at itself too.
"""

import re
from collections.abc import Sequence

from service.errors import NotFound

_RUN = re.compile(r"[^\W_]+")
_MOST = 12
"""Tokens of one word that are looked up: so many leave hardly a text that has them and not the word."""


def joined(*names: str | Sequence[str] | None) -> str:
    """What a record is searched by: names and lists of names, a line each."""
    lines = (line for name in names if name for line in ([name] if isinstance(name, str) else name))
    return "\n".join(dict.fromkeys(lines)).lower()


def folded(text: str) -> str:
    """A text as it is compared: in small letters, of the same length, whatever stands around them."""
    return text.replace("İ", "i").replace("Σ", "σ").lower()


def pairs(text: str) -> str:
    """The pairs of neighbouring characters of a folded text, each once, in their order."""
    return " ".join(_pairs(_RUN.findall(text)))


def pairs_of(word: str) -> list[str]:
    """Pairs that a text with this folded word has; none where no two letters or digits of it stand side by side."""
    return list(_pairs(_RUN.findall(word)))[:_MOST]


def _pairs(runs: Sequence[str]) -> dict[str, None]:
    return dict.fromkeys(run[at : at + 2] for run in runs for at in range(len(run) - 1))


def asked(words: str) -> list[str]:
    """The words of a question, which must all be found."""
    return words.lower().split()


def findable(words: str) -> str:
    """The words of a question as they are. Raises NotFound where none has anything that a text is found by."""
    if not any(map(tokens_of, asked(words))):
        raise NotFound(f"{words!r}: one of the words must have a letter, a digit or a Chinese character")
    return words


def tokens(text: str) -> str:
    """The characters of a text and its pairs, each once."""
    runs = _RUN.findall(text)
    return " ".join(dict.fromkeys([*"".join(runs), *(run[at : at + 2] for run in runs for at in range(len(run) - 1))]))


def tokens_of(word: str) -> list[str]:
    """Tokens that a text with this word has."""
    runs = _RUN.findall(word)
    return [token for run in runs for token in ([run[at : at + 2] for at in range(len(run) - 1)] or [run])][:_MOST]
