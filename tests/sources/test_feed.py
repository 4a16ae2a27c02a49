"""Feeds as sites publish them."""

import time
from pathlib import Path

import pytest

from service.errors import Rejected
from service.sources.encoding import declared_text
from service.sources.feed import is_feed, parse
from service.sources.item import china_time
from tests.sources.helpers import ARTICLE, halves, item, reasons

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>海宁新闻网</title><link>http://news.example/</link>
<item><title>半导体产业园&nbsp;封顶 & 招工</title><link>http://news.example/1?a=1&b=2</link>
<pubDate>Wed, 12 Jun 2024 18:30:00 GMT</pubDate><description>摘要</description>
<content:encoded><![CDATA[<p>6月12日，海宁市在建的半导体产业园项目主体封顶&nbsp;。</p>]]></content:encoded></item>
<item><title><![CDATA[长兴开工]]></title><guid isPermaLink="false">7</guid><dc:date>2024-06-13 08:00:00</dc:date>
<source url="http://x.example/">长兴日报</source><description>&lt;p&gt;长兴县的项目开工。&lt;/p&gt;</description></item>
<item><title>只有标题</title><link>http://news.example/3</link><pubDate>2024年6月14日 09:00</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>吉林要闻</title>
<entry><title type="html">通化&lt;b&gt;竣工&lt;/b&gt;</title><link rel="self" href="http://a.example/self"/>
<link href="http://a.example/1"/><updated>2023-11-01T00:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>通化市的<b>项目</b>竣工。</p></div></content></entry>
<entry><title>白山</title><id>http://a.example/2</id><published>2023-11-02T08:00:00+08:00</published>
<content type="text">白山市 a &lt; b。</content><source><title>白山日报</title></source></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://r.example/"><title>三亚</title></channel>
<item rdf:about="http://r.example/1"><title>开工</title><link>http://r.example/1</link>
<description>三亚市的项目开工。</description><dc:date>2022-01-05T10:00:00+08:00</dc:date></item></rdf:RDF>"""


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "GBK", "gb18030", "utf-16"])
def test_rss(tmp_path: Path, declared: str) -> None:
    """Every item of an RSS feed in any encoding becomes a record in UTF-8, named by its URL, its times in China time."""
    encoding = "gb18030" if declared == "gb2312" else declared
    path = tmp_path / "feed.xml"
    path.write_bytes(RSS.format(encoding=declared).encode(encoding))
    documents, failures = halves(path)
    assert failures == []
    assert [d.source for d in documents] == ["http://news.example/1?a=1&b=2", f"{path}#2", "http://news.example/3"]
    assert item(documents[0]) == {
        "title": "半导体产业园 封顶 & 招工",
        "content_html": "<p>6月12日，海宁市在建的半导体产业园项目主体封顶&nbsp;。</p>",
        "date_published": "2024-06-13T02:30:00+08:00",
        "url": "http://news.example/1?a=1&b=2",
        "outlet": "海宁新闻网",
    }
    assert item(documents[1]) == {
        "title": "长兴开工",
        "content_html": "<p>长兴县的项目开工。</p>",
        "date_published": "2024-06-13T08:00:00+08:00",
        "outlet": "长兴日报",
    }
    assert item(documents[2])["date_published"] == "2024年6月14日 09:00"


def test_atom() -> None:
    """Atom entries keep XHTML as HTML and text as text, and link to the page, not to themselves."""
    first, second = parse(ATOM)
    assert first.title == "通化竣工"
    assert first.url == "http://a.example/1"
    assert first.content_html is not None
    assert "<b>项目</b>竣工。" in first.content_html
    assert first.date_published == "2023-11-01T08:00:00+08:00"
    assert second.content_text == "白山市 a < b。"
    assert (second.url, second.outlet) == ("http://a.example/2", "白山日报")


def test_rdf() -> None:
    """RSS 1.0, whose items stand beside the channel."""
    (entry,) = parse(RDF)
    assert (entry.title, entry.outlet, entry.url) == ("开工", "三亚", "http://r.example/1")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "\ufeff \n\n" + text,
        lambda text: "Warning: mysql_connect()\n" + text,
        lambda text: text.replace("摘要", "摘\x00\x0b要"),
        lambda text: text.replace("</channel></rss>", ""),
        lambda text: text.replace("</description>", "", 1),
        lambda text: text.replace("<rss", '<!DOCTYPE rss PUBLIC "x" "http://x.example/rss.dtd">\n<rss'),
        lambda text: text.replace("摘要", "摘&unknown;要 AT&T"),
        lambda text: text.replace("摘要", "<!-- 旧 -->摘要"),
    ],
)
def test_malformed(spoil: object) -> None:
    """Junk before the root, control characters, unclosed tags, a cut end, a DTD elsewhere: the items are still read."""
    assert callable(spoil)
    titles = [entry.title for entry in parse(spoil(RSS.format(encoding="utf-8")))]
    assert titles[:2] == ["半导体产业园 封顶 & 招工", "长兴开工"]


def test_cut_in_an_item() -> None:
    """A feed cut inside an item keeps the items before it."""
    text = RSS.format(encoding="utf-8")
    assert next(entry.title for entry in parse(text[: text.index("长兴日报")])) == "半导体产业园 封顶 & 招工"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><rss><channel><item><title>&i;</title></item></channel></rss>"
)
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><item><title>&x;</title></item></channel></rss>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, BOMB.upper().replace("<RSS", "<rss")])
def test_entities(tmp_path: Path, text: str) -> None:
    """A feed that declares entities, to swell or to read files, is rejected at once and the folder goes on."""
    (tmp_path / "a.xml").write_text(text)
    (tmp_path / "b.txt").write_text(ARTICLE)
    begin = time.monotonic()
    documents, failures = halves(tmp_path)
    assert time.monotonic() - begin < 0.5
    assert reasons(failures) == ["bad_feed"]
    assert len(documents) == 1


def test_many_tags() -> None:
    """A feed of millions of empty tags would cost many times its bytes: it is rejected."""
    with pytest.raises(Rejected, match="tags"):
        list(parse("<rss>" + "<a/>" * 500_001))


def test_deep_feed() -> None:
    """A feed of tags inside one another without end gives no crash."""
    assert list(parse("<rss><channel>" + "<a>" * 100_000)) == []


@pytest.mark.parametrize("text", ["<a>", "<?xml version='1.0'?><config/>", "<urlset><url/></urlset>"])
def test_other_xml(tmp_path: Path, text: str) -> None:
    """XML that is no feed is rejected as such."""
    (tmp_path / "a.xml").write_text(text)
    assert reasons(halves(tmp_path)[1]) == ["bad_feed"]


def test_page_called_xml(tmp_path: Path) -> None:
    """An XHTML page under .xml is a page, even where it speaks of a <feed>."""
    text = '<?xml version="1.0"?><!DOCTYPE html><html><body><p>说明 <feed> 开工</p></body></html>'
    (tmp_path / "a.xml").write_text(text)
    (document,) = halves(tmp_path)[0]
    assert document.media_type == "text/html"
    assert not is_feed(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Wed, 12 Jun 2024 18:30:00 +0000", "2024-06-13T02:30:00+08:00"),
        ("12 Jun 2024 18:30:00 +0800", "2024-06-12T18:30:00+08:00"),
        ("2024-06-12T18:30:00Z", "2024-06-13T02:30:00+08:00"),
        ("2024-06-12 18:30", "2024-06-12T18:30:00+08:00"),
        ("2024-06-12", "2024-06-12"),
        ("2024年6月12日 08:00", "2024年6月12日 08:00"),
        ("2024-13-45", "2024-13-45"),
        ("Wed, 99 Jun 2024 99:99:99 GMT", "Wed, 99 Jun 2024 99:99:99 GMT"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("", None),
    ],
)
def test_times(written: str, meant: str | None) -> None:
    """A time is China time unless it names its zone; what is no time stamp is handed on as it was written."""
    assert china_time(written) == meant


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("开工".encode("utf-8-sig"), "gbk", "开工"),
        ("开工".encode("gbk"), "gb2312", "开工"),
        ("镕".encode("gbk"), "gb2312", "镕"),
        ("开工".encode("gbk"), None, "开工"),
        ("开工".encode("gbk"), "utf-8", "开工"),
        ("開工".encode("big5"), "Big5", "開工"),
        ("开工".encode(), "no-such-charset", "开工"),
        ("开工".encode(), "rot13", "开工"),
        ("开工".encode() + b"\xff", "utf-8", "开工\ufffd"),
    ],
)
def test_declared_text(data: bytes, charset: str | None, text: str) -> None:
    """A BOM is believed first, then a declaration that fits the bytes, then UTF-8, then GB18030."""
    assert declared_text(data, charset) == text
