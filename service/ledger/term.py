"""Terms of the calendar: a day, an ISO week, a month, a quarter, a year, and any span of days, as people write them."""

import calendar
import datetime as dt
import re
from typing import Literal, NamedTuple

TermKind = Literal["week", "month", "quarter", "year"]
EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2999, 12, 31)
_WRITTEN = re.compile(r"([0-9]{4})(?:-(?:W([0-9]{2})|Q([1-4])|([0-9]{2})(?:-([0-9]{2}))?))?\Z")


class Term(NamedTuple):
    """From the first to the last day, both included; `label` is as people write it: 2026-W35, 2026-08, 2026-Q3, 2026."""

    label: str
    since: dt.date
    until: dt.date


def term(kind: TermKind, day: dt.date) -> Term:
    """The week, month, quarter or year in which a day lies."""
    if kind == "week":
        year, number, weekday = day.isocalendar()
        first = day - dt.timedelta(days=weekday - 1)
        return Term(f"{year}-W{number:02}", first, first + dt.timedelta(days=6))
    quarter = (day.month + 2) // 3
    month = {"month": day.month, "quarter": quarter * 3, "year": 12}[kind]
    first = dt.date(day.year, {"month": day.month, "quarter": quarter * 3 - 2, "year": 1}[kind], 1)
    label = {"month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{quarter}", "year": f"{day.year}"}[kind]
    return Term(label, first, dt.date(day.year, month, calendar.monthrange(day.year, month)[1]))


def parsed(text: str) -> Term:
    """What 2026, 2026-Q3, 2026-08, 2026-W35, 2026-08-31 or two of them with a / between mean. ValueError for anything else."""
    begin, slash, end = text.partition("/")
    first = _one(begin)
    last = _one(end) if slash else first
    if last.until < first.since:
        raise ValueError(f"{text} ends before it begins")
    return Term(text, first.since, last.until)


def _one(text: str) -> Term:
    found = _WRITTEN.match(text)
    if found is None:
        raise ValueError(f"{text!r} is no period: write 2026, 2026-Q3, 2026-08, 2026-W35, 2026-08-31 or FROM/TO")
    year, week, quarter, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if week is not None:
        made = term("week", dt.date.fromisocalendar(year, week, 1))
    elif quarter is not None:
        made = term("quarter", dt.date(year, quarter * 3, 1))
    elif month is None:
        made = term("year", dt.date(year, 1, 1))
    elif day is None:
        made = term("month", dt.date(year, month, 1))
    else:
        made = Term(text, dt.date(year, month, day), dt.date(year, month, day))
    if made.until < EARLIEST or made.since > LATEST:
        raise ValueError(f"{text} is not between {EARLIEST} and {LATEST}")
    return made
