"""Dates in all writings that pages and feeds use, in China time."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.pagedate import CHINA, in_bar, stamp, stated

DAYS = st.dates(dt.date(1981, 1, 1), dt.date(2098, 12, 31))


@pytest.mark.parametrize(
    "value",
    [
        "2024年6月21日 08:00",
        "2024-06-21",
        "2024/6/21 8:00:00",
        "2024.06.21",
        "２０２４年６月２１日",
        "二〇二四年六月二十一日",
        "2024-06-20T16:30:00Z",
        "2024-06-20T16:30:00.123+00:00",
        "2024-06-21T23:30:00+08:00",
        "2024-06-21T02:30:00+0900",
        "Thu, 20 Jun 2024 18:00:00 GMT",
        "Thu, 20 Jun 2024 18:00:00 -0000",
        "21 Jun 2024 08:00:00 +0800",
        "Fri Jun 21 08:00:00 CST 2024",
        "June 21, 2024",
        "20240621",
        "20240621080000",
        "2024-06-2108:00",
        "2024年06月21日 星期五 08:00",
        1718928000,
        1718928000000,
        1718928000.5,
        "1718928000",
        20240621,
    ],
)
def test_writings_of_one_day(value: object) -> None:
    """Every writing of 21 June 2024 in China is that day."""
    assert stamp(value) == dt.date(2024, 6, 21)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "昨天",
        "6月21日",
        "2024-13-01",
        "2024-02-30",
        "1900-01-01",
        "2999-01-01",
        "0000-00-00",
        0,
        -1,
        5,
        1e30,
        float("nan"),
        float("inf"),
        True,
        None,
        [],
        10**40,
        "9" * 5000,
    ],
)
def test_no_date(value: object) -> None:
    """Impossible days, nonsense years and other values are no date."""
    assert stamp(value) is None


@given(DAYS)
def test_every_day_in_every_writing(day: dt.date) -> None:
    """Chinese, ISO, slashes, numbers and the epoch of noon agree on every day."""
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)
    for value in (
        f"{day.year}年{day.month}月{day.day}日",
        day.isoformat(),
        f"{day:%Y/%m/%d} 12:00",
        f"{day:%Y%m%d}",
        noon.timestamp(),
    ):
        assert stamp(value) == day
    assert in_bar(f"发布时间：{day.year}年{day.month}月{day.day}日 来源：海南日报") == day


@given(st.datetimes(dt.datetime(1981, 1, 2), dt.datetime(2098, 12, 30)), st.integers(-12, 14))
def test_zones_move_the_day(moment: dt.datetime, hours: int) -> None:
    """A time with an offset is the day in China."""
    aware = moment.replace(microsecond=0, tzinfo=dt.timezone(dt.timedelta(hours=hours)))
    assert stamp(aware.isoformat()) == aware.astimezone(CHINA).date()


@given(st.text(max_size=60))
def test_any_text_is_no_trouble(text: str) -> None:
    """No text makes a reader of dates fail."""
    for found in (stamp(text), in_bar(text), stated(text.split("\n"))):
        assert found is None or 1980 <= found.year <= 2099
