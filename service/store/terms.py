"""Search by parts of words without a dictionary: a text is entered under its pairs of characters, and found by those of the
words asked for; whether the words themselves are in it is then looked at."""

import re

_RUN = re.compile(r"[^\W_]+")


def pairs(text: str) -> tuple[str, ...]:
    """The pairs of neighbouring letters and digits of a lower-case text, each once, sorted."""
    found = {run[i : i + 2] for run in _RUN.findall(text) for i in range(len(run) - 1)}
    return tuple(sorted(found))
