"""Addresses of pages: put into one form, told to be of one site, and matched against an operator's pattern."""

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit, urlunsplit

from service.sources.item import web_address

MAX_LENGTH = 2000
_SPACES = re.compile(r"[\t\r\n\x00-\x1f\x7f]")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]{0,200}", re.I)
_JUNK = re.compile(
    r"(?:utm_\w{1,20}|spm|fbclid|gclid|bd_vid|phpsessid|jsessionid|aspsessionid\w{0,20}|session_?id|cfid|cftoken)(?:=.{0,500})?\Z",
    re.I,
)
_ESCAPED = str.maketrans({" ": "%20", '"': "%22", "<": "%3C", ">": "%3E"})
_PORTS = {"http": 80, "https": 443}
_PUBLIC = frozenset("com net org gov edu ac co".split())
"""Second labels under which a country's sites are registered: gov.cn, com.cn."""
_NUMBERS = re.compile(r"[\d.]+|.*:.*")


def cleaned(text: str, base: str | None = None) -> str | None:
    """The absolute http(s) address of a page in one form, None where it is none that can be fetched.

    The scheme and the host in small letters, no default port, no fragment, no session number, no mark of a campaign;
    blanks as %20, backslashes as slashes, as browsers take them. One that holds a user or password is refused.
    """
    text = _SPACES.sub("", text.strip())
    if not text:
        return None
    path, query = (text, "") if "?" not in text else text.split("?", 1)
    text = (path.replace("\\", "/") + ("?" + query if query else "")).translate(_ESCAPED)
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if scheme not in _PORTS or not host or port == 0 or "@" in parts.netloc:
        return None
    host = f"[{host}]" if ":" in host else host
    netloc = host if port is None or port == _PORTS[scheme] else f"{host}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _JUNK.match(pair))
    address = urlunsplit((scheme, netloc, _PATH_SESSION.sub("", parts.path) or "/", query, ""))
    return web_address(address) if len(address) <= MAX_LENGTH else None


def site_of(address: str) -> str:
    """The registered name of an address's host: example.com for news.example.com, hn.gov.cn for www.hn.gov.cn."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    if _NUMBERS.fullmatch(host):
        return host
    labels = host.split(".")
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _PUBLIC
    return ".".join(labels[-3 if deep else -2 :])


def matcher(pattern: str | None) -> Callable[[str], bool]:
    """Whether an address fits the pattern of a SourceSpec, a glob or `re:` and a regular expression; None fits all."""
    if pattern is None:
        return lambda address: True
    if pattern.startswith("re:"):
        found = re.compile(pattern[3:])
        return lambda address: found.search(address) is not None
    return lambda address: _globbed(pattern.split("/"), _aim(pattern, address).split("/"))


def _aim(pattern: str, address: str) -> str:
    """The part of an address that a glob is for."""
    if pattern.startswith(("http://", "https://")):
        return address if "?" in pattern else address.partition("?")[0]
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if "?" in pattern else parts.path


def _globbed(globs: list[str], parts: list[str]) -> bool:
    """Whether the parts of a path fit those of a glob, in time that grows with their product."""
    reached = [True] + [False] * len(parts)  # after the globs so far, which numbers of parts can have been used
    for glob in globs:
        if glob == "**":
            first = next((n for n, ok in enumerate(reached) if ok), len(reached))
            reached = [n >= first for n in range(len(reached))]
        else:
            reached = [False] + [ok and _fits(glob, part) for ok, part in zip(reached, parts, strict=False)]
    return reached[-1]


def _fits(glob: str, part: str) -> bool:
    """Whether one part fits a glob in which every run of `*` stands for any characters."""
    first, *rest = re.split(r"\*+", glob)
    if not rest:
        return first == part
    if not part.startswith(first) or len(part) < len(first) + len(rest[-1]) or not part.endswith(rest[-1]):
        return False
    at, end = len(first), len(part) - len(rest[-1])
    for piece in rest[:-1]:
        at = part.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return at <= end
