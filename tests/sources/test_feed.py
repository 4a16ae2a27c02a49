"""Feeds as sites publish them."""

import datetime as dt
import html
import json
import time
from pathlib import Path

import pytest

from service.errors import Rejected
from service.sources.feed import Feed, is_feed, parse, read
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


LONG = "浙江省海宁市的集成电路材料项目开工建设，项目总投资12亿元，用地120亩。" * 8
LIVE = """<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>海宁在线</title>
<link>http://www.example.com/news/</link><atom:link rel="self" href="https://www.example.com/feed.xml"/>
<atom:link rel="hub" href="https://hub.example.com/"/><atom:link rel="hub" href="https://hub.example.com/"/>
<atom:link rel="hub" href="ftp://hub.example.com/"/><atom:link rel="next" href="/feed.xml?page=2"/>
<ttl>30</ttl><skipHours><hour>24</hour><hour>3</hour><hour>99</hour></skipHours>
<skipDays><day>Sunday</day><day>Someday</day></skipDays>
<item><title>甲</title><guid isPermaLink="false">tag:1</guid><link>/art/1.html</link>
<atom:link rel="hub" href="https://other.example.com/"/><description>{description}</description></item>
<item><title>乙</title><link>https://www.example.com/art/2.html</link></item></channel></rss>"""


def test_the_feed_itself() -> None:
    """A feed names its home, its own address, its hubs (once each, HTTP only, not those of an item), its next page and its rhythm."""
    feed = read(LIVE, "https://www.example.com/feed.xml")
    assert (feed.title, feed.home) == ("海宁在线", "http://www.example.com/news/")
    assert (feed.itself, feed.next_page) == (
        "https://www.example.com/feed.xml",
        "https://www.example.com/feed.xml?page=2",
    )
    assert feed.hubs == ("https://hub.example.com/",)
    assert (feed.interval, feed.skip_hours, feed.skip_days) == (1800, frozenset({0, 3}), frozenset({6}))
    assert [(entry.id, entry.item.url) for entry in feed.entries] == [
        ("tag:1", "https://www.example.com/art/1.html"),
        ("https://www.example.com/art/2.html", "https://www.example.com/art/2.html"),
    ]


def test_atom_itself() -> None:
    """An Atom feed names its home and its hub, and its relative addresses follow xml:base."""
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example.com/news/"><title>通化</title>'
        '<link href="/"/><link rel="self hub" href="feed.atom"/><entry><id>urn:1</id><link href="1.html"/></entry></feed>'
    )
    feed = read(text, "https://b.example.com/")
    assert (feed.home, feed.itself) == ("https://a.example.com/", "https://a.example.com/news/feed.atom")
    assert feed.hubs == ("https://a.example.com/news/feed.atom",)
    assert [(e.id, e.fetch) for e in feed.entries] == [("urn:1", "https://a.example.com/news/1.html")]


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999999</ttl>", None),
        ("<ttl>9999999</ttl>", 365 * 86_400),
        ("<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 86_400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>999999</sy:updateFrequency>", 60),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
    ],
)
def test_interval(head: str, seconds: int | None) -> None:
    """What a feed says of its rhythm is in seconds, within reason, and what is no number says nothing."""
    text = f'<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>{head}</channel></rss>'
    assert read(text).interval == seconds


def test_rests() -> None:
    """Skipped hours and days are of UTC; a feed that would rest at all times is asked all the same."""
    sunday = dt.datetime(2024, 6, 16, 12, tzinfo=dt.UTC)
    assert Feed(skip_days=frozenset({6})).rests(sunday)
    assert not Feed(skip_days=frozenset({6})).rests(sunday + dt.timedelta(days=1))
    assert Feed(skip_hours=frozenset({4})).rests(dt.datetime.fromisoformat("2024-06-17T12:59:00+08:00"))
    assert not Feed(skip_hours=frozenset(range(24)), skip_days=frozenset(range(7))).rests(sunday)


def item_text(field: str, text: str) -> str:
    return (
        '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><link>http://a.example.com/1</link>'
        f"<{field}><![CDATA[{text}]]></{field}></item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("field", "text", "full"),
    [
        ("content:encoded", f"<p>{LONG}</p>", True),
        ("content:encoded", f"<p>{LONG}</p><p>（记者 某某）</p><img src='a.jpg'>", True),
        ("content:encoded", "<p>海宁市的项目开工。</p>", False),
        ("content:encoded", "<p>开工。</p>" + "<img src='http://a.example.com/very/long/name.jpg'>" * 20, False),
        ("content:encoded", "<script>" + "var a = 1;" * 100 + "</script><p>开工。</p>", False),
        ("content:encoded", f"<p>{LONG}<a href='/1'>阅读全文</a></p>", False),
        ("content:encoded", f"<p>{LONG}……</p>", False),
        ("content:encoded", f"<p>{LONG} [&hellip;]</p>", False),
        ("content:encoded", f"<p>{LONG} [&#8230;]</p><p>The post 甲 appeared first on 乙.</p>", False),
        ("content:encoded", f"<p>{LONG}</p><p>The post 甲 appeared first on 乙.</p>", True),
        ("content:encoded", f"<p>{LONG} <a>Continue reading &rarr;</a></p>", False),
        ("content:encoded", f"{LONG}[查看全文>>]", False),
        ("content:encoded", f"{LONG}【详细】", False),
        ("description", LONG, False),
        ("description", LONG * 3, True),
        ("description", (LONG * 3)[:-5], False),
        ("description", LONG * 3 + "...", False),
    ],
)
def test_full_text(field: str, text: str, full: bool) -> None:
    """Content of some length is the article, unless it says itself that there is more; a summary has to be long and closed."""
    (entry,) = read(item_text(field, text)).entries
    assert entry.full == full
    assert entry.fetch == (None if full else "http://a.example.com/1")


@pytest.mark.parametrize("unit", ["<![CDATA[", "<style>", "<!--", "<a href='", "&", "[", "阅读全文"])
def test_repeated_without_end(unit: str) -> None:
    """What parsers stumble over, a hundred thousand times and never closed, costs no more than its length; it is no article."""
    (entry,) = read(
        item_text("description", html.escape(unit * 100_000)).replace("<![CDATA[", "").replace("]]>", "")
    ).entries
    assert not entry.full
    assert [e.full for e in read(LIVE + unit * 100_000, "https://www.example.com/").entries] == [False, False]


def test_cut_to_a_length() -> None:
    """Where three items carry text of the very same length they were cut at it, and none is the article."""
    items = "".join(f"<item><link>http://a.example.com/{n}</link><content>{n}{LONG}</content></item>" for n in range(3))
    assert [entry.full for entry in read(f"<rss><channel>{items}</channel></rss>").entries] == [False] * 3


def test_addresses_of_entries() -> None:
    """The address of an entry has lost the marks of campaigns and sessions, so that two feeds that name a page name the same."""
    feed = read("<rss><channel><item><link>http://a.example.com/1?id=2&utm_source=rss#x</link></item></channel></rss>")
    assert [(entry.id, entry.fetch) for entry in feed.entries] == [("http://a.example.com/1?id=2",) * 2]


def test_ids() -> None:
    """An id that several items share identifies none of them; an item without id and address is known by its words."""
    feed = read(
        "<rss><channel><item><guid>http://a.example.com/</guid><link>http://a.example.com/1</link></item>"
        "<item><guid>http://a.example.com/</guid><link>http://a.example.com/2</link></item>"
        "<item><title>甲</title></item><item><title>乙</title></item></channel></rss>"
    )
    first, second, third, fourth = (entry.id for entry in feed.entries)
    assert (first, second) == ("http://a.example.com/1", "http://a.example.com/2")
    assert third.startswith("sha256:")
    assert third != fourth


def test_json_feed() -> None:
    """A JSON Feed says the same under its own names; an item with an address alone is to be fetched."""
    feed = read(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "三亚",
                "home_page_url": "https://a.example.com/",
                "feed_url": "https://a.example.com/feed.json",
                "next_url": "/feed.json?page=2",
                "hubs": [{"type": "WebSub", "url": "https://hub.example.com/"}, {"url": 1}, "x"],
                "items": [
                    {"id": 7, "url": "/1", "title": "甲", "content_html": f"<p>{LONG}</p>"},
                    {"id": "8", "url": "https://a.example.com/2", "summary": LONG},
                    {"id": "9", "url": "https://a.example.com/3"},
                    {"id": "10"},
                ],
            }
        ),
        "https://a.example.com/feed.json",
    )
    assert (feed.title, feed.home, feed.itself) == ("三亚", "https://a.example.com/", "https://a.example.com/feed.json")
    assert (feed.hubs, feed.next_page) == (("https://hub.example.com/",), "https://a.example.com/feed.json?page=2")
    assert [(e.id, e.item.url, e.full) for e in feed.entries] == [
        ("7", "https://a.example.com/1", True),
        ("8", "https://a.example.com/2", False),
        ("9", "https://a.example.com/3", False),
    ]
    assert feed.entries[0].item.outlet == "三亚"


@pytest.mark.parametrize("text", ["", "{", "[", "开工", "<urlset/>", "<html><body>x</body></html>", '{"items": [[1]]'])
def test_no_feed(text: str) -> None:
    """What is no feed is rejected in one line."""
    with pytest.raises(Rejected) as caught:
        read(text)
    assert caught.value.reason == "bad_feed"
    assert "\n" not in str(caught.value)


def test_ten_thousand_items() -> None:
    """A feed of ten thousand items is read whole, in its order."""
    items = "".join(f"<item><title>开工 & 封顶</title><guid>{n}</guid><link>/{n}</link></item>" for n in range(10_000))
    entries = read(f"<rss><channel>{items}</channel></rss>", "http://a.example.com/").entries
    assert [entry.id for entry in entries] == [str(n) for n in range(10_000)]
    assert entries[-1].item.url == "http://a.example.com/9999"


@pytest.mark.parametrize("cut", range(700, 1400, 50))
def test_cut_anywhere(cut: int) -> None:
    """Of a feed that is cut, the items before the cut are as they are in the whole."""
    whole = read(LIVE, "https://www.example.com/").entries
    entries = read(LIVE[:cut], "https://www.example.com/").entries
    assert entries[:-1] == whole[: max(0, len(entries) - 1)]
    assert len(entries) == LIVE[:cut].count("<item>")
