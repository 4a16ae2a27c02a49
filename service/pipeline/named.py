"""What the body of a feed, a sitemap or a list page names, in one shape. No network and no clock."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from service.models import RawDocument, SourceSpec
from service.sources import feed, links, sitemap
from service.sources.addresses import cleaned, matcher
from service.sources.feed import Feed
from service.sources.fetch.answer import Response
from service.sources.limits import Limits
from service.text.decode import decode
from service.text.pagedate import stamp

_KEY = 500
"""Characters of a key; what is longer is known by its hash."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Named:
    """An entry: what it is known by in its source, the page that has to be fetched, or else the article itself."""

    key: str
    url: str | None = None
    raw: RawDocument | None = None
    published: str | None = None
    """A day or a time in ISO 8601; what else a site writes. Of pages of lists and of plain sitemaps it is not sure to be when
    they came out."""
    day: dt.date | None = None
    """The day in China on which its page came out, where a feed or a news sitemap tells it."""


@dataclass(frozen=True)
class Found:
    """What a body names, newest first where it says when; `what` is the kind that it turned out to be."""

    what: str
    entries: tuple[Named, ...] = ()
    sitemaps: tuple[sitemap.Place, ...] = ()
    feed: Feed = field(default_factory=Feed)

    @property
    def moments(self) -> list[dt.datetime]:
        """The times of the entries that have one."""
        return [time for entry in self.entries if (time := moment(entry.published))]


def text_of(data: bytes, charset: str | None) -> str:
    return decode(data, charset)[0]


def read(spec: SourceSpec, answer: Response) -> Found:
    """What the body of an answer names; Rejected where it is nothing of the kind."""
    fits = matcher(spec.pattern)
    if spec.kind == "feed":
        found = feed.read(text_of(answer.body, answer.charset), answer.url)
        entries = (_entry(entry, spec.address) for entry in found.entries)
        kept = [
            entry for entry, one in zip(entries, found.entries, strict=True) if not one.item.url or fits(one.item.url)
        ]
        return Found("feed", _newest_first(kept), feed=found)
    if spec.kind == "list":
        listed = links.read(text_of(answer.body, answer.charset), answer.url, spec.pattern)
        return Found("list", _newest_first(Named(_key(one.url), one.url, published=one.date) for one in listed))
    body = sitemap.unpacked(answer.body, Limits().document)
    places = sitemap.read(text_of(body, answer.charset), answer.url)
    pages = (
        Named(_key(one.url), one.url, published=one.published or one.changed, day=stamp(one.published))
        for one in places.pages
        if fits(one.url)
    )
    what = "sitemap index" if places.sitemaps else "sitemap"
    return Found(what, _newest_first(pages), places.sitemaps)


def together(founds: Sequence[Found]) -> Found:
    """The sitemaps of an index as one, newest first."""
    return Found("sitemap index", _newest_first(entry for found in founds for entry in found.entries))


def moment(text: str | None) -> dt.datetime | None:
    """A time with its zone; None for a bare day, and for what is neither."""
    try:
        time = dt.datetime.fromisoformat(text) if text and len(text) > len("2024-06-12") else None
    except ValueError:
        return None
    return time.astimezone(dt.UTC) if time and time.tzinfo else None


def _entry(entry: feed.Entry, address: str) -> Named:
    published = entry.item.date_published
    if entry.fetch and (url := cleaned(entry.fetch)):
        return Named(_key(entry.id), url, published=published, day=stamp(published))
    return Named(_key(entry.id), raw=entry.item.raw(f"{address}#{_key(entry.id)}"), published=published)


def _key(text: str) -> str:
    if len(text) <= _KEY and text.isprintable():
        return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _newest_first(entries: Iterable[Named]) -> tuple[Named, ...]:
    """Each once; those that do not say when come last, in their order."""
    once = {entry.key: entry for entry in reversed(list(entries))}
    given = reversed(once.values())
    return tuple(
        sorted(given, key=lambda one: (one.published if _DAY.match(one.published or "") else "") or "", reverse=True)
    )
