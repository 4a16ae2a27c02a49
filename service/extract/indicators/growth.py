"""Growth rates: what grew or fell, by how many percent."""

import re
from collections.abc import Iterator
from decimal import Decimal

from service.extract.grammar import Context, Family, Found
from service.extract.indicators.clauses import VALUE, WHOLE, Noun, Reading, nearest, noun, paired, shared
from service.extract.sentence import PERCENT, Sentence
from service.extract.values import Quantity

growth = Family("growth", over="shape")

HOW = (
    r"(?:同比|环比|年均|平均|[两二三四五2-5]年平均|同口径|按?可比(?:口径|价格?)(?:计?算)?|按不变价格?(?:计?算)?|分别|均|都|各|双双|全部|首次|"
    r"(?:比|较|与)(?:Ⓣ|上年|上月|往年)?(?:同期|全年|相比|[底末]){0,2}|实际|名义|逆势|大幅|稳步|预计|将|可|再)"
)
FIGURES = r"Ⓟ(?:\s?(?:、|和|与|及|以及)\s?Ⓟ){0,9}"
LINK = r"(?:了|为|是|达到?|高达|约|控制在|保持在|稳定在|：){0,2}\s?"
ALL = re.compile(r"均|都|双双|全部|各")
OFFICIAL = {"GDP": "地区生产总值", "生产总值": "地区生产总值", "规模工业增加值": "规上工业增加值"}
AVERAGE = re.compile(r"年均|平均")


@growth.rule(
    rf"{HOW}{{0,5}} (?:增长|增加|提高|提升|上升|上涨|递增|增幅|增速|涨幅) 率? {LINK} {FIGURES} (?![^，。；、]{{0,3}}时序)",
    near=("增长", "增加", "提高", "提升", "上升", "上涨", "递增", "增幅", "增速", "涨幅"),
    yes={
        "丽水市地区生产总值⟦同比增长5.9%⟧": 1,
        "固定资产投资、社会消费品零售总额⟦分别增长8.1%和5%⟧": 1,
        "规上工业增加值⟦增速达9.7%⟧": 1,
        "进出口总额⟦较去年同期增长1.4倍⟧": 1,
    },
    no=("增速居全省第2位", "占比提升到70.6%", "增长点", "增加至30%"),
)
def grows(_: re.Match[str], __: Context) -> int:
    return 1


@growth.rule(
    rf"{HOW}{{0,5}} (?:下降|减少|降低|回落|下跌|下滑|压减|压缩|缩减|降幅) {LINK} {FIGURES}",
    near=("下降", "减少", "降低", "回落", "下跌", "下滑", "压减", "压缩", "缩减", "降幅"),
    yes={"财政收入⟦下降3.5%⟧": -1, "公用经费⟦压减10%⟧": -1},
    no=("下降到4%", "失业率控制在4%以内", "减少企业3家"),
)
def falls(_: re.Match[str], __: Context) -> int:
    return -1


@growth.rule(
    r"(?:保持|实现|取得) 了? Ⓟ 的? [^，。；、ⓅⓂ]{0,4} 增长 (?!点)",
    near=("增长",),
    yes={"全州固定资产投资连续三年⟦保持15%以上的增长⟧": 1},
    no=("实现8%的目标", "实现12%以上增长点"),
)
def keeps_growing(_: re.Match[str], __: Context) -> int:
    return 1


@growth.rule(
    r"翻了?一?番",
    near=("番",),
    yes={"数字经济核心产业产值⟦翻番⟧": 100, "全县财政收入⟦翻了一番⟧": 100},
    no=("翻两番", "三番五次"),
)
def doubles(_: re.Match[str], __: Context) -> int:
    return 100


# A doubling is read of sums of money only; of a number of things it is as often a manner of speaking.
MONEY_LIKE = re.compile(r"总值|增加值|投资|总额|收入|产值|利润|税收|营收$")


def growth_rates(sentence: Sentence) -> Iterator[Reading]:
    """The growth rates of a sentence, each with what grew."""
    if not ("Ⓟ" in sentence.shape or "番" in sentence.shape):
        return
    for found in growth.find(sentence.shape, NO_CONTEXT):
        if found.rule == "doubles":
            yield from _doubling(sentence, found)
        else:
            yield from _rates(sentence, found)


NO_CONTEXT = Context()


def _doubling(sentence: Sentence, found: Found) -> Iterator[Reading]:
    subject = noun(sentence, *_own_clause(sentence, found.start))
    if subject and MONEY_LIKE.search(subject.text):
        start, end = sentence.span(subject.start, found.end)
        value = Quantity(Decimal(100), Decimal(100), "percent")
        yield Reading("growth_rate", found.start, start, end, found.rule, value, subject.text)


def _own_clause(sentence: Sentence, end: int) -> tuple[int, int]:
    start = max(sentence.shape.rfind(c, 0, end) for c in "，：；。（") + 1
    return start, end


def _rates(sentence: Sentence, found: Found) -> Iterator[Reading]:
    figures = [i for i in range(found.start, found.end) if i in sentence.values and sentence.shape[i] == PERCENT]
    figures = [i for i in figures if sentence.values[i].value.unit != "point"]
    if not figures:
        return
    wording = sentence.shape[found.start : figures[0]]
    subjects = said_of(sentence, found.start, len(figures), wording)
    if not subjects:
        return
    average = "年均" if AVERAGE.search(wording) else ""
    pairs = zip(figures, subjects, strict=True) if len(figures) > 1 else ((figures[0], s) for s in subjects)
    for figure, subject in pairs:
        start, _ = sentence.span(subject.start, subject.end)
        _, end = sentence.span(figure, figure + 1)
        value = percent(sentence.values[figure].value, found.value)
        yield Reading(
            "growth_rate", figure, start, end, found.rule, value, OFFICIAL.get(subject.text, subject.text) + average
        )


def said_of(sentence: Sentence, end: int, figures: int, wording: str) -> list[Noun]:
    """What each of the figures is said of, in order; one figure may have several subjects, several figures may share one."""
    if figures > 1:
        subjects = paired(sentence, end, figures)
        if len(subjects) == figures and sentence.shape[subjects[0].start : end].count("。") == 0:
            return subjects
        one = nearest(sentence, end)
        return [one] * figures if one else []
    own = sentence.shape[_own_clause(sentence, end)[0] : end].strip("、 ")
    if own and (ALL.search(wording) or ("、" in own and not VALUE.search(own))):
        several = shared(sentence, end)
        if several and (ALL.search(wording) or all(WHOLE.search(s.text) for s in several)):
            return several
    one = nearest(sentence, end)
    return [one] if one else []


def percent(value: Quantity, sign: int) -> Quantity:
    """`value` in percent (1.4倍 is 140 percent), negative where `sign` is."""
    factor = sign * (100 if value.unit == "times" else 1)
    low, high = (None if v is None else v * factor for v in (value.low, value.high))
    if sign < 0:
        low, high = high, low
    return Quantity(low, high, "percent", value.hedge)
