"""Plain text: a title where the first line reads as one, the lines below it, and what its bylines state."""

import re
from collections.abc import Sequence

from service.text import pagedate
from service.text.boilerplate import judge
from service.text.linekey import LONGEST
from service.text.noise import Kind
from service.text.page.model import Page

TITLE = range(6, 61)
SEARCHED = 400  # lines in which a date and an outlet are looked for
TAIL_LINES = 12
HEAD = 12
MASTHEAD = 9  # the longest name of a site or channel above a headline
_BYLINE = range(3, 161)

_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NOT_A_TITLE = re.compile(
    r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d|】|^第?[A-Z\d]{1,3}版|[。；;：:，,、…]$|。|^(?:图为|图片|资料图|▲|△|◆|■|●|·|（|\(|【|\[|第[一二三四五六七八九十\d]{1,3}[章节条]|\d{1,2}[.、])|(?:摄|供图|发)\)?）?$|^(?:本报讯|记者|作者|编辑|来源|點擊|点击)"
)
_READING = r"(?:\([a-zāáǎàōóǒòēéěèīíǐìūúǔùüǖǘǚǜ]{1,6}\))?"
_ORIGINAL = re.compile(rf"[(（\[【]?原{_READING}[标標]{_READING}[题題]{_READING}[:：]\s?|[标標]题[:：]\s?")
_SOURCE = re.compile(
    rf"(?:^|[\s|丨(（\[【】)）\d.])(?:本文|文章|稿件|信息|新闻|内容)?(?:[来來]{_READING}\s?源|稿源|出[处處]){_READING}\s?[:：|丨]\s?"
    rf"(?P<name>(?:[^\s|丨()（）\[\]【】:：;；,，。]{_READING}){{2,30}})"
)
_CREDIT = re.compile(r"[（(]?(?:摘自|原载|原載|刊于|刊於|转自|轉自)\s?[:：]?\s?《(?P<name>[^《》]{2,20})》")
_NEXT_LABEL = re.compile(
    r"作者|记者|記者|责任|責任|编辑|編輯|责编|責編|[发發][布佈](?:时间|時間|日期|人|者)|浏览|瀏覽|点击|點擊|字号|字體|参与互动|打印|时间|時間|日期|分享|收藏|20\d\d"
)


def read_plain(text: str) -> Page:
    """The story of a plain text. Related stories below it are not read for a date or an outlet."""
    lines = split(text)
    title, rest = _title(lines)
    head = _above_lists(rest)
    return Page(title, "\n".join(rest), pagedate.stated(head), outlet(head))


def split(text: str) -> list[str]:
    """The lines that hold something, without the white space around them."""
    if _BREAK.search(text):
        text = _BREAK.sub("\n", text)
    return [line for raw in text.split("\n") if (line := raw.strip("\ufeff\u200b \t\u3000\xa0"))]


def _title(lines: list[str]) -> tuple[str | None, list[str]]:
    """The headline, and the lines without it, its repetitions and the short names of the site above it."""
    head = lines[:HEAD]
    at = _title_line(head)
    if at is None:
        return None, lines
    original = _ORIGINAL.match(lines[at])
    title = lines[at][original.end() :] if original else lines[at]
    first = next(i for i, line in enumerate(head) if _repeats(line, title))
    above = [line for line in head[:first] if len(line) > MASTHEAD]
    below = [line for line in head[first + 1 :] if not _repeats(line, title)]
    return title, [*above, *below, *lines[HEAD:]]


def _title_line(head: list[str]) -> int | None:
    """Which line is the headline: 原标题, a headline that stands twice, the one above a byline, the first line."""
    shaped = [i for i, line in enumerate(head) if _is_title(line) and judge(line) is None]
    for i, line in enumerate(head):
        if (original := _ORIGINAL.match(line)) and _is_title(line[original.end() :]):
            return i
    for i in shaped:
        if head.index(head[i]) < i:
            return i
    near = enumerate(head[: pagedate.HEAD_LINES])
    bar = next((i for i, line in near if pagedate.in_bar(line) or pagedate.bare(line)), -1)
    at = max(bar, 0)
    while at and at - 1 in shaped:
        at -= 1
    run = head[at : max(bar, 0)]
    if run and not any("。" in line for line in head[:at]):  # a byline below the story has no headline above it
        return next((at + i for i, line in enumerate(run) if len(line) > MASTHEAD), at)
    below = range(bar + 1, min(bar + 5, len(head)))
    first = next((i for i in below if len(head[i]) > LONGEST or judge(head[i]) is None), None)
    if first is None or first not in shaped or not any(len(line) > len(head[first]) for line in head[first + 1 :]):
        return None
    return first


def _is_title(line: str) -> bool:
    """Whether a line reads as a headline: short, no sentence, no caption, no byline."""
    if len(line) not in TITLE or _NOT_A_TITLE.search(line) or _ORIGINAL.match(line):
        return False
    return len(line) >= 12 or line[-1] not in "！!？?"


def _repeats(line: str, title: str) -> bool:
    """Whether the line is the title once more, perhaps as 原标题."""
    original = _ORIGINAL.match(line)
    return (line[original.end() :] if original else line) == title


def _above_lists(lines: list[str]) -> Sequence[str]:
    """The lines above the comments and the related stories, as far as they are searched for a date and an outlet."""
    for at, line in enumerate(lines[:SEARCHED]):
        if at >= 3 and len(line) <= 24 and judge(line) in (Kind.END, Kind.RELATED):
            return lines[:at]
    return lines[:SEARCHED]


def outlet(lines: Sequence[str]) -> str | None:
    """Who published the story: what stands behind 来源 in a byline near the head or at the end of the story."""
    for line in (*lines[: pagedate.HEAD_LINES], *lines[-TAIL_LINES:]):
        tail = line[-_BYLINE.stop :]
        if not ("源" in tail or "出处" in tail or "出處" in tail):
            continue
        if match := _SOURCE.search(tail):
            name = match["name"]
            if label := _NEXT_LABEL.search(name, 2):
                name = name[: label.start()]
            return name.strip("·-—_") or None
    credit = next((found for line in lines[-TAIL_LINES:] if len(line) < 80 and (found := _CREDIT.match(line))), None)
    return credit["name"] if credit else None
