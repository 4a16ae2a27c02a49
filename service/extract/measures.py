"""Areas in square metres, percentages, ranks, counts of things and people, physical quantities."""

import re
from decimal import Decimal

from service.extract.grammar import Context, Family
from service.extract.lexicon import AFTER, BEFORE, INSIDE, TO, TO_STARTS, alternatives
from service.extract.money import LEADS, hedged, ranged
from service.extract.numerals import NUMBER, ORDINAL, SCALE, START, first_letters, number, scaled
from service.extract.sentence import AREA, COUNT, PEOPLE, PERCENT, QUANTITY, RANK
from service.extract.values import Quantity

SQUARE_METRES = {
    "亩": Decimal(2000) / 3,
    "公顷": Decimal(10_000),
    "平方公里": Decimal(1_000_000),
    "平方千米": Decimal(1_000_000),
    "平方米": Decimal(1),
    "平米": Decimal(1),
    "平方": Decimal(1),
    "㎡": Decimal(1),
    "m²": Decimal(1),
    "m2": Decimal(1),
    "km²": Decimal(1_000_000),
    "km2": Decimal(1_000_000),
}
AREA_UNIT = alternatives(SQUARE_METRES) + r"(?![/／每])"
# Units of physical quantities; the value is kept in the text's own unit, without its 万 or 亿.
UNITS = (
    """吨级 吨/日 吨/天 吨/年 吨 公斤 千克 公里 千米 海里 米 千瓦时 度电 千瓦 兆瓦时 兆瓦 吉瓦时 吉瓦 千伏安 千伏 伏 万千瓦
    MWp MWh MW GWh GWp GW kWh kW KW KV kV MVA TEU 标准箱 标箱 立方米 立方 方 m³ m3 升 毫升 床 张床位 张病床 学位 机位 泊位 车位 亿只
    """.replace("万千瓦", "")
    .replace("亿只", "")
    .split()
)
PHYSICAL = alternatives(UNITS)
CLASSIFIERS = """个 项 家 户 条 座 台套 台（套） 台 辆 套 处 所 栋 幢 场 次 只 支 件 艘 架 批 宗 间 张 口 眼 片 块 份 头 羽 株 对 组 例 起 枚 部 款 类
    种 期 盏 根 本 颗 粒 箱 瓶 卷 班 趟 列 单 门 笔 册 尾 匹 双 孔 站 锭 副 把 顶 人份 窝 穗 袋 桶 罐""".split()
CLASSIFIER = alternatives(CLASSIFIERS)
# 一期, 两种 and 三口 are no counts; 十八期 is one.
_SORTS = "期批类次种份本部起对间门班块片根口双单站组把顶打副窝"
# 5个月, 2个百分点 and 3个亿 count nothing; 3次产业, 一批 and 一期 are no counts either.
NOT_COUNTED = r"(?!月|百分点|亿(?!元)|小时|工作日|季度|交易日|五年|多月|半月|年头|学期)"
PERSON = r"(?:人次|人|名|位|余名)"

measures = Family("measures", start=START, leads=LEADS)


def square(value: Decimal, unit: str) -> Decimal:
    """`value` of `unit` in square metres."""
    return value * SQUARE_METRES[unit]


def _m2(low: str, high: str | None = "=", hedge: str | None = None) -> Quantity:
    top = Decimal(low) if high == "=" else Decimal(high) if high else None
    return Quantity(Decimal(low), top, "m2", hedge)  # type: ignore[arg-type]


@measures.rule(
    rf"(?P<n>{NUMBER}) (?P<scale>{SCALE})? {TO} (?P<n2>{NUMBER}) (?P<scale2>{SCALE})? (?P<unit>{AREA_UNIT})",
    units=TO_STARTS,
    kind=AREA,
    yes={"用地⟦30—60亩⟧": _m2("20000", "40000")},
    no=("用地60—30亩", "1—5月"),
)
def area_range(m: re.Match[str], _: Context) -> Quantity | None:
    span = ranged(m, "m2")
    if span is None or span.low is None or span.high is None:
        return None
    return Quantity(square(span.low, m["unit"]), square(span.high, m["unit"]), "m2")


@measures.rule(
    rf"""(?P<before>{BEFORE})? (?P<n>{NUMBER}) (?P<inside>{INSIDE})? (?P<scale>{SCALE})? (?:{INSIDE})?
         (?P<unit>{AREA_UNIT}) (?P<after>{AFTER})?""",
    units=first_letters(SQUARE_METRES),
    kind=AREA,
    yes={
        "占地⟦3000亩⟧": _m2("2000000"),
        "占地⟦50余公顷⟧": _m2("500000", None, "over"),
        "总建筑面积⟦约12.6万平方米⟧": _m2("126000", "126000", "about"),
        "规划面积⟦8.5平方公里⟧": _m2("8500000"),
    },
    no=("占地数百亩", "占地?00亩", "亩均税收20万元/亩", "一亩三分地里"),
)
def area(m: re.Match[str], _: Context) -> Quantity | None:
    value = scaled(m["n"], m["scale"])
    if value is None or m["n"] == "一":
        return None
    return hedged(m, square(value, m["unit"]), "m2")


def _percent(low: str, unit: str = "percent", hedge: str | None = None) -> Quantity:
    return Quantity(Decimal(low), Decimal(low), unit, hedge)  # type: ignore[arg-type]


@measures.rule(
    rf"(?P<before>{BEFORE})? (?P<sign>[-－−])? (?P<n>{NUMBER}) (?P<unit>[%％]|个百分点|倍) (?P<after>{AFTER})?",
    units="%％个倍",
    kind=PERCENT,
    yes={
        "同比增长⟦5.9%⟧": _percent("5.9"),
        "增长⟦-3.3%⟧": _percent("-3.3"),
        "提高⟦2.1个百分点⟧": _percent("2.1", "point"),
        "增长⟦6.93倍⟧": _percent("6.93", "times"),
        "增长⟦8%左右⟧": _percent("8", "percent", "about"),
    },
    no=("增长.5%", "增长*%", "翻番"),
)
def percent(m: re.Match[str], _: Context) -> Quantity | None:
    value = number(m["n"])
    if value is None:
        return None
    unit = {"个百分点": "point", "倍": "times"}.get(m["unit"], "percent")
    return hedged(m, -value if m["sign"] else value, unit)


@measures.rule(
    rf"百分之 (?P<n>{NUMBER})",
    near=("百分之",),
    kind=PERCENT,
    yes={"完成⟦百分之八十五⟧": _percent("85")},
    no=("百分之百的努力",),
)
def percent_in_words(m: re.Match[str], _: Context) -> Quantity | None:
    value = number(m["n"])
    return None if value is None else Quantity(value, value, "percent")


# 第 N without 位 or 名 is a rank only behind a word that ranks; 第一批, 第三产业, 第十四届 are none.
NOT_RANKED = r"(?![位名批产季届次期个书时代阶轮条方家课梯责线一二三四五六七八九十百0-9])"


def ranked(place: str) -> Quantity:
    """A place in a ranking for the examples."""
    return Quantity(Decimal(place), Decimal(place), "rank")


@measures.rule(
    rf"第 (?P<n>{ORDINAL}) [位名] (?!书记|院长|同学)",
    near=("第",),
    kind=RANK,
    yes={"增速居全省⟦第2位⟧": ranked("2"), "综合实力列全国百强县⟦第十七位⟧": ranked("17")},
    no=("第二个名额", "第十四届", "前三位"),
)
def rank(m: re.Match[str], _: Context) -> Quantity | None:
    value = number(m["n"])
    return None if value is None else Quantity(value, value, "rank")


@measures.rule(
    rf"""(?:列|居|位|排名?|保持|全[国省市区州县盟]|[五六七八九十]{{1,2}}[区县市]|同类) (?:全[国省市区州县盟]|[五六七八九十]{{1,2}}[区县市])?
         (?P<it> 第 (?P<n>{ORDINAL}) ) {NOT_RANKED}""",
    near=("第",),
    kind=RANK,
    yes={"总量位列六区⟦第二⟧。": ranked("2"), "增速全省⟦第一⟧": ranked("1"), "稳居全州⟦第1⟧，": ranked("1")},
    no=("全市第三产业增加值", "全省第一批", "列入第二期", "第十四届运动会", "第一书记"),
)
def rank_without_word(m: re.Match[str], _: Context) -> Quantity | None:
    value = number(m["n"])
    return None if value is None else Quantity(value, value, "rank")


def counted(low: str, unit: str) -> Quantity:
    """An exact count for the examples."""
    return Quantity(Decimal(low), Decimal(low), unit)


@measures.rule(
    rf"""(?P<before>{BEFORE})? (?P<n>{NUMBER}) (?P<inside>{INSIDE})? (?P<scale>{SCALE})? (?:{INSIDE})?
         (?P<unit>{CLASSIFIER}) (?P<after>以上|左右|以内)? {NOT_COUNTED}""",
    units=first_letters(CLASSIFIERS),
    kind=COUNT,
    yes={
        "实施⟦36个⟧重点项目": counted("36", "个"),
        "签约项目⟦十八项⟧": counted("18", "项"),
        "年产⟦10万台⟧电机": counted("100000", "台"),
        "新增企业⟦1.2万户⟧": counted("12000", "户"),
        "新引进⟦3个⟧亿元以上项目": counted("3", "个"),
        "⟦6万锭⟧棉纺": counted("60000", "锭"),
        "年产⟦300万副⟧眼镜": counted("3000000", "副"),
    },
    no=(
        "前5个月",
        "提高2个百分点",
        "近3个亿",
        "突破?00项",
        "一批重大项目",
        "一期工程",
        "二期项目",
        "第一批",
        "一次性建成",
        "分两期开发",
        "一把手",
    ),
)
def count(m: re.Match[str], _: Context) -> Quantity | None:
    if m["n"] in ("一", "二", "两", "三", "四", "五", "六", "七", "八", "九", "十") and m["unit"] in _SORTS:
        return None
    value = scaled(m["n"], m["scale"])
    return None if value is None else hedged(m, value, m["unit"])


@measures.rule(
    rf"(?P<before>{BEFORE})? (?P<n>{NUMBER}) (?P<inside>{INSIDE})? (?P<scale>{SCALE})? (?:{INSIDE})? (?P<unit>{PERSON}) (?P<after>以上|左右|以内)?",
    units="人名位",
    kind=PEOPLE,
    yes={
        "带动就业⟦400人⟧": counted("400", "people"),
        "提供岗位⟦1.7万人⟧": counted("17000", "people"),
        "吸纳⟦200余名⟧村民": Quantity(Decimal(200), None, "people", "over"),
    },
    no=("一人一策", "二人转", "?00人"),
)
def people(m: re.Match[str], _: Context) -> Quantity | None:
    if m["n"] in "一二" and not m["scale"]:
        return None
    value = scaled(m["n"], m["scale"])
    return None if value is None else hedged(m, value, "visits" if m["unit"] == "人次" else "people")


@measures.rule(
    rf"(?P<a>{NUMBER}) [×xX*＊✕] (?P<b>[0-9]{{1,5}}(?:\.[0-9]{{1,3}})?) (?P<scale>{SCALE})? (?P<unit>{PHYSICAL})",
    units="×xX*＊✕",
    kind=QUANTITY,
    yes={"⟦2×35万千瓦⟧热电联产": counted("700000", "千瓦"), "⟦2×1000MW⟧煤电": counted("2000", "MW")},
    no=("2×2布局", "**.*万千瓦"),
)
def units_of(m: re.Match[str], _: Context) -> Quantity | None:
    one, several = scaled(m["b"], m["scale"]), number(m["a"])
    if one is None or several is None:
        return None
    return Quantity(one * several, one * several, m["unit"])


@measures.rule(
    rf"""(?P<before>{BEFORE})? (?P<n>{NUMBER}) (?P<inside>{INSIDE})? (?P<scale>{SCALE})? (?:{INSIDE})?
         (?P<unit>{PHYSICAL}) (?![位面案向法式便]|人(?![参造工防])) (?P<after>{AFTER})?""",
    units=first_letters(UNITS),
    kind=QUANTITY,
    yes={
        "年产⟦10万吨⟧钢丝": counted("100000", "吨"),
        "年产⟦500吨⟧人参饮片": counted("500", "吨"),
        "全长⟦36.5公里⟧": counted("36.5", "公里"),
        "设置床位⟦500张床位⟧": counted("500", "张床位"),
    },
    no=("突破?000公里", "一方面", "千方百计", "三方案"),
)
def quantity(m: re.Match[str], _: Context) -> Quantity | None:
    value = scaled(m["n"], m["scale"])
    return None if value is None else hedged(m, value, m["unit"])
