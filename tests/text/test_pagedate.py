"""Dates in all writings that pages and feeds use, in China time."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.pagedate import CHINA, bare, closing, in_bar, stamp, stated

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


@pytest.mark.parametrize(
    "line",
    [
        "2024-06-21",
        "21.06.2024 08:00",
        "海南日报 2024-06-21 08:00",
        "琼海发布2024年6月21日 08:00海南",
        "2024-06-21 08:00要闻",
        "2024 06/ 21 08:00:00",
        "wx头像 wx 2024-06-21 18:59:59 6",
        "• 2024-06-21 08:00",
        "2024年6月21日 星期五",
    ],
)
def test_line_with_nothing_but_its_date(line: str) -> None:
    """A date with its time, beside the name of an outlet or a column, or numbers of the site, is a bare one."""
    assert bare(line) == dt.date(2024, 6, 21)


@pytest.mark.parametrize(
    "line",
    [
        "2024年6月21日 08:00举行开工仪式",
        "开工仪式于2024年6月21日 08:00举行",
        "2024-06-21项目签约落地",
        "21.06.2024项目签约落地",
        "31.02.2024 08:00",
        "3.21.06.2024",
        "2024/6/21 上午9:27:28 星期五",
        "2024年6月21日，项目开工",
        "2024年6月21日至25日",
    ],
)
def test_line_that_tells_something_is_no_bare_date(line: str) -> None:
    """What tells something on a day, a span of days and a running clock are none."""
    assert bare(line) is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("海岛日报 要闻 00003 港区三个项目同日开工 2024-06-21 22735848 2 2024年06月21日 星期五", True),
        ("港区三个项目同日开工 海岛日报 2024年06月21日", True),
        ("港区三个项目同日开工", False),
        ("2024年6月21日，港区三个项目同日开工。", False),
        ("港区三个项目同日开工 总投资2亿元，2024-06-21投产", False),
    ],
)
def test_closing_line_of_a_newspaper_page(line: str, day: bool) -> None:
    """The line that holds the headline, the paper, the page and the date states the day; a sentence does not."""
    assert closing(line, "港区三个项目同日开工") == (dt.date(2024, 6, 21) if day else None)
