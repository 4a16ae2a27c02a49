"""Which build a document has: HTML, plain text, Markdown, or a JSON record."""

import re
from enum import Enum, auto


class Kind(Enum):
    """The builds that are read."""

    HTML = auto()
    JSON = auto()
    MARKDOWN = auto()
    PLAIN = auto()


_TYPES = {
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
    "application/json": Kind.JSON,
    "application/feed+json": Kind.JSON,
    "application/x-ndjson": Kind.JSON,
    "text/json": Kind.JSON,
    "text/markdown": Kind.MARKDOWN,
    "text/x-markdown": Kind.MARKDOWN,
}
_SUFFIXES = {
    "html": Kind.HTML,
    "htm": Kind.HTML,
    "shtml": Kind.HTML,
    "xhtml": Kind.HTML,
    "json": Kind.JSON,
    "ndjson": Kind.JSON,
    "jsonl": Kind.JSON,
    "md": Kind.MARKDOWN,
    "markdown": Kind.MARKDOWN,
}
_SUFFIX = re.compile(r"\.([a-z]{2,8})$")
_MARKUP = re.compile(
    r"<(?:!doctype html|html|head|body|meta|title|article|section|div|table|p|br|h1|script|center|font)\b|<!--",
    re.IGNORECASE,
)
_RECORD = re.compile(r'\s*\{\s*"')
_LOOK = 2_000


def _declared(media_type: str | None) -> Kind | None:
    """What the transport said. `text/plain` says nothing: servers give it to everything they do not know."""
    if not media_type:
        return None
    name = media_type.partition(";")[0].strip().lower()
    if name in _TYPES:
        return _TYPES[name]
    return Kind.JSON if name.endswith("+json") else None


def sniff(text: str, media_type: str | None, source: str) -> Kind:
    """The build of a document: as declared, else as it looks, else as its name ends."""
    if declared := _declared(media_type):
        return declared
    match = _SUFFIX.search(source.partition("?")[0].partition("#")[0][-12:].lower())
    named = _SUFFIXES.get(match[1]) if match else None
    if named in (Kind.JSON, Kind.MARKDOWN):
        return named
    head = text[:_LOOK].lstrip()
    if head.startswith("<") and _MARKUP.search(head):
        return Kind.HTML
    if named is Kind.HTML:
        return named if "<" in text else Kind.PLAIN
    if _RECORD.match(head):
        return Kind.JSON
    if head.startswith("---\n") and "\n---" in text[: _LOOK * 2]:
        return Kind.MARKDOWN
    if "</p>" in head or "<br" in head or len(_MARKUP.findall(head)) >= 3:
        return Kind.HTML
    return Kind.PLAIN
