"""Publication dates as pages and records state them. Everything is China time (UTC+8); no machine time zone is used.

`stamp` reads one value that is known to be a date; `stated` looks for a date of publication among the lines of a page and
never takes one from within the story.
"""

import datetime as dt
import math
import re
from collections.abc import Sequence

from service.text.linekey import key

CHINA = dt.timezone(dt.timedelta(hours=8))
FIRST_YEAR, LAST_YEAR = 1980, 2099
HEAD_LINES = 8
NEAR = 2
"""Lines above a headline in which a bare date is its own."""
BAR_LENGTH = 160

_MONTHS = {name: i for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_MONTH = "|".join(_MONTHS)
_CLOCK = r"(?P<hour>\d{1,2}) ?[:时点] ?(?P<minute>\d{2})(?: ?[:分] ?(?P<second>\d{2}))?"
_DAY = r"(?P<year>(?:19|20)\d{2})(?: ?[-/.年] ?| (?=\d\d/))(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2})(?: ?[日号])?"
_ISO = re.compile(
    rf"(?<!\d){_DAY}(?:[t ,]{{0,3}}(?:(?:周|星期)[一二三四五六日天] ?)?{_CLOCK}"
    r"(?:[.,]\d{1,9})?(?:秒)?(?: ?(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d)))?)?"
)
_RFC = re.compile(
    rf"(?P<day>\d{{1,2}})[ -](?P<month>{_MONTH})[a-z]{{0,6}}[ -](?P<year>(?:19|20)\d{{2}})(?:,? {_CLOCK})?"
    r"(?: ?(?P<zone>z|ut|utc|gmt|[+-]\d{4}))?"
)
_JAVA = re.compile(
    rf"(?P<month>{_MONTH}) (?P<day>\d{{1,2}}) {_CLOCK} (?P<zone>[a-z]{{3,4}}) (?P<year>(?:19|20)\d{{2}})"
)
_ENGLISH = re.compile(
    rf"(?P<month>{_MONTH})[a-z]{{0,6}}\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>(?:19|20)\d{{2}})"
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:t?\d{4}(?:\d{2})?)?(?P<zone>z)?")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE = re.compile(
    r"([一二][〇○零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)

# What a line with a full date must hold, in any writing: the cheap first look.
_YEAR = re.compile(
    r"[12１２一二][09０９〇○零九][0-9０-９〇○零一二三四五六七八九]{2}\s?[-/.年．／－\s]\s?[0-9０-９一二三四五六七八九十]{1,2}\s?[-/.月．／－]"
    r"|[0-9]\.[0-9]{1,2}\.(?:19|20)[0-9]{2}"
)
_DAY_FIRST = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.((?:19|20)\d{2})(?![\d.])")
_OUTLETISH = r"[^\d,;:。!?、]{0,20}"
_WHEN = re.compile(
    r"(?:^|[|丨\[(【\]）)】 ·])(?:发布时间|发布日期|发表时间|发表日期|发稿时间|发稿日期|刊发时间|刊发日期|上传时间|发布于|发表于|成文日期|更新时间|更新日期"
    r"|时间|日期) ?[:|]? ?(?=[12一二])"
)
_PUBLISHED = re.compile(r"(?:发布时间|发布日期|发表时间|发稿时间|刊发日期|发布于) ?:? ?(?=[12])")
_SOURCE = re.compile(
    r"(?:来源|稿源|出处|责任编辑|责编|编辑|作者|浏览|点击|阅读|字号|字体|访问) ?(?:次数|量)?[:|丨]|\[(?:字号|打印)|参与互动|我来说两句"
)
_NOTICE = re.compile(r"地点 ?:|会期|报名|截止|活动时间")
_NUMBERS = r"(?: \d{1,9}){1,3}"
_GLUED = r"[^\d,;:。!?、|]{0,4}"
_BARE = re.compile(
    rf"[•·]? ?(?:{_OUTLETISH}[ |]|{_OUTLETISH}(?:网|报|台|发布|在线|客户端|频道)(?=CLOCK))?"
    rf"(?:(?:DATE|CLOCK)(?:[ |]{_OUTLETISH}|{_NUMBERS})?|CLOCK{_GLUED})"
)
_CLOSING = re.compile(rf"[^\d,;:。!?、]{{0,40}}(?:\d{{1,8}} ?)?DATE(?:{_NUMBERS})?(?: DATE(?: (?:星期|周).)?)?")
_NAMED = re.compile("[\u4e00-\u9fff]{4}")
_PAGE = re.compile(r"\d版|[数數]字[报報]")
_ADDRESS = re.compile(r"https?://\S{1,200} ?|www\.\S{1,80} ?")
_CREDIT = re.compile(r"^[(\[]?(?:摘自|原载|来源 ?:|刊于|据) ?《[^《》]{2,20}》")


def _date(year: int, month: int, day: int) -> dt.date | None:
    """The date, or None where the calendar has no such day or no page can be of that year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _offset(zone: str) -> dt.timezone:
    """The zone of a time; a name that is neither Greenwich nor an offset (CST on Chinese servers) is China's."""
    if zone in ("z", "ut", "utc", "gmt"):
        return dt.UTC
    if zone[0] not in "+-":
        return CHINA
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes >= 24 * 60:
        return CHINA
    return dt.timezone(dt.timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def _read(match: re.Match[str]) -> dt.date | None:
    """The day in China of one matched date, moved by its zone where it has a clock and a zone."""
    part = match.groupdict()
    month = part["month"]
    number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
    day = _date(int(part["year"]), number, int(part["day"]))
    if day is None or not part.get("zone") or not part.get("hour"):
        return day
    hour, minute = int(part["hour"]), int(part["minute"])
    if hour > 23 or minute > 59:
        return day
    moment = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=_offset(part["zone"]))
    return moment.astimezone(CHINA).date()


def _epoch(value: float) -> dt.date | None:
    """Seconds or milliseconds since 1970, or a day written as the number yyyymmdd."""
    if not math.isfinite(value) or value <= 0:
        return None
    if 19_800_101 <= value <= 20_991_231 and value == int(value):
        whole = int(value)
        return _date(whole // 10_000, whole // 100 % 100, whole % 100)
    seconds = value / 1000 if value >= 1e11 else value
    if not 315_532_800 <= seconds <= 4_102_444_800:
        return None
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)).astimezone(CHINA).date()


def stamp(value: object) -> dt.date | None:
    """The day in China of one value that is a date: ISO 8601, RFC 822, Chinese, an epoch in seconds or milliseconds.

    A time without a zone is China's. None for anything else, for days the calendar has not, and for years outside
    FIRST_YEAR..LAST_YEAR.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _epoch(float(value)) if abs(value) < 1e18 else None
    if not isinstance(value, str):
        return None
    text = _in_order(key(value[:100]))
    if match := _COMPACT.fullmatch(text):
        return _read(match)
    if re.fullmatch(r"\d{9,13}(?:\.\d{1,6})?", text):
        return _epoch(float(text))
    for pattern in (_ISO, _RFC, _JAVA, _ENGLISH):
        if match := pattern.search(text):
            return _read(match)
    return None


def _in_order(text: str) -> str:
    """`二〇二四年六月二十一日` with its numerals as digits, `21.06.2024` with the year first."""
    text = _DAY_FIRST.sub(r"\3.\2.\1", text)
    if "年" not in text or not (match := _CHINESE.search(text)):
        return text
    year, month, day = match.groups()
    written = f"{year.translate(_NUMERALS)}年{_small(month)}月{_small(day)}日"
    return text[: match.start()] + written + text[match.end() :]


def _small(numeral: str) -> int:
    """一 to 三十一 as a number."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int(numeral.translate(_NUMERALS)[:2])
    return (int(tens.translate(_NUMERALS)) if tens else 1) * 10 + (int(ones.translate(_NUMERALS)) if ones else 0)


def in_bar(line: str) -> dt.date | None:
    """The date of publication that a byline states: `发布时间：2024-06-21 08:00`, `2024年6月21日 来源：…`, `日期：…`."""
    if len(line) > BAR_LENGTH or not _YEAR.search(line) or "。" in line[:-1]:
        return None
    text = _in_order(key(line))
    match = _ISO.search(text)
    if match is None or _NOTICE.search(text):
        return None
    label = _WHEN.search(text)
    if label and (labelled := _ISO.match(text, label.end())):
        return _read(labelled)
    rest = text[: match.start()] + text[match.end() :]
    if _SOURCE.search(rest) and "。" not in rest:
        return _read(match)
    return None


def bare(line: str) -> dt.date | None:
    """The date of a line that holds nothing else than it, its time and the name of an outlet."""
    if len(line) > BAR_LENGTH // 2 or not _YEAR.search(line):
        return None
    text = _ADDRESS.sub("", _in_order(key(line)))
    match = _ISO.search(text)
    if match is None:
        return None
    around = text[: match.start()] + ("CLOCK" if match["hour"] else "DATE") + text[match.end() :]
    return _read(match) if _BARE.fullmatch(around) else None


def stated(lines: Sequence[str], head: int = HEAD_LINES // 2) -> dt.date | None:
    """The date of publication among the lines of a page: a byline or a bare date in the head, or a labelled date below.

    `lines` begin below the headline where it is known, with `head` lines above the story, and end where related headlines
    begin. A date in the story itself is never taken.
    """
    dated = [(at, line) for at, line in enumerate(lines) if len(line) <= BAR_LENGTH and _YEAR.search(line)]
    if not dated:
        return None
    bars = max(head, HEAD_LINES)
    for at, line in dated:
        if at < bars and (found := in_bar(line)):
            return found
    alone = [(at, found) for at, line in dated if (found := bare(line))]
    if len(alone) == 1 and alone[0][0] < head:  # several bare dates head the entries of a chronicle
        return alone[0][1]
    for at, line in dated:
        if at >= bars and (found := _labelled(line)):
            return found
    return None


def over(lines: Sequence[str]) -> dt.date | None:
    """The date that the lines above a headline state: a byline's, one beside a name, or one alone close above.

    A date with its weekday is the page's clock, but the day of the issue where the page of the paper stands below it.
    """
    paged = False
    for distance, line in enumerate(reversed(lines)):
        if found := in_bar(line):
            return found
        paged = paged or _PAGE.search(line) is not None
        if paged and _YEAR.search(line) and (issue := _ISO.match(_in_order(key(line)))) and not issue["hour"]:
            return _read(issue)
        if (found := bare(line)) and "星期" not in line and (distance < NEAR or _NAMED.search(line)):
            return found
    return None


def closing(line: str, title: str) -> dt.date | None:
    """The day of a line that a newspaper's page closes with: its name, the page, the headline and the date, no sentence."""
    if len(line) == len(title) or title not in line or len(line) > BAR_LENGTH:
        return None
    text = _in_order(key(line.replace(title, " ", 1)))
    match = _ISO.search(text)
    return _read(match) if match and _CLOSING.fullmatch(_ISO.sub("DATE", text)) else None


def _labelled(line: str) -> dt.date | None:
    """The date of a line below the head that says itself that it is one of publication, or credits a newspaper of that day."""
    text = _in_order(key(line))
    if _PUBLISHED.search(text):
        return in_bar(line)
    match = _ISO.search(text) if _CREDIT.match(text) else None
    return _read(match) if match else None
