"""Sums of money and jobs of many projects or of a region: what was planned, invested, produced, paid in tax."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.extract.clauses import Reading
from service.extract.counted import stage_at
from service.extract.grammar import Context, Family
from service.extract.growth import NO_CONTEXT
from service.extract.sentence import MONEY, Sentence
from service.extract.subjects import Claims, RoleMatch
from service.models import Metric, Stage

sums = Family("sums", over="shape")

REACHES = r"(?:总?额|总量|规模)? (?:预计|累计|已|可|首次|分别|均|有望|将|实际|共|合计)* (?:完成|实现|达到?|突破|超过?|约|近|为|共|是){0,2} \s?"


@sums.rule(
    rf"(?<![0-9]) (?:固定资产|工业|产业|制造业|基础设施|民间|技改|技术改造|房地产开发|有效|交通|水利|基建|重点项目|重大项目) 投资 {REACHES} Ⓜ",
    near=("投资",),
    yes={
        "全社会⟦固定资产投资完成735亿元⟧": "investment_completed",
        "⟦工业投资突破20亿元⟧": "investment_completed",
    },
    no=("固定资产投资增长8%", "固定资产投资5亿元以上的项目", "招商引资3亿元"),
)
def regional_investment(m: re.Match[str], _: Context) -> str | None:
    if re.match("的?[^，。、]{0,2}(?:项目|产业|工业|以上)", m.string[m.end() : m.end() + 4]):
        return None
    return None if NOT_YET.search(m.string, max(m.start() - 10, 0), m.start()) else "investment_completed"


# 下达中央水利投资Ⓜ: money that is granted, not yet invested.
NOT_YET = re.compile(r"(?:下达|争取|落实|获批?|安排|到位|申报|批复)[^，。；]{0,8}$")


@sums.rule(
    rf"(?:完成|实现) (?:固投|投资额) {REACHES} Ⓜ",
    near=("固投", "投资额"),
    yes={"⟦完成固投64亿元⟧": "investment_completed"},
    no=("完成投资进度", "固投增速5%"),
)
def completed_in_short(_: re.Match[str], __: Context) -> str:
    return "investment_completed"


@sums.rule(
    r"(?:已|累计)完成 (?:了)? \s?Ⓜ",
    near=("完成",),
    yes={"计划投资16亿元，⟦已完成15亿元⟧": "investment_completed"},
    no=("已完成投资15亿元", "累计完成率90%"),
)
def completed_of_it(_: re.Match[str], __: Context) -> str:
    return "investment_completed"


@sums.rule(
    rf"(?:协议|合同|意向|签约) (?:总?投资|总?引资|总?资金|总?金额) {REACHES} Ⓜ",
    near=("协议", "合同", "意向", "签约"),
    yes={"4个项目现场签约，⟦协议投资27亿元⟧": "investment_total"},
    no=("签订投资协议", "技术合同成交额6亿元"),
)
def agreed(_: re.Match[str], __: Context) -> str:
    return "investment_total"


@sums.rule(
    rf"完成 (?:[^，。；：、ⓂⓃⓅⓉ的]{{0,12}}?投资 | 投资) {REACHES} Ⓜ (?:(?:、|和)Ⓜ){{0,5}}",
    near=("完成",),
    yes={
        "省、市重点项目分别⟦完成投资7亿元和9亿元⟧": "investment_completed",
        "⟦完成文旅重大项目投资350亿元以上⟧": "investment_completed",
    },
    no=("完成率达60%，投资9亿元", "完成投资进度", "完成的投资9亿元"),
)
def completed_sum(_: re.Match[str], __: Context) -> str:
    return "investment_completed"


@sums.rule(
    rf"""[^，。；：、{{}}ⓂⓃⓅⓉ年实可计划预达投的司厂]{{2,10}} (?:总产值|产值|主营业务收入|营业收入|销售收入|销售额|营收) {REACHES} Ⓜ""",
    near=("产值", "收入", "销售额", "营收"),
    yes={
        "⟦规上工业产值5700亿元⟧": "annual_output",
        "⟦林下经济产值实现100亿元⟧": "annual_output",
    },
    no=("地区生产总值90亿元", "达产后年产值9亿元", "财政收入6亿元", "公司产值6亿元", "华山药业产值6亿元"),
)
def output_of_a_trade(m: re.Match[str], _: Context) -> str | None:
    return None if re.search("项目|基地|新增|人均|亩均|集团|股份|[药矿铜钢铝]业", m.group()) else "annual_output"


METRICS: dict[str, Metric] = {
    "investment_total": "investment_total",
    "investment_planned_year": "investment_planned_year",
    "investment_completed": "investment_completed",
    "annual_output": "annual_output",
    "annual_tax": "annual_tax",
    "jobs": "jobs",
}
# Read whoever invested; any other sum needs a group or a region that it is said of.
REGIONAL_RULES = ("regional_investment", "completed_in_short", "output_of_a_trade")
# A plural of projects right before its sum: 本次签约的招商项目总投资Ⓜ.
MANY = re.compile(
    r"(?:招商|签约|重点|重大|[类业]|批|各|开工|竣工|在建|续建|新建|储备|谋划|引进|些|述|全部)项目(?:的|共|预计|分别|也|均)?$|[全我][市县区州省旗盟][^，。；]{0,8}$"
)
REGIONAL = re.compile(
    r"固定资产|工业投资|[全我该][市县区州省旗盟]|[市县区州旗盟](?:累计|共|已|今年|全年)|项目(?:建设|投资|攻坚)?(?:已|共|累计|分别)*$|示范区|开发区|[市县区州旗盟业](?:共|已|累计)*$"
)
# 该县计划用三年时间，投资Ⓜ，建成...
REGION_PLANS = re.compile(r"[市县区州旗盟](?:规划|计划|拟)[^。；：ⓂⓃ]{0,15}$")
# 平均总投资, 比去年新增投资: no sum of its own.
PART_OF_A_SUM = re.compile(r"(?:平均|单个|单体|最大|新增|增加|追加|带动|拉动|撬动|吸引|节约|减少|压减|核减)$")
ALL_OF_THEM = re.compile(r"全部(?:建成|达产|投产|竣工|建设)|[这上述以批些]{1,2}[^，。]{0,3}项目|项目全部|项目建成")


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that no project claims: its metric and token, the start of its wording in the shape, its wording in the article."""

    metric: Metric
    token: int
    at: int
    start: int
    end: int
    rule: str
    stage: Stage | None = None
    expected: bool = False


def summed(
    sentences: Sequence[Sentence], claims: Claims, counts: Sequence[Sequence[Reading]]
) -> Iterator[tuple[int, Reading]]:
    """The sums of groups and regions, each with the number of its sentence; `counts` are each sentence's counts of projects."""
    left: dict[int, list[RoleMatch]] = {}
    for match in claims.unclaimed:
        left.setdefault(match.sentence, []).append(match)
    before: list[Reading] = []
    paragraph = -1
    for number, sentence in enumerate(sentences):
        if sentence.paragraph != paragraph:
            paragraph, before = sentence.paragraph, []
        readings: list[Reading] = []
        if MONEY in sentence.shape or number in left:
            found = {f.token: f for f in (*_roles(sentence, left.get(number, ())), *_sums(sentence, claims))}
            for one in found.values():
                reading = _said_of_many(sentence, one, counts[number], [*before, *readings])
                if reading:
                    readings.append(reading)
                    yield number, reading
        before = [*counts[number], *readings] or before


def _roles(sentence: Sentence, left: Sequence[RoleMatch]) -> Iterator[Sum]:
    """The figures that have a role and no project."""
    for m in left:
        metric = METRICS.get(m.role)
        if metric is not None and m.phase is None:
            stage = m.group.stage if m.group else None
            token, at = sentence.index(m.value.start), sentence.index(m.start)
            yield Sum(metric, token, at, m.start, m.end, m.rule, stage, m.expected)


def _sums(sentence: Sentence, claims: Claims) -> Iterator[Sum]:
    """The figures that this family reads."""
    if MONEY not in sentence.shape:
        return
    for found in sums.find(sentence.shape, NO_CONTEXT):
        start, end = sentence.span(found.start, found.end)
        for token in range(found.start, found.end):
            if sentence.shape[token] == MONEY and sentence.values[token].start not in claims.claimed:
                yield Sum(found.value, token, found.start, start, end, found.rule)


def _group(sentence: Sentence, token: int, counts: Sequence[Reading]) -> Reading | None:
    """The count of the group that a sum is said of; several parts under 其中, or side by side, leave it to the whole."""
    shape = sentence.shape
    if shape.startswith("的", token + 1):
        # 投资Ⓜ的X: the sum is X's, a group's only where X is counted.
        end = sentence.values[token].end
        return next((c for c in counts if token < c.token <= token + 3 or (c.token < token and c.end >= end)), None)
    earlier = [c for c in counts if c.token < token]
    if not earlier:
        return None
    parts = shape.find("其中", 0, token)
    whole = [c for c in earlier if c.token < parts]
    if whole and len(earlier) - len(whole) > 1:
        return whole[-1]
    if (
        len(earlier) > 1
        and not whole
        and earlier[-1].rule == "count_of_the_same"
        and earlier[-2].stage != earlier[-1].stage
    ):
        return replace(earlier[-1], stage=None)
    return earlier[-1]


def _said_of_many(sentence: Sentence, one: Sum, counts: Sequence[Reading], before: Sequence[Reading]) -> Reading | None:
    """The reading of a sum, if it is said of a group or a region; `before` is what was read before it in the paragraph."""
    shape, metric = sentence.shape, one.metric
    group = _group(sentence, one.token, counts)
    stage = group.stage if group else one.stage
    if PART_OF_A_SUM.search(shape, max(one.at - 6, 0), one.at):
        return None
    if "投入" in shape[one.at : one.token] and not any(one.token < c.token for c in counts):
        return None
    if one.rule == "completed_of_it":
        if not any(r.metric.startswith("investment") for r in before):
            return None
    elif group is None and one.rule not in REGIONAL_RULES:
        if shape.startswith("的", one.token + 1):
            return None
        if one.at < 3 and counts and "投入" not in shape[one.at : one.token]:
            stage = stage or counts[0].stage
        elif before and (one.at < 3 or ALL_OF_THEM.search(shape, 0, one.at)):
            stage = stage or before[-1].stage
        elif metric.startswith("investment") and MANY.search(shape, 0, one.at):
            stage = stage or stage_at(shape, one.at, one.at)
        elif (
            metric == "investment_total"
            and REGION_PLANS.search(shape, 0, one.at)
            and shape[one.token + 1 : one.token + 2] in "，。"
        ):
            stage = "planned"
        elif metric == "jobs" and REGIONAL.search(shape, 0, one.at):
            pass
        elif metric != "investment_completed" or not (
            before or REGIONAL.search(shape, 0, one.at) or "固定资产" in shape[one.at : one.token]
        ):
            return None
    value = sentence.values[one.token].value
    return Reading(
        _metric(sentence, one, stage), one.token, one.start, one.end, one.rule, value, None, stage, one.expected
    )


def _metric(sentence: Sentence, one: Sum, stage: Stage | None) -> Metric:
    """A group's 计划投资 is this year's, unless the group was only signed or thought of; 计划完成投资 is this year's, too."""
    shape = sentence.shape
    words = shape[one.at : one.token]
    if (
        one.metric == "investment_total"
        and "总" not in words
        and "计划" in words
        and stage not in ("signed", "planned")
    ):
        return "investment_planned_year"
    if one.metric == "investment_completed" and shape[: one.at].endswith(("计划", "计划可")):
        return "investment_planned_year"
    return one.metric
