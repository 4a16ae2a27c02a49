"""Sums of money and jobs of many projects or of a region: what was planned, invested, produced, paid in tax."""

import re
from collections.abc import Iterator, Sequence

from service.extract.clauses import Reading
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
    after = m.string[m.end() : m.end() + 4]
    return None if re.match("的?[^，。、]{0,2}(?:项目|产业|工业|以上)", after) else "investment_completed"


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
    rf"(?:协议|合同|意向) (?:总?投资|总?引资|资金|金额) {REACHES} Ⓜ",
    near=("协议", "合同", "意向"),
    yes={"4个项目现场签约，⟦协议投资27亿元⟧": "investment_total"},
    no=("签订投资协议", "技术合同成交额6亿元"),
)
def agreed(_: re.Match[str], __: Context) -> str:
    return "investment_total"


METRICS: dict[str, Metric] = {
    "investment_total": "investment_total",
    "investment_planned_year": "investment_planned_year",
    "investment_completed": "investment_completed",
    "annual_output": "annual_output",
    "annual_tax": "annual_tax",
    "jobs": "jobs",
}
# A sum said of one firm or plant is no figure of many.
OF_ONE = re.compile(r"公司|集团|该企业|该厂|我们|本企业|该基地|该园|该项目|工厂|厂房|车间|项目负责人|一期|二期|三期")
OF_MANY = re.compile(
    r"(?:[全我][市县区州省旗盟]|重点项目|重大项目|[类业]项目|招商项目|签约项目|批项目|各项目|项目共|等项目|工程项目|园区|开发区|[产行]业|平台|前.{0,3}Ⓣ)"
)


def summed(
    sentences: Sequence[Sentence], claims: Claims, counts: Sequence[Sequence[Reading]]
) -> Iterator[tuple[int, Reading]]:
    """The sums of groups and regions; `counts` are each sentence's counts of projects. Each with the number of its sentence."""
    left: dict[int, list[RoleMatch]] = {}
    for match in claims.unclaimed:
        left.setdefault(match.sentence, []).append(match)
    invested = False
    for number, sentence in enumerate(sentences):
        if MONEY not in sentence.shape and number not in left:
            continue
        readings = list(_of_sentence(sentence, left.get(number, ()), claims, counts[number], invested))
        yield from ((number, r) for r in readings)
        invested = any(r.metric.startswith("investment") for r in readings)


def _of_sentence(
    sentence: Sentence, left: Sequence[RoleMatch], claims: Claims, counts: Sequence[Reading], invested: bool
) -> Iterator[Reading]:
    done: set[int] = set()
    found = sums.find(sentence.shape, NO_CONTEXT) if MONEY in sentence.shape else []
    for match in left:
        reading = _from_role(sentence, match, counts)
        if reading:
            done.add(reading.token)
            yield reading
    for f in found:
        token = f.end - 1
        value = sentence.values[token]
        if token in done or value.start in claims.claimed:
            continue
        if f.rule == "completed_of_it" and not (invested or done):
            continue
        start, end = sentence.span(f.start, f.end)
        done.add(token)
        yield Reading(f.value, token, start, end, f.rule, value.value, None, _stage(token, counts))


def _stage(token: int, counts: Sequence[Reading]) -> Stage | None:
    before = [c for c in counts if c.token < token]
    near = before[-1] if before else counts[0] if counts else None
    return near.stage if near else None


def _from_role(sentence: Sentence, match: RoleMatch, counts: Sequence[Reading]) -> Reading | None:
    metric = METRICS.get(match.role)
    if metric is None or match.phase is not None:
        return None
    token = sentence.index(match.value.start)
    before = sentence.shape[:token]
    if not (match.group or counts or metric == "investment_completed" or OF_MANY.search(before)):
        return None
    if not (match.group or counts) and OF_ONE.search(before):
        return None
    stage = match.group.stage if match.group and match.group.stage else _stage(token, counts)
    words = sentence.text[match.start : match.value.start]
    if metric == "investment_total" and "总" not in words and "计划" in words and stage not in ("signed", "planned"):
        metric = "investment_planned_year"
    return Reading(metric, token, match.start, match.end, match.rule, match.value.value, None, stage, match.expected)
