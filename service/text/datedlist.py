"""Lists of other stories with their dates below a story: where one begins."""

import re
from itertools import pairwise

LISTED = 400
DATE_END = "0123456789日])）】"

_GLUED = re.compile(
    r"\s*[\[(【]?20\d{2}[-/.]\d{1,2}[-/.]\d{2}[\])】]?(?=\s?[^\s:\d,，.。、至~—\-]|\d{1,2}[月日年万个亿])"
)
_LONE_DATE = re.compile(r"\s*[\[(【]?20\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?:\s?\d{1,2}:\d{2}(?::\d{2})?)?[\])】]?\s*")
_DATED_HEADLINE = re.compile(
    r"\s*[·•・●■◆\-*]?\s?\S[^。！？;；]{5,58}?\s?[\[(（【]?(?:20\d{2}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?[\])）】]?\s*"
)


def dated_list(lines: list[str], end: int) -> int:
    """Where a list of other stories with their dates begins that ends at `end`; `end` if there is none.

    Three builds: a date glued to the next story's first words, headlines that end in a date, and stories and dates in turn.
    A chronicle of the story itself ascends, a list of news does not; what is longer than LISTED lines is the text itself.
    """
    top = max(0, end - LISTED)
    start = end
    dates: list[str] = []
    while start > top and (_GLUED.match(lines[start - 1]) or (start == end and _LONE_DATE.fullmatch(lines[start - 1]))):
        start -= 1
        dates.append("".join(c for c in lines[start][:12] if c.isdigit()))
    if len(dates) >= 2 and not _ascends(dates[::-1]) and any(_GLUED.match(line) for line in lines[start:end]):
        # Where the last line is a date alone, each date follows its story, so the first story stands above the first date.
        lead = start >= 2 and _LONE_DATE.fullmatch(lines[end - 1]) is not None
        return start - 1 if lead else start
    start = end
    while start > top and _ends_in_date(lines[start - 1]):
        start -= 1
    if end - start >= 3 and start > top:
        return start
    start = end
    while start >= top + 2 and _LONE_DATE.fullmatch(lines[start - 1]) and not _LONE_DATE.fullmatch(lines[start - 2]):
        start -= 2
    ended = start > top + 1 if top else start > 0
    return start if ended and end - start >= 6 else end


def _ends_in_date(line: str) -> bool:
    """Whether the line is a headline with its date."""
    return len(line) <= 72 and line.rstrip()[-1] in DATE_END and _DATED_HEADLINE.fullmatch(line) is not None


def _ascends(dates: list[str]) -> bool:
    return all(a < b for a, b in pairwise(dates))
