"""What the client accepts: media types and encodings, after RFC 9110 section 12."""

from collections.abc import Sequence
from functools import lru_cache

JSON = "application/json"
NDJSON = "application/x-ndjson"
HTML = "text/html"
EVENTS = "text/event-stream"
STREAMED = frozenset({NDJSON, EVENTS})
"""Media types whose answers may go on for long: they are sent as they come, without a length, a tag or gzip."""
_KNOWN = 256
"""How many different headers are remembered: clients send few."""


@lru_cache(_KNOWN)
def media_type(accept: str, offered: tuple[str, ...]) -> str | None:
    """The offered media type that `Accept` prefers, the first of them where it does not care; None where it takes none."""
    if not accept or not offered:
        return offered[0] if offered else JSON
    wanted = _parsed(accept)
    best, best_quality = None, 0.0
    for media in offered:
        quality = _quality(media, wanted)
        if quality > best_quality:
            best, best_quality = media, quality
    return best


@lru_cache(_KNOWN)
def gzip_wanted(accept_encoding: str) -> bool:
    wanted = dict(_parsed(accept_encoding))
    return wanted.get("gzip", wanted.get("x-gzip", wanted.get("*", 0.0))) > 0


def _quality(media: str, wanted: Sequence[tuple[str, float]]) -> float:
    """What the most specific range that covers the media type says of it."""
    family = media.partition("/")[0] + "/*"
    for shape in (media, family, "*/*"):
        found = [quality for name, quality in wanted if name == shape]
        if found:
            return max(found)
    return 0.0


def _parsed(header: str) -> list[tuple[str, float]]:
    """The names of the header with their quality; parameters other than `q` do not count."""
    found = []
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            found.append((name.lower(), _weight(parameters)))
    return found


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
