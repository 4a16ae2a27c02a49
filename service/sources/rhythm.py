"""How often a feed asks to be read: ttl, skipHours and skipDays of RSS 2.0, and the syndication module of RSS 1.0."""

from collections.abc import Iterator

from lxml import etree

from service.sources.xmltree import child, text_of

_DAY = 86_400
_PERIODS = {"hourly": 3600, "daily": _DAY, "weekly": 7 * _DAY, "monthly": 30 * _DAY, "yearly": 365 * _DAY}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def interval(head: etree._Element) -> int | None:
    """Seconds from one reading to the next, from a minute to a year; None where the feed does not say."""
    if minutes := _number(text_of(child(head, "ttl"))):
        return min(minutes * 60, 365 * _DAY)
    period = _PERIODS.get((text_of(child(head, "updatePeriod")) or "").lower())
    times = _number(text_of(child(head, "updateFrequency"))) or 1
    return max(period // times, 60) if period else None


def skip_hours(head: etree._Element) -> frozenset[int]:
    """The hours of the day in UTC, 0 to 23 (old feeds call midnight 24), in which it is not to be read."""
    hours = (_number(text) for text in _listed(head, "skipHours", "hour"))
    return frozenset(hour % 24 for hour in hours if hour is not None and hour <= 24)


def skip_days(head: etree._Element) -> frozenset[int]:
    """The weekdays, Monday is 0, on which it is not to be read."""
    days = (text.lower() for text in _listed(head, "skipDays", "day"))
    return frozenset(_WEEKDAYS.index(day) for day in days if day in _WEEKDAYS)


def _listed(head: etree._Element, name: str, each: str) -> Iterator[str]:
    around = child(head, name)
    if around is not None:
        yield from filter(None, map(text_of, around.iterchildren("{*}" + each)))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None
