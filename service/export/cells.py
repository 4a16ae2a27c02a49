"""Text as other programs can take it: without what no XML or UTF-8 holds, and without what a spreadsheet would run."""

import re

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell that a spreadsheet runs begins with; it may take the full-width marks for their narrow ones."""


def fit(text: str) -> str:
    """The text with U+FFFD for each control character, half a character, and what is none."""
    return _UNFIT.sub("\ufffd", text)


def inert(text: str) -> str:
    """The text as a cell of a CSV file; where a spreadsheet would run it, behind a '."""
    text = fit(text)
    return "'" + text if text.startswith(_RUN) else text
