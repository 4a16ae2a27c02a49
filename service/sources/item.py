"""One entry of a feed or a record file, and how it travels on: as the bytes of a JSON Feed item."""

import datetime as dt
import re
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import orjson

from service.models import RawDocument

CHINA = dt.timezone(dt.timedelta(hours=8))
_MARKUP = re.compile(
    r"<(?:p|div|br|span|table|img|h[1-6]|section|article|a|b|i|em|strong|font|ul|ol|li|html|body)\b", re.I
)
_RFC822 = re.compile(r"^(?:[A-Za-z]{3,9},?\s{1,3})?\d{1,2}\s{1,3}[A-Za-z]{3,9}\s{1,3}\d{2,4}\b")
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.{0,30})?$")
_URL = re.compile(r"^https?://[^\s\x00-\x20\x7f<>\"]{1,2000}\Z", re.I)


@dataclass(frozen=True)
class Item:
    """The keys of a JSON Feed item, and `outlet`; `url` is None where there is none that can be fetched."""

    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    date_published: str | None = None
    url: str | None = None
    outlet: str | None = None

    def raw(self, fallback: str) -> RawDocument:
        """The document that goes on; its source is the URL, else `fallback`."""
        keys = {key: value for key, value in asdict(self).items() if value is not None}
        data = orjson.dumps(keys)
        return RawDocument(source=self.url or fallback, data=data, media_type="application/json", charset="utf-8")


def body(text: str | None) -> dict[str, str]:
    """The text under the key that says what it is: `content_html` or `content_text`."""
    if not text or not text.strip():
        return {}
    return {"content_html" if _MARKUP.search(text) else "content_text": text}


def web_address(text: str | None, base: str | None = None) -> str | None:
    """The address, where it is one that can be fetched; a relative one only where its `base` is known."""
    text = text.strip() if text else ""
    if text and base and not _URL.match(text):
        try:
            text = urljoin(base, text)
        except ValueError:  # brackets that are no IPv6 address
            return None
    return text if _URL.match(text) else None


def china_time(text: str | None) -> str | None:
    """A time stamp as ISO 8601 in China time; one without a zone is China time; anything else as it was written."""
    text = text.strip() if text else ""
    try:
        if _RFC822.match(text):
            return _in_china(parsedate_to_datetime(text))
        if _ISO.match(text):
            return text if len(text) == 10 else _in_china(dt.datetime.fromisoformat(text.replace("  ", " ")))
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    return text[:100] or None


def epoch(value: float) -> str | None:
    """Seconds or milliseconds since 1970 as China time; None where the number is neither."""
    seconds = value / 1000 if value > 1e11 else value
    return dt.datetime.fromtimestamp(seconds, CHINA).isoformat() if 3e8 < seconds < 4e9 else None


def _in_china(time: dt.datetime) -> str:
    return (time.replace(tzinfo=CHINA) if time.tzinfo is None else time.astimezone(CHINA)).isoformat()
