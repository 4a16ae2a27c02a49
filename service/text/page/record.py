"""A JSON record of one article: an item of a JSON Feed, or a line of NDJSON from a scraper."""

import datetime as dt
import re
from collections.abc import Iterable

import orjson

from service.errors import Rejected
from service.text import pagedate
from service.text.page.markup import read_html
from service.text.page.model import Page
from service.text.page.plain import read_plain

_TEXTS = (
    "content_text",
    "text",
    "body",
    "content",
    "article",
    "正文",
    "内容",
    "content_html",
    "html",
    "summary",
    "description",
)
_TITLES = ("title", "headline", "标题", "name")
_DATES = (
    "date_published",
    "published",
    "published_at",
    "publish_time",
    "publish_date",
    "pubDate",
    "pubdate",
    "pub_time",
    "datePublished",
    "date",
    "time",
    "发布时间",
    "日期",
)
_OUTLETS = ("outlet", "source", "source_name", "publisher", "media", "site", "site_name", "来源", "author", "authors")
_MARKUP = re.compile(r"<(?:p|br|div|span|section|table|img|a|strong|h[1-6])\b|</(?:p|div|span)>", re.IGNORECASE)


def read_record(text: str) -> Page:
    """The article of a JSON object. Raises Rejected("not_a_record", ...) where the JSON holds none."""
    try:
        record = orjson.loads(text)
    except ValueError as error:
        raise Rejected("not_a_record", f"not readable as JSON: {str(error)[:80]}") from error
    if not isinstance(record, dict):
        raise Rejected("not_a_record", "the JSON holds no object; expected one article with a title and a text")
    for name in ("items", "articles", "entries"):
        if isinstance(record.get(name), list):
            raise Rejected("not_a_record", f"the JSON is a list of articles ({name}); give each article by itself")
    body = _string(record, _TEXTS)
    if body is None:
        raise Rejected("not_a_record", "the JSON object holds no text; expected one of " + ", ".join(_TEXTS[:4]))
    page = read_html(f"<article>{body}</article>") if _MARKUP.search(body) else read_plain(body)
    title = _string(record, _TITLES)
    return Page(
        title=title or page.title,
        body=_body(page, title),
        published=_date(record) or page.published,
        outlet=_outlet(record) or page.outlet,
    )


def _body(page: Page, title: str | None) -> str:
    """The text of the record; a first line that was taken for the title stays in it where the record has another title."""
    if title and page.title and page.title != title:
        return f"{page.title}\n{page.body}"
    return page.body


def _string(record: dict[str, object], names: Iterable[str]) -> str | None:
    """The first of the fields that holds words."""
    for name in names:
        value = record.get(name)
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            value = "\n".join(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _date(record: dict[str, object]) -> dt.date | None:
    """The first of the fields that holds a date."""
    return next((found for name in _DATES if (found := pagedate.stamp(record.get(name)))), None)


def _outlet(record: dict[str, object]) -> str | None:
    """The first of the fields that names an outlet: a string, or an object or list of objects with a name."""
    for name in _OUTLETS:
        value = record.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name") or value.get("title")
        if isinstance(value, str) and value.strip() and "://" not in value:
            return value.strip()
    return None
