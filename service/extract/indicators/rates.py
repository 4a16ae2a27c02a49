"""Rates and shares: how much of the year's plan is done, how many of the projects have started, what part of a whole."""

import re
from collections.abc import Iterator

from service.extract.grammar import Context, Family, Found
from service.extract.indicators.clauses import Reading
from service.extract.indicators.growth import FIGURES, NO_CONTEXT, said_of
from service.extract.lexicon import alternatives
from service.extract.sentence import PERCENT, Sentence

rates = Family("rates", over="shape")

REACHES = r"(?:分别|均|都|已|约|近|为|是|达到?|至|到|保持|保持在|稳定在|超过?|高达|提高到|提升[到至]|提高至|上升[到至]|控制在|仅|实现|不低于|[:：\s]){0,4}"
PLAN = r"(?:Ⓣ|全?年度?|年初|市|省|县|区)? 的? (?:总?投资|建设)? (?:目标)? (?:计划|任务|目标)"


@rates.rule(
    rf"""(?:占|为|完成|实现|达|达到|超) 了? {PLAN} (?:总?投资|投资任务|任务|数|总?额|投资总?额)? (?:任务)? 的? (?:比例|比重)? {REACHES} {FIGURES}""",
    near=("计划", "任务", "目标"),
    yes={
        "完成投资12亿元，⟦占年度计划投资的47%⟧": "plan_completion_rate",
        "重点项目完成投资8亿元，⟦为计划的119.7%⟧": "plan_completion_rate",
        "完成投资31亿元，⟦完成全年目标任务的65%⟧。": "plan_completion_rate",
        "完成投资42亿元，⟦实现年度计划的105%⟧": "plan_completion_rate",
        "⟦占年度计划投资总额的96%⟧": "plan_completion_rate",
        "⟦占年度投资计划的比例分别达到64.9%、58.8%⟧": "plan_completion_rate",
    },
    no=("占规上工业增加值的47%", "完成总工程量的80%", "预期目标为增长6%"),
)
def share_of_plan(_: re.Match[str], __: Context) -> str:
    return "plan_completion_rate"


@rates.rule(
    rf"(?:计划|任务|目标) (?:完成)? 已? 过半 ，? {REACHES} Ⓟ",
    near=("过半",),
    yes={
        "竣工项目完成投资⟦计划已过半，达到54.2%⟧": "plan_completion_rate",
        "年度投资⟦任务完成过半，达52%⟧": "plan_completion_rate",
    },
    no=("施工已过半，达到54%", "计划已过半，增速达到6%"),
)
def past_half_of_plan(_: re.Match[str], __: Context) -> str:
    return "plan_completion_rate"


# Rates of projects, of the work for them and of a region; those of a product or a building (合格率, 容积率, 占有率) are none.
_OF_WORK = """开工 开复工 复工 投产 投运 竣工 建成 达产 达效 达标 入库 入统 纳统 升规 签约 落地 履约 转化 到位 拨付 支付 供地 出让 交地 征收 征迁 征拆 拆迁 清零 解决 办结 答复 化解 响应 满意 销号 整改 完成 兑现 落实 盘活 入驻 审结 城镇化""".split()
OF_WORK = alternatives(_OF_WORK)


@rates.rule(
    rf"(?:[^，。；：、ⓂⓃⓅⓉ]{{1,16}}率 (?:、|和|与))? [^，。；：、ⓂⓃⓅⓉ]{{0,16}} {OF_WORK} 率 (?:(?:、|和|与)[^，。；：、ⓂⓃⓅⓉ]{{1,14}}率){{0,3}} {REACHES} {FIGURES}",
    near=[f"{word}率" for word in _OF_WORK],
    yes={
        "⟦开工率达95%⟧": "rate",
        "⟦企业问题解决率、满意率均达到100%⟧": "rate",
        "⟦“投产一批”达效率100%⟧": "rate",
        "⟦省重点项目投资完成率达到113.6%⟧": "plan_completion_rate",
    },
    no=("效率提高20%", "投资完成率全省第一", "产品合格率99%", "森林覆盖率达60%", "城镇调查失业率5%"),
)
def rate(m: re.Match[str], _: Context) -> str:
    return "plan_completion_rate" if PLAN_DONE.search(m.group()) else "rate"


PLAN_DONE = re.compile(r"^(?:年度|总体)?完成率|(?:投资|计划|任务|目标)完成率")
NOT_REGIONAL = re.compile(
    r"占(?:地(?!区)|股|(?:了)?[^，。；]{0,10}(?:股|公司|市场|份额|营收|营业|销[量售]|产能|客户|成本|原料|重量|用量))"
)
_REACHES = re.compile(rf"{REACHES}$", re.VERBOSE)


@rates.rule(
    rf"(?:分别|各|均)? 占 (?!用|领|据|有) [^，。；：、ⓂⓃⓅⓉ]{{0,16}}? (?:的|比重|比例|的比重|的比例)? {REACHES} {FIGURES}",
    near=("占",),
    yes={
        "产业项目55个，⟦占项目总数的60%⟧": "rate",
        "研发经费支出⟦占地区生产总值比重达3.3%⟧": "rate",
        "其中制造业项目⟦占比75%⟧": "rate",
    },
    no=("占地5%", "占公司股份的30%", "占国内市场份额的40%", "占用资金5%以上的"),
)
def share(m: re.Match[str], _: Context) -> str | None:
    return None if NOT_REGIONAL.match(m.group()) else "rate"


def rated(sentence: Sentence) -> Iterator[Reading]:
    """The rates of a sentence; where several rates share one figure it is one reading of them all."""
    if PERCENT not in sentence.shape:
        return
    for found in rates.find(sentence.shape, NO_CONTEXT):
        yield from _each(sentence, found)


def _each(sentence: Sentence, found: Found) -> Iterator[Reading]:
    figures = [i for i in range(found.start, found.end) if sentence.shape[i] == PERCENT]
    if "?" in sentence.shape[found.start : found.end] or any(
        sentence.values[i].value.unit != "percent" for i in figures
    ):
        return
    start = found.start
    of: list[str | None] = [None] * len(figures)
    if found.rule == "share":
        words = _named(sentence, found.start, figures[0])
        subjects = said_of(sentence, found.start, len(figures), sentence.shape[found.start : figures[0]])
        if len(subjects) == len(figures):
            start = subjects[0].start
            of = [s.text + words for s in subjects]
    elif found.rule == "rate":
        of = [_named(sentence, found.start, figures[0])] * len(figures)
    first, last = sentence.span(start, found.end)
    for figure, what in zip(figures, of, strict=True):
        yield Reading(found.value, figure, first, last, found.rule, sentence.values[figure].value, what)


def _named(sentence: Sentence, start: int, end: int) -> str:
    """The words of a rate without its verb."""
    words = sentence.shape[start:end]
    reaches = _REACHES.search(words)
    return words[: reaches.start()] if reaches else words
