"""RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed: decoded text to items. No network, no decoding.

Written for what sites really publish: junk before the declaration, HTML entities without a DTD, bare ampersands,
control characters, unclosed tags, a file cut in the middle. What the parser can recover is kept.
"""

import html
import re
from collections.abc import Iterator
from html.entities import html5

from lxml import etree

from service.errors import Rejected
from service.sources.item import Item, body, china_time, web_address

_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,20}:)?(?:rss|feed|RDF)(?=[\s>/])")
_OTHER_ROOT = re.compile(r"<(?:!doctype html|html|body|urlset|sitemapindex|opml)\b", re.I)
_ENTITY = re.compile(r"<!ENTITY", re.I)
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.S)
_AMPERSAND = re.compile(r"&(?:#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|([A-Za-z][A-Za-z0-9]{1,30});)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INLINE = re.compile(r"</?(?:b|i|u|em|strong|font|span|br|a)\b[^<>]{0,300}>", re.I)
_XML_NAMES = frozenset({"lt", "gt", "amp", "quot", "apos"})
_FULL = ("{http://purl.org/rss/1.0/modules/content/}encoded", "content", "description", "summary")
_DATES = ("pubDate", "published", "date", "issued", "updated", "modified", "created")


def is_feed(text: str) -> bool:
    """Whether the first element is the root of a feed."""
    root = _ROOT.search(text)
    other = _OTHER_ROOT.search(text, 0, root.start() if root else 4096)
    return root is not None and other is None


def parse(text: str, max_tags: int = 500_000) -> Iterator[Item]:
    """The items in the order of the feed; Rejected `bad_feed` where it is no feed, or declares entities of its own."""
    root = _ROOT.search(text)
    if root is None:
        raise Rejected("bad_feed", "is XML, but neither RSS nor Atom")
    if _ENTITY.search(text, 0, root.start()):
        raise Rejected("bad_feed", "declares entities of its own, which are never expanded")
    if text.count("<", root.start()) > max_tags:
        raise Rejected("bad_feed", f"has more than {max_tags} tags")
    tree = _tree(_mended(text[root.start() :]))
    channel = _child(tree, "channel")
    outlet = _plain(_text(_child(tree if channel is None else channel, "title")))
    for entry in tree.iter("{*}item", "{*}entry"):
        yield _item(entry, outlet)


def _tree(text: str) -> etree._Element:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        tree: etree._Element | None = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        tree = None
    if tree is None:
        raise Rejected("bad_feed", "is too damaged to be read as a feed")
    return tree


def _mended(text: str) -> str:
    """The same XML with what makes parsers stumble put right, outside the CDATA sections."""
    parts = _CDATA.split(_CONTROL.sub("", text))
    parts[::2] = [_AMPERSAND.sub(_reference, part) for part in parts[::2]]
    return "".join(parts)


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;" if found[0] == "&" else found[0]
    if name in _XML_NAMES:
        return found[0]
    return html5.get(name + ";", f"&amp;{name};")


def _item(entry: etree._Element, outlet: str | None) -> Item:
    content = max((_content(child) for child in _children(entry, _FULL)), key=_weight, default={})
    source = _child(entry, "source")
    named = _text(source) if source is not None and not len(source) else _text(_child(source, "title"))
    published = next((t for name in _DATES if (t := _text(_child(entry, name)))), None)
    return Item(
        title=_plain(_text(_child(entry, "title"))),
        date_published=china_time(published),
        url=_link(entry),
        outlet=_plain(named) or outlet,
        **content,
    )


def _link(entry: etree._Element) -> str | None:
    for link in entry.iterchildren("{*}link"):
        if link.get("rel", "alternate") == "alternate" and (url := web_address(link.get("href") or _text(link))):
            return url
    guid = _child(entry, "guid")
    about = entry.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
    permanent = guid is not None and guid.get("isPermaLink", "true") == "true"
    return (
        web_address(_text(guid) if permanent else None) or web_address(_text(_child(entry, "id"))) or web_address(about)
    )


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


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else next(element.iterchildren("{*}" + name), None)


def _text(element: etree._Element | None) -> str | None:
    return None if element is None else "".join(element.itertext()).strip() or None


def _plain(text: str | None) -> str | None:
    """A title is plain text, however it was escaped."""
    return " ".join(html.unescape(_INLINE.sub("", text)).split()) or None if text else None
