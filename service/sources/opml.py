"""OPML: the lists of feeds that readers exchange. Text in and out, no network. http://opml.org/spec2.opml"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from service.errors import Rejected
from service.models import SourceSpec
from service.sources.addresses import cleaned
from service.sources.xmltree import legal, tree

MAX_FEEDS = 10_000
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,20}:)?opml(?=[\s>/])", re.I)
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed(?=://)", re.I)


@dataclass(frozen=True)
class Subscription:
    """A feed of a list: its address, its title, the page it belongs to, and the folders around it (`浙江/杭州`)."""

    address: str
    title: str | None = None
    home: str | None = None
    category: str | None = None

    def spec(self) -> SourceSpec:
        """The source that this is for Guatu."""
        told = {"name": self.title and self.title[:200], "category": self.category and self.category[:200]}
        return SourceSpec.model_validate({"kind": "feed", "address": self.address, **told})


def read(text: str) -> tuple[Subscription, ...]:
    """The feeds in their order, each address once; Rejected `bad_opml` where the text is no OPML."""
    root = _ROOT.search(text)
    if root is None:
        raise Rejected("bad_opml", "is no OPML: a file with <opml> and <outline xmlUrl=...> is needed")
    found: dict[str, Subscription] = {}
    for outline, folders in _outlines(tree(text, root.start(), "bad_opml")):
        told = {
            str(name).lower(): " ".join(str(value).replace("\x7f", " ").split())
            for name, value in outline.attrib.items()
        }
        address = cleaned(_FEED_SCHEME.sub(_scheme, told.get("xmlurl", "")))
        if address and address not in found:
            found[address] = Subscription(
                address,
                next((name for key in ("title", "text") if (name := told.get(key)) and name != told["xmlurl"]), None),
                cleaned(told.get("htmlurl", "")),
                "/".join(folders) or told.get("category", "").split(",")[0].strip(" /") or None,
            )
            if len(found) > MAX_FEEDS:
                raise Rejected("bad_opml", f"names more than {MAX_FEEDS} feeds; split it")
    return tuple(found.values())


def write(subscriptions: Iterable[Subscription], title: str = "Guatu") -> str:
    """The list as OPML 2.0, with one outline around feeds of one category that follow one another."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = legal(title)
    body = etree.SubElement(root, "body")
    for category, feeds in groupby(subscriptions, lambda feed: feed.category):
        around = body if category is None else etree.SubElement(body, "outline", text=legal(category))
        for feed in feeds:
            name = legal(feed.title or feed.address)
            outline = etree.SubElement(around, "outline", type="rss", text=name, xmlUrl=legal(feed.address))
            if feed.title:
                outline.set("title", name)
            if feed.home:
                outline.set("htmlUrl", legal(feed.home))
    etree.indent(root)
    written: str = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """All outlines with the names of those around them, without recursion."""
    stack: list[tuple[etree._Element, tuple[str, ...]]] = [(root, ())]
    while stack:
        element, folders = stack.pop()
        named = folders
        if _is_outline(element):
            yield element, folders
            name = " ".join((element.get("text") or element.get("title") or "").replace("\x7f", " ").split())
            named = (*folders, name) if name and len(folders) < 10 else folders
        stack.extend((child, named) for child in reversed(element))


def _is_outline(element: etree._Element) -> bool:
    return str(element.tag).rpartition("}")[2].lower() == "outline"


def _scheme(found: re.Match[str]) -> str:
    return "http" if found[0].lower() == "feed" else ""
