"""Counts of projects, each with the stage that it counts."""

import re
from collections.abc import Sequence
from dataclasses import replace

from service.extract.clauses import Reading
from service.extract.grammar import Context, Family, Found
from service.extract.growth import NO_CONTEXT
from service.extract.sentence import COUNT, Sentence
from service.models import STAGES, Stage

counts = Family("counts", over="shape")

# What makes a phrase between the number and 项目 one of something else: 3个部门推进项目, 5个领域的项目.
NOT_INSIDE = r"(?!部门|单位|专班|小组|行动|问题|难题|领域|企业|公司|乡镇|街道|园区|开发区|平台|环节|岗位|推进|实施|开展|服务|落实|保障|围绕|方面|批次|一批|一”|”|团|赴|接洽|比赛|竞赛|竞技|收费|审批|检[测查验]|表演|游乐)"
INSIDE = rf"(?:{NOT_INSIDE}[^，。、；：ⓃⓉⓅⓇ“”（）\n]|“[^“”，。]{{1,12}}”){{0,18}}?"
ENDS = r"(?=[，。、；：,;:（）()！!？?”和与及占\s…]|$|其中|总投|全部|完成|计划|开[工复]|竣工|投[产入用]|累计|年度|均|已|入|列|纳|落[地户]|签[约订]|建[成设]|超|正|分|同比|较|比|的|进|预)"
STAGED = (
    r"(?:集中|全面|顺利|正式|新|现场|成功)?(?:签约落地|签约|开工建设|开复工|复工|开工|动工|竣工投产|建成投产|投产|竣工|完工|建成|落地|落户|达产|达效|投用|投运|"
    r"入库|在建|续建|新建|储备|谋划|前期|拟建|在谈|洽谈|通车|投入使用|引进)"
)


@counts.rule(
    rf"Ⓝ (?P<noun>{INSIDE}(?:项目|工程)) (?![^，。、；：]{{0,2}}(?:部|经理|方|组|办|化|师|建设管理))",
    near=("项目", "工程"),
    yes={
        "加快推进⟦36个重点项目⟧建设": "noun",
        "⟦10个50亿元以上项目⟧签约落地": "noun",
        "⟦98个省“千项万亿”重大项目⟧进展顺利": "noun",
    },
    no=("3个部门联合推进项目", "“三个一批”项目", "5个领域的项目", "8家企业，项目"),
)
def count_before(_: re.Match[str], __: Context) -> str:
    return "noun"


@counts.rule(
    rf"""(?P<noun>(?:项目|工程)[”’」)）]?) (?:数量?|总数|个数)? (?:共计?|累计|总计|合计|达到?|超过?|有|约|已|为|共有|分别为?)? \s? Ⓝ {ENDS}""",
    near=("项目", "工程"),
    yes={
        "全县谋划⟦项目318个⟧，总投资": "noun",
        "新开工重点⟦项目达182个⟧。": "noun",
    },
    no=("梳理项目12个问题", "项目5个车间", "项目一期"),
)
def count_behind(_: re.Match[str], __: Context) -> str:
    return "noun"


@counts.rule(
    rf"""(?:^|[，、：]|其中) (?:其中|已|现已|目前已?|Ⓣ，?|均?已经?|累计|新){{0,2}} (?:{STAGED} (?:项目)? (?:达到?|超过?)? | Ⓜ(?:级|的)?)
         \s? Ⓝ {ENDS}""",
    near=tuple("签开复竣投建完落达入续储谋前拟在洽通引动Ⓜ"),
    yes={
        "3亿元以上项目开工180个⟦、竣工100个⟧。": "same",
        "其中制造业类60个⟦，100亿元以上5个⟧，": "same",
        "⟦已签约24个⟧⟦，已开工18个⟧。": "same",
    },
    no=("、竣工5个小区，", "，其中企业5家入驻"),
)
def count_of_the_same(_: re.Match[str], __: Context) -> str:
    return "same"


@counts.rule(
    rf"有 Ⓝ (?:项目)? (?:已经?|现已|实现|顺利|正在)? {STAGED}",
    near=("有",),
    yes={"今年签约的9个项目里，⟦有6个已经落地⟧": "same"},
    no=("有5个村开工", "有6个车间"),
)
def some_of_them(_: re.Match[str], __: Context) -> str:
    return "same"


@counts.rule(
    rf"项目 (?:已|共|累计|新|实现){{0,2}} {STAGED} (?:达到?|超过?)? \s? Ⓝ {ENDS}",
    near=("项目",),
    yes={"3亿元以上制造业⟦项目开工180个⟧、竣工100个": "stage"},
    no=("项目开工5个月", "项目部开工"),
)
def count_by_stage(_: re.Match[str], __: Context) -> str:
    return "stage"


# The stage that a count counts, told by the word nearest to it; 实施 and 安排 tell none.
STAGE_WORDS: tuple[tuple[Stage, str], ...] = (
    ("operational", r"投产|投用|投入使用|投运|投入运营|达产|达效|试生产|并网"),
    ("completed", r"竣工|完工|建成|通车"),
    ("started", r"开工|开复工|复工|动工|奠基|开建|新建"),
    ("signed", r"签约|签订|引进|引入|招引|落地|落户"),
    ("planned", r"谋划|储备|洽谈|在谈|拟建|备案|策划|前期|入库"),
    ("construction", r"加快|推进|在建|续建|施工|加快建设"),
)
_STAGE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in STAGE_WORDS))
_BEHIND = re.compile(
    r"(?:[^，。；：、ⓂⓃⓅⓉ的][^，。；：ⓂⓃⓅⓉ的]{0,7}?)?(?=" + "|".join(words for _, words in STAGE_WORDS) + ")"
)
_EVENT = re.compile(r"(?:[此本这]次|当[天日]|现场|集中)[^，。；]{0,6}")


def stage_at(shape: str, token: int, end: int) -> Stage | None:
    """The stage of the projects whose count stands at `token` and whose wording ends at `end`: by the words behind them, within them, or last before them."""
    behind = _BEHIND.match(shape, end)
    if behind:
        found = _stages(shape, behind.end(), behind.end() + 6)
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
    before: Reading | None = None
    paragraph = -1
    found = []
    for sentence in sentences:
        if sentence.paragraph != paragraph:
            paragraph, before = sentence.paragraph, None
        readings = _of_sentence(sentence, before) if COUNT in sentence.shape else []
        before = readings[-1] if readings else before
        found.append(readings)
    return found


def _of_sentence(sentence: Sentence, before: Reading | None) -> list[Reading]:
    readings: list[Reading] = []
    shape = sentence.shape
    for found in counts.find(shape, NO_CONTEXT):
        token = shape.index(COUNT, found.start)
        if not _counts_projects(sentence, token, found, readings[-1] if readings else before):
            continue
        start, end = sentence.span(found.start + (shape[found.start] in "，、："), found.end)
        reading = Reading("project_count", token, start, end, found.rule, sentence.values[token].value)
        stage = stage_at(shape, token, found.end) or _inherited(sentence, token, readings[-1] if readings else before)
        readings.append(replace(reading, stage=stage))
    return readings


def _inherited(sentence: Sentence, token: int, group: Reading | None) -> Stage | None:
    """The stage of the group that a count is part of: 开工24个。其中产业项目15个；此次签约的项目中，亿元以上项目9个."""
    if group and (
        "其中" in sentence.shape[:token] or sentence.text[sentence.start - 1 : sentence.start] in ("；", ";")
    ):
        return group.stage
    event = _EVENT.search(sentence.shape, 0, token)
    found = _stages(sentence.shape, event.start(), event.end()) if event else []
    return found[-1] if found else None


def _counts_projects(sentence: Sentence, token: int, found: Found, before: Reading | None) -> bool:
    value = sentence.values[token]
    if value.value.unit not in ("个", "项", "件", "宗"):
        return False
    if sentence.text[value.start] in "一两" and value.end - value.start == 2:
        return False
    if found.value == "same":
        return before is not None or "项目" in sentence.shape[: found.end]
    return True
