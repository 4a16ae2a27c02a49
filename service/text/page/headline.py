"""The headline of a plain page: which of the short lines above the story it is.

The story begins with the first line of prose. Above it stand the names of the site, its menus, the headline, and the
byline; the headline is the one that another line repeats, that stands over the byline, or that shares words with the story.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.text import pagedate
from service.text.boilerplate import judge
from service.text.linekey import LONGEST, without_notes

SEARCHED = 60
"""Lines among which the story begins; a longer head is none."""
HEAD = 12
"""Lines that may be head where no line is prose."""
MASTHEAD = 9
"""The longest name of a site or channel above a headline."""
TAIL_LINES = 12
TITLE = range(6, 61)
SENTENCE = 12
LONG = 60
SAMPLE = 400

_NOT_A_TITLE = re.compile(
    r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d|】|^第?[A-Z\d]{1,5}版|[。；;：:，,、…]$|。"
    r"|^(?:图为|图片|资料图|▲|△|◆|■|●|·|（|\(|【|\[|第[一二三四五六七八九十\d]{1,3}[章节条]|\d{1,2}[.、]|[一二三四五六七八九十]{1,3}、)"
    r"|(?:摄|供图|发)\)?）?$|^(?:本报讯|记者|作者|编辑|来源|點擊|点击|正在[阅閱][读讀]|[当當]前[报報][纸紙])"
    r"|(?:记者|記者|通讯员|通訊員)\s?[\u4e00-\u9fff]{2,4}(?:$|\s)|\.(?:jpe?g|png|gif)$"
    r"|^首\s*[页頁](?:\s|$)|\s正文$|^[^\s，,。]{2,14}\d{1,2}月\d{1,2}日[电電讯訊消]"
    r"|^\S{0,12}(?:[长長]|[书書][记記]|主席|主任)\s[\u4e00-\u9fff·]{2,4}$"
    r"|^(?:《[^《》]{2,14}》\s*){2,}$|^(?:[^|｜]{1,14}[|｜]){2,}|^[\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4}){1,5}$"
)
_SUMMARY = re.compile(r"[\[【]?(?:内容|內容)?(?:摘要|导读|導讀|导语|導語|核心提示|提要)")
_TAG = re.compile(r"[\[【][\u4e00-\u9fff]{1,6}[\]】]\s*")
_READING = r"(?:\([a-zāáǎàōóǒòēéěèīíǐìūúǔùüǖǘǚǜ]{1,6}\))?"
_ORIGINAL = re.compile(rf"[(（\[【]?原{_READING}[标標]{_READING}[题題]{_READING}[:：]\s?|[标標]题[:：]\s?")
_CLOSING = {"(": ")", "（": "）", "[": "]", "【": "】"}
_HAN = re.compile("[\u3400-\u9fff]")
_PAIR = re.compile("(?=([\u3400-\u9fff]{2}))")


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline and the first line at which it stands."""

    at: int
    text: str


def lead(lines: Sequence[str]) -> int:
    """Where the story begins: at the first line of prose, else HEAD lines down."""
    for at, line in enumerate(lines[:SEARCHED]):
        if _is_prose(line) and not (_SUMMARY.match(line) and _dated(lines[at + 1 : at + 2])):
            return at
    return min(len(lines), HEAD)


def _dated(lines: Sequence[str]) -> bool:
    """Whether one of the lines states a day, as a byline does."""
    return any(pagedate.in_bar(line) or pagedate.bare(line) for line in lines)


def _is_prose(line: str) -> bool:
    """Whether the line is a sentence of a story, not one of the site about itself."""
    size = len(line)
    if size > LONGEST:
        return True
    if size < SENTENCE or not ("。" in line or (size >= LONG and ("，" in line or "," in line))):
        return False
    return judge(line) is None


def find(lines: Sequence[str], start: int) -> Headline | None:
    """The headline of a page whose story begins at `start`."""
    for line in lines[: start + 4]:
        if (text := original(line)) and is_title(text):
            return Headline(next(i for i, each in enumerate(lines) if repeats(each, text)), text)
    marks = [i for i in range(start) if may_be(lines[i])]
    if not marks:
        return None
    at = marks[0] if len(marks) == 1 else _chosen(lines, marks, start)
    text = lines[at]
    if not any(len(line) > len(text) for line in lines[at + 1 : start + 1]):
        return None
    return Headline(lines.index(text), untagged(text))


def _chosen(lines: Sequence[str], marks: list[int], start: int) -> int:
    """Which of several lines it is: the one that others repeat, the one over the byline, the one of the story's words."""
    if (repeated := _repeated(lines, marks, start)) is not None:
        return repeated
    story = "".join(lines[start : start + 3])[:SAMPLE]
    bar = next((i for i in range(start - 1, marks[0], -1) if _dated(lines[i : i + 1])), -1)
    firsts = _firsts(lines, marks)
    above = [at for at in firsts if at < bar]
    below = [at for at in firsts if at > bar]
    best = max(reversed(below), key=lambda at: shared(lines[at], story), default=-1)
    if not above or (below and shared(lines[best], story) > 4 * shared(lines[above[-1]], story)):
        return best
    return above[-1]


def _repeated(lines: Sequence[str], marks: list[int], start: int) -> int | None:
    """The candidate that most of the lines around the story hold once more, the later one of two."""
    around = [*lines[:start], *lines[max(start, len(lines) - TAIL_LINES) :]]
    counts = {at: sum(repeats(line, lines[at]) or holds(line, lines[at]) for line in around) for at in marks}
    best = max(reversed(marks), key=counts.__getitem__)
    return best if counts[best] > 1 else None  # it holds itself


def _firsts(lines: Sequence[str], marks: list[int]) -> list[int]:
    """The main line of each run of candidates: the first that is longer than a name above the headline."""
    runs: list[list[int]] = []
    for at in marks:
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return [next((at for at in run if len(lines[at]) > MASTHEAD), run[0]) for run in runs]


def shared(line: str, story: str) -> int:
    """How many pairs of characters of the line stand in the story."""
    return sum(pair in story for pair in set(_PAIR.findall(line)))


def may_be(line: str) -> bool:
    """Whether the line may be the headline: as short as one, and no frame."""
    return is_title(untagged(line)) and judge(line) is None


def is_title(line: str) -> bool:
    """Whether a line reads as a headline: short, no sentence, no caption, no byline, no name list."""
    if "(" in line:
        line = without_notes(line)
    if len(line) not in TITLE or _NOT_A_TITLE.search(line) or _ORIGINAL.match(line):
        return False
    return (len(line) >= 12 or line[-1] not in "！!？?") and len(_HAN.findall(line)) >= 4


def untagged(line: str) -> str:
    """The line without the board or column in brackets at its head."""
    return line[found.end() :] if line[:1] in "[【" and (found := _TAG.match(line)) else line


def original(line: str) -> str | None:
    """The headline of a line that says 原标题, without the brackets around it."""
    found = _ORIGINAL.match(line)
    if found is None:
        return None
    text = line[found.end() :]
    end = text.find(_CLOSING.get(line[0], "\n"))
    text = text[:end] if end > 0 else text
    return text[1:-1] if text[:1] == "《" and text.find("》") == len(text) - 1 else text


def repeats(line: str, title: str) -> bool:
    """Whether the line is the title once more, perhaps as 原标题 or behind the name of a column."""
    return line == title or (title in line and title in (original(line), untagged(line)))


def holds(line: str, title: str) -> bool:
    """Whether the line is the title among words of the page (crumbs, a site's name, numbers), and says nothing else."""
    return len(title) >= 8 and title in line and "。" not in line and len(line) <= len(title) + LONG
