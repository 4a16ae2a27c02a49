"""Dates and periods as days, relative to the day of publication. It knows no clock and no time zone.

A date that leans on an unknown day of publication is still a date: its span is open at both ends.
"""

import calendar
import datetime as dt
import re

from service.extract.grammar import Context, Family
from service.extract.lexicon import TO
from service.extract.numerals import number
from service.extract.sentence import TIME
from service.extract.values import Span

dates = Family("dates", TIME)

_YEARS_AWAY = {"今": 0, "本": 0, "去": -1, "前": -2, "明": 1, "后": 2}
# 目前年产, 建成后年产值, 证明年均, 过去年均: not every 前年 is one.
RELATIVE = r"(?P<away>今|(?<![样基根成资])本|(?<!过)去|(?<![目以此之提一-龥])前|(?<![说证声文表])明|(?<![一-龥])后|(?<=[到至于])后)年度?"
YEAR = rf"(?:(?P<y>(?<![0-9.])(?:19|20)[0-9]{{2}})年(?![级代])度?|{RELATIVE})(?:的(?=[上下第前一二三四1-4]))?[ ]?"
AS_OF = r"(?P<asof>截[至止]到?)?"
MONTH = r"(?:(?<![0-9./?？*])1?[0-9](?![0-9])|(?<![一二三四五六七八九十百])(?:十[一二]?|[一二三四五六七八九]))"
# What a date begins with, looked at first: the rules have nothing but optional parts in front.
_BEGINS = r"(?=[截今本去前明后0-9一二三四五六七八九十])"
PART = r"(?:底|末|初|上旬|中旬|下旬)"
FIVE_YEARS = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六".split()


def _year(m: re.Match[str], context: Context, month: int | None = None) -> int | None:
    """The year a match means: its own, one counted from the year of publication, or the one its bare month is nearest to."""
    if m["y"]:
        return int(m["y"])
    if context.published is None:
        return None
    if m["away"]:
        return context.published.year + _YEARS_AWAY[m["away"]]
    # In January and February a bare 11月 is behind us.
    return context.published.year - (month is not None and month - context.published.month > 8)


def months(year: int | None, first: int, last: int, grain: str, *, open_start: bool = False) -> Span | None:
    """From the first day of month `first` to the last of `last`; None where there are no such months."""
    if not 1 <= first <= last <= 12:
        return None
    if year is None:
        return Span(None, None, grain)
    end = dt.date(year, last, calendar.monthrange(year, last)[1])
    return Span(None if open_start else dt.date(year, first, 1), end, grain)


def _whole(text: str) -> int:
    value = number(text)
    return int(value) if value is not None else 0


def _day(year: int | None, month: int, day: int, *, open_start: bool = False) -> Span | None:
    """One day; None where the calendar has no such day (2月30日)."""
    try:
        date = dt.date(year or 2000, month, day)
    except ValueError:
        return None
    if year is None:
        return Span(None, None, "day")
    return Span(None if open_start else date, date, "day")


def iso(span: Span) -> str | None:
    """The span as a date of its own grain: `2024-06-21`, `2022-05`, `2025`; None where it is open or no single unit."""
    end = span.end
    if end is None:
        return None
    if span.grain == "day":
        return end.isoformat()
    if span.grain == "month":
        return f"{end:%Y-%m}"
    return f"{end:%Y}" if span.grain in ("quarter", "half", "year") else None


def between(start: str, end: str, grain: str) -> Span:
    """A span for the examples."""
    return Span(dt.date.fromisoformat(start), dt.date.fromisoformat(end), grain)


@dates.rule(
    rf"{_BEGINS} {AS_OF} (?:{YEAR})? (?P<m>{MONTH})月 (?P<d>[0-9]{{1,2}}) [日号] (?!楼|线|院)",
    near=("月",),
    yes={
        "⟦2024年6月21日⟧，记者在现场看到": between("2024-06-21", "2024-06-21", "day"),
        "⟦6月18日⟧，集中开工仪式举行": between("2024-06-18", "2024-06-18", "day"),
        "⟦去年12月3日⟧签约": between("2023-12-03", "2023-12-03", "day"),
        "⟦截至5月31日⟧，完成投资": Span(None, dt.date(2024, 5, 31), "day"),
    },
    no=("2023-08-218月18日", "2月30日", "13月1日", "5月1号线通车"),
)
def day(m: re.Match[str], context: Context) -> Span | None:
    month = _whole(m["m"])
    return _day(_year(m, context, month), month, int(m["d"]), open_start=bool(m["asof"]))


@dates.rule(
    r"(?<![0-9.]) (?P<y>(?:19|20)[0-9]{2}) (?P<dash>[-/.]) (?P<m>[0-9]{1,2}) (?P=dash) (?P<d>[0-9]{1,2}) (?![0-9])",
    near=("19", "20"),
    yes={"⟦2023-08-21⟧ 来源": between("2023-08-21", "2023-08-21", "day")},
    no=("2023-08-218月18日", "2023-13-01", "投资10.8亿元"),
)
def day_in_digits(m: re.Match[str], _: Context) -> Span | None:
    return _day(int(m["y"]), int(m["m"]), int(m["d"]))


@dates.rule(
    rf"{_BEGINS} {AS_OF} (?:{YEAR})? (?P<m>{MONTH}) 月 (?:份 (?:{PART})? | {PART} (?![层步中级]) | (?<=[0-9]月) (?![0-9]{{1,2}}[日号]))",
    near=("月",),
    yes={
        "⟦去年3月份⟧开工": between("2023-03-01", "2023-03-31", "month"),
        "预计⟦10月份⟧完成主体": between("2024-10-01", "2024-10-31", "month"),
        "⟦2022年5月⟧开工": between("2022-05-01", "2022-05-31", "month"),
        "⟦截至6月底⟧，累计": Span(None, dt.date(2024, 6, 30), "month"),
        "⟦十二月份⟧投产": between("2024-12-01", "2024-12-31", "month"),
    },
    no=("13月", "用时5个月", "三月三畲族歌会", "2023-08-218月", "八月桂花", "5月32日"),
)
def month(m: re.Match[str], context: Context) -> Span | None:
    which = _whole(m["m"])
    return months(_year(m, context, which), which, which, "month", open_start=bool(m["asof"]))


@dates.rule(
    rf"{_BEGINS} (?:{YEAR})? (?P<m>{MONTH}) 月? {TO} (?P<m2>1?[0-9]|十[一二]?|[一二三四五六七八九]) 月份?",
    near=("月",),
    yes={
        "⟦1—4月份⟧，完成投资": between("2024-01-01", "2024-04-30", "period"),
        "⟦今年1月至5月⟧": between("2024-01-01", "2024-05-31", "period"),
        "⟦2023年1-6月⟧": between("2023-01-01", "2023-06-30", "period"),
    },
    no=("1—4号楼", "8—5月", "1—13月"),
)
def months_between(m: re.Match[str], context: Context) -> Span | None:
    last = _whole(m["m2"])
    return months(_year(m, context, last), _whole(m["m"]), last, "period")


@dates.rule(
    rf"(?:{YEAR})? 前 (?P<n>1?[0-9]|[两一二三四五六七八九十]|十一) 个月",
    near=("个月",),
    yes={
        "⟦今年前5个月⟧，该县": between("2024-01-01", "2024-05-31", "period"),
        "⟦前三个月⟧": between("2024-01-01", "2024-03-31", "period"),
    },
    no=("提前5个月", "此前5个月", "工期5个月"),
)
def first_months(m: re.Match[str], context: Context) -> Span | None:
    if m.string[max(m.start() - 1, 0) : m.start()] in ("提", "此", "之", "以", "目"):
        return None
    return months(_year(m, context), 1, _whole(m["n"]), "period")


@dates.rule(
    rf"(?P<which>(?<![以])上|下|(?<![样基根成资])本|这)个?月份?{PART}?(?![子亮球])",
    near=("上月", "上个月", "下月", "下个月", "本月", "这个月"),
    yes={
        "预计⟦下个月⟧投入使用": between("2024-07-01", "2024-07-31", "month"),
        "⟦上月底⟧封顶": between("2024-05-01", "2024-05-31", "month"),
        "⟦本月⟧开工": between("2024-06-01", "2024-06-30", "month"),
    },
    no=("6个月以上", "成本月均下降", "月下旬"),
)
def month_from_here(m: re.Match[str], context: Context) -> Span | None:
    if context.published is None:
        return Span(None, None, "month")
    if m.string[m.end() : m.end() + 1] == "均":
        return None
    count = context.published.year * 12 + context.published.month - 1 + {"上": -1, "下": 1}.get(m["which"], 0)
    return months(count // 12, count % 12 + 1, count % 12 + 1, "month")


@dates.rule(
    rf"{AS_OF} (?:{YEAR})? (?P<half>[上下])半年",
    near=("半年",),
    yes={
        "⟦今年上半年⟧，规上工业": between("2024-01-01", "2024-06-30", "half"),
        "⟦2025年下半年⟧投产": between("2025-07-01", "2025-12-31", "half"),
    },
    no=("用时半年", "一年半"),
)
def half_year(m: re.Match[str], context: Context) -> Span | None:
    first = 1 if m["half"] == "上" else 7
    return months(_year(m, context), first, first + 5, "half", open_start=bool(m["asof"]))


@dates.rule(
    rf"{AS_OF} (?:{YEAR})? (?P<first>前)? 第?(?<!连续) (?P<q>[一二三四1-4]) 季度 末?",
    near=("季度",),
    yes={
        "⟦一季度⟧，重大项目": between("2024-01-01", "2024-03-31", "quarter"),
        "⟦今年前三季度⟧": between("2024-01-01", "2024-09-30", "period"),
        "⟦去年第四季度⟧": between("2023-10-01", "2023-12-31", "quarter"),
    },
    no=("按季度调度", "每个季度", "连续三季度居首", "三个季度"),
)
def quarter(m: re.Match[str], context: Context) -> Span | None:
    last = _whole(m["q"]) * 3
    year = _year(m, context)
    if m["first"]:
        return months(year, 1, last, "period")
    return months(year, last - 2, last, "quarter", open_start=bool(m["asof"]))


@dates.rule(
    rf"{_BEGINS} {AS_OF} {YEAR} (?P<part>全年|年?(?:[底末]|初(?![步中级])|内(?!蒙))|以来|起)?",
    near=("年",),
    yes={
        "⟦2023年⟧，全市": between("2023-01-01", "2023-12-31", "year"),
        "⟦今年以来⟧，该区": between("2024-01-01", "2024-06-21", "period"),
        "力争⟦明年底⟧竣工": between("2025-12-01", "2025-12-31", "month"),
        "⟦今年年初⟧签约": between("2024-01-01", "2024-01-31", "month"),
        "⟦截至2023年底⟧": Span(None, dt.date(2023, 12, 31), "month"),
        "⟦2018年以来⟧": between("2018-01-01", "2024-06-21", "period"),
    },
    no=("三年时间", "建成后年产值10亿元", "目前年产能", "五年级", "2000年代", "成本年均下降", "证明年限", "10.8年"),
)
def year(m: re.Match[str], context: Context) -> Span | None:
    which = _year(m, context)
    part = (m["part"] or "").removeprefix("年")
    if part in ("以来", "起"):
        if which is None or context.published is None or context.published.year < which:
            return Span(None if which is None else dt.date(which, 1, 1), None, "period")
        return Span(dt.date(which, 1, 1), context.published, "period")
    if part in ("底", "末", "初"):
        number_of = 1 if part == "初" else 12
        return months(which, number_of, number_of, "month", open_start=bool(m["asof"]))
    return months(which, 1, 12, "year", open_start=bool(m["asof"]))


@dates.rule(
    rf"{AS_OF} (?<![0-9一两二三四五六七八九十几数多半今明去前每]) 年(?P<part>[内底末]|初(?![步中级]))",
    near=("年内", "年底", "年末", "年初"),
    yes={
        "确保⟦年内⟧开工": between("2024-01-01", "2024-12-31", "year"),
        "力争⟦年底⟧前完工": between("2024-12-01", "2024-12-31", "month"),
    },
    no=("三年内建成", "5年内", "年产10万吨", "每年初", "年初步形成"),
)
def in_the_year(m: re.Match[str], context: Context) -> Span | None:
    this = context.published.year if context.published else None
    if m["part"] == "内":
        return months(this, 1, 12, "year")
    number_of = 1 if m["part"] == "初" else 12
    return months(this, number_of, number_of, "month", open_start=bool(m["asof"]))


# Whose whole year 全年 is, the sentence before says.
@dates.rule(
    r"全年 (?!期|红|不|无|候|龄|级|段)",
    near=("全年",),
    yes={"⟦全年⟧引进项目18个": Span(None, None, "year")},
    no=("决战四季度、冲刺全年红", "安全年活动不断", "全年龄段"),
)
def whole_year(m: re.Match[str], _: Context) -> Span | None:
    return None if m.string[max(m.start() - 1, 0) : m.start()] == "安" else Span(None, None, "year")


@dates.rule(
    rf"(?P<first>(?<![0-9.])(?:19|20)[0-9]{{2}}) 年? {TO} (?P<last>20[0-9]{{2}}) 年",
    near=("年",),
    yes={"⟦2021—2025年⟧": between("2021-01-01", "2025-12-31", "period")},
    no=("2025—2021年", "1999—2000号"),
)
def years_between(m: re.Match[str], _: Context) -> Span | None:
    first, last = int(m["first"]), int(m["last"])
    return Span(dt.date(first, 1, 1), dt.date(last, 12, 31), "period") if first < last else None


@dates.rule(
    r"(?=[近过这0-9两二三四五六七八九十])(?:(?:近|过去|这)(?P<n>[0-9]{1,2}|[两一二三四五六七八九十])年来?(?![前后级产])|(?<![0-9一二两三四五六七八九十])(?P<n2>[0-9]{1,2}|[两二三四五六七八九十])年来)",
    near=("年",),
    yes={
        "⟦近三年⟧固定资产投资": between("2021-06-22", "2024-06-21", "period"),
        "⟦五年来⟧，全市": between("2019-06-22", "2024-06-21", "period"),
    },
    no=("近年来，", "三年时间", "五年级", "近年产10万吨"),
)
def last_years(m: re.Match[str], context: Context) -> Span | None:
    back = _whole(m["n"] or m["n2"])
    if context.published is None:
        return Span(None, None, "period")
    end = context.published
    start = end.replace(year=end.year - back, day=min(end.day, 28) if end.month == 2 else end.day)
    return Span(start + dt.timedelta(days=1), end, "period")


@dates.rule(
    r"(?=[“\"‘「一二三四五六七八九十]) [“\"‘「]? (?P<n>十?[一二三四五六七八九]|十) 五 [”\"’」]? (?:规划)? (?P<part>期末|末|期间|时期|以来)",
    near=("五",),
    yes={
        "⟦“十四五”末⟧，产值": between("2025-01-01", "2025-12-31", "year"),
        "⟦“十四五”期间⟧": between("2021-01-01", "2025-12-31", "period"),
    },
    no=("“十四五”规划重点项目", "三五年", "一五一十", "五期间"),
)
def five_year_plan(m: re.Match[str], _: Context) -> Span | None:
    start = 1951 + 5 * (FIVE_YEARS.index(m["n"]) + 1)
    if m["part"] in ("末", "期末"):
        return months(start + 4, 1, 12, "year")
    return Span(dt.date(start, 1, 1), dt.date(start + 4, 12, 31), "period")


@dates.rule(
    r"昨[日天]",
    near=("昨",),
    yes={"⟦昨日⟧，项目开工": between("2024-06-20", "2024-06-20", "day")},
    no=("日前，", "近日，", "昨晚"),
)
def yesterday(_: re.Match[str], context: Context) -> Span | None:
    if context.published is None:
        return Span(None, None, "day")
    date = context.published - dt.timedelta(days=1)
    return Span(date, date, "day")
