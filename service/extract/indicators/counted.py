"""Counts of projects in an article, each with the stage that it counts."""

import re
from collections.abc import Sequence

from service.extract.grammar import Found
from service.extract.indicators.clauses import Reading
from service.extract.indicators.counts import counts
from service.extract.indicators.growth import NO_CONTEXT
from service.extract.sentence import COUNT, Sentence
from service.models import STAGES, Stage

# The stage that a count counts, told by the word nearest to it; 实施 and 安排 tell none.
STAGE_WORDS: tuple[tuple[Stage, str], ...] = (
    ("operational", r"投产|投用|投入使用|投运|投入运营|达产|达效|试生产|并网"),
    ("completed", r"竣工|完工|建成|通车|完成(?=Ⓝ)"),
    ("started", r"开工|开复工|复工|动工|奠基|开建|新建|启动(?!仪式|会|区)"),
    ("signed", r"签约|签订|引进|引入|招引|落地|落户"),
    (
        "planned",
        r"拟[^，。；：ⓂⓃ]{0,6}?(?:新建|开工|竣工|投产)|(?<![认许不])(?:可|能够?|可以)(?:实现|全部)?(?:开工|开复工|竣工|建成|投产)|谋划|储备|洽谈|在谈|拟建|备案|策划|前期|入库",
    ),
    (
        "construction",
        r"加快(?!前期)|(?<!重点)推进(?!前期|会|办|组|机制)|推进(?!项目|前期|会|办|组|机制)|在建|续建|施工|加快建设",
    ),
)
_STAGE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in STAGE_WORDS))
_BEHIND = re.compile(
    r"(?:[^，。；：、ⓂⓃⓅⓉ的][^，。；：ⓂⓃⓅⓉ的]{0,7}?)?(?=" + "|".join(words for _, words in STAGE_WORDS) + ")"
)
# 147个产业项目达产后: when something else is hoped for.
_AFTER = re.compile("(?:" + "|".join(words for _, words in STAGE_WORDS[:3]) + ")+(?:以|之)?后")
# 年产10万件服饰项目: pieces of what is made.
_PIECES = 1000
_NEAR = 80
# 项目 of another kind: 非遗项目16项, 比赛项目6个.
OTHER = re.compile(r"(?:非遗|文化遗产|比赛|竞赛|赛事|奖励?|收费|审批|检测|体检)项目")
_COUNTED = re.compile(f"[^，。；：、]{{0,8}}{COUNT}")
# 11个项目将在会上签约.
COMING = re.compile(
    r"[^，。；：、ⓂⓃⓅⓉ]{0,2}(?:将|拟|计划|力争|有望)[^，。；：]{0,8}?(?:"
    + "|".join(words for _, words in STAGE_WORDS)
    + ")"
)
_EVENT = re.compile(r"(?:[此本这]次|当[天日]|现场|集中)[^，。；]{0,6}")
# Words that make what follows a part of the group before: 其中产业项目15个; 从规模看，10亿元以上项目3个; 在这些项目中, ...
_PART = re.compile(r"其中|^[^，]{0,2}[从按][^，]{1,8}[看分]|[这上]些项目|上述项目")


def stage_at(shape: str, token: int, end: int) -> Stage | None:
    """The stage of the projects whose count stands at `token` and whose wording ends at `end`.

    It is told by the words behind them, within them, or last before them; 50个项目已开工45个 counts the 45 as started, not the 50.
    """
    behind = _BEHIND.match(shape, end)
    if behind:
        counted_there = _COUNTED.match(shape, behind.end())
        apart = counted_there or _AFTER.match(shape, behind.end())
        found = [] if apart else _stages(shape, behind.end(), behind.end() + 6)
        if found:
            return max(found, key=STAGES.index)
    clause = max(shape.rfind(c, 0, token) for c in "，。；：（") + 1
    found = _stages(shape, clause, end)
    return found[-1] if found else None


def _stages(shape: str, start: int, end: int) -> list[Stage]:
    stop = min((i for i in (shape.find(c, start, end) for c in "，。；：") if i >= 0), default=end)
    return [m.lastgroup for m in _STAGE.finditer(shape, start, max(stop, start))]  # type: ignore[misc]


def counted(sentences: Sequence[Sentence]) -> list[list[Reading]]:
    """The counts of projects of every sentence; a part of a group has the group's stage where it has none of its own."""
    group: Reading | None = None
    found: list[list[Reading]] = []
    last = 0
    for sentence in sentences:
        near = last > 0 and sentence.start - last < _NEAR
        readings = _of_sentence(sentence, group, near) if COUNT in sentence.shape else []
        last = readings[-1].end if readings else last
        # What follows a part of a group may be a part of the whole again.
        group = readings[-1] if readings and not (group and _is_part(sentence, len(sentence.shape))) else group
        found.append(readings)
    return found


def _of_sentence(sentence: Sentence, group: Reading | None, near: bool) -> list[Reading]:
    """The counts of a sentence; `group` is what it may tell the parts of, `near` whether projects were counted close before."""
    readings: list[Reading] = []
    shape = sentence.shape
    for found in counts.find(shape, NO_CONTEXT):
        token = shape.index(COUNT, found.start)
        if not _counts_projects(sentence, token, found, near or bool(readings)):
            continue
        start, end = sentence.span(found.start + (shape[found.start] in "，、："), found.end)
        value = sentence.values[token].value
        coming = COMING.match(shape, found.end) is not None
        stage = "planned" if coming else stage_at(shape, token, found.end) or _inherited(sentence, token, group)
        label = _label(sentence, token, found)
        readings.append(Reading("project_count", token, start, end, found.rule, value, None, stage, coming, label))
        group = readings[-1]
    return readings


def _label(sentence: Sentence, token: int, found: Found) -> str:
    """The words for what is counted."""
    if found.value == "noun" and found.start == token:
        return sentence.shape[token + 1 : found.end]
    start = max(sentence.shape.rfind(c, 0, token) for c in "，。；：、（") + 1
    return sentence.shape[start:token]


def _is_part(sentence: Sentence, end: int) -> bool:
    """Whether shape[:end] speaks of a part of the group before."""
    behind = sentence.text[sentence.start - 1 : sentence.start] in ("；", ";")
    return behind or _PART.search(sentence.shape, 0, end) is not None


def _inherited(sentence: Sentence, token: int, group: Reading | None) -> Stage | None:
    """The stage of the group that a count is part of: 开工24个。其中产业项目15个；此次签约的项目中，亿元以上项目9个."""
    if group and _is_part(sentence, token):
        return group.stage
    event = _EVENT.search(sentence.shape, 0, token)
    found = _stages(sentence.shape, event.start(), event.end()) if event else []
    return found[-1] if found else None


def _counts_projects(sentence: Sentence, token: int, found: Found, near: bool) -> bool:
    value = sentence.values[token]
    if value.value.unit not in ("个", "项", "件", "宗"):
        return False
    if value.value.unit == "件" and (value.value.value or 0) >= _PIECES:
        return False
    if sentence.text[value.start] in "一两" and value.end - value.start == 2:
        return False
    if OTHER.search(sentence.shape, max(found.start - 3, 0), found.end):
        return False
    if found.value == "same":
        # A part of a group: other projects that are counted, or 项目, stand close before it.
        return near or "项目" in sentence.shape[: found.end]
    return True
