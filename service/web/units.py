"""How numbers, days and moments are written for people."""

import datetime as dt
from decimal import Decimal

from service.web.words import Language

CHINA = dt.timezone(dt.timedelta(hours=8))
MU = Decimal(2000) / 3
"""Square metres of a 亩."""
Amount = int | float | Decimal
_ZH: tuple[tuple[int, str], ...] = ((10**12, "万亿元"), (10**8, "亿元"), (10**4, "万元"))
_EN: tuple[tuple[int, str], ...] = ((10**12, " trillion"), (10**9, " billion"), (10**6, " million"))
_ZH_BRIEF: tuple[tuple[int, str], ...] = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))
_EN_BRIEF: tuple[tuple[int, str], ...] = ((10**12, "tn"), (10**9, "bn"), (10**6, "m"))


def plain(value: Amount, places: int = 2) -> str:
    """1234567.5 as 1,234,567.5."""
    text = f"{Decimal(str(value)):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Amount, language: Language) -> str:
    """An amount in CNY in the unit that people speak of: 12.5亿元, ¥1.25 billion."""
    exact = Decimal(str(value))
    units = _ZH if language == "zh" else _EN
    size, name = next((unit for unit in units if abs(exact) >= unit[0]), (1, ""))
    text = plain(exact / size)
    return f"{text}{name or '元'}" if language == "zh" else f"¥{text}{name}"


def brief(value: Amount, language: Language) -> str:
    """An amount in CNY where there is little room: 197亿, ¥20bn."""
    exact = Decimal(str(value))
    units = _ZH_BRIEF if language == "zh" else _EN_BRIEF
    size, name = next((unit for unit in units if abs(exact) >= unit[0]), units[-1])
    text = plain(exact / size, 0 if abs(exact) >= 10 * size else 1)
    return f"{text}{name}" if language == "zh" else f"¥{text}{name}"


def area(value: Amount, language: Language) -> str:
    """Square metres as 亩, which land is measured in."""
    return f"{plain(Decimal(str(value)) / MU)}{'亩' if language == 'zh' else ' mu'}"


MONEY = ("investment_total", "investment_planned_year", "investment_completed", "annual_output", "annual_tax")
_UNITS: dict[str, tuple[str, str]] = {
    "project": (" 个", " projects"),
    "percent": ("%", "%"),
    "point": (" 个百分点", " points"),
    "times": (" 倍", " times"),
    "people": (" 人", " people"),
    "m2": (" 平方米", " m²"),
    "count": ("", ""),
}


def figure(field: str, value: Amount, language: Language) -> tuple[str, str]:
    """A figure of a project as people say it, and the same in base units where that differs."""
    if field in MONEY or field == "investment_phase":
        return money(value, language), f"{plain(value)}{' 元' if language == 'zh' else ' CNY'}"
    if field in ("land_area", "floor_area"):
        square = f"{plain(value)} {'平方米' if language == 'zh' else 'm²'}"
        return (area(value, language), square) if field == "land_area" else (square, "")
    if field == "jobs":
        return f"{plain(value)}{' 人' if language == 'zh' else ' jobs'}", ""
    return plain(value), ""


def measured(value: Amount, unit: str, language: Language) -> tuple[str, str]:
    """A figure with its unit, as `figure` gives it."""
    if unit == "CNY":
        return figure("investment_total", value, language)
    if unit == "rank":
        return (f"第 {plain(value)} 位" if language == "zh" else f"no. {plain(value)}"), ""
    return plain(value) + _UNITS.get(unit, (f" {unit}", f" {unit}"))[language == "en"], ""


def moment(value: dt.datetime | None) -> str:
    """A moment in China time, to the minute."""
    return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if value else ""


def ago(value: dt.datetime, now: dt.datetime, language: Language) -> str:
    """How long ago a moment is, or how long it is until then, in its largest unit."""
    seconds = (now - value).total_seconds()
    size = abs(seconds)
    for unit, zh, en in ((86_400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min"), (1, "秒", "s")):
        if size >= unit or unit == 1:
            count = int(size // unit)
            if language == "zh":
                return f"{count}{zh}{'前' if seconds >= 0 else '后'}"
            return f"{count} {en} ago" if seconds >= 0 else f"in {count} {en}"
    raise AssertionError
