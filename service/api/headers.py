"""Headers that every answer has."""

from collections.abc import Mapping

SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    # what came from outside may be shown by a browser, but must not do anything there
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}
EXPOSED = "ETag, Link, Location, Retry-After, X-Request-ID"


def own(request_id: str, origin: str | None) -> Mapping[str, str]:
    """What differs from request to request, and is therefore never remembered."""
    headers = {"X-Request-ID": request_id}
    if origin is not None:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = EXPOSED
    return headers


def vary(several_media_types: bool, cors: bool) -> str:
    return ", ".join(
        name
        for name, counts in (("Accept-Encoding", True), ("Accept", several_media_types), ("Origin", cors))
        if counts
    )
