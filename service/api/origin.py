"""How a browser that shows our pages is known: its cookie, where its requests come from, what it would rather see."""

from urllib.parse import urlsplit

from aiohttp import hdrs, web

from service.api import negotiate
from service.api.negotiate import HTML, JSON

COOKIE = "guatu_key"
"""What holds the key of a person who signed in on a page."""
SAFE = ("GET", "HEAD")


def from_here(request: web.Request) -> bool:
    """Whether a page of this very server sends the request, or the person who types its address.

    A browser says so itself; one that does not (over plain HTTP) names the origin of whatever changes something.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" or (site == "none" and request.method in SAFE)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return request.method in SAFE
    return urlsplit(origin).netloc == request.headers.get(hdrs.HOST)


def wants_page(request: web.Request) -> bool:
    """Whether it is a browser that would rather show a page than JSON."""
    accept = request.headers.get(hdrs.ACCEPT, "")
    return request.method in SAFE and "html" in accept and negotiate.media_type(accept, (JSON, HTML)) == HTML
