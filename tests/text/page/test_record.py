"""JSON records: items of JSON Feed and lines of scrapers."""

import datetime as dt
import json

import pytest

from service.errors import Rejected
from service.text.page import read

BODY = "3月5日，平湖市举行集中开工仪式，计划总投资46.8亿元。"


def record(**fields: object) -> str:
    """The JSON of one record."""
    return json.dumps(fields, ensure_ascii=False)


def test_item_of_a_json_feed() -> None:
    """The fields of JSON Feed: content_text, date_published, authors."""
    page = read(
        record(
            id="1",
            url="http://x.example/1",
            title="平湖四个重点项目开工",
            content_text=BODY,
            date_published="2024-06-20T16:30:00Z",
            authors=[{"name": "平湖发布"}],
        ),
        "application/feed+json",
        "feed.json#1",
    )
    assert (page.title, page.body, page.published, page.outlet) == (
        "平湖四个重点项目开工",
        BODY,
        dt.date(2024, 6, 21),
        "平湖发布",
    )


@pytest.mark.parametrize("name", ["content_text", "content", "text", "body", "正文", "content_html"])
def test_names_of_the_text(name: str) -> None:
    """The text may go by several names."""
    assert read(record(title="平湖项目开工", **{name: BODY}), None, "a.ndjson#3").body == BODY


@pytest.mark.parametrize(
    ("name", "value", "want"),
    [
        ("date_published", "2024-06-21T07:00:00+08:00", "2024-06-21"),
        ("published", 1718928000, "2024-06-21"),
        ("date", "2024年6月21日 08:00", "2024-06-21"),
        ("pubDate", "Thu, 20 Jun 2024 18:00:00 GMT", "2024-06-21"),
        ("publish_time", 1718928000000, "2024-06-21"),
        ("date", "昨天", None),
        ("date", "2024-02-30", None),
        ("date", True, None),
        ("date", None, None),
    ],
)
def test_dates_of_a_record(name: str, value: object, want: str | None) -> None:
    """Dates in the writings of feeds and scrapers, in China time."""
    page = read(record(text=BODY, **{name: value}), None, "a.json")
    assert (str(page.published) if page.published else None) == want


@pytest.mark.parametrize(
    ("fields", "want"),
    [
        ({"source": "海南日报"}, "海南日报"),
        ({"source": {"name": "海南日报"}}, "海南日报"),
        ({"source": "http://x.example/feed", "author": "陈海潮"}, "陈海潮"),
        ({"outlet": "", "source_name": "海南日报"}, "海南日报"),
        ({}, None),
    ],
)
def test_outlets_of_a_record(fields: dict[str, object], want: str | None) -> None:
    """The outlet may be a string or an object with a name, never an address."""
    assert read(record(text=BODY, **fields), None, "a.json").outlet == want


def test_markup_in_a_record_is_read_as_a_page() -> None:
    """Text that is HTML is read as such; bars in it state date and outlet where the record does not."""
    html = f"<p>2024-06-21 来源：平湖发布</p><p>{BODY}</p><p>分享到：微信 微博</p>"
    page = read(record(title="平湖项目开工", content=html), "application/json", "x")
    assert (page.body, page.published, page.outlet) == (BODY, dt.date(2024, 6, 21), "平湖发布")


def test_first_line_stays_where_the_record_has_its_own_title() -> None:
    """A line that reads as a headline belongs to the body when the record names another title, and goes when it is the same."""
    lines = f"四个项目同日动土\n{BODY}"
    assert read(record(title="平湖项目开工", text=lines), None, "a.json").body == lines
    assert read(record(title="四个项目同日动土", text=lines), None, "a.json").body == BODY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        '"正文"',
        "null",
        "{}",
        '{"title": "只有标题"}',
        '{"text": "  "}',
        '{"items": []}',
        '[{"text": "a"}]',
        "[" * 100_000,
    ],
)
def test_json_without_an_article_is_rejected(text: str) -> None:
    """JSON that holds no article is rejected with a reason in one line."""
    with pytest.raises(Rejected) as caught:
        read(text, "application/json", "a.json")
    assert caught.value.reason == "not_a_record"
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200
