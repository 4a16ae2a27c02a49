"""What a figure in a sentence is said of: the noun phrases before it, one, shared or paired by order."""

import re
from typing import NamedTuple

from service.extract.sentence import KINDS, PERCENT, TIME, Sentence
from service.extract.values import Quantity
from service.models import Metric, Stage


class Reading(NamedTuple):
    """A figure read as an indicator, before its period is known.

    `token` is the shape's index of the value, `start` and `end` are the article offsets of its wording, `of` is what it is
    said of. `expected` is set where the wording itself says so; `label` tells two counts of one number apart.
    """

    metric: Metric
    token: int
    start: int
    end: int
    rule: str
    value: Quantity
    of: str | None = None
    stage: Stage | None = None
    expected: bool = False
    label: str = ""


class Noun(NamedTuple):
    """A noun phrase at `start` to `end` of the shape."""

    start: int
    end: int
    text: str


STOP = re.compile(r"[，,：:；;。！？（）()…\n]")
LISTED = re.compile(r"[、，,：:；;。！？（）()…\n]|和|与|及|以及")
VALUE = re.compile(f"[{KINDS}]")
# What an economic quantity ends in: 和 joins two of them only where the first is whole (地区生产总值和固定资产投资).
WHOLE = re.compile(
    rf"(?:总值|增加值|投资|[总余差]额|收入|支出|产值|GDP|增速|贷款|存款|[^比功效]率|[产销总数流]量|数|利润|税收|利税|营收|出口|进口|能耗|面积|规模|[{KINDS}])[”’]?\s*$"
)
# 城镇和农村居民收入: such a first half is no whole, and still an item of its own.
HALF = re.compile(rf"(?:^|[，、：{KINDS}])(?:城[镇市]|农村|[一二三]产?|第[一二三]产?|线上|国内|省内)$")
_LEADING = re.compile(
    rf"^(?:[\s“‘{TIME}—]|其中|同时|此外|另外|目前|预计|预期|力争|确保|推动|带动|拉动|促进|使得?|实现|完成(?!投资)|累计|当年|全年|"
    r"(?:占?全)[国省市区县州盟]|[我该本][国省市区县州盟镇乡村]|各项|主要|的)+"
)
_TRAILING = re.compile(
    rf"(?:预计|预期|累计|总计|合计|同比|环比|分别|均|都|各|双双|实现|完成|达到?|突破|超过?|约|近|为|是|了|将|已|较|首次|增至|提高[到至]|"
    rf"提升[到至]|发展[到至]|增[长加][到至]|高达|保持|稳定在|继续|持续|可|力争|确保|比|从|由|按|可比口径|可比价格?|计算|同口径|年均|[两三五]年平均|增长|下降|上升|减少|以|到|(?<![国公私民所共])有|"
    rf"上年|同期|[{KINDS}\s的]|(?:突破|达到?|超过?|近|约)\s?[0-9.]+[万亿]?[一-龥]{{1,2}})+$"
)
# 通化市固定资产投资, 浙江全省工业增加值: the region is no part of what is measured.
_REGION = re.compile(
    r"^[一-龥]{2,8}?[国省市县州旗盟](?=(?:地区|全社会|社会|固定|规[上模]|工业|农业|财政|一般|公共|地方|城[镇乡]|农村|农民|进出口|外贸|服务业|民间|制造业|高|GDP|生产总值|招商|实[现际]))"
)
_INNER = re.compile(rf"[{KINDS}]|实现|完成(?!投资)|(?<=[园区县市州])(?:重点)")
# 完成投资Ⓜ，完成年度计划的Ⓟ，同比增长: the share of the plan is not what grew; nor what stands in brackets.
_ASIDE = re.compile(rf"计划|任务|目标|^占|率[^率]{{0,4}}{PERCENT}")


def noun(sentence: Sentence, start: int, end: int) -> Noun | None:
    """The noun phrase that shape[start:end] comes down to without values, verbs and adverbs; None where nothing is left."""
    text = sentence.shape[start:end]
    tail = _TRAILING.search(text)
    if tail:
        end = start + tail.start()
        text = text[: tail.start()]
    for inner in _INNER.finditer(text):
        if inner.end() < len(text):
            start = end - len(text) + inner.end()
    text = sentence.shape[start:end]
    lead = _LEADING.match(text)
    if lead:
        start += lead.end()
    region = _REGION.match(sentence.shape[start:end])
    if region:
        start += region.end()
    words = sentence.shape[start:end].strip("“”‘’ 、")
    return Noun(start, end, words) if len(words) > 1 else None


def chunks(sentence: Sentence, end: int) -> list[tuple[int, int, bool]]:
    """The list items and clauses of shape[:end], the last first; True where a comma or its like stands before it."""
    found: list[tuple[int, int, bool]] = []
    shape = sentence.shape
    cuts = []
    for m in LISTED.finditer(shape, 0, end):
        before = shape[max(m.start() - 8, 0) : m.start()]
        if m.group() in "和与及以及" and not (WHOLE.search(before) or HALF.search(before)):
            continue
        cuts.append((m.start(), m.end(), m.group() not in "、和与及以及"))
    for at, after, stop in reversed(cuts):
        found.append((after, end, stop))
        end = at
    found.append((0, end, True))
    return found


def nearest(sentence: Sentence, end: int) -> Noun | None:
    """The noun phrase nearest before `end`: in its own clause, else in the clause or item before."""
    for start, stop, _ in chunks(sentence, end)[:6]:
        text = sentence.shape[start:stop]
        bracketed = sentence.shape[start - 1 : start] in ("（", "(") and sentence.shape[stop : stop + 1] in ("）", ")")
        if bracketed or (PERCENT in text and _ASIDE.search(text)):
            continue
        found = noun(sentence, start, stop)
        if found:
            return found
    return None


def shared(sentence: Sentence, end: int) -> list[Noun]:
    """All items of the list that ends at `end` and stands in one clause: 地区生产总值、固定资产投资 | 均增长Ⓟ."""
    found: list[Noun] = []
    for start, stop, clause in chunks(sentence, end):
        item = noun(sentence, start, stop)
        if item:
            found.append(item)
        if clause and found:
            break
    return _completed(found[::-1])


def paired(sentence: Sentence, end: int, count: int) -> list[Noun]:
    """The `count` items before `end`, in order, over clauses if need be: AⓂ、BⓂ，分别增长ⓅⓅ; fewer where there are not so many."""
    found: list[Noun] = []
    whole = False
    for start, stop, clause in chunks(sentence, end):
        if found and (PERCENT in sentence.shape[start:stop] or whole):
            break
        item = noun(sentence, start, stop)
        if item:
            found.append(item)
        if len(found) == count:
            break
        # What stands in one clause without figures of its own is the whole list.
        whole = clause and VALUE.search(sentence.shape, start, end) is None
    return _completed(found[::-1])


def _completed(items: list[Noun]) -> list[Noun]:
    """An item that is only the beginning of the next one takes the rest of it: 城镇 | 农村居民收入, 装备制造 | 生物医药增加值."""
    done = items[:]
    for i in range(len(items) - 2, -1, -1):
        head, following = items[i], done[i + 1]
        whole = WHOLE.search(following.text)
        if WHOLE.search(head.text) or not whole or len(following.text) <= len(head.text):
            continue
        size = len(head.text)
        rest = following.text[size:] if HALF.search(head.text) or HALF.search(following.text[:size]) else whole.group()
        done[i] = Noun(head.start, head.end, head.text + rest)
    if len(items) == 1 and items[0].text.startswith("城乡"):
        rest = items[0].text[2:]
        return [Noun(items[0].start, items[0].end, place + rest) for place in ("城镇", "农村")]
    return done
