"""PURE: what the headers of an answer say about time."""

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,9}")
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s{0,4}=\s{0,4}\"?([0-9]{1,9})\"?\s{0,4}(?:,|$)", re.I)
_NOT_KEPT = re.compile(r"(?:^|[,\s])no-(?:cache|store)\s{0,4}(?:[=,]|$)", re.I)
CENTURY = dt.timedelta(days=36500)


def http_date(text: str) -> dt.datetime | None:
    """An HTTP date (RFC 9110, 5.6.7) in UTC, None where it is none."""
    try:
        date = parsedate_to_datetime(text.strip())
        return date.replace(tzinfo=dt.UTC) if date.tzinfo is None else date.astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> dt.datetime | None:
    """The moment that Retry-After names, in seconds or as a date; None without one that can be read."""
    text = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(text):
        return now + min(dt.timedelta(seconds=int(text)), CENTURY)
    return http_date(text) if text else None


def freshness(headers: Mapping[str, str]) -> dt.timedelta | None:
    """How long the answer stays fresh (Cache-Control max-age less Age, else Expires less Date); None: it does not say."""
    control = headers.get("Cache-Control", "")
    if _NOT_KEPT.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("Age", "").strip()
        left = int(found[1]) - (int(age) if _SECONDS.fullmatch(age) else 0)
        return dt.timedelta(seconds=left) if left > 0 else None
    expires, date = http_date(headers.get("Expires", "")), http_date(headers.get("Date", ""))
    return min(expires - date, CENTURY) if expires and date and expires > date else None
