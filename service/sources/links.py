"""The links of a page: those to articles on a list page, and the feeds that a page names. HTML text in, no network.

The page is read tag by tag in one pass, so that time grows with its length whatever it was made for; a tree is not needed.
Lists that a page carries for its script (records in CDATA, as many government sites do) are read like the rest.
"""

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from service.sources.addresses import cleaned, matcher, site_of

MAX_LINKS = 2000
"""Articles taken from one page; the first ones."""
CHINESE = 6
"""Chinese characters that the words of a link need to be taken for a headline."""
_NEAR = 100
"""Characters before and behind a link in which its date may stand."""

# No tag reaches over the next `<`, even in quotes: each character is looked at once or twice. The last form is a tag whose
# quotes do not close.
_TAG = re.compile(
    r"<(?:(!--)|(/?)([A-Za-z][A-Za-z0-9:]{0,20})(?:((?:[\s/](?:[^<>\"']++|\"[^<\"]*+\"|'[^<']*+')*+)?)>|([\s/][^<>]*+)>?))"
)
_ATTRIBUTE = re.compile(r"([A-Za-z][A-Za-z-]{0,30})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_RAW_END = {name: re.compile(f"</{name}", re.I) for name in ("script", "style", "textarea", "title")}
_LIST_DATA = re.compile(r"\btype\s{0,9}=\s{0,9}[\"']?(?:text|application)/xml", re.I)
_ROWS = frozenset("li tr dl ul ol table record".split())
_DAY = r"((?:19|20)\d\d)\s{0,2}[-/.年]\s{0,2}(\d{1,2})\s{0,2}[-/.月]\s{0,2}(\d{1,2})(?!\d)日?"
_DATE = re.compile(rf"(?<!\d){_DAY}")
_DATE_AT_END = re.compile(rf"\s{{0,9}}[\[(（【]?\s?(?<!\d){_DAY}(?:\s{{1,3}}[\d:]{{4,8}})?\s?[\])）】]?\Z")
_PATH_DATE = re.compile(r"(?<!\d)(20\d\d)(?:[-/_]?(\d\d)(\d\d)|[-/_](\d{1,2})[-/_](\d{1,2}))(?!\d)")
_ARTICLE = re.compile(r"(?<!\d)20\d\d[-/_]?\d{1,2}|\d{5,}")
_NO_ARTICLE = re.compile(
    r"/(?:index|default)[^/?]{0,40}/?\Z|/(?:list|more|search|login|tag|category|column|node_|col)[^/?]{0,40}/?(?:\?|\Z)"
    r"|\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|jpe?g|png|gif|webp|mp[34]|flv|apk|exe|css|js|ico|svg)(?:\?|\Z)",
    re.I,
)
_HAN = re.compile("[\u3400-\u9fff]")
_CUT = re.compile(r"(?:…|\.{2,}|。。+)\Z")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


@dataclass(frozen=True)
class Link:
    """An article that a page links to: its address, the words of the link, and the date beside it or in the address."""

    url: str
    text: str
    date: str | None = None


@dataclass
class _Anchor:
    """A link as it stands: what is in it, and what stands beside it in its row."""

    href: str
    title: str
    inside: list[str] = field(default_factory=list)
    before: str = ""
    after: str = ""


def read(page: str, base: str, pattern: str | None = None) -> tuple[Link, ...]:
    """The articles a page at `base` links to, each once, in order; without a pattern those that look like articles.

    Of a link met twice (a picture, then the headline, then the summary) the first words that are a headline are kept.
    """
    fits = matcher(pattern) if pattern else _guess(base)
    itself = cleaned(base)
    found: dict[str, Link] = {}
    for url, anchor in _anchors(page, base):
        known = found.get(url)
        if url == itself or not fits(url) or (known is None and len(found) >= MAX_LINKS):
            continue
        words = _words(anchor)
        if known and (_is_headline(known.text) or not words):
            words = known.text
        date = (known and known.date) or _date(anchor.before) or _date(anchor.after) or _date_at_end(anchor)
        found[url] = Link(url, words, date)
    links = (link for link in found.values() if pattern or _is_headline(link.text))
    return tuple(Link(link.url, link.text, link.date or _path_date(link.url)) for link in links)


def feeds(page: str, base: str) -> tuple[str, ...]:
    """The feeds that a page names, each once."""
    links = (_attributes(attributes) for name, attributes in _tokens(page) if name == "link")
    told = (link.get("href", "") for link in links if link.get("type", "").lower() in _FEED_TYPES)
    return tuple(dict.fromkeys(url for href in told if href and (url := cleaned(href, base))))


def _guess(base: str) -> Callable[[str], bool]:
    site = site_of(base)

    def is_article(url: str) -> bool:
        path = "/" + url.split("/", 3)[3]
        return site_of(url) == site and _ARTICLE.search(path) is not None and _NO_ARTICLE.search(path) is None

    return is_article


def _anchors(page: str, base: str) -> Iterator[tuple[str, _Anchor]]:
    """The links of the page with their absolute addresses; <base href> is honoured wherever it stands before them."""
    href = next((told for name, a in _tokens(page) if name == "base" and (told := _attributes(a).get("href"))), None)
    base = (href and cleaned(href, base)) or base
    for anchor in _beside(page):
        if not anchor.href.startswith("#") and (url := cleaned(anchor.href, base)):
            yield url, anchor


def _beside(page: str) -> Iterator[_Anchor]:
    """The links of the page with what is in them and beside them.

    What stands between two links of a row belongs to the second where the first has its date before it, else to the first.
    """
    last: _Anchor | None = None
    is_open = False
    parts: list[str] = []
    for name, text in _tokens(page):
        if not name:
            (last.inside if is_open and last else parts).append(text)
        elif name == "a" or name in _ROWS or name.removeprefix("/") in _ROWS:
            between, parts = "".join(parts), []
            dated = last is not None and _date(last.before) is not None
            if last:
                if not dated:
                    last.after = between[:_NEAR]
                yield last
            before = between[-_NEAR:] if last is None or dated else ""
            attributes = _attributes(text) if name == "a" else {}
            is_open = "href" in attributes
            last = _Anchor(attributes["href"], attributes.get("title", ""), before=before) if is_open else None
        elif name == "/a":
            is_open = False
    if last:
        last.after = "".join(parts)[:_NEAR]
        yield last


def _tokens(page: str) -> Iterator[tuple[str, str]]:
    """Tags as their name (`/` before that of an end) and their attributes, and the text between them as "" and itself."""
    page = page.replace("<![CDATA[", "").replace("]]>", "")
    at = 0
    while tag := _TAG.search(page, at):
        if tag.start() > at:
            yield "", html.unescape(page[at : tag.start()])
        at = tag.end()
        if tag[1]:
            at = page.find("-->", at) + 3
            if at < 3:
                return
            continue
        name, attributes = tag[3].lower(), tag[4] or tag[5] or ""
        if name in _RAW_END and not tag[2] and not _LIST_DATA.search(attributes):
            end = _RAW_END[name].search(page, at)
            if end is None:
                return
            at = end.start()
        else:
            yield tag[2] + name, attributes
    yield "", html.unescape(page[at:])


def _attributes(text: str) -> dict[str, str]:
    """Names in small letters; of two of one name the first counts."""
    told: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text[:8000]):
        told.setdefault(name.lower(), html.unescape(double or single or bare).strip())
    return told


def _words(anchor: _Anchor) -> str:
    """What the link says; its title where the words are cut or a picture stands for them."""
    shown = _DATE_AT_END.sub("", " ".join("".join(anchor.inside).split()))
    title = " ".join(anchor.title.split())
    return (title if title and (not shown or _CUT.search(shown)) else shown)[:300]


def _is_headline(words: str) -> bool:
    return len(_HAN.findall(words)) >= CHINESE


def _date_at_end(anchor: _Anchor) -> str | None:
    found = _DATE_AT_END.search("".join(anchor.inside).rstrip())
    return _day(*found.groups()) if found else None


def _date(text: str) -> str | None:
    return next((day for found in _DATE.finditer(text) if (day := _day(*found.groups()))), None)


def _path_date(url: str) -> str | None:
    found = (match.groups() for match in _PATH_DATE.finditer(url))
    return next((day for year, m, d, mm, dd in found if (day := _day(year, m or mm, d or dd))), None)


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
