"""PURE: robots.txt (RFC 9309, and the Crawl-delay that most crawlers honour beside it)."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from service.sources.fetch.headers import freshness

PRODUCT = "guatu"
LARGEST = 500 * 1024
"""Bytes that are read of a robots.txt; what stands behind them is not looked at."""
KEPT_LEAST, KEPT_MOST = dt.timedelta(hours=1), dt.timedelta(hours=24)
TRIED_AGAIN = dt.timedelta(minutes=10)
GIVEN_UP = dt.timedelta(days=30)
LONGEST_DELAY = dt.timedelta(hours=1)
_TOKEN = re.compile(r"[A-Za-z_-]+|\*")
_DELAY = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_SAFE = "/?:@!$&'()*+,;=-._~[]#"


class Rule(NamedTuple):
    """`Allow` or `Disallow` of the paths that a pattern matches; `*` is anything, a `$` at the end is the end."""

    allow: bool
    pattern: str


@dataclass(frozen=True)
class Robots:
    """What a robots.txt says to Guatu."""

    rules: tuple[Rule, ...] = ()
    delay: dt.timedelta = dt.timedelta()

    def allows(self, path: str) -> bool:
        """Whether a path (with its query) may be fetched: the longest pattern decides, Allow where two are as long."""
        path = _normal(path)
        best = max(
            ((len(rule.pattern), rule.allow) for rule in self.rules if _matches(rule.pattern, path)), default=None
        )
        return best is None or best[1]


@dataclass(frozen=True)
class StoredRobots:
    """A robots.txt as it is kept between processes.

    `body` is what the site said last (empty: everything is allowed), None where it never said anything. While
    `unreachable_since` is set the site does not answer, and the last body stays in force.
    """

    body: bytes | None
    expires: dt.datetime
    unreachable_since: dt.datetime | None = None

    def in_force(self, now: dt.datetime) -> Robots | None:
        """The rules, None where nothing may be fetched since the site never said what may."""
        if self.body is not None:
            return parse(self.body)
        since = self.unreachable_since or now
        return Robots() if now - since >= GIVEN_UP else None


def stored(
    before: StoredRobots | None, status: int | None, headers: Mapping[str, str], body: bytes, now: dt.datetime
) -> StoredRobots:
    """What to keep after the site answered (`status` None: it did not, or only with redirects that never end).

    RFC 9309, 2.3.1: 2xx is read, 4xx allows everything, 5xx and silence forbid everything until the site answers again
    or has been silent for 30 days. 429 asks for less, not for more, and is taken as silence.
    """
    if status is None or status >= 500 or status == 429 or not 200 <= status < 500:
        since = (before.unreachable_since if before else None) or now
        return StoredRobots(before.body if before else None, now + TRIED_AGAIN, since)
    kept = min(max(freshness(headers) or KEPT_MOST, KEPT_LEAST), KEPT_MOST)
    return StoredRobots(body[:LARGEST] if status < 300 else b"", now + kept)


@lru_cache(64)
def parse(body: bytes) -> Robots:
    """What the file says to Guatu: the groups that name it, together, or else those of `*`. Never fails."""
    groups: dict[str, tuple[list[Rule], list[dt.timedelta]]] = {}
    named: list[str] = []
    in_rules = False
    for field, value in _lines(body):
        if field == "user-agent":
            if in_rules:
                named, in_rules = [], False
            if token := _TOKEN.match(value):
                named.append(token[0].lower())
                groups.setdefault(named[-1], ([], []))
            continue
        in_rules = True
        for name in named:
            rules, delays = groups[name]
            if field == "crawl-delay":
                delays += [dt.timedelta(seconds=float(value))] if _DELAY.fullmatch(value) else []
            elif value:
                rules.append(Rule(field == "allow", _normal(value)))
    rules, delays = groups.get(PRODUCT) or groups.get("*") or ([], [])
    return Robots(tuple(rules), min(max(delays, default=dt.timedelta()), LONGEST_DELAY))


def _lines(body: bytes) -> Iterator[tuple[str, str]]:
    """The fields that matter, lower case, with their values."""
    for line in body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").splitlines():
        field, colon, value = line.partition("#")[0].partition(":")
        field = field.strip().lower()
        if colon and field in ("user-agent", "allow", "disallow", "crawl-delay"):
            yield field, value.strip()


def _normal(path: str) -> str:
    """One spelling for each path: percent-encoded where it must be, and nowhere else (RFC 9309, 2.2.2)."""
    parts = re.split(r"(%2[Ff]|%2[Aa]|%24|%3[Ff]|%25|%23)", path)  # these mean something else when decoded
    return "".join(
        part.upper() if at % 2 else quote(unquote_to_bytes(part.encode("utf-8", "surrogateescape")), safe=_SAFE)
        for at, part in enumerate(parts)
    )


def _matches(pattern: str, path: str) -> bool:
    """Linear in both: each piece between two stars is sought once, from where the one before it ended."""
    to_end = pattern.endswith("$")
    first, *pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not pieces:
        return not to_end or at == len(path)
    last = pieces.pop()
    for piece in pieces:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return path.endswith(last) and len(path) - len(last) >= at if to_end else path.find(last, at) >= 0
