"""Decoded text to an XML tree: what sites publish as feeds, sitemaps and OPML, damaged as it is.

Junk before the root, HTML entities without a DTD, bare ampersands, control characters, unclosed tags, a cut end: what the
parser can recover is kept. Entities that a file declares of its own are refused, never expanded; nothing is fetched.
"""

import re
from html.entities import html5

from lxml import etree

from service.errors import Rejected

MAX_TAGS = 500_000
"""Tags in one file; each costs memory many times its bytes."""

_ENTITY = re.compile(r"<!ENTITY", re.I)
_AMPERSAND = re.compile(r"&(?:#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|([A-Za-z][A-Za-z0-9]{1,30});)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_NAMES = frozenset({"lt", "gt", "amp", "quot", "apos"})


def tree(text: str, start: int, reason: str, base: str | None = None, max_tags: int = MAX_TAGS) -> etree._Element:
    """The element that begins at `start`; Rejected with `reason` where entities are declared or nothing can be read.

    `base` is the address of the file: `element.base` then is what relative addresses are relative to.
    """
    if _ENTITY.search(text, 0, start):
        raise Rejected(reason, "declares entities of its own, which are never expanded")
    if text.count("<", start) > max_tags:
        raise Rejected(reason, f"has more than {max_tags} tags")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root: etree._Element | None = etree.fromstring(_mended(text[start:]).encode(), parser, base_url=base)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise Rejected(reason, "is too damaged to be read")
    return root


def legal(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _CONTROL.sub("", text)


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that name in any namespace."""
    return None if element is None else next(element.iterchildren("{*}" + name), None)


def text_of(element: etree._Element | None) -> str | None:
    """All text within the element."""
    return None if element is None else "".join(element.itertext()).strip() or None


def _mended(text: str) -> str:
    """The same XML with what makes parsers stumble put right, outside the CDATA sections."""
    text = legal(text)
    parts, at = [], 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        parts += [_AMPERSAND.sub(_reference, text[at:start]), text[start:end]]
        at = end
    return "".join([*parts, _AMPERSAND.sub(_reference, text[at:])])


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;" if found[0] == "&" else found[0]
    if name in _XML_NAMES:
        return found[0]
    return html5.get(name + ";", f"&amp;{name};")
