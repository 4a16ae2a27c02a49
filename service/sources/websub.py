"""WebSub as a subscriber needs it: https://www.w3.org/TR/websub/. Pure; who calls it does the requests and keeps the state."""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from service.errors import NotFound
from service.sources.feed import Feed
from service.sources.item import web_address

LEASE = 10 * 86_400
"""Seconds that are asked for, and assumed where a hub does not say."""
SHORTEST, LONGEST = 300, 90 * 86_400
"""What is believed of a lease, so that no hub makes Guatu ask it all the time, or never again."""
_METHODS = ("sha1", "sha256", "sha384", "sha512")
_LINK = re.compile(r"<([^<>]{1,2000})>([^<>]{0,2000})")
_REL = re.compile(r";\s{0,9}rel\s{0,9}=\s{0,9}(?:\"([^\"]{0,200})\"|([^\s;,\"]{1,200}))", re.I)
_SECRET_BYTES = 200

Mode = Literal["subscribe", "unsubscribe"]


@dataclass(frozen=True)
class Offer:
    """A feed that tells of its news: its hubs, any of which will do, and the address they know it by."""

    hubs: tuple[str, ...]
    topic: str


@dataclass(frozen=True)
class Confirmed:
    """The hub asks whether the subscription was meant: answer 200 with `challenge` as the body; it holds `lease` seconds."""

    challenge: str
    lease: int


@dataclass(frozen=True)
class Denied:
    """The hub will not, or no longer, tell of this topic: poll as before. Answer 200."""

    reason: str


def discover(address: str, link_headers: Iterable[str], feed: Feed) -> Offer | None:
    """The offer in the Link headers of an answer from `address`, else in the feed; None where there is no hub.

    The topic is what the feed calls itself, else its address.
    """
    told = [pair for header in link_headers for pair in _header_links(header, address)]
    hubs = tuple(dict.fromkeys(url for rel, url in told if "hub" in rel)) or feed.hubs
    itself = next((url for rel, url in told if "self" in rel), None)
    return Offer(hubs, itself or feed.itself or address) if hubs else None


def request(topic: str, callback: str, secret: str, mode: Mode = "subscribe", lease: int = LEASE) -> dict[str, str]:
    """The form fields of the POST to the hub. `secret` is shorter than 200 bytes, and goes over https only."""
    if not 0 < len(secret.encode()) < _SECRET_BYTES:
        raise ValueError("the secret of a subscription has 1 to 199 bytes")
    fields = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    return fields | ({"hub.secret": secret, "hub.lease_seconds": str(lease)} if mode == "subscribe" else {})


def verify(query: Mapping[str, str], topic: str, mode: Mode | None) -> Confirmed | Denied:
    """What a hub's GET to the callback says; `topic` and `mode` are what was asked for there (None: nothing is pending).

    NotFound, to be answered with 404, where the hub speaks of anything else.
    """
    said = query.get("hub.mode")
    if query.get("hub.topic") != topic:
        raise NotFound("no subscription to that topic was asked for here")
    if said == "denied":
        return Denied(" ".join(query.get("hub.reason", "").split())[:200] or "the hub gives no reason")
    challenge = query.get("hub.challenge", "")
    if said is None or said != mode or not challenge:
        raise NotFound("no such subscription was asked for here")
    return Confirmed(challenge, _seconds(query.get("hub.lease_seconds")))


def renew_at(confirmed: dt.datetime, lease: int) -> dt.datetime:
    """When to subscribe again: a day before the lease ends, of a short one when three quarters are over."""
    return confirmed + dt.timedelta(seconds=max(lease - 86_400, lease * 3 // 4))


def is_signed(secret: str, body: bytes, header: str | None) -> bool:
    """Whether X-Hub-Signature proves that the body comes from the hub that was told the secret."""
    method, separator, signature = (header or "").strip().partition("=")
    method = method.lower()
    if not separator or method not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode("utf-8", "replace"))


def _seconds(text: str | None) -> int:
    told = int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else LEASE
    return min(max(told, SHORTEST), LONGEST)


def _header_links(header: str, base: str) -> Iterator[tuple[list[str], str]]:
    """The relations and addresses of a Link header, RFC 8288; as they are written, since the hub knows the topic so."""
    for address, parameters in _LINK.findall(header[:8000]):
        rel = _REL.search(parameters)
        if rel and (url := web_address(address, base)):
            yield (rel[1] or rel[2] or "").lower().split(), url
