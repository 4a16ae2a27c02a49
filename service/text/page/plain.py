"""Plain text: the headline, the story below it without what the page prints around the two, and what its bylines state."""

import datetime as dt
import re
from collections.abc import Sequence

from service.text import pagedate
from service.text.boilerplate import judge
from service.text.linekey import without_notes
from service.text.noise import Kind
from service.text.page import headline
from service.text.page.headline import MASTHEAD, TAIL_LINES, Headline
from service.text.page.model import Page

SEARCHED = 400  # lines in which a date and an outlet are looked for
MENU = 8
LEAST_MENU = 3
_BYLINE = range(3, 161)

_READING = r"(?:\([a-zāáǎàōóǒòēéěèīíǐìūúǔùüǖǘǚǜ]{1,6}\))?"
_SOURCE = re.compile(
    rf"(?:^|[\s|丨(（\[【】)）\d.])(?:本文|文章|稿件|信息|新闻|内容)?(?:[来來]{_READING}\s?源|稿源|出[处處]){_READING}\s?[:：|丨]\s?"
    rf"(?P<name>(?:[^\s|丨()（）\[\]【】:：;；,，。]{_READING}){{2,30}})"
)
_SOURCE_ABOVE = re.compile(rf"(?:[来來]{_READING}\s?源|稿源){_READING}\s?[:：]")
_CREDIT = re.compile(r"[（(]?(?:摘自|原载|原載|刊于|刊於|转自|轉自)\s?[:：]?\s?《(?P<name>[^《》]{2,20})》")
_NEXT_LABEL = re.compile(
    r"作者|记者|記者|责任|責任|(?:收集)?编辑|編輯|责编|責編|[发發][布佈](?:时间|時間|日期|人|者)|浏览|瀏覽|点击|點擊|字号|字體|参与互动|打印|时间|時間|日期|分享|收藏|20\d\d"
)
_LABEL = re.compile(
    r"[\[【]?(?:日期|[时時][间間]|[来來]源|稿源|作者|[记記]者|(?:[责責]任)?[编編][辑輯]|字[号號体體]|[浏瀏][览覽]量?|[点點][击擊]量?|[标標][签籤]|[关關][键鍵][词詞字]|[栏欄]目|分享(?:到|至)?)\s?[:：]$"
)
_PLACE = re.compile(r"(?:日期|版面|版次|时间|時間)\s?[:：]")
LONG = 20
"""A line that is longer is no name of a site."""
NAME = 5  # the longest name of an author that stands alone
_ISSUER = re.compile(
    r"(?:[网網]|[报報]|在[线線]|[频頻]道|[门門][户戶]|政府|委[员員][会會]|办公室|[电電][视視][台臺]|[发發]布|客[户戶]端|[论論][坛壇])$"
)
_MENU = re.compile(r"[\u4e00-\u9fff]{2,8}")
_HAN = re.compile("[\u3400-\u9fff]")


def read_plain(text: str) -> Page:
    """The story of a plain text. Related stories below it are not read for a date or an outlet."""
    lines = split(text)
    start = headline.lead(lines)
    head = headline.find(lines, start)
    searched = _above_lists(lines)
    return Page(
        title=head.text if head else None,
        body="\n".join(_story(lines, head, start)),
        published=_published(searched, head, start),
        outlet=outlet(searched),
    )


def split(text: str) -> list[str]:
    """The lines that hold something, without the white space around them and the edge of a table's last cell."""
    lines = [line for raw in text.splitlines() if (line := raw.strip("\ufeff\u200b \t\u3000\xa0"))]
    if "|" not in text:
        return lines
    return [
        line[:-1].rstrip() if line[-1] == "|" and len(line) > 1 and line.count("|") == 1 else line for line in lines
    ]


def _story(lines: list[str], head: Headline | None, start: int) -> list[str]:
    """The lines without the headline, its repetitions, and what the page prints around it."""
    if not start:
        return lines
    if head is None:
        return [*_without_channel(lines[:start]), *lines[start:]]
    title = head.text
    above: list[str] = []
    for at in range(min(head.at, start) - 1, -1, -1):  # a line over the headline that belongs to it stands upon it
        if not _belongs(lines[at]) or headline.holds(lines[at], title):
            break
        above.insert(0, lines[at])
    tail = max(start, len(lines) - TAIL_LINES)
    return [
        *above,
        *_between(lines[head.at + 1 : start], title),
        *(line for line in lines[max(start, head.at + 1) : tail] if line != title),
        *(line for line in lines[tail:] if line != title and pagedate.closing(line, title) is None),
    ]


def _belongs(line: str) -> bool:
    """Whether a line over a headline is part of it, or of the story, rather than a name of the site."""
    if _ISSUER.search(line):
        return False
    return headline.may_be(line) or (
        len(line) > LONG and len(line.split()) == 1 and judge(line) is None and not pagedate.bare(line)
    )


def _without_channel(head: list[str]) -> list[str]:
    """The lines above a story without headline, without the channel that the crumbs below it name once more."""
    crumbs = next((i for i, line in enumerate(head) if ">" in line and judge(line) is Kind.FRAME), 0)
    return [line for i, line in enumerate(head) if (i >= crumbs or line not in head[crumbs]) and not _LABEL.match(line)]


def _between(lines: list[str], title: str) -> list[str]:
    """What stands between headline and story without dates, names of the site, menus, pictures and empty labels."""
    bars = [i for i, line in enumerate(lines) if pagedate.in_bar(line) or pagedate.bare(line)]
    menu = _menu(lines)
    kept: list[str] = []
    for i, line in enumerate(lines):
        short = without_notes(line)
        before_bar = bars and i < bars[-1] and (len(short) <= NAME or _ISSUER.search(line))
        labelled = i and _LABEL.match(lines[i - 1]) and len(short) <= 2 * MASTHEAD and _ISSUER.search(line)
        if i in bars or i in menu or before_bar or labelled or headline.repeats(line, title) or _LABEL.match(line):
            continue
        if headline.holds(line, title) or len(_HAN.findall(line)) < 2 or (_PLACE.match(line) and len(short) <= 40):
            continue
        kept.append(line)
    return kept


def _menu(lines: list[str]) -> set[int]:
    """Which lines are a menu: three short names or more, one below the other."""
    found: set[int] = set()
    run: list[int] = []
    for i, line in enumerate([*lines, ""]):
        if len(line) <= MENU and _MENU.fullmatch(line):
            run.append(i)
            continue
        if len(run) >= LEAST_MENU:
            found.update(run)
        run = []
    return found


def _published(lines: Sequence[str], head: Headline | None, start: int) -> dt.date | None:
    """The date of publication: between headline and story first, then in the page's closing line, then above the headline."""
    if head is None or head.at >= start:
        return pagedate.stated(lines)
    found = pagedate.stated(lines[head.at + 1 :], start - head.at - 1)
    if found:
        return found
    closing = (pagedate.closing(line, head.text) for line in (*lines[:start], *lines[-TAIL_LINES:]))
    above = lines[max(0, head.at - pagedate.HEAD_LINES) : head.at]
    return next((day for day in closing if day), None) or pagedate.over(above)


def _above_lists(lines: list[str]) -> Sequence[str]:
    """The lines above the comments and the related stories, as far as they are searched for a date and an outlet."""
    for at, line in enumerate(lines[:SEARCHED]):
        if at >= 3 and len(line) <= 24 and judge(line) in (Kind.END, Kind.RELATED):
            return lines[:at]
    return lines[:SEARCHED]


def outlet(lines: Sequence[str]) -> str | None:
    """Who published the story: what stands behind 来源 in a byline near the head or at the end of the story."""
    near = (*lines[: pagedate.HEAD_LINES], *lines[-TAIL_LINES:])
    for i, line in enumerate(near):
        tail = line[-_BYLINE.stop :]
        if not ("源" in tail or "出处" in tail or "出處" in tail):
            continue
        if match := _SOURCE.search(tail):
            name = match["name"]
            label = _NEXT_LABEL.search(name)
            if label and label.start() < 2:
                continue
            if label:
                name = name[: label.start()]
            return name.strip("·-—_") or None
        if _SOURCE_ABOVE.fullmatch(line) and i + 1 < len(near) and _ISSUER.search(near[i + 1]):
            return near[i + 1] if len(near[i + 1]) <= 2 * MASTHEAD else None
    credit = next((found for line in lines[-TAIL_LINES:] if len(line) < 80 and (found := _CREDIT.match(line))), None)
    return credit["name"] if credit else None
