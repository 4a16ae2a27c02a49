"""Ranks: which place something holds among whom."""

import re
from collections.abc import Iterator
from decimal import Decimal

from service.extract.grammar import Context, Family, Found
from service.extract.indicators.clauses import Reading
from service.extract.indicators.growth import NO_CONTEXT, said_of
from service.extract.measures import NOT_RANKED
from service.extract.numerals import ORDINAL, number
from service.extract.sentence import COUNT, RANK, Sentence
from service.extract.values import Quantity

places_in_words = Family("places_in_words", RANK)
standing = Family("standing", over="shape")

# Whom it is ranked among: the whole country, the province, six districts, cities of its kind.
AMONG = (
    r"(?:[^，。；、ⓂⓃⓅⓇ]{0,6}(?:百强[县区市镇]|县[市区]|开发区|城市|市州|地级?市|园区|各省市区?|各省区市?)|Ⓝ?(?:乡镇|县[市区]|市州|区县|县|园区)|"
    r"全[国省市区州县盟]|[省州]内|国内|同类|[五六七八九十]{1,2}[区县市])"
)
HOLDS = r"(?:位?居|位?列|位次|排[名位]?|名列|保持|跃居|跃升|升至|升到|蝉联|获|获得|夺得|取得|实现)"


@places_in_words.rule(
    r"(?<=[居列持国省市区州县盟])首位",
    near=("首位",),
    yes={"增速居全省⟦首位⟧": Quantity(Decimal(1), Decimal(1), "rank")},
    no=("摆在首位", "把安全放在首位", "首位产业"),
)
def first_place(m: re.Match[str], _: Context) -> Quantity | None:
    return None if m.string[m.end() : m.end() + 1] in ("产", "度") else Quantity(Decimal(1), Decimal(1), "rank")


@places_in_words.rule(
    rf"""(?:[个余国省市区州县他] (?:乡镇|县[市区]|区县|地市|市州|开发区|园区|街道) | 各(?:省市区?|省区市?|省份|市县|县[市区]|市州|地市)) (?:中|里)? (?P<it> 第 (?P<n>{ORDINAL}) ) {NOT_RANKED} (?![中小人医幼高实])""",
    near=("第",),
    yes={
        "观摩得分位列14个乡镇⟦第一⟧。": Quantity(Decimal(1), Decimal(1), "rank"),
        "增速跃居全国各省市区⟦第一⟧。": Quantity(Decimal(1), Decimal(1), "rank"),
    },
    no=("全县乡镇第一批", "3个乡镇第一小学", "各县区第三产业"),
)
def first_of_several(m: re.Match[str], _: Context) -> Quantity | None:
    value = number(m["n"])
    return None if value is None else Quantity(value, value, "rank")


@places_in_words.rule(
    r"前 (?P<n>[二两三四五六七八九十]|[2-9]|1[0-9]|20) [位名]",
    near=("前",),
    yes={"增速均居全省⟦前三位⟧": Quantity(None, Decimal(3), "rank", "at_most")},
    no=("全省前三，", "前三季度", "前排三位", "提前3名"),
)
def among_first(m: re.Match[str], _: Context) -> Quantity | None:
    value = number(m["n"])
    return (
        None
        if value is None or m.string[max(m.start() - 1, 0)] in "提以之此目"
        else Quantity(None, value, "rank", "at_most")
    )


@standing.rule(
    rf"""(?:在(?P<field>[^，。；、ⓂⓃⓅⓇ]{{2,12}}?)中?)? (?:分别|均|都|双双|稳|继续|连续[^，。；]{{1,6}})? (?:{HOLDS}){{1,2}} (?:在|至|到|于)? (?:{AMONG}){{0,2}} [^，。；、ⓂⓃⓅⓇ]{{0,4}}?
         的? Ⓡ (?:(?:、|和|与|，)Ⓡ){{0,5}}""",
    near=("Ⓡ",),
    yes={
        "丽水市生产总值增速⟦居全省第2位⟧": "全省",
        "总量、增速⟦分别居全省第3位和第1位⟧": "全省",
        "⟦位列六区第二⟧。": "六区",
        "A股上市公司数量⟦居全国同类城市第3位⟧": "全国同类城市",
        "考核成绩⟦排名第一⟧。": "",
        "进度⟦在全省重点园区中排名第二⟧。": "全省重点园区",
        "观摩得分⟦位列14个乡镇第一⟧。": "Ⓝ乡镇",
    },
    no=("第2位发言人", "摆在第一位", "前列"),
)
def holds(m: re.Match[str], _: Context) -> str:
    return m["field"] or among(m.group())


@standing.rule(
    rf"(?:{AMONG}){{1,2}} (?:排名)? 的? Ⓡ (?:(?:、|和|与)Ⓡ){{0,5}}",
    near=("Ⓡ",),
    yes={"投资完成率⟦全省第一⟧。": "全省"},
    no=("作为第二位", "摆在第一位"),
)
def stands(m: re.Match[str], _: Context) -> str:
    return among(m.group())


_AMONG = re.compile(rf"(?:{AMONG}){{1,2}}", re.VERBOSE)
_HOLDS = re.compile(rf"^(?:分别|均|都|双双|稳|继续|连续[^，。；]{{1,6}})?(?:{HOLDS}){{1,2}}(?:在|至|到|于)?")


def among(words: str) -> str:
    """Whom the rank is among, empty where the words do not say."""
    rest = _HOLDS.sub("", words)
    found = _AMONG.match(rest)
    return found.group() if found else ""


def ranks(sentence: Sentence) -> Iterator[Reading]:
    """The ranks of a sentence; one shared by several subjects is one for each."""
    if RANK not in sentence.shape:
        return
    for found in standing.find(sentence.shape, NO_CONTEXT):
        yield from _each(sentence, found)


def _each(sentence: Sentence, found: Found) -> Iterator[Reading]:
    figures = [i for i in range(found.start, found.end) if i in sentence.values and sentence.shape[i] == RANK]
    wording = sentence.shape[found.start : figures[0]]
    subjects = said_of(sentence, found.start, len(figures), wording)
    times = max(len(subjects), 1) if len(figures) == 1 else 1
    start, end = sentence.span(subjects[0].start if subjects else found.start, found.end)
    among_whom = found.value
    if COUNT in among_whom:
        at = found.start + wording.index(COUNT)
        among_whom = sentence.words(at, at + len(among_whom))
    for figure in figures * times:
        yield Reading("rank", figure, start, end, found.rule, sentence.values[figure].value, among_whom or None)
