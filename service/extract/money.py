"""Sums of money in CNY, and sums in other currencies (which give no CNY value)."""

import re
from decimal import Decimal

from service.extract.grammar import Context, Family
from service.extract.lexicon import (
    AFTER,
    BEFORE,
    HEDGES_AFTER,
    HEDGES_BEFORE,
    HEDGES_INSIDE,
    INSIDE,
    TO,
    TO_STARTS,
    alternatives,
)
from service.extract.numerals import NUMBER, SCALE, START, first_letters, scaled
from service.extract.sentence import FOREIGN, MONEY
from service.extract.values import Quantity
from service.models import Hedge

# What may stand right before a number: a hedge, a sign.
LEADS = [hedge + sign for hedge in HEDGES_BEFORE for sign in ("", *"-－−")] + [*"-－−"]
money = Family("money", MONEY, start=START, leads=LEADS)

YUAN = r"(?:元人民币|元|人民币)(?![/／每])"
CURRENCIES = "美元 美金 欧元 港元 港币 日元 英镑 澳元 加元 韩元 卢布 新台币 台币 新加坡元 新元 澳门元 瑞士法郎 泰铢 越南盾".split()
OTHERS = alternatives(CURRENCIES)
# What a bare 10.8亿 must follow to be money: 亿 also counts people, kilowatt-hours and cubic metres.
ROLE = r"(?:投资|资金|产值|收入|营收|税收|利税|税|利润|总额|贷款|债券|造价|金额|融资|交易额|销售额)"
LINK = r"(?:总?额)?(?:为|达到?|约为?|共|完成|高达|实现|[:：]){0,3}"


def hedged(m: re.Match[str], low: Decimal, unit: str) -> Quantity:
    """The quantity of a single number with the hedge its match carries (groups before, inside, after)."""
    said = m.groupdict()
    hedge: Hedge | None = None
    if after := said.get("after"):
        hedge = HEDGES_AFTER[after]
    elif inside := said.get("inside"):
        hedge = HEDGES_INSIDE[inside]
    elif before := said.get("before"):
        hedge = HEDGES_BEFORE[before]
    if hedge in ("over", "at_least"):
        return Quantity(low, None, unit, hedge)
    if hedge in ("under", "at_most"):
        return Quantity(None, low, unit, hedge)
    return Quantity(low, low, unit, hedge)


def ranged(m: re.Match[str], unit: str) -> Quantity | None:
    """The quantity of a range: the first number takes the second's scale where it has none of its own (1.2—1.5亿元)."""
    low = scaled(m["n"], m["scale"] or m["scale2"])
    high = scaled(m["n2"], m["scale2"])
    if low is None or high is None or low >= high:
        return None
    return Quantity(low, high, unit)


def cny(low: str, high: str | None = "=", hedge: Hedge | None = None) -> Quantity:
    """A quantity in CNY for the examples: `cny("3e8")` is exactly 300 million."""
    top = Decimal(low) if high == "=" else Decimal(high) if high else None
    return Quantity(Decimal(low), top, "CNY", hedge)


@money.rule(
    rf"(?P<n>{NUMBER}) (?P<scale>{SCALE})? (?:元)? {TO} (?P<n2>{NUMBER}) (?P<scale2>{SCALE})? {YUAN}",
    units="元" + TO_STARTS,
    yes={"单个项目投资⟦1.2—1.5亿元⟧": cny("1.2e8", "1.5e8"), "⟦8000万元至1亿元⟧不等": cny("8e7", "1e8")},
    no=("投资8至5亿元", "1—5月份，完成投资"),
)
def amount_range(m: re.Match[str], _: Context) -> Quantity | None:
    return ranged(m, "CNY")


@money.rule(
    rf"""(?P<before>{BEFORE})? (?P<n>{NUMBER}) (?P<inside>{INSIDE})? (?P<scale>{SCALE})? (?:{INSIDE})?
         {YUAN} (?P<after>{AFTER})?""",
    units="元人",
    yes={
        "总投资⟦56亿元⟧，分三期": cny("5.6e9"),
        "投资⟦近20亿元⟧": Quantity(None, Decimal("2e9"), "CNY", "under"),
        "固定资产投资⟦不低于3亿元⟧": cny("3e8", None, "at_least"),
        "年销售收入⟦100亿元以上⟧": cny("1e10", None, "at_least"),
        "总投资⟦50亿元及以上⟧的": cny("5e9", None, "at_least"),
        "完成投资⟦20多亿元⟧": cny("2e9", None, "over"),
        "总投资⟦三百五十亿元⟧": cny("3.5e10"),
        "注册资本⟦1,200万元⟧": cny("1.2e7"),
        "投资约合⟦8000万元人民币⟧": cny("8e7"),
    },
    no=(
        "不低于3年",
        "千亿元化工产业基地",
        "总投资达亿元",
        "总投资.5亿元",
        "总投资**.*亿元",
        "总投资?000万元",
        "每亩补助800元/亩",
        "引资3亿美元",
        "数十亿元",
    ),
)
def amount(m: re.Match[str], _: Context) -> Quantity | None:
    value = scaled(m["n"], m["scale"])
    return None if value is None else hedged(m, value, "CNY")


@money.rule(
    rf"""{ROLE} {LINK} (?P<it> (?P<before>{BEFORE})? (?P<n>{NUMBER}) (?P<inside>{INSIDE})? (?:个)? (?P<scale>[百千]?亿|万亿)
         (?P<after>{AFTER})? ) (?=[，。；、！（）,;”\s]|$|的)""",
    near=("亿",),
    yes={
        "总投资⟦10.8亿⟧，占地": cny("1.08e9"),
        "投资⟦近三个亿⟧。": Quantity(None, Decimal("3e8"), "CNY", "under"),
        "年产值达⟦5亿以上⟧。": cny("5e8", None, "at_least"),
    },
    no=("年发电量达10亿千瓦时", "投资10亿美元", "总投资超亿", "服务人口超过1亿，"),
)
def bare_hundred_millions(m: re.Match[str], _: Context) -> Quantity | None:
    value = scaled(m["n"], m["scale"])
    return None if value is None else hedged(m, value, "CNY")


@money.rule(
    rf"(?:{BEFORE})? (?P<n>{NUMBER}) (?:{INSIDE})? (?P<scale>{SCALE})? (?:{INSIDE})? (?P<currency>{OTHERS}) (?:{AFTER})?",
    units=first_letters(CURRENCIES),
    kind=FOREIGN,
    yes={
        "总投资⟦3亿美元⟧": Quantity(Decimal("3e8"), Decimal("3e8"), "美元"),
        "出资⟦约500万欧元⟧": Quantity(Decimal(5000000), Decimal(5000000), "欧元"),
    },
    no=("总投资3亿元", "使用美元结算"),
)
def foreign(m: re.Match[str], _: Context) -> Quantity | None:
    value = scaled(m["n"], m["scale"])
    return None if value is None else Quantity(value, value, m["currency"])
