"""Sitemaps as sites publish them."""

import gzip

import pytest

from service.errors import Rejected
from service.sources.sitemap import Place, read, unpacked
from tests.sources.helpers import text_of

NEWS = """<?xml version="1.0" encoding="{encoding}"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://www.example.com/2024/06/12/1.html?a=1&b=2#top </loc><lastmod>2024-06-12T10:00:00Z</lastmod>
<news:news><news:publication><news:name>海宁在线</news:name></news:publication>
<news:publication_date>2024-06-12</news:publication_date><news:title>集成电路
 产业园&nbsp;开工</news:title></news:news></url>
<url><loc>https://www.example.com/2024/06/12/1.html?a=1&amp;b=2</loc></url>
<url><loc><![CDATA[/2024/06/11/2.html]]></loc><priority>0.5</priority></url>
<url><loc>javascript:x</loc></url><url><loc></loc></url><url/>
</urlset>"""
BASE = "https://www.example.com/news.xml"
FIRST = Place(
    "https://www.example.com/2024/06/12/1.html?a=1&b=2",
    "2024-06-12T18:00:00+08:00",
    "2024-06-12",
    "集成电路 产业园 开工",
)
SECOND = Place("https://www.example.com/2024/06/11/2.html")


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_news(encoding: str) -> None:
    """A news sitemap gives its pages once each, in order, with title and times; bare ampersands and empty entries are passed."""
    data = gzip.compress(NEWS.format(encoding=encoding).encode(encoding))
    sitemap = read(text_of(unpacked(data, 1_000_000), None), BASE)
    assert sitemap.pages == (FIRST, SECOND)
    assert sitemap.sitemaps == ()


def test_index() -> None:
    """An index gives its sitemaps; the latest are those that changed last."""
    text = (
        "<sitemapindex><sitemap><loc>http://a.example.com/1.xml.gz</loc></sitemap>"
        "<sitemap><loc>http://a.example.com/2.xml</loc><lastmod>2024-05-01</lastmod></sitemap>"
        "<sitemap><loc>http://a.example.com/3.xml</loc><lastmod>2024-06-01T00:00:00+08:00</lastmod></sitemap></sitemapindex>"
    )
    sitemap = read(text)
    assert sitemap.pages == ()
    assert [place.url[-8:] for place in sitemap.latest(2)] == ["om/3.xml", "om/2.xml"]
    assert len(sitemap.latest(9)) == 3


@pytest.mark.parametrize("cut", [-len("</urlset>"), -60, -120, -200])
def test_cut(cut: int) -> None:
    """A sitemap that is cut gives the pages before the cut."""
    assert read(NEWS[:cut], BASE).pages[0] == FIRST


def test_cut_gzip() -> None:
    """A .gz that is cut gives what is whole; one that is damaged from the start is rejected."""
    many = "<urlset>" + "".join(f"<url><loc>http://a.example.com/{hash(str(n))}</loc></url>" for n in range(1000))
    data = gzip.compress(many.encode())
    pages = read(unpacked(data[: len(data) // 2], 1_000_000).decode()).pages
    assert 100 < len(pages) < 1000
    with pytest.raises(Rejected, match=r"damaged \.gz"):
        unpacked(b"\x1f\x8bxxxxxxxxxxxxxxxx", 1000)


def test_gzip_bomb() -> None:
    """What unpacks to more than the limit is rejected; other data passes as it is."""
    with pytest.raises(Rejected) as caught:
        unpacked(gzip.compress(bytes(10_000_000)), 1_000_000)
    assert caught.value.reason == "too_large"
    assert unpacked(b"<urlset/>", 1) == b"<urlset/>"


def test_text() -> None:
    """A sitemap may be a text of addresses."""
    text = "\ufeffhttp://a.example.com/1\r\n\r\nhttp://a.example.com/2\nhttp://a.example.com/1\nnonsense\n"
    assert read(text).pages == (Place("http://a.example.com/1"), Place("http://a.example.com/2"))


def test_too_many() -> None:
    """A sitemap of more than the 50,000 pages of the protocol is read up to there."""
    text = "<urlset>" + "".join(f"<url><loc>http://a.example.com/{n}</loc></url>" for n in range(50_010)) + "</urlset>"
    assert len(read(text).pages) == 50_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "something else"),
        ("开工", "something else"),
        ("<html><body>http://a.example.com/</body></html>", "a page"),
        ("<!DOCTYPE html><html><body><urlset></urlset></body></html>", "a page"),
        ("<rss><channel/></rss>", "is a feed"),
        ('<!DOCTYPE urlset [<!ENTITY a "b">]><urlset><url><loc>http://&a;/</loc></url></urlset>', "entities"),
        ("<urlset>" + "<a/>" * 1_000_001, "tags"),
    ],
)
def test_no_sitemap(text: str, said: str) -> None:
    """What is no sitemap, or was made to harm, is rejected with what it is."""
    with pytest.raises(Rejected, match=said) as caught:
        read(text)
    assert caught.value.reason == "bad_sitemap"
