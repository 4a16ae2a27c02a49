"""Days and periods."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.extract import sentences
from service.extract.dates import dates, iso
from service.extract.grammar import Context
from service.extract.values import Span

DAY = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


def only(text: str, published: dt.date | None) -> Span:
    found = dates.find(text, Context(published))
    assert len(found) == 1
    value = found[0].value
    assert isinstance(value, Span)
    return value


@pytest.mark.parametrize(
    "text", ["今年以来", "去年3月份", "下个月", "年内", "1—4月份", "上半年", "6月21日", "前三季度"]
)
def test_without_publication(text: str) -> None:
    """Where the page does not say when it was published, a relative date is a date with open ends."""
    span = only(text, None)
    assert (span.start, span.end) == (None, None)


def test_absolute_without_publication() -> None:
    """A date that names its year needs no day of publication."""
    assert only("2024年2月29日", None) == Span(dt.date(2024, 2, 29), dt.date(2024, 2, 29), "day")


def test_new_year() -> None:
    """In January a bare 12月 is last year's, and last month too."""
    january = dt.date(2024, 1, 8)
    assert iso(only("12月20日，海宁开工", january)) == "2023-12-20"
    assert iso(only("上月，海宁开工", january)) == "2023-12"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年6月21日", "2024-06-21"),
        ("去年5月", "2023-05"),
        ("2025年底", "2025-12"),
        ("明年", "2025"),
        ("今年下半年", "2024"),
        ("近三年", None),
    ],
)
def test_iso(text: str, expected: str | None) -> None:
    """A span is written as precisely as the text put it, and no more."""
    assert iso(only(text, dt.date(2024, 6, 21))) == expected


@given(DAY, DAY)
def test_any_day(day: dt.date, published: dt.date) -> None:
    """Every day of the calendar is read back, whenever the page was published."""
    assert only(f"{day.year}年{day.month}月{day.day}日", published) == Span(day, day, "day")


@given(
    DAY, st.sampled_from(["近三年", "今年以来", "去年3月份", "上月底", "下个月", "1—4月份", "前三季度", "“十四五”期间"])
)
def test_ordered(published: dt.date, text: str) -> None:
    """A period never ends before it starts."""
    span = only(text, published)
    assert span.start is not None
    assert span.end is not None
    assert span.start <= span.end


def test_in_shape() -> None:
    """A date stands as one character in a sentence's shape, beside counts and sums."""
    [sentence] = sentences("今年前5个月，嘉善县开工项目36个，完成投资34.2亿元。", Context(dt.date(2024, 6, 21)))
    assert sentence.shape == "Ⓣ，嘉善县开工项目Ⓝ，完成投资Ⓜ。"
