"""Sitemaps: news sitemaps, plain ones, indexes of others, and lists of addresses as text. No network.

https://www.sitemaps.org/protocol.html; damage is put right as in feeds.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from service.errors import Rejected
from service.sources.addresses import cleaned
from service.sources.feed import is_feed
from service.sources.item import china_time
from service.sources.limits import too_large
from service.sources.xmltree import child, text_of, tree

MAX_ENTRIES = 50_000
"""Addresses in one sitemap, by the protocol; what stands behind them is not read."""
MAX_TAGS = 1_000_000
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,20}:)?(urlset|sitemapindex)(?=[\s>/])", re.I)
_PAGE = re.compile(r"<(?:!doctype )?html\b", re.I)


@dataclass(frozen=True)
class Place:
    """A page that a sitemap names, or a sitemap that an index names; times are ISO 8601 where they are times."""

    url: str
    changed: str | None = None
    published: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Sitemap:
    """The pages of a sitemap, or the sitemaps of an index (in an index of an index they are not followed again)."""

    pages: tuple[Place, ...] = ()
    sitemaps: tuple[Place, ...] = ()

    def latest(self, count: int) -> tuple[Place, ...]:
        """The sitemaps of an index that changed last; where it does not say when, its first come first."""
        return tuple(sorted(self.sitemaps, key=lambda place: place.changed or "", reverse=True)[:count])


def unpacked(data: bytes, limit: int) -> bytes:
    """What a .gz holds, as far as it goes where it is cut; other data as it is. Rejected `too_large` above `limit` bytes."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacking = zlib.decompressobj(wbits=31)
    try:
        inner = unpacking.decompress(data, limit + 1)
    except zlib.error:
        raise Rejected("bad_sitemap", "is a damaged .gz") from None
    if len(inner) > limit:
        raise too_large(limit)
    return inner


def read(text: str, base: str | None = None) -> Sitemap:
    """The sitemap of a decoded text that came from the address `base`; Rejected `bad_sitemap` where it is none."""
    root = _ROOT.search(text)
    if root is None or _PAGE.search(text, 0, root.start()):
        return _lines(text)
    element = tree(text, root.start(), "bad_sitemap", base, MAX_TAGS)
    if root[1].lower() == "sitemapindex":
        return Sitemap(sitemaps=tuple(_places(element, "sitemap")))
    return Sitemap(pages=tuple(_places(element, "url")))


def _places(root: etree._Element, name: str) -> Iterator[Place]:
    seen: set[str] = set()
    for element in root.iter("{*}" + name):
        url = cleaned(text_of(child(element, "loc")) or "", root.base)
        if url and url not in seen:
            seen.add(url)
            news = child(element, "news")
            yield Place(
                url,
                china_time(text_of(child(element, "lastmod"))),
                china_time(text_of(child(news, "publication_date"))),
                " ".join((text_of(child(news, "title")) or "").split()) or None,
            )
            if len(seen) >= MAX_ENTRIES:
                return


def _lines(text: str) -> Sitemap:
    """A sitemap as text: one address a line, and nothing else."""
    if is_feed(text):
        raise Rejected("bad_sitemap", "is a feed: name it as one, with kind feed")
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()[: 2 * MAX_ENTRIES] if line.strip()]
    urls = [url for line in lines if line.startswith(("http://", "https://")) and (url := cleaned(line))]
    if not urls or len(urls) * 2 < len(lines):
        found = "a page" if _PAGE.search(text, 0, 4096) else "something else"
        raise Rejected("bad_sitemap", f"is no sitemap but {found}; a page with links is of kind list")
    return Sitemap(pages=tuple(Place(url) for url in list(dict.fromkeys(urls))[:MAX_ENTRIES]))
