"""The links of list pages, as sites write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.models import SourceSpec
from service.sources.addresses import cleaned, matcher, site_of
from service.sources.links import Link, feeds, read

BASE = "https://xw.example.com/zdxm/index.html"
HEAD = "海宁市半导体产业园项目开工"


def test_page() -> None:
    """Of a page of a site its articles are taken, in order and once, with their words and the date beside them."""
    page = f"""<!DOCTYPE html><html><head><base href="/zdxm/"><title>重点项目</title></head><body>
    <div class="nav"><a href="/">首页</a><a href="list_12345.html">更多重点项目新闻列表</a>
    <a href="https://beian.example.net/20240612/1.html">备案号在别的网站上的链接</a></div>
    <ul><li><a href="202406/t20240612_1001.html#top"><img src="a.jpg"></a>
      <a href="202406/t20240612_1001.html" title="{HEAD}总投资12亿元">{HEAD}…</a><span>[2024-06-13]</span></li>
    <li><span>2024年6月11日</span><a href='./202406/t20240611_1002.html'>通化市<b>医药</b>产业园封顶仪式</a></li>
    <li><a href=202406/t20240610_1003.html>三亚&nbsp;湾新城项目&quot;拿地即开工&quot;</a></li>
    <!-- <li><a href="202406/t20240609_1004.html">注释里的旧新闻不再显示</a></li> -->
    <li><a href="javascript:void(0)">不是地址的链接不会被取走</a><a name="x">没有地址的链接不会被取走</a></li>
    <li><a href="202406/W020240612.pdf">附件重点项目清单一览表</a></li></ul>
    <script>document.write('<a href="202406/t20240608_1005.html">脚本里的旧新闻不再显示</a>')</script></body></html>"""
    where = "https://xw.example.com/zdxm/202406/"
    assert read(page, BASE) == (
        Link(where + "t20240612_1001.html", HEAD + "总投资12亿元", "2024-06-13"),
        Link(where + "t20240611_1002.html", "通化市医药产业园封顶仪式", "2024-06-11"),
        Link(where + "t20240610_1003.html", '三亚 湾新城项目"拿地即开工"', "2024-06-10"),
    )


def test_list_in_a_script() -> None:
    """A list that a page carries as XML for its script is read like one in the page."""
    page = (
        '<script type="text/xml"><datastore><recordset><record><![CDATA[<li><a href="/art/2024/6/12/art_1_23.html" '
        f"title='{HEAD}'>{HEAD}</a><span>2024-06-12</span></li>]]></record><record><![CDATA["
        f"<a href='/art/2024/6/11/art_1_22.html'>{HEAD}</a>]]></record></recordset></datastore></script>"
    )
    links = read(page, BASE, "/art/20*/**/*.html")
    assert [(link.url[-11:], link.date) for link in links] == [
        ("t_1_23.html", "2024-06-12"),
        ("t_1_22.html", "2024-06-11"),
    ]


@pytest.mark.parametrize(
    ("rows", "dates"),
    [
        ("<a href=/a/10001>A</a> 2024-06-01<br><a href=/a/10002>B</a> 2024-06-02<br>", ["2024-06-01", "2024-06-02"]),
        ("2024/06/01 <a href=/a/10001>A</a><br>2024/06/02 <a href=/a/10002>B</a><br>", ["2024-06-01", "2024-06-02"]),
        (
            "<div><h3><a href=/a/10001>A</a></h3><p>2024.6.1</p></div><div><h3><a href=/a/10002>B</a></h3><p>2024.6.2</p></div>",
            ["2024-06-01", "2024-06-02"],
        ),
        (
            "<tr><td><a href=/a/10001>A</a></td><td>2024年6月1日</td></tr><tr><td><a href=/a/10002>B</a></td></tr>",
            ["2024-06-01", None],
        ),
        ("<li><a href=/a/10001>A[2024-06-01]</a><li><a href=/a/10002>B 2024-06-02 08:00</a>", ["2024-06-01", "2024-06-02"]),
        ("<li><a href=/a/10001>A</a>2024-13-01</li><li><a href=/a/10002>B</a>06-02</li>", [None, None]),
        ("<li><a href=/2024/0601/a1.html>A</a></li><li><a href=/202411/t20241105_2.html>B</a></li>", ["2024-06-01", "2024-11-05"]),
    ],
)  # fmt: skip
def test_dates(rows: str, dates: list[str | None]) -> None:
    """The date stands behind the link, before it, at its end or in its address; each link has that of its own row."""
    links = read(rows.replace("A", HEAD).replace("B", HEAD[::-1]), BASE)
    assert [(link.text, link.date) for link in links] == [(HEAD, dates[0]), (HEAD[::-1], dates[1])]


@pytest.mark.parametrize(
    ("href", "taken"),
    [
        ("/2024/06/12/kaigong.html", True),
        ("/c/123456.shtml", True),
        ("/show.php?id=123456", True),
        ("/index.php?m=content&a=show&id=123456", True),
        ("https://news.example.com/2024-06/12/content_1.htm", True),
        ("https://news.example.net/2024-06/12/content_1.htm", False),
        ("/about.html", False),
        ("/list_123456.html", False),
        ("/2024/06/index.html", False),
        ("/2024/06/12/plan.docx", False),
        ("mailto:a@example.com", False),
        ("ftp://xw.example.com/2024/06/12/1.html", False),
        ("http://u:p@xw.example.com/2024/06/12/1.html", False),
        ("http://[xw/2024/06/12/1.html", False),
        ("", False),
    ],
)
def test_guess(href: str, taken: bool) -> None:
    """Without a pattern a link is an article where it is of the site and its path has a date or a long number."""
    assert bool(read(f'<a href="{href}">{HEAD}</a>', BASE)) == taken


def test_few_words() -> None:
    """Without a pattern a headline needs six Chinese characters; with one the operator decides."""
    page = '<a href="/2024/06/12/1.html">详情</a>'
    assert read(page, BASE) == ()
    assert [link.text for link in read(page, BASE, "/2024/**")] == ["详情"]


@pytest.mark.parametrize(
    ("pattern", "address", "fits"),
    [
        ("/art/20*/**/*.html", "https://a.example.com/art/2024/6/12/art_1_23.html", True),
        ("/art/20*/**/*.html", "https://a.example.com/art/2024/art_1_23.html", True),
        ("/art/20*/**/*.html", "https://a.example.com/art/2024/art_1_23.html?x=1", True),
        ("/art/20*/**/*.html", "https://a.example.com/art/1999/art_1_23.html", False),
        ("/art/20*/**/*.html", "https://a.example.com/x/art/2024/a.html", False),
        ("/art/20*/**/*.html", "https://a.example.com/art/2024/a.htm", False),
        ("/a*b*c", "https://a.example.com/abbc", True),
        ("/ab*ba", "https://a.example.com/aba", False),
        ("/*/x", "https://a.example.com/a/b/x", False),
        ("**/x.html", "https://a.example.com/a/b/x.html", True),
        ("/**", "https://a.example.com/", True),
        ("/a.c", "https://a.example.com/abc", False),
        ("/show.php?id=*", "https://a.example.com/show.php?id=7", True),
        ("/show.php?id=*", "https://a.example.com/show.php", False),
        ("https://a.example.com/**", "https://a.example.com/x/y", True),
        ("https://a.example.com/**", "https://b.example.com/x/y", False),
        (r"re:/t20\d{6}_\d+\.s?html$", "https://a.example.com/x/t20240612_1.html", True),
        (r"re:/t20\d{6}_\d+\.s?html$", "https://a.example.com/x/t2024_1.html", False),
    ],
)
def test_patterns(pattern: str, address: str, fits: bool) -> None:
    """A glob is for the path, a regular expression for the whole address."""
    assert SourceSpec(kind="list", address=BASE, name="x", pattern=pattern)
    assert matcher(pattern)(address) == fits


def test_hard_glob() -> None:
    """A glob of many stars against a long address comes to an end (a regular expression made of it would not)."""
    assert not matcher("/" + "*a" * 90 + "b")("https://a.example.com/" + "a" * 1900)
    assert not matcher("/" + "**/a/" * 40 + "b")("https://a.example.com/" + "a/" * 900)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HTTP://WWW.Example.com:80/A#b", "http://www.example.com/A"),
        ("https://a.example.com", "https://a.example.com/"),
        ("http://a.example.com/x.jsp;jsessionid=AB12?id=1", "http://a.example.com/x.jsp?id=1"),
        ("http://a.example.com/x?PHPSESSID=1&id=2&utm_source=x&spm=1.2", "http://a.example.com/x?id=2"),
        ("http://a.example.com/x?side=1", "http://a.example.com/x?side=1"),
        ('/x?q="<甲>"', "https://xw.example.com/x?q=%22%3C甲%3E%22"),
        (" /a b\n.html ", "https://xw.example.com/a%20b.html"),
        ("..\\2024\\1.html", "https://xw.example.com/2024/1.html"),
        ("//b.example.com/1", "https://b.example.com/1"),
        ("?id=1", "https://xw.example.com/zdxm/index.html?id=1"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("http://a.example.com:99999/", None),
        ("http://a.example.com/" + "x" * 2000, None),
        ("data:text/html,x", None),
    ],
)
def test_cleaned(written: str, meant: str | None) -> None:
    """An address has one form, without fragment, session and campaign."""
    assert cleaned(written, BASE) == meant


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://xw.example.com/", "example.com"),
        ("https://example.com:8443/", "example.com"),
        ("http://www.hn.gov.cn/", "hn.gov.cn"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("http://localhost/", "localhost"),
    ],
)
def test_site(address: str, site: str) -> None:
    """A site is what was registered, and an address in numbers is itself."""
    assert site_of(address) == site


@given(st.text(alphabet="abhtps:/\\.?#@[]% \t1;&=中", max_size=60), st.sampled_from([None, BASE]))
def test_cleaned_stays_on_the_web(text: str, base: str | None) -> None:
    """Whatever is written as an address, what comes out is http(s), without a user, and cleaning it again changes nothing."""
    url = cleaned(text, base)
    if url is not None:
        assert url.startswith(("http://", "https://"))
        assert "@" not in url.split("/")[2]
        assert cleaned(url) == url


PIECES = ["<a href=", '"', "'", ">", "</a>", "javascript:x", "//e.example.com/1", "/20240612/1", "<base href=", "<li>", "开工", "<!--",
          "-->", "<script>", "</script>", " ", "data:x", "http:", "#", "<a href='/20240612/2.html'>海宁市的项目开工</a>"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_links_stay_on_the_web(page: str) -> None:
    """Whatever a page holds, no link leaves http(s), and none comes twice."""
    links = read(page, BASE, "re:.")
    assert all(link.url.startswith(("http://", "https://")) for link in links)
    assert len({link.url for link in links}) == len(links)


@pytest.mark.parametrize(
    "unit", ["<a", "<a ", '<a href="', "<a href='", "<!--", "<script>", "<a href=/20240612/1>", "<li>", '<a "<a', "&", "2024", "<div>",
             '<a href="/20240612/1" x="', "<base href=", 'a="']
)  # fmt: skip
def test_hostile(unit: str) -> None:
    """A page of a megabyte that repeats what parsers stumble over is read to its end."""
    last = f'</script>--><li><a href="/20240612/2">{HEAD}</a>'
    links = read(unit * (1_000_000 // len(unit)) + last, BASE)
    assert all(link.url.startswith("https://xw.example.com/") for link in links)
    assert len(links) <= 2


def test_many_links() -> None:
    """Of a page with ten thousand links the first two thousand are taken."""
    page = "".join(f'<li><a href="/2024/06/12/{n}.html">{HEAD}</a></li>' for n in range(10_000))
    links = read(page, BASE)
    assert len(links) == 2000
    assert links[-1].url.endswith("/1999.html")


def test_feeds() -> None:
    """The feeds a page names are found in its head."""
    page = """<link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel=stylesheet href="/a.css">
    <link rel="alternate" type="application/atom+xml" href="https://b.example.com/atom"><link type="application/rss+xml">"""
    assert feeds(page, BASE) == ("https://xw.example.com/rss.xml", "https://b.example.com/atom")
