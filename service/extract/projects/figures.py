"""Whose a figure is: the project it stands with, a phase of it, a group, a firm, or nobody."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.extract.grammar import Context, Found
from service.extract.projects import marks as m
from service.extract.projects import names
from service.extract.projects.marks import Mark
from service.extract.projects.mentions import Mention
from service.extract.projects.naming import Name
from service.extract.projects.roles import roles
from service.extract.sentence import AREA, COUNT, MONEY, PEOPLE, QUANTITY, TIME, Sentence

_ASIDE = re.compile("[（(][^（）()]{1,40}[）)]")
_VALUES = re.compile(f"[{MONEY}{AREA}{COUNT}{PEOPLE}{QUANTITY}]")
# Words before a figure that are no subject of their own.
_HARMLESS = re.compile(
    r"^(?:预计|年产|年处理|年加工|年|均|可|能|后|达产|正常|税后|直接|间接|稳定|每|约|和|与|及|，|项目|工程|每年|至少|最多|底|初|到|厂房|一|期|概|远景|并|地方|当地|周边|利润|缴|缴纳|上缴|全部|整体|达到|设计|生产|规划|建设|计划|估算|预算|概算|静态|动态|自筹|前期|综合|工业|电站|能力|分|两|二|三|四|五|年度|其中|以上|左右|上|中|内|核心|总|净|周期|公路|主体|土建|整车|税款|新校址|校址|新址|院区|起点|终点|路线|新增|实现|完成|直接带动|当年|年底|今年|首年|满产|满负荷|届时|全|产|其|也|还|又|就|将|共|规模|为|达|超|近|[0-9ⓃⓆⓉ])*$"
)
_MORE = re.compile(r"^(?:[、，](?!分别|包括|其中|有|含|为|即)[^，。；、ⓂⒶⓆⓃ]{0,10}[ⓂⒶⓆⓃ][^，。；、ⓂⒶⓆⓃ]{0,6}){1,3}的$")
_LEAST = 10_000
# How far before its project a figure may stand: 投资5亿元在经济开发区建设的X.
_NEAR = 24
# 亩均税收40万元: a rate, no sum.
_PER_UNIT = ("亩均", "人均", "户均", "平均", "每亩")
_GIVES = ("为", "给", "对", "让", "使")
_LINKS = re.compile(r"^的?(?:重点|重大|大)?$")
_BUILDING = re.compile(
    r"^(?:的)?(?:建设|新建|打造|兴建|援建|扩建|实施|新上|上马|投建|在.{2,12}?(?:建设|新建|打造|兴建)|以[^，。；]{2,20}为[^，。；]{2,4})?(?:的)?(?:[一ⓃⓆ][座个条])?$"
)


@dataclass(slots=True)
class Figure:
    """A role figure: which value, where, and whose. `name` is a single name of a list, `mention` the whole mention."""

    role: str
    value: Found
    i: int
    j: int
    at: int
    rule: str
    product: str = ""
    phase: str | None = None
    mention: Mention | None = None
    name: Name | None = None
    carried: bool = False
    firm: bool = False
    expected: bool = False


def role_matches(sentence: Sentence, context: Context) -> list[Found]:
    """The figures of a sentence whose words give them a role."""
    return roles.find(sentence.shape, context) if sentence.values and _VALUES.search(sentence.shape) else []


def figures(
    sentence: Sentence, matches: Sequence[Found], marks: Sequence[Mark], mentions: Sequence[Mention]
) -> list[Figure]:
    """The role figures of a sentence with their owners, in order."""
    found: list[Figure] = []
    for match in matches:
        listed = _tokens(sentence, match)
        if not listed or threshold(sentence.shape, listed[0].value, listed[0].j) or _of_a_season(sentence, match):
            continue
        if damaged(match.value, listed[0].value):
            continue
        words = sentence.shape[max(match.start - 2, 0) : match.end].replace("年平均", "")
        if any(word in words for word in _PER_UNIT):
            continue
        if match.value == "jobs" and listed[0].value.value.unit not in ("个", "people"):
            continue
        expected = _expected(marks, match.start)
        owner = _own(sentence, marks, mentions, listed[0])
        for figure in listed:
            figure.expected = expected
            figure.mention, figure.name, figure.phase = owner.mention, owner.name, owner.phase
            figure.carried, figure.firm = owner.carried, owner.firm
        found += listed
    found += _in_front(sentence, mentions, {figure.at for figure in found})
    _pair(sentence.shape, mentions, found)
    return found


_PRICE = re.compile(f"{MONEY}(?:|的|(?:投资)?(?:建设|新建|兴建)(?:的)?)$")


def _in_front(sentence: Sentence, mentions: Sequence[Mention], read: set[int]) -> list[Figure]:
    """A sum without a word for it, right in front of a project: 3亿元的X项目, 引进2亿元建设X."""
    made = []
    for mention in mentions:
        for name in mention.names:
            price = _PRICE.search(sentence.shape, max(name.i - 6, 0), name.i)
            if price is not None and price.end() == price.start() + 1 and name.rule != "project_behind":
                continue
            if price is not None and price.start() not in read:
                i = price.start()
                made.append(
                    Figure(
                        "investment_total", sentence.values[i], i, i + 1, i, "sum_in_front", mention=mention, name=name
                    )
                )
    return made


_MORE_MADE = re.compile(
    f"(?:、|和|及|以及)([{QUANTITY}{COUNT}])(?:的)?([^，。；、！？（）的和及与等{MONEY}{COUNT}{QUANTITY}]{{1,12}})"
)
_SEVERAL = re.compile("[、和及产生]")


def _tokens(sentence: Sentence, match: Found) -> list[Figure]:
    """One figure for a match; for a capacity with a list behind it (年产Ⓠ钢丝、Ⓠ钢丝绳) one for each."""
    shape = sentence.shape
    at = [i for i in range(match.start, match.end) if i in sentence.values]
    if not at:
        return []
    made = [Figure(match.value, sentence.values[at[-1]], match.start, match.end, at[-1], match.rule)]
    if match.rule == "investments_by_order":
        return [Figure(match.value, sentence.values[i], match.start, match.end, i, match.rule) for i in at]
    if match.value != "capacity":
        return made + _respectively(sentence, match)
    if match.rule == "capacity_built":
        return [
            Figure(
                "capacity",
                sentence.values[i],
                i,
                match.end,
                i,
                match.rule,
                _SEVERAL.split(shape[i + 1 : match.end])[0].removesuffix("的"),
            )
            for i in at
        ]
    if match.rule == "capacity_alone":
        made[0].product = "产能"
        return made
    made[0].product = _product(shape[match.start : match.end])
    if match.rule == "capacity_behind":
        return made + _behind(sentence, match.end)
    end = match.end
    while (next_one := _MORE_MADE.match(shape, end)) is not None:
        made.append(
            Figure(
                "capacity",
                sentence.values[next_one.start(1)],
                next_one.start(1),
                next_one.end(),
                next_one.start(1),
                match.rule,
                next_one[2],
            )
        )
        end = next_one.end()
    return made


def _respectively(sentence: Sentence, match: Found) -> list[Figure]:
    """分别完成投资Ⓜ、Ⓜ和Ⓜ: the sums behind the first, one for each name of a list."""
    shape, end, made = sentence.shape, match.end, []
    if "分别" not in shape[max(match.start - 3, 0) : match.end]:
        return []
    while shape[end : end + 1] in ("、", "和") and shape[end + 1 : end + 2] == shape[match.end - 1]:
        value = sentence.values[end + 1]
        made.append(Figure(match.value, value, end + 1, end + 2, end + 1, match.rule))
        end += 2
    return made


_NEXT_BEHIND = re.compile(f"(?:、|和)([^ⓆⓃⓂⓅⒶⒿⓉ，。；、]{{1,12}})([{QUANTITY}{COUNT}])")


def _behind(sentence: Sentence, end: int) -> list[Figure]:
    """What follows a capacity whose product stands in front: 年产薯条Ⓠ、全粉Ⓠ."""
    made = []
    while (match := _NEXT_BEHIND.match(sentence.shape, end)) is not None:
        made.append(
            Figure(
                "capacity",
                sentence.values[match.start(2)],
                match.start(1),
                match.end(),
                match.start(2),
                "capacity_behind",
                match[1],
            )
        )
        end = match.end()
    return made


_MEASURED = re.compile(f"[{QUANTITY}{COUNT}{AREA}]")
_FROM_TO = re.compile(f"{QUANTITY}[～~—–至到-]{{1,2}}{QUANTITY}")
_MAKES = re.compile(
    "^(?:预计|可|将)?年(?:总|可)?(?:产|处理|加工|生产|屠宰|出栏)(?:量)?(?:可达)?|(?:可达|达到?|约|近|超)$"
)


def _product(words: str) -> str:
    behind = _MEASURED.split(words)[-1]
    if behind:
        return behind.removeprefix("的")
    return _MAKES.sub("", _FROM_TO.sub("", words)[:-1]) or "产能"


_LIMITED = re.compile("的?[^，。；、]{0,10}(?:项目|企业)")


def damaged(role: str, value: Found) -> bool:
    """完成投资1564元: an investment of less than 10,000 yuan has lost its 万 or 亿."""
    return role.startswith("investment") and (value.value.value or 0) < _LEAST


def threshold(shape: str, value: Found, j: int) -> bool:
    """总投资5亿元以上的项目, 总投资5亿元至10亿元项目: limits, no amount; `j` is the shape's index behind the value."""
    exact = value.value.low == value.value.high
    if exact or value.value.hedge in ("under", "about"):
        return False
    return _LIMITED.match(shape, j) is not None


def _of_a_season(sentence: Sentence, match: Found) -> bool:
    """一季度计划完成投资Ⓜ: no plan of a year."""
    times = (sentence.values[i] for i in range(match.start, match.end) if sentence.shape[i] == TIME)
    return match.value == "investment_planned_year" and any(time.value.grain != "year" for time in times)


def _expected(marks: Sequence[Mark], i: int) -> bool:
    plan = False
    for mark in marks:
        if mark.i >= i:
            break
        if mark.cls == m.PLAN:
            plan = True
        elif mark.cls == m.DONE and mark.word in ("已", "已经", "目前", "累计"):
            plan = False
    return plan


@dataclass(slots=True)
class Owner:
    """Whose a figure is, as Figure says it."""

    mention: Mention | None = None
    name: Name | None = None
    phase: str | None = None
    firm: bool = False
    carried: bool = False


def _own(sentence: Sentence, marks: Sequence[Mark], mentions: Sequence[Mention], figure: Figure) -> Owner:
    """The owner: the name that the figure stands before, else the last subject in front of it, else the running subject."""
    shape = sentence.shape
    for mention in mentions:
        if _pooled(shape, mention, figure):
            return Owner(mention)
        for name in mention.names:
            if (
                name.i <= figure.at < name.j
                or figure.i < name.i < figure.j
                # 甲公司总投资Ⓜ、年产Ⓠ水泥项目.
                or (shape[figure.j : name.i] == "、" and shape.startswith(m.YEARLY, name.i))
                or (0 <= name.i - figure.j <= _NEAR and _leads(shape[figure.j : name.i]))
            ):
                return Owner(mention, name)
        if mention.kind in ("group", "same") and mention.i >= figure.j and _LINKS.match(shape[figure.j : mention.i]):
            return Owner(mention)
    if _of_unnamed(marks, figure):
        return Owner()
    before = [x for x in mentions if x.j <= figure.i]
    before = [x for x in before if not x.place] or before
    # 甲项目占地Ⓐ，主要建设项目包括厂房、道路等工程，总投资Ⓜ: what it consists of has no sum of its own.
    while (
        len(before) > 1
        and before[-1].kind == "group"
        and before[-1].count is None
        and any(x.kind in ("projects", "same") for x in before[:-1])
        and any(x.word in ("包括", "主要") and before[0].j <= x.i <= before[-1].j for x in marks)
    ):
        before.pop()
    while before and before[-1].kind == "firm" and _passive(marks, before[-1]):
        before.pop()
    # 占地Ⓐ，其中建筑面积Ⓐ: the floor is that of the whole.
    start = figure.i - 2 if figure.role == "floor_area" and shape.endswith("其中", 0, figure.i) else figure.i
    if not before:
        own = _own_subject(marks, mentions, start)
        return (_built_by(shape, mentions, figure) if own else None) or Owner(carried=not own)
    last, clause = before[-1], _clause(marks, figure.i)
    if last.kind == "firm":
        return _built_by(shape, mentions, figure) or Owner(firm=True)
    if _foreign(marks, mentions, max(last.j, clause), start, figure.role == "capacity"):
        return Owner()
    # The land of a phase is not that of the whole.
    firm = last.kind == "phase" and figure.role == "land_area" and clause <= last.i
    phase = None if _of_all_phases(shape, before, figure) else last.phase
    return Owner(last, None, phase, firm)


def _of_all_phases(shape: str, before: Sequence[Mention], figure: Figure) -> bool:
    """一期占地Ⓐ，二期占地Ⓐ，总投资Ⓜ: the sum behind several phases, none of which has one, is that of the whole."""
    phases = [x for x in before if x.kind == "phase"]
    return len(phases) > 1 and shape.startswith("，总", figure.i - 1) and MONEY not in shape[phases[0].i : figure.i]


def _pooled(shape: str, mention: Mention, figure: Figure) -> bool:
    """总投资Ⓜ的A、B等Ⓝ项目: one sum in front of a list that is counted is the sum of all."""
    if mention.count is None or (mention.count.value.value or 0) <= 1 or not 0 <= mention.i - figure.j <= 1:
        return False
    return shape[figure.j : mention.i] in ("", "的") and MONEY not in shape[mention.i : mention.j]


_TO_BUILD = re.compile(f"(?:重点|主要|用于|拟|将)?{names.BUILDS.pattern}")


def _built_by(shape: str, mentions: Sequence[Mention], figure: Figure) -> Owner | None:
    """甲公司计划投资Ⓜ，盘活厂房，建设X项目: what a firm invests goes to the one project that the sentence has it build."""
    behind = [x for x in mentions if x.i > figure.j and x.kind != "area"]
    if figure.role != "investment_total" or not behind or behind[0].kind != "projects" or len(behind[0].names) != 1:
        return None
    name = behind[0].names[0]
    return Owner(behind[0], name) if _TO_BUILD.fullmatch(shape, behind[0].i, name.i) else None


def _leads(between: str) -> bool:
    """Whether the figure stands before its project: 投资Ⓜ建设的X, 总投资Ⓜ、占地Ⓐ的X."""
    return _BUILDING.match(between) is not None or _MORE.match(between) is not None


def _passive(marks: Sequence[Mark], org: Mention) -> bool:
    """Whether a firm only does what is said of another: 由甲集团的子公司乙公司投资建设."""
    clause = _clause(marks, org.i)
    return any(clause <= x.i and x.j <= org.i and x.word in ("由", "是由") for x in marks)


def _of_unnamed(marks: Sequence[Mark], figure: Figure) -> bool:
    """投资Ⓜ新型粮食加工基地，已完成选址: a sum right before what is built is of that, whether it is read as a name or not."""
    behind = next((x for x in marks if x.i >= figure.j and x.word != "的"), None)
    return (
        figure.role == "investment_total"
        and behind is not None
        and behind.cls == m.GAP
        and behind.i - figure.j <= 1
        and names.head(behind.word) is not None
        and names.BUILDS.match(behind.word) is None
    )


def _clause(marks: Sequence[Mark], i: int) -> int:
    return max((x.j for x in marks if x.cls == m.STOP and x.j <= i), default=0)


_MAKING = "(?:生产|加工|处理|产|供应|供热|供气|储存|吞吐|回收|消纳|利用|屠宰|出栏|发电)"
_MADE = re.compile(
    f"(?:可|能|将|年|每)*(?:{_MAKING}[^，{MONEY}{COUNT}{QUANTITY}{AREA}]{{0,12}}[{COUNT}{QUANTITY}{AREA}]|[{QUANTITY}{AREA}]).*$"
)


def _subject(words: str) -> str:
    """What of the words may be a subject: not what stands in brackets, nor what is made (可生产Ⓠ钢丝)."""
    return _MADE.sub("", _ASIDE.sub("", words)).rstrip("共总约").lstrip("（(")


_CONTENT = re.compile("(?:主要|拟|将|计划)?(?:建设|新建|购置|新上|引进|安装|规划建设|改造|扩建)")


def _foreign(marks: Sequence[Mark], mentions: Sequence[Mention], start: int, end: int, capacity: bool = False) -> bool:
    """Whether a subject that is no mention stands between, or a breakdown begins (其中).

    What is built (建设酒窖和年产Ⓠ的生产线) is no other subject for a capacity, and neither is what another figure tells of.
    """
    before = ""
    for k, mark in enumerate(marks):
        word, before = before, mark.word
        if mark.i < start or mark.i >= end:
            continue
        if mark.word == "其中":
            return True
        if capacity and mark.cls == m.GAP and _CONTENT.match(mark.word):
            return False
        if k and marks[k - 1].cls in (m.PLAN, m.DONE) and marks[k + 1 : k + 2] and marks[k + 1].cls == m.FIGURE:
            continue
        subject = _subject(mark.word[: end - mark.i])
        if (
            mark.cls == m.GAP
            and word not in _GIVES
            and not word.endswith(m.YEARLY)
            and not _HARMLESS.match(subject)
            and not names.part(subject)
            and not any(x.i <= mark.i < x.j for x in mentions)
        ):
            return True
    return False


def _own_subject(marks: Sequence[Mark], mentions: Sequence[Mention], i: int) -> bool:
    """Whether the sentence has a subject of its own in front of the figure: its first words, or those of the figure's clause."""
    if _foreign(marks, mentions, _clause(marks, i), i):
        return True
    before = ""
    for mark in marks:
        made = before.endswith(m.YEARLY)
        before = mark.word
        if made or mark.cls in (m.STOP, m.PLAN, m.DONE, m.ADVERB) or mark.word == "Ⓣ":
            continue
        subject = _subject(mark.word[: i - mark.i])
        return mark.cls == m.GAP and mark.i < i and not _HARMLESS.match(subject) and not names.part(subject)
    return False


def _pair(shape: str, mentions: Sequence[Mention], found: list[Figure]) -> None:
    """Several figures of one role behind a list of as many names belong to them by order; 分别 without as many is nobody's."""
    by_mention: dict[tuple[int, str], list[Figure]] = {}
    for figure in found:
        if figure.mention is not None and figure.name is None and figure.mention.count is None:
            by_mention.setdefault((id(figure.mention), figure.role), []).append(figure)
    for listed in by_mention.values():
        figure = listed[0]
        several = _several(shape, mentions, figure.mention)
        if len(listed) == len(several) > 1:
            for figure, (mention, name) in zip(listed, several, strict=True):
                figure.mention, figure.name = mention, name
        elif "分别" in shape[max(figure.i - 3, 0) : figure.j]:
            for figure in listed:
                figure.mention = None


_APART = re.compile(f"(?:{_ASIDE.pattern})?(?:、|，|和|及|与|以及)")


def _several(shape: str, mentions: Sequence[Mention], last: Mention | None) -> list[tuple[Mention, Name]]:
    """The names of a mention, and of those before it where no more than brackets interrupts the list."""
    found: list[tuple[Mention, Name]] = []
    for mention in reversed(mentions):
        if not found:
            if mention is not last:
                continue
        elif mention.kind != "projects" or _APART.fullmatch(shape, mention.j, found[0][0].i) is None:
            break
        found = [(mention, name) for name in mention.names] + found
    return found
