"""Hubs that tell of news."""

import datetime as dt
import hashlib
import hmac

import pytest

from service.errors import NotFound
from service.sources.feed import Feed
from service.sources.websub import LEASE, Confirmed, Denied, Offer, discover, is_signed, renew_at, request, verify

FEED = "https://www.example.com/feed.xml"
HUB = "https://hub.example.com/"
TOPIC = "https://www.example.com/feed.xml?format=rss"
BODY = b"<rss/>"


@pytest.mark.parametrize(
    ("headers", "feed", "offer"),
    [
        ([], Feed(), None),
        ([], Feed(itself=TOPIC), None),
        ([], Feed(hubs=(HUB,)), Offer((HUB,), FEED)),
        ([], Feed(hubs=(HUB,), itself=TOPIC), Offer((HUB,), TOPIC)),
        ([f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"'], Feed(), Offer((HUB,), TOPIC)),
        ([f"<{HUB}>;rel=hub", f"<{TOPIC}>; title=x; REL=self"], Feed(hubs=("https://b.example.com/",)), Offer((HUB,), TOPIC)),
        (['</hub>; rel="preload hub"'], Feed(), Offer(("https://www.example.com/hub",), FEED)),
        (['<javascript:x>; rel="hub"', "<<<>>;;rel", "<" * 9000], Feed(), None),
        ([f'<{HUB}>; rel="hubs"'], Feed(), None),
    ],
)  # fmt: skip
def test_discover(headers: list[str], feed: Feed, offer: Offer | None) -> None:
    """Link headers count before the feed; the topic is what the feed calls itself, else its address; hubs are web addresses."""
    assert discover(FEED, headers, feed) == offer


def test_request() -> None:
    """A subscription names its callback, secret and lease; its end needs neither secret nor lease."""
    assert request(TOPIC, "https://me.example.com/c/1", "geheim") == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": "https://me.example.com/c/1",
        "hub.secret": "geheim",
        "hub.lease_seconds": str(LEASE),
    }
    assert request(TOPIC, "https://me.example.com/c/1", "geheim", "unsubscribe").keys() == {
        "hub.mode",
        "hub.topic",
        "hub.callback",
    }
    for secret in ("", "密" * 70):
        with pytest.raises(ValueError, match="1 to 199 bytes"):
            request(TOPIC, "https://me.example.com/c/1", secret)


def asked(**changes: str | None) -> dict[str, str]:
    query = {"mode": "subscribe", "topic": TOPIC, "challenge": "abc", "lease_seconds": "3600", **changes}
    return {f"hub.{name}": value for name, value in query.items() if value is not None}


def test_verify() -> None:
    """A hub that asks for what was asked for is confirmed with its challenge; the lease is what it says, within reason."""
    assert verify(asked(), TOPIC, "subscribe") == Confirmed("abc", 3600)
    assert verify(asked(mode="unsubscribe"), TOPIC, "unsubscribe") == Confirmed("abc", 3600)
    leases = [
        verify(asked(lease_seconds=said), TOPIC, "subscribe") for said in (None, "", "-5", "1", "9" * 11, "9" * 5000)
    ]
    assert [isinstance(x, Confirmed) and x.lease for x in leases] == [LEASE, LEASE, LEASE, 300, 90 * 86_400, LEASE]


@pytest.mark.parametrize(
    ("changes", "mode"),
    [
        ({"topic": FEED}, "subscribe"),
        ({"topic": TOPIC + "/"}, "subscribe"),
        ({"topic": None}, "subscribe"),
        ({}, "unsubscribe"),
        ({"mode": "unsubscribe"}, "subscribe"),
        ({}, None),
        ({"mode": None}, None),
        ({"mode": "publish"}, "subscribe"),
        ({"challenge": None}, "subscribe"),
        ({"challenge": ""}, "subscribe"),
        ({"mode": "denied", "topic": FEED}, "subscribe"),
    ],
)
def test_not_asked_for(changes: dict[str, str | None], mode: str | None) -> None:
    """A hub that speaks of another topic or of what nobody asked for is told that there is no such thing."""
    assert mode in ("subscribe", "unsubscribe", None)
    with pytest.raises(NotFound):
        verify(asked(**changes), TOPIC, mode)  # type: ignore[arg-type]


def test_denied() -> None:
    """A hub may deny at any time, with a reason in one short line or none."""
    assert verify(asked(mode="denied", reason="no\n room"), TOPIC, None) == Denied("no room")
    assert verify(asked(mode="denied"), TOPIC, "subscribe") == Denied("the hub gives no reason")


def test_renewal() -> None:
    """A long lease is renewed a day before its end, a short one when three quarters are over: always before the end."""
    now = dt.datetime(2024, 6, 12, tzinfo=dt.UTC)
    assert renew_at(now, LEASE) == now + dt.timedelta(days=9)
    assert renew_at(now, 3600) == now + dt.timedelta(minutes=45)
    assert all(now < renew_at(now, lease) < now + dt.timedelta(seconds=lease) for lease in range(300, 400_000, 997))


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signature(method: str) -> None:
    """A body is believed with the signature of its own bytes under the secret, by each of the four methods."""
    good = hmac.new(b"geheim", BODY, method).hexdigest()
    assert is_signed("geheim", BODY, f"{method}={good}")
    assert is_signed("geheim", BODY, f" {method.upper()}={good.upper()} ")
    assert not is_signed("geheim", BODY + b" ", f"{method}={good}")
    assert not is_signed("other", BODY, f"{method}={good}")
    assert not is_signed("geheim", BODY, f"{method}={good[:-1]}")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "=",
        "sha256",
        "sha256=",
        "sha256=开工",
        "md5=" + hmac.new(b"geheim", BODY, hashlib.md5).hexdigest(),
        "new=1",
    ],
)
def test_no_signature(header: str | None) -> None:
    """A signature that is missing, broken or by a method the standard does not name is none."""
    assert not is_signed("geheim", BODY, header)
