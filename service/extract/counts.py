"""Counts of projects, and of what is done for them: meetings held, problems solved, firms brought in."""

import re
from collections.abc import Iterator

from service.extract.clauses import Reading
from service.extract.grammar import Context, Family, Found
from service.extract.growth import NO_CONTEXT
from service.extract.sentence import COUNT, Sentence
from service.models import Stage

counts = Family("counts", over="shape")

# What makes a phrase between the number and 项目 one of something else: 3个部门推进项目, 5个领域的项目.
NOT_INSIDE = r"(?!部门|单位|专班|小组|行动|问题|难题|领域|企业|公司|乡镇|街道|园区|开发区|平台|环节|岗位|推进|实施|开展|服务|落实|保障|围绕|方面|批次|一批|一”|”|团|赴|接洽)"
INSIDE = rf"(?:{NOT_INSIDE}[^，。、；：ⓃⓉⓅⓇ“”（）\n]|“[^“”，。]{{1,12}}”){{0,18}}?"
ENDS = r"(?=[，。、；：,;:（）()！!？?”和与及占\s…]|$|其中|总投|全部|完成|计划|开[工复]|竣工|投[产入用]|累计|年度|均|已|入|列|纳|落[地户]|签[约订]|建[成设]|超|正|分|同比|较|比|的|进|预)"
STAGED = r"(?:集中|全面|顺利|正式|新)?(?:签约|开工|开复工|动工|投产|竣工|完工|建成|落地|落户|达产|达效|投用|投运|入库|在建|续建|新建|储备|谋划|通车|投入使用|竣工投产|建成投产|签约落地|落地开工|引进)"


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
    rf"(?:[，、]|其中) (?:其中)? (?:{STAGED} (?:项目)? (?:达到?|超过?)? | Ⓜ(?:级|的)?) Ⓝ {ENDS}",
    near=("、", "，", "其中"),
    yes={
        "3亿元以上项目开工180个⟦、竣工100个⟧。": "verb",
        "引进项目13个⟦，其中100亿元以上5个⟧，": "verb",
    },
    no=("、竣工5个小区，", "，其中企业5家入驻"),
)
def count_of_the_same(_: re.Match[str], __: Context) -> str:
    return "verb"


@counts.rule(
    rf"项目 (?:已|共|累计|新|实现)? {STAGED} (?:达到?|超过?)? Ⓝ {ENDS}",
    near=("项目",),
    yes={"3亿元以上制造业⟦项目开工180个⟧、竣工100个": "verb"},
    no=("项目开工5个月", "项目部开工"),
)
def count_by_stage(_: re.Match[str], __: Context) -> str:
    return "verb"


# The stage that a count counts, told by the word nearest to it. 实施 and 安排 tell none.
STAGE_WORDS: tuple[tuple[Stage, str], ...] = (
    ("operational", r"投产|投用|投入使用|投运|投入运营|达产|达效|试生产|并网"),
    ("completed", r"竣工|完工|建成|通车"),
    ("started", r"开工|开复工|复工|动工|奠基|开建|新建"),
    ("signed", r"签约|签订|引进|引入|招引|落地|落户"),
    ("planned", r"谋划|储备|洽谈|拟建|备案|策划|前期|入库"),
    ("construction", r"加快|推进|在建|续建|建设|施工"),
)
_STAGE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in STAGE_WORDS))
_BEHIND = re.compile(
    r"[”’]?(?:建设)?(?:已|均|全部|实现|集中|如期|顺利|当年建设、当年|成功|正式|先后|陆续){0,3}(?="
    + "|".join(words for _, words in STAGE_WORDS)
    + r")"
)
_CLAUSE = "，。；：、（"


def stage_of(sentence: Sentence, start: int, end: int) -> Stage | None:
    """The stage of the projects counted at shape[start:end]: by the words behind them, within them, or last before them."""
    shape = sentence.shape
    behind = _BEHIND.match(shape, end)
    if behind:
        stop = min((i for i in (shape.find(c, behind.end()) for c in "，。；：") if i >= 0), default=len(shape))
        named = [m.lastgroup for m in _STAGE.finditer(shape, behind.end(), min(stop, behind.end() + 8))]
        if named:
            return max(named, key=_ORDER.index)  # type: ignore[arg-type]
    clause = max(shape.rfind(c, 0, start) for c in "，。；：（") + 1
    last = None
    for m in _STAGE.finditer(shape, clause, end):
        last = m.lastgroup
    return last  # type: ignore[return-value]


_ORDER = ("planned", "signed", "construction", "started", "completed", "operational")


def counted(sentence: Sentence) -> Iterator[Reading]:
    """The counts of projects in a sentence."""
    if COUNT not in sentence.shape:
        return
    seen: set[int] = set()
    for found in counts.find(sentence.shape, NO_CONTEXT):
        figure = sentence.shape.index(COUNT, found.start)
        if figure in seen or not _counts_projects(sentence, figure, found):
            continue
        seen.add(figure)
        start, end = sentence.span(found.start, found.end)
        stage = stage_of(sentence, found.start, found.end)
        yield Reading("project_count", figure, start, end, found.rule, sentence.values[figure].value, None, stage)


def _counts_projects(sentence: Sentence, figure: int, found: Found) -> bool:
    value = sentence.values[figure]
    if value.value.unit not in ("个", "项", "件", "宗"):
        return False
    if sentence.text[value.start] in "一两" and value.end - value.start == 2:
        return False
    if found.rule == "count_of_the_same":
        return "项目" in sentence.shape[: found.start]
    return True
