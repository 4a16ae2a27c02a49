"""RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed: decoded text to what the feed says of itself and its items. No network.

Written for what sites really publish: see `xmltree` for the damage that is put right.
"""

import datetime as dt
import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import orjson
from lxml import etree

from service.errors import Rejected
from service.sources import fulltext, rhythm
from service.sources.addresses import cleaned
from service.sources.item import Item, body, china_time, web_address
from service.sources.records import item_of, listed
from service.sources.xmltree import MAX_TAGS, child, text_of, tree

_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,20}:)?(?:rss|feed|RDF)(?=[\s>/])")
_OTHER_ROOT = re.compile(r"<(?:!doctype html|html|body|urlset|sitemapindex|opml)\b", re.I)
_INLINE = re.compile(r"</?(?:b|i|u|em|strong|font|span|br|a)\b[^<>]{0,300}>", re.I)
_FULL = ("{http://purl.org/rss/1.0/modules/content/}encoded", "content", "description", "summary")
_DATES = ("pubDate", "published", "date", "issued", "updated", "modified", "created")
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_PAGE = re.compile(r"<(?:!doctype )?html\b", re.I)


@dataclass(frozen=True)
class Entry:
    """An item of a feed: what identifies it in this feed, what it carries, and whether that is the whole article."""

    id: str
    item: Item
    full: bool

    @property
    def fetch(self) -> str | None:
        """The address of the page that has to be fetched for the article; None where there is no need or no address."""
        return None if self.full else self.item.url


@dataclass(frozen=True)
class Feed:
    """A feed: how it names itself, how often it wants to be asked, and its entries in their order.

    `interval` is in seconds; the hours (0 to 23) and weekdays (Monday is 0) in which it rests are of UTC.
    """

    title: str | None = None
    home: str | None = None
    itself: str | None = None
    next_page: str | None = None
    hubs: tuple[str, ...] = ()
    interval: int | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    entries: tuple[Entry, ...] = ()

    def rests(self, now: dt.datetime) -> bool:
        """Whether the feed asks not to be read at this time (aware); one that rests always is not believed."""
        utc = now.astimezone(dt.UTC)
        hours, days = len(self.skip_hours) < 24, len(self.skip_days) < 7
        return (hours and utc.hour in self.skip_hours) or (days and utc.weekday() in self.skip_days)


def is_feed(text: str) -> bool:
    """Whether the first element is the root of a feed."""
    root = _ROOT.search(text)
    other = _OTHER_ROOT.search(text, 0, root.start() if root else 4096)
    return root is not None and other is None


def parse(text: str, max_tags: int = MAX_TAGS) -> Iterator[Item]:
    """The items in the order of an XML feed; Rejected `bad_feed` where it is none, or declares entities of its own."""
    root = _root(text, None, max_tags)
    outlet = _plain(text_of(child(_head(root), "title")))
    for entry in root.iter("{*}item", "{*}entry"):
        yield _item(entry, outlet)[0]


def read(text: str, base: str | None = None, max_tags: int = MAX_TAGS) -> Feed:
    """The whole feed, XML or JSON; `base` is the address it came from. Rejected `bad_feed` where it is none."""
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return _json_feed(text, base)
    if not is_feed(text):
        found = "a page" if _PAGE.search(text, 0, 4096) else "something else"
        raise Rejected("bad_feed", f"is no feed but {found}; give the address of an RSS, Atom or JSON feed")
    root = _root(text, base, max_tags)
    head = _head(root)
    title = _plain(text_of(child(head, "title")))
    links = list(_links(head))
    found_items = [(_id(entry), *_item(entry, title)) for entry in root.iter("{*}item", "{*}entry")]
    return Feed(
        title=title,
        home=next((url for rel, url in links if "alternate" in rel), None),
        itself=next((url for rel, url in links if "self" in rel), None),
        next_page=next((url for rel, url in links if "next" in rel), None),
        hubs=tuple(dict.fromkeys(url for rel, url in links if "hub" in rel)),
        interval=rhythm.interval(head),
        skip_hours=rhythm.skip_hours(head),
        skip_days=rhythm.skip_days(head),
        entries=_entries(found_items),
    )


def _json_feed(text: str, base: str | None) -> Feed:
    try:
        value = orjson.loads(text.lstrip("\ufeff").encode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        raise Rejected("bad_feed", f"is no valid JSON: {error.msg} (line {error.lineno})"[:200]) from None
    records, title = listed(value)
    head = value if isinstance(value, dict) else {}
    hubs = head.get("hubs")
    return Feed(
        title=title,
        home=_address(head.get("home_page_url"), base),
        itself=_address(head.get("feed_url"), base),
        next_page=_address(head.get("next_url"), base),
        hubs=tuple(
            url
            for hub in (hubs if isinstance(hubs, list) else ())
            if isinstance(hub, dict) and (url := _address(hub.get("url"), base))
        ),
        entries=_entries(list(_json_items(records, title, base))),
    )


def _json_items(records: list[object], outlet: str | None, base: str | None) -> Iterator[tuple[str | None, Item, bool]]:
    for record in records:
        if not isinstance(record, dict):
            continue
        known = record.get("id")
        try:
            item = item_of(record, outlet, base)
        except Rejected:  # neither title nor text: an address alone will do
            item = Item(url=_address(record.get("url"), base), outlet=outlet)
        if item.url or item.title or item.content_html or item.content_text:
            meant = any(record.get(name) for name in ("content_html", "content_text", "content"))
            yield (str(known) if isinstance(known, str | int) and known != "" else None), item, meant


def _entries(found: list[tuple[str | None, Item, bool]]) -> tuple[Entry, ...]:
    """The items with what identifies them: what the feed says, except where it says the same of several."""
    found = [(said, replace(item, url=cleaned(item.url or "")), meant) for said, item, meant in found]
    told = Counter(said for said, _, _ in found)
    full = fulltext.are_full(
        [(fulltext.plain(item.content_html or item.content_text), meant) for _, item, meant in found]
    )
    return tuple(
        Entry(said if said and told[said] == 1 else item.url or said or _digest(item), item, whole)
        for (said, item, _), whole in zip(found, full, strict=True)
    )


def _digest(item: Item) -> str:
    return "sha256:" + hashlib.sha256(repr(item).encode("utf-8", "replace")).hexdigest()


def _address(value: object, base: str | None) -> str | None:
    return web_address(value, base) if isinstance(value, str) else None


def _root(text: str, base: str | None, max_tags: int) -> etree._Element:
    root = _ROOT.search(text)
    if root is None:
        raise Rejected("bad_feed", "is XML, but neither RSS nor Atom")
    return tree(text, root.start(), "bad_feed", base, max_tags)


def _head(root: etree._Element) -> etree._Element:
    """The element that says what the feed is."""
    channel = child(root, "channel")
    return root if channel is None else channel


def _links(head: etree._Element) -> Iterator[tuple[list[str], str]]:
    """The relations and addresses of the feed's own links."""
    for link in head.iterchildren("{*}link"):
        if url := web_address(link.get("href") or text_of(link), link.base):
            yield link.get("rel", "alternate").lower().split(), url


def _item(entry: etree._Element, outlet: str | None) -> tuple[Item, bool]:
    """The item, and whether its text stood in a field meant for the whole content."""
    fields = ((_content(field), field.tag) for field in _children(entry, _FULL))
    content, tag = max(fields, key=lambda field: _weight(field[0]), default=({}, ""))
    source = child(entry, "source")
    named = text_of(source) if source is not None and not len(source) else text_of(child(source, "title"))
    published = next((t for name in _DATES if (t := text_of(child(entry, name)))), None)
    item = Item(
        title=_plain(text_of(child(entry, "title"))),
        date_published=china_time(published),
        url=_link(entry),
        outlet=_plain(named) or outlet,
        **content,
    )
    return item, str(tag).rpartition("}")[2] in {"encoded", "content"}


def _id(entry: etree._Element) -> str | None:
    said = text_of(child(entry, "guid")) or text_of(child(entry, "id")) or entry.get(_ABOUT)
    return said[:2000] if said else None


def _link(entry: etree._Element) -> str | None:
    for link in entry.iterchildren("{*}link"):
        named = link.get("href") or text_of(link)
        if link.get("rel", "alternate") == "alternate" and (url := web_address(named, link.base)):
            return url
    guid = child(entry, "guid")
    permanent = guid is not None and guid.get("isPermaLink", "true") == "true"
    told = (text_of(guid) if permanent else None, text_of(child(entry, "id")), entry.get(_ABOUT))
    return next((url for said in told if (url := web_address(said))), None)


def _content(element: etree._Element) -> dict[str, str]:
    kind = element.get("type", "")
    if len(element):  # XHTML content, or markup that was not escaped
        inner = (element.text or "") + "".join(etree.tostring(c, encoding="unicode", method="html") for c in element)
        return {"content_html": inner}
    if kind in {"html", "text/html"} and element.text and element.text.strip():
        return {"content_html": element.text}
    return body(element.text)


def _weight(content: dict[str, str]) -> int:
    return sum(map(len, content.values()))


def _children(entry: etree._Element, names: tuple[str, ...]) -> Iterator[etree._Element]:
    for name in names:
        yield from entry.iterchildren(name if name.startswith("{") else "{*}" + name)


def _plain(text: str | None) -> str | None:
    """A title is plain text, however it was escaped."""
    return " ".join(html.unescape(_INLINE.sub("", text)).split()) or None if text else None
