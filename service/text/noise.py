"""What the frame of a page says, line by line: share bars, bylines, disclaimers, contact lines, forum marks, related lists.

Every pattern reads the folded line of `linekey`, so it stands in both scripts. `kind` judges one line by itself; which of the
lines that may be frame are cut is decided in `boilerplate`, which sees the whole page.
"""

import re
from enum import Enum, auto
from functools import lru_cache

from service.text import framewords as words
from service.text.linekey import LONGEST, key


class Kind(Enum):
    """What a line is when it is no story."""

    FRAME = auto()
    """Frame wherever it stands: bars, bylines of editors, page numbers, forum marks, labelled declarations."""
    ASIDE = auto()
    """A sentence of the site about itself (如有侵权请联系删除): frame before or after the story, not within."""
    CONTACT = auto()
    """A telephone, mail or QQ line, a request to scan a code."""
    RELATED = auto()
    """The heading of a list of other stories (相关阅读, 推荐阅读), which may also head a sidebar of this one."""
    END = auto()
    """The heading of what only follows a story: comments, rankings, links of the site."""


_NAME = r"[一-龥·]{2,4}"
_CUT_ROLE = re.compile(
    rf"(?P<editor>{words.EDITORS})[:|丨/]|(?:{words.SOURCES}|{words.COUNTERS})[:|丨]|{words.WHEN}[:|丨]?(?={words.STAMP}|$)"
)
_ROLE = re.compile(rf"(?:{words.COMPANIONS})[:|丨/]")
_VALUE = re.compile(r"[^,。;!?:|丨()\[\]【】<>《》]{0,32}")
_STAMP = re.compile(words.STAMP + r"|\d{1,2}:\d{2}(?::\d{2})?")
_SEPARATOR = re.compile(r"[\s|丨()\[\]【】<>《》«»›·•●■◆▲▼△▽→←↑↓*_=~—–\-/\\,、.…:]+")

_ANCHOR = re.compile(words.ANCHORS)
_COMPANION = re.compile(words.COMPANY)
_DECLARATION = re.compile(words.DECLARATION)
_COPYRIGHT = re.compile(words.COPYRIGHT)
_FORUM = re.compile(words.FORUM)
_CRUMBS = re.compile(words.CRUMBS)
_ASIDE = re.compile(words.ASIDE)
_SCAN = re.compile(words.SCAN)
_PHONE = re.compile(words.PHONE)
_REACH = re.compile(words.REACH)
_SPUN = re.compile(words.SPUN)
_CLOSING = re.compile(words.CLOSING)
_RELATED = re.compile(words.RELATED)
_END = re.compile(words.END)
_NEXT = re.compile(
    rf"(?:{words.EDITORS}|{words.SOURCES}|{words.COUNTERS}|{words.COMPANIONS}|{words.WHEN})[:|丨/]|{words.STAMP}|参与互动|我来说两句|打印|返回搜狐|查看更多|分享|收藏|字号|\d{{1,7}}(?:阅读|浏览)"
)

_SPACED = re.compile(
    rf"[(\[【]?(?:(?:{words.EDITORS})(?: ?[:|丨] ?| ){_NAME}(?:[ ,、]{{1,2}}{_NAME}){{0,3}}[ ;|]{{0,2}}){{1,6}}[)\]】]?"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s]{4,200}")
_LETTER = re.compile("[a-z]")
_NO_PAGES = re.compile(r"[^\d\[\](),|/ .]")

_EDGE = "()[]【】<>《》«»:|丨·•●■◆▲▼*_=~—–-/ +。."


@lru_cache(maxsize=4096)  # the frames of a site are the same on all its pages
def kind(line: str) -> Kind | None:
    """What this line is by itself, None for a line that may be story."""
    if len(line) > LONGEST:
        return Kind.FRAME if _DECLARATION.match(key(line[:40]).replace(" ", "")) else None
    spaced = key(line)
    text = spaced.replace(" ", "")
    if not text:
        return Kind.FRAME
    if spaced.isascii():
        return _kind_of_code(text, spaced)
    if len(text) <= 24:
        heading = text.strip(_EDGE)
        if _END.fullmatch(text) or _END.fullmatch(heading):
            return Kind.END
        if _RELATED.fullmatch(heading):
            return Kind.RELATED
    if _is_frame(text, spaced):
        return Kind.FRAME
    if is_contact(text):
        return Kind.CONTACT
    # A paragraph that only ends in such a sentence is story; its end is trimmed elsewhere.
    if _ASIDE.search(text, 0, text.find("。") + 1 or len(text)):
        return Kind.ASIDE
    return None


def _is_frame(text: str, spaced: str) -> bool:
    """Whether the folded line is frame wherever it stands."""
    if _DECLARATION.match(text):
        return True
    if len(text) <= 200 and _is_bar(text):
        return True
    if len(text) > 120:
        return False
    return bool(
        _FORUM.fullmatch(text)
        or _SPUN.search(text)
        or _CRUMBS.fullmatch(text)
        or _SPACED.fullmatch(spaced)
        or ("。" not in text and _COPYRIGHT.match(text))
    )


def _kind_of_code(text: str, spaced: str) -> Kind | None:
    """What a line without Chinese is: page numbers, site addresses, and the random letters that forums strew between the
    lines against copying, are frame.
    """
    if _is_pages(spaced) or _ADDRESS.fullmatch(spaced):
        return Kind.FRAME
    if not _LETTER.search(text):
        return Kind.FRAME if "#" in text and _is_bar(text) else None
    if _is_bar(text) or _COPYRIGHT.match(text):
        return Kind.FRAME
    words = spaced.split(" ")
    if len(words) >= 4 and max(map(len, words)) <= 3 and sum(not c.isalnum() for c in text) >= 3:
        return Kind.FRAME
    return Kind.CONTACT if is_contact(text) else None


def _is_pages(spaced: str) -> bool:
    """Whether the line counts pages: 1 2 3 4, [1] [2] [3]."""
    if len(spaced) > 120 or _NO_PAGES.search(spaced):
        return False
    numbers = [int(n) for n in re.findall(r"\d{1,4}", spaced)]
    return len(numbers) >= 2 and numbers == list(range(1, len(numbers) + 1))


def _is_bar(text: str) -> bool:
    """Whether the line consists of labels with their values, dates and the words of share bars, and of nothing else.

    One pass without backtracking. A byline of reporters alone is no bar: it is harmless, and part of the story.
    """
    at, found = 0, False
    while at < len(text):
        if step := _SEPARATOR.match(text, at):
            at = step.end()
        elif role := _CUT_ROLE.match(text, at):
            at, found = _value_end(text, role.end()), True
        elif role := _ROLE.match(text, at):
            at = _value_end(text, role.end())
        elif anchor := _ANCHOR.match(text, at):
            at, found = anchor.end(), True
        elif step := _STAMP.match(text, at) or _COMPANION.match(text, at):
            at = step.end()
        else:
            return False
    return found


def _value_end(text: str, start: int) -> int:
    """Where the value of a label ends: at the next label, word of a bar, or mark that no name holds."""
    value = _VALUE.match(text, start)
    end = value.end() if value else start
    following = _NEXT.search(text, start, min(len(text), end + 8))
    return following.start() if following and following.start() < end else end


def closes(line: str) -> bool:
    """Whether a line that is no story is one below which none of it follows (责任编辑, 上一篇, 关键词)."""
    return _CLOSING.match(key(line).replace(" ", "").lstrip(_EDGE)) is not None


def is_contact(text: str) -> bool:
    """Whether the squeezed line gives a number, an address or a code by which to reach someone, and tells nothing."""
    if len(text) > 120 or "。" in text[:-1]:
        return False
    if _SCAN.fullmatch(text.rstrip("。!")):
        return True
    return bool(_PHONE.search(text) and _REACH.search(text) and not re.search(r"[,。].{12,}", _PHONE.sub("", text)))


def addresses_reader(line: str) -> bool:
    """Whether a short line speaks to the reader, as the lines between telephone numbers do."""
    text = key(line)
    return len(text) <= 60 and bool(re.search(r"您|(?:^|,)请", text))
