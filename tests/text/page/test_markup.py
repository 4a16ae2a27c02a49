"""HTML pages of different builds, each with its answer beside it in tests/text/data/pages."""

import datetime as dt
import json
import time
import tracemalloc
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.boilerplate import strip
from service.text.page import read
from service.text.page.meta import cut_site

PAGES = sorted((Path(__file__).parents[1] / "data" / "pages").glob("*.html"))
STORY = "<p>平湖市四个重点项目3月5日开工，计划总投资46.8亿元。</p><p>市里要求倒排工期、挂图作战，确保项目早投产。</p>"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_page_gives_its_story(path: Path) -> None:
    """Title, body, date and outlet of a whole page, and nothing of its frame."""
    want = json.loads(path.with_suffix(".json").read_text("utf-8"))
    page = read(path.read_text("utf-8"), "text/html; charset=utf-8", path.name)
    assert page.body.split("\n") == want["body"]
    assert page.title == want["title"]
    assert page.published == (dt.date.fromisoformat(want["published"]) if want["published"] else None)
    assert page.outlet == want["outlet"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_body_of_a_page_holds_no_more_frame(path: Path) -> None:
    """The body of a page comes out of `strip` as it is."""
    page = read(path.read_text("utf-8"), None, path.name)
    assert strip(page.body, page.title) == (page.body, 0)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_traditional_page_gives_the_same_story(path: Path) -> None:
    """The frame of a page in traditional script is known as well."""
    to_traditional = opencc.OpenCC("s2t").convert
    want = json.loads(path.with_suffix(".json").read_text("utf-8"))
    page = read(to_traditional(path.read_text("utf-8")), "text/html", path.name)
    assert page.body.split("\n") == [to_traditional(line) for line in want["body"]]
    assert str(page.published) == want["published"]


def test_there_are_pages_of_ten_builds() -> None:
    """At least ten builds of pages are held."""
    assert len(PAGES) >= 10


@pytest.mark.parametrize(
    ("title", "want"),
    [
        ("平湖四个项目开工_平湖要闻_平湖市人民政府", "平湖四个项目开工"),
        ("海南自贸港项目集中开工 - 海南频道 - 人民网", "海南自贸港项目集中开工"),
        ("舟山码头年底完工|舟山|码头_海岛网", "舟山码头年底完工"),
        ("1-4月重点项目完成投资34.2亿元", "1-4月重点项目完成投资34.2亿元"),
        ("看台州如何“种”产业树——重点项目一线观察 | 浙里新闻", "看台州如何“种”产业树——重点项目一线观察"),
        ("海林-东京城公路开工", "海林-东京城公路开工"),
        ("牡丹江门户网", "牡丹江门户网"),
    ],
)
def test_site_is_cut_from_the_title(title: str, want: str) -> None:
    """The names of channel and site go, dashes of the headline itself stay."""
    assert cut_site(title) == want


@pytest.mark.parametrize(
    ("head", "want"),
    [
        ('<meta property="article:published_time" content="2024-06-20T16:30:00Z">', "2024-06-21"),
        ('<meta name="pubdate" content="2024-06-21 08:00:00">', "2024-06-21"),
        ('<meta itemprop="datePublished" content="1718928000">', "2024-06-21"),
        ('<meta name="publishdate" content="2024-13-01">', None),
        ('<meta name="description" content="2024-06-21">', None),
        ('<script type="application/ld+json">{"@graph":[{"datePublished":"2024-06-21"}]}</script>', "2024-06-21"),
        ('<script type="application/ld+json">{"datePublished": </script>', None),
    ],
)
def test_date_that_the_head_states(head: str, want: str | None) -> None:
    """Dates for machines, in China time; impossible ones and other dates are none."""
    page = read(f"<html><head>{head}</head><body>{STORY}</body></html>", "text/html", "x")
    assert (str(page.published) if page.published else None) == want


def test_date_within_the_story_is_none_of_publication() -> None:
    """A full date in a sentence is no date of publication."""
    page = read(f"<body>{STORY}<p>2023年8月21日，项目通过评审。</p></body>", "text/html", "x")
    assert page.published is None


def test_dates_of_related_stories_are_none_of_publication() -> None:
    """Dates in the list below a story are theirs."""
    tail = (
        "<h3>相关新闻</h3><ul><li><a href=1>码头完工</a> 2023-08-21</li><li><a href=2>铁路开通</a> 2023-08-20</li></ul>"
    )
    assert read(f"<body>{STORY}{tail}</body>", "text/html", "x").published is None


def test_name_of_a_frame_on_the_whole_page_says_nothing() -> None:
    """A wrapper called sidebar-layout that holds the story is no frame."""
    page = read(f'<body class="share"><div class="main sidebar nav">{STORY}</div></body>', "text/html", "x")
    assert len(page.body.split("\n")) == 2


def test_wrapped_source_is_unwrapped() -> None:
    """A line break of the source within Chinese text is no blank, <br> is a new line."""
    page = read(
        "<div>项目总投资\n5亿元，建设\n  两条生产线。<br/>二期明年6月\n动工，总投资3亿元。</div>", "text/html", "x"
    )
    assert page.body == "项目总投资5亿元，建设两条生产线。\n二期明年6月动工，总投资3亿元。"


@pytest.mark.parametrize(
    "text", ["", "<", "<html></html>", "<p>", "<!-- x", "<table><tr><td>", "\x00<p>\x00</p>", "<title>标题"]
)
def test_page_without_a_story_has_an_empty_body(text: str) -> None:
    """A page that tells nothing is read without complaint."""
    assert read(text, "text/html", "x").body in ("", "<")


TAGS = [
    "<p>",
    "</p>",
    "<div class=nav>",
    "<div>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<br>",
    "<a href=x>",
    "</a>",
]
WORDS = [
    "项目开工，总投资5亿元。",
    "2024-06-21 来源：海岛网",
    "相关阅读",
    "首页",
    "\n",
    "<h1>",
    "</h1>",
    "<!--",
    "-->",
    "<title>",
    "&nbsp;",
]


@given(st.lists(st.sampled_from(TAGS + WORDS), max_size=30))
def test_any_soup_of_tags_is_read(parts: list[str]) -> None:
    """However tags are mixed, a page is read, and its body holds no tag and no empty line."""
    page = read("".join(parts), "text/html", "x")
    assert "<p" not in page.body
    assert page.body == "" or all(line.strip() for line in page.body.split("\n"))


HARD = {
    "nested div": "<div>" * 100_000,
    "nested tables": "<table><tr><td>" * 100_000,
    "nested formatting": "".join(f"<p><font c={i}>" for i in range(100_000)),
    "nested within the limit": ("<div>" * 390 + "</div>" * 390) * 50,
    "stray ends": "<div>" * 9_000 + "</p>" * 9_000,
    "attributes": "<div " + " ".join(f"a{i}" for i in range(200_000)) + ">",
    "quoted attributes": "<div " + " ".join(f'a{i}=">"' for i in range(100_000)) + ">",
    "open tags": "<b " * 300_000,
    "open scripts": "<script>" * 200_000,
    "open comments": "<!--" * 200_000,
    "json-ld": '<script type="application/ld+json">' * 50_000,
    "brackets": "<" * 500_000,
    "long line": "<p>" + "总投资五亿元，" * 500_000,
    "rows": "<table>" + "<tr><td>项目</td><td>5亿元</td></tr>" * 20_000,
}


@pytest.mark.parametrize("name", HARD)
def test_hostile_page_stays_bounded(name: str) -> None:
    """No nesting, tag or text takes time or memory out of proportion to its size."""
    begin = time.process_time()
    tracemalloc.start()
    read(HARD[name] + "<p>项目开工，总投资五亿元。</p>", "text/html", "x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - begin < 20
    assert peak < 200 * len(HARD[name]) + 10_000_000
