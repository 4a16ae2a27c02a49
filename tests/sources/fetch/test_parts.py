"""The parts of the fetcher that only judge: addresses, headers, robots.txt, packed bodies, answers."""

import contextlib
import datetime as dt
import gzip
import ipaddress

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from service.errors import Rejected
from service.sources.fetch import headers, robots
from service.sources.fetch.address import checked, meant, objection
from service.sources.fetch.answer import Hop, Later, Response
from service.sources.fetch.body import unpacked
from service.sources.fetch.exchange import following

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
PUBLIC = ("8.8.8.8", "1.1.1.1", "223.5.5.5", "192.0.1.1", "2400:3200::1", "2606:4700::1111", "64:ff9b::808:808")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    """A public address may be connected to, also through the prefix of NAT64."""
    assert objection(ipaddress.ip_address(address)) is None


@given(st.ip_addresses())
def test_nothing_that_is_not_global_passes(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """No address passes that the standard library does not call global."""
    assert objection(address) or meant(address).is_global


@given(st.ip_addresses(v=4))
def test_a_carried_address_is_judged_as_itself(address: ipaddress.IPv4Address) -> None:
    """Mapped, NAT64 and 6to4 forms pass exactly where the IPv4 address does."""
    bits, good = int(address), objection(address) is None
    for carrier in (0xFFFF << 32 | bits, 0x64FF9B << 96 | bits, 0x2002 << 112 | bits << 80):
        assert (objection(ipaddress.IPv6Address(carrier)) is None) == good


def test_allowed_networks() -> None:
    """An allowed network holds for the mapped form too, and for nothing beside it."""
    allowed = [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00:1::/64")]
    good = ("10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5")
    assert [objection(ipaddress.ip_address(address), allowed) for address in good] == [None] * 3
    assert objection(ipaddress.ip_address("10.2.0.1"), allowed) == "10.2.0.1 is a private address"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://a.test/", "bad_scheme"),
        ("file:///etc/passwd", "bad_scheme"),
        ("javascript:alert(1)", "bad_scheme"),
        ("//a.test/", "bad_scheme"),
        ("a.test", "bad_scheme"),
        ("", "bad_scheme"),
        ("http://user:secret@a.test/", "credentials"),
        ("http://user@a.test/", "credentials"),
        ("http://:@a.test/", "credentials"),
        ("http://a.test:25/", "bad_port"),
        ("http://a.test:0/", "bad_port"),
        ("http://a.test:66000/", "bad_url"),
        ("http://a..test/", "bad_url"),
        ("http:///a", "bad_url"),
        ("http://a b.test/", "bad_url"),
        ("http://a%2etest/", "bad_url"),
        ("http://a\\@b.test/", "bad_url"),
        ("http://" + "a" * 64 + ".test/", "bad_url"),
        ("http://[::1", "bad_url"),
        ("http://[]@", "bad_url"),
        ("http://a.test/" + "a" * 5000, "bad_url"),
        ("http://0x7f.1/", "forbidden_address"),
    ],
)
def test_urls_that_are_refused(url: str, reason: str) -> None:
    """A URL that is none of HTTP, names no host or holds a password is refused, and the password is not repeated."""
    with pytest.raises(Rejected) as error:
        checked(url)
    assert error.value.reason == reason
    assert "secret" not in str(error.value)


@given(st.text(max_size=60) | st.text("htp:/.@[]%0123456789abx", max_size=30).map(lambda text: f"http://{text}"))
def test_any_text_is_a_url_or_refused(text: str) -> None:
    """Whatever text is given, it is refused or becomes a URL of HTTP with a host."""
    try:
        url = checked(text)
    except Rejected:
        return
    assert url.scheme in ("http", "https")
    assert url.raw_host


def test_a_url_is_put_in_one_spelling() -> None:
    """Case, default port, fragment, blanks and other scripts are put as they are asked for."""
    assert str(checked(" HTTP://新闻.例子:80/项目?页=1#top ")) == (
        "http://xn--efvy88h.xn--fsqu00a/%E9%A1%B9%E7%9B%AE?%E9%A1%B5=1"
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 3600),
        ("Monday, 02-Mar-26 09:00:00 GMT", 3600),
        ("Mon Mar  2 09:00:00 2026", 3600),
        ("Mon, 02 Mar 2026 17:00:00 +0800", 3600),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("", None),
    ],
)
def test_retry_after(text: str, seconds: int | None) -> None:
    """Retry-After is read in seconds and as a date of any of the three forms, and what is neither is not there."""
    found = headers.retry_after({"Retry-After": text}, NOW)
    assert found == (None if seconds is None else NOW + dt.timedelta(seconds=seconds))


@given(st.text(max_size=40), st.text(max_size=40))
def test_headers_never_fail(one: str, two: str) -> None:
    """No text in a header raises anything."""
    given_headers = {"Retry-After": one, "Cache-Control": two, "Expires": one, "Date": two, "Age": one}
    headers.retry_after(given_headers, NOW)
    headers.freshness(given_headers)


@pytest.mark.parametrize(
    ("given_headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"Cache-Control": 'MAX-AGE="600"'}, 600),
        ({"Cache-Control": "max-age=600", "Age": "100"}, 500),
        ({"Cache-Control": "max-age=600", "Age": "700"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "max-age=600, no-store"}, None),
        ({"Cache-Control": "max-age=0", "Expires": "Mon, 02 Mar 2026 09:00:00 GMT"}, None),
        ({"Expires": "Mon, 02 Mar 2026 09:00:00 GMT", "Date": "Mon, 02 Mar 2026 08:50:00 GMT"}, 600),
        ({"Expires": "0", "Date": "Mon, 02 Mar 2026 08:50:00 GMT"}, None),
        ({}, None),
    ],
)
def test_freshness(given_headers: dict[str, str], seconds: int | None) -> None:
    """max-age less Age counts, else Expires less Date; no-cache and no-store ask for nothing."""
    assert headers.freshness(given_headers) == (None if seconds is None else dt.timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.php$", "/a.php", False),
        ("User-agent: *\nDisallow: /*.php$", "/a.php?b", True),
        ("User-agent: *\nDisallow: /a*b*c", "/axxbyyc/z", False),
        ("User-agent: *\nDisallow: /*?", "/a?b", False),
        ("User-agent: *\nDisallow: /a/$", "/a/", False),
        ("User-agent: *\nDisallow: /*a*a$", "/a", True),
        ("User-agent: *\nDisallow: /项目", "/%E9%A1%B9%E7%9B%AE/1", False),
        ("User-agent: *\nDisallow: /%7ea", "/~a", False),
        ("User-agent: *\nDisallow: /a%2fb", "/a/b", True),
        ("User-agent: *\nDisallow: /a%2fb", "/a%2Fb", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Guatu/1.0\nDisallow: /x", "/a", True),
        ("User-agent: guatu\nDisallow: /x\n\nUser-agent: *\nDisallow: /\nUser-agent: GUATU\nDisallow: /y", "/y", False),
        ("User-agent: guatu\nUser-agent: other\nDisallow: /", "/a", False),
        ("User-agent: guatubot\nDisallow: /", "/a", True),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("Disallow: /", "/a", True),
        ("\ufeffuser-AGENT :  *  # all\r\ndisallow : /a # this\r\n", "/a", False),
        ("User-agent: *\rDisallow: /a\r", "/a", False),
        ("User-agent: *\nSitemap: http://a.test/\nDisallow: /a", "/a", False),
        ("User-agent: *\nCrawl-delay: 5\nUser-agent: other\nDisallow: /", "/a", True),
        ("<!doctype html><p>not found", "/a", True),
        ("", "/a", True),
    ],
)
def test_robots(text: str, path: str, allowed: bool) -> None:
    """robots.txt is read as RFC 9309 says: our groups together or else those of *, and the longest match decides."""
    assert robots.parse(text.encode()).allows(path) is allowed


@pytest.mark.parametrize(("text", "seconds"), [("3", 3), ("0.5", 0.5), ("999999", 3600), ("x", 0), ("-1", 0)])
def test_crawl_delay(text: str, seconds: float) -> None:
    """Crawl-delay is read in seconds, an hour at most."""
    assert robots.parse(f"User-agent: *\nCrawl-delay: {text}".encode()).delay == dt.timedelta(seconds=seconds)


@given(st.binary(max_size=300), st.text(max_size=30))
def test_robots_never_fails(body: bytes, path: str) -> None:
    """Whatever is served as robots.txt, there is an answer."""
    robots.parse(b"User-agent: *\nDisallow: " + body).allows("/" + path.encode("utf-8", "replace").decode())


def test_a_hard_pattern_stays_quick() -> None:
    """A pattern made to be slow, with thousands of stars, is matched by seeking each piece once."""
    text = "User-agent: *\nDisallow: /" + "*a" * 20_000 + "b$"
    assert robots.parse(text.encode()).allows("/" + "a" * 4000)


def test_a_site_silent_for_a_month_allows_everything() -> None:
    """A robots.txt that was never had and cannot be had for 30 days is given up."""
    first = robots.stored(None, 500, {}, b"", NOW)
    later = robots.stored(first, None, {}, b"", NOW + dt.timedelta(days=29))
    assert first.in_force(NOW) is None
    assert later.in_force(NOW + dt.timedelta(days=29)) is None
    assert later.in_force(NOW + dt.timedelta(days=30)) == robots.Robots()


def test_robots_txt_is_read_up_to_its_limit() -> None:
    """What stands behind the first 500 KiB of a robots.txt is not looked at."""
    body = b"User-agent: *\n" + b"#\n" * robots.LARGEST + b"Disallow: /\n"
    kept = robots.stored(None, 200, {"Cache-Control": "max-age=60"}, body, NOW)
    assert kept.expires == NOW + robots.KEPT_LEAST
    assert kept.body
    assert len(kept.body) == robots.LARGEST
    assert robots.parse(kept.body).allows("/")


@pytest.mark.parametrize("limit", [999, 1000, 1001])
def test_the_limit_is_exact(limit: int) -> None:
    """A body of exactly the limit passes in every packing, one byte more does not."""
    text = bytes(1000)
    bodies = {"gzip": gzip.compress(text), "br": brotli.compress(text), "GZIP": gzip.compress(text[:500]) * 2}
    for name, body in bodies.items():
        if limit < 1000:
            with pytest.raises(Rejected, match="larger"):
                unpacked(body, name, limit)
        else:
            assert unpacked(body, name, limit) == text


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (gzip.compress(b"one" * 99, mtime=0)[:-9], "gzip"),
        (brotli.compress(bytes(99))[:-3], "br"),
        (b"\x1f\x8bxx", "gzip"),
        (b"one", "br"),
    ],
)
def test_a_broken_body_may_come_whole_later(body: bytes, name: str) -> None:
    """A body that is cut off or is not packed as it says may be whole the next time."""
    with pytest.raises(Later):
        unpacked(body, name, 1000)


def test_encodings_that_were_not_asked_for() -> None:
    """An encoding that was not asked for is refused; a plain body that says gzip is taken as it is."""
    with pytest.raises(Rejected, match="zstd"):
        unpacked(b"one", "zstd", 1000)
    with pytest.raises(Rejected, match="3 times"):
        unpacked(b"one", "gzip, gzip, gzip", 1000)
    assert unpacked(b"plain", "gzip", 1000) == b"plain"


@given(st.binary(max_size=200), st.sampled_from(["gzip", "br", "deflate", "br, deflate"]))
def test_any_bytes_unpack_or_are_refused(body: bytes, name: str) -> None:
    """Whatever bytes come, unpacking gives no more than the limit or one of the two errors."""
    with contextlib.suppress(Later, Rejected):
        assert len(unpacked(body, name, 1000)) <= 1000


@pytest.mark.parametrize(
    ("declared", "media_type", "charset"),
    [
        ("text/html; charset=GBK", "text/html", "gbk"),
        ('Text/XML;Charset="utf-8"', "text/xml", "utf-8"),
        ("application/json", "application/json", None),
        ("", None, None),
        ("; charset=", None, None),
        ("text/\udcd6\udcd0; charset=\udcd6", None, None),
    ],
)
def test_content_type(declared: str, media_type: str | None, charset: str | None) -> None:
    """Media type and charset are handed on as they were declared."""
    response = Response("http://a.test/", "http://a.test/", 200, CIMultiDict({"content-type": declared}))
    assert (response.media_type, response.charset) == (media_type, charset)


def test_validators_that_are_no_text() -> None:
    """An ETag with bytes that are no text is not kept, since it could not be sent back."""
    response = Response(
        "http://a.test/", "http://a.test/", 200, CIMultiDict({"ETag": '"\udcd6"', "Last-Modified": "now"})
    )
    assert (response.validators.etag, response.validators.last_modified) == (None, "now")


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/a b?c=d#e", "http://a.test/a%20b?c=d#e"),
        ("b", "http://a.test/x/b"),
        ("//b.test", "http://b.test"),
        ("/项目", "http://a.test/%E9%A1%B9%E7%9B%AE"),
        ("/\udcd6\udcd0", "http://a.test/%D6%D0"),
        ("http://[", None),
        ("", None),
    ],
)
def test_where_a_redirect_leads(location: str, target: str | None) -> None:
    """Location is read relative to the page, in any script, its raw bytes as they are; what is no URL is an error."""
    response = Response("http://a.test/x/y", "http://a.test/x/y", 302, CIMultiDict({"Location": location}))
    if target is None:
        with pytest.raises(Later):
            following(response)
    else:
        assert following(response) == target


def test_a_downgrade_is_recorded() -> None:
    """A redirect from https to http is followed, and can be seen."""
    hops = (Hop(301, "https://b.test/"), Hop(302, "http://b.test/"))
    assert Response("https://a.test/", "http://b.test/", 200, {}, b"", hops).downgraded
    assert not Response("http://a.test/", "https://b.test/", 200, {}, b"", hops[:1]).downgraded
