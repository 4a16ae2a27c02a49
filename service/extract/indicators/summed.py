"""Sums of money and jobs of many projects or of a region: what was planned, invested, produced, paid in tax."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from service.extract.indicators.clauses import Reading
from service.extract.indicators.counted import stage_at
from service.extract.indicators.growth import NO_CONTEXT
from service.extract.indicators.sums import sums
from service.extract.projects.figures import damaged, threshold
from service.extract.projects.subjects import Claims, RoleMatch
from service.extract.sentence import MONEY, Sentence
from service.models import Metric, Stage

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
# 某市秋季项目集中开工，总投资Ⓜ.
TOGETHER = re.compile(r"项目[^，。；]{0,4}集中(?:开工|签约|开复工|竣工|投产|复工)(?:建设)?，(?:项目)?(?:计划)?$")
# 该县计划用三年时间，投资Ⓜ，建成...
REGION_PLANS = re.compile(r"[市县区州旗盟](?:规划|计划|拟)[^。；：ⓂⓃ]{0,15}$")
# 平均总投资, 比去年新增投资: no sum of its own.
PART_OF_A_SUM = re.compile(r"(?:平均|单个|单体|最大|新增|增加|追加|带动|拉动|撬动|吸引|节约|减少|压减|核减)$")
# 计划年底前完成投资Ⓜ is a plan of the year.
TO_COMPLETE = re.compile(r"计划(?:可|(?:Ⓣ|年底|年内|全年)前?)?$")
YEARLY = re.compile(r"Ⓣ|年度|全年")
# 今年将投资Ⓜ: whose plan it is stands elsewhere.
BARE_PLAN = re.compile("(?:Ⓣ|今年|全年|当年|年度|计划|预计|力争|将|拟|可|完成|投资|投入|总额?|达|约|近|超过?)+")
ONE_PROJECT = re.compile(r"(?:^|[，；。该此本])项目(?:计划|预计|完成|总)?$|(?:项目|工程)[（(]$")
WHOSE = re.compile("[全我该][市县区州省旗盟]|[市县区州省旗盟业]")
OF_ONE = re.compile(r"项目|工程(?!建设)|公司|集团|企业|基地|园|该|厂")
ALL_OF_THEM = re.compile(r"全部(?:建成|达产|投产|竣工|建设)|[这上述以批些]{1,2}[^，。]{0,3}项目|项目全部|项目建成")


class Sum(NamedTuple):
    """A figure that no project claims: its metric and token, the start of its wording in the shape, its wording in the article.

    `grouped`: the words around it give it to a counted group.
    """

    metric: Metric
    token: int
    at: int
    start: int
    end: int
    rule: str
    stage: Stage | None = None
    expected: bool = False
    grouped: bool = False


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
            yield Sum(metric, token, at, m.start, m.end, m.rule, stage, m.expected, m.group is not None)


def _sums(sentence: Sentence, claims: Claims) -> Iterator[Sum]:
    """The figures that this family reads."""
    if MONEY not in sentence.shape:
        return
    for found in sums.find(sentence.shape, NO_CONTEXT):
        if found.rule in REGIONAL_RULES and _of_project(sentence, found.start, claims):
            continue
        start, end = sentence.span(found.start, found.end)
        for token in range(found.start, found.end):
            value = sentence.values.get(token)
            if value is None or sentence.shape[token] != MONEY or threshold(sentence.shape, value, token + 1):
                continue
            if value.start not in claims.claimed:
                yield Sum(found.value, token, found.start, start, end, found.rule)


def _of_project(sentence: Sentence, at: int, claims: Claims) -> bool:
    """Whether a sum at `at` follows what is said of a project: 该项目固定资产投资Ⓜ; 总投资Ⓜ，固定资产投资Ⓜ."""
    if ONE_PROJECT.search(sentence.shape, 0, at):
        return True
    told = any(i < at and value.start in claims.claimed for i, value in sentence.values.items())
    return told and WHOSE.search(sentence.shape, sentence.shape.rfind("，", 0, at) + 1, at) is None


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
        return earlier[-1]._replace(stage=None)
    return earlier[-1]


def _said_of_many(sentence: Sentence, one: Sum, counts: Sequence[Reading], before: Sequence[Reading]) -> Reading | None:
    """The reading of a sum, if it is said of a group or a region; `before` is what was read before it in the paragraph."""
    shape = sentence.shape
    group = _group(sentence, one.token, counts)
    stage = group.stage if group else one.stage
    if shape.startswith("签约", one.at) and group is not None:
        stage = "signed"
    if PART_OF_A_SUM.search(shape, max(one.at - 6, 0), one.at):
        return None
    if "投入" in shape[one.at : one.token] and not any(one.token < c.token for c in counts):
        return None
    if one.rule == "completed_of_it":
        if not any(r.metric.startswith("investment") for r in before):
            return None
    elif group is None and not one.grouped and one.rule not in REGIONAL_RULES:
        if shape.startswith("的", one.token + 1):
            return None
        if one.at < 3 and (counts or before):
            stage = stage or (counts[0] if counts else before[-1]).stage
        elif shape.startswith("签约", one.at) and not OF_ONE.search(shape, 0, one.at):
            stage = "signed"
        elif before and ALL_OF_THEM.search(shape, 0, one.at):
            stage = stage or before[-1].stage
        elif one.metric.startswith("investment") and MANY.search(shape, 0, one.at):
            stage = stage or stage_at(shape, one.at, one.at)
        elif one.metric == "investment_total" and (together := TOGETHER.search(shape, 0, one.at)):
            comma = shape.index("，", together.start())
            stage = stage_at(shape, comma, comma)
        elif not _of_region(shape, one, bool(before)):
            return None
        elif one.metric == "investment_total" and REGION_PLANS.search(shape, 0, one.at):
            stage = "planned"
    value = sentence.values[one.token].value
    if damaged(one.metric, sentence.values[one.token]):
        return None
    metric = _metric(shape, one, stage)
    return Reading(metric, one.token, one.start, one.end, one.rule, value, None, stage, one.expected)


def _of_region(shape: str, one: Sum, among_others: bool) -> bool:
    """Whether the words before a sum without a group speak of a region; `among_others`: sums of many stand before it."""
    if _metric(shape, one, None) == "investment_planned_year" and _years_plan(shape, one):
        return True
    if one.metric == "investment_total":
        return bool(REGION_PLANS.search(shape, 0, one.at)) and shape[one.token + 1 : one.token + 2] in ("，", "。")
    regional = bool(REGIONAL.search(shape, 0, one.at))
    if one.metric == "investment_completed":
        return regional or among_others or "固定资产" in shape[one.at : one.token]
    return regional and one.metric == "jobs"


def _years_plan(shape: str, one: Sum) -> bool:
    """Whether the clause speaks of a year's plan and of no single project: 全年交通建设计划投资Ⓜ."""
    clause = shape[max(shape.rfind(c, 0, one.at) for c in "，；。：") + 1 : one.token]
    named = "其中" in shape[: one.at] or BARE_PLAN.fullmatch(clause) is None
    return named and bool(YEARLY.search(clause)) and not OF_ONE.search(clause)


def _metric(shape: str, one: Sum, stage: Stage | None) -> Metric:
    """A group's 计划投资 is this year's, unless the group was only signed or thought of; 计划完成投资 is this year's, too."""
    words = shape[one.at : one.token]
    if (
        one.metric == "investment_total"
        and "总" not in words
        and "计划" in words
        and stage not in ("signed", "planned")
    ):
        return "investment_planned_year"
    if one.metric == "investment_completed" and TO_COMPLETE.search(shape, max(one.at - 8, 0), one.at):
        return "investment_planned_year"
    return one.metric
