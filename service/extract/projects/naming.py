"""From a list of gaps to names: which of them name a project, and how the name reads."""

import re
from dataclasses import dataclass, field
from typing import Literal

from service.extract import words as segmenter
from service.extract.grammar import Found
from service.extract.projects import names
from service.extract.projects.marks import Mark
from service.extract.projects.vocabulary import FIRMS
from service.extract.sentence import AREA, COUNT, KINDS, QUANTITY, Sentence

Rule = Literal["list_of_projects", "project_behind", "verb_or_figure", "place"]
# Works that a list may share behind 等: 甲、乙等棚户区改造项目 are 甲棚户区改造 and 乙棚户区改造.
_SHARED_WORKS = ("改造", "整治", "治理", "修复", "保护", "提升")
# Heads that the items of a list need to be names: A至B、C至D等3条高速公路.
_ROADS = frozenset("高速公路 公路 铁路 高铁 道路 高速 大道 隧道 大桥 路".split())
_NAMELESS = re.compile("[0-9A-Za-zⓆ“期]")
# A length in front of a name tells how much is built; 200MW and 5万吨 are part of the name.
_LENGTHS = frozenset(("公里", "千米", "米", "海里"))
# Units of what a project makes or holds; a length, a voltage or a tonnage of berths is none.
_MADE = frozenset(
    """m2 吨 千瓦 兆瓦 吉瓦 MW GW kW MWp GWp MWh GWh 立方米 立方 方 m³ m3 头 羽 只 台 套 台套 辆 件 片 支 张床位 吨/年 吨/日 升 千克 公斤 匹 双 株 锭 副 把 顶 人份 枚 瓶 粒 袋 桶 罐
    箱 盒 艘 架 尾 卷 颗 块 根 窝""".split()
)
_MANY = 1000
_VILLAGE = 4
# How long a common noun is, and the tags of the dictionary for names of places, firms and the like.
_NOUN = 3
_PROPER = frozenset(("ns", "nt", "nz", "nrt", "s"))
_VALUES = frozenset(KINDS)
_GROWN = (AREA, QUANTITY)
_LINE = re.compile("[0-9一二三四五六七八九十]号线$")
# A bracket that tells of what the project consists is no part of its name.
_CONTENTS = re.compile(
    "[（(](?:[^（）()]*、|包括|包含|含|聚焦|涵盖|总投资|投资|占地|年产|年处理|年加工|Ⓜ)[^（）()]*[)）]$"
)
COUNT_LAST = re.compile(
    f"(?:{COUNT}|[两三四五六七八九十][大个])(?:物流|旅游|文旅|交通|水利|能源|农业|市政|重点|重大|产业|工业|乡镇|建设|省级|市级|县级|新建|续建|大型|签约|民生|招商|配套){{0,2}}$"
)


@dataclass(slots=True)
class Name:
    """A project's name, where it stands (article offsets and indices of the shape), and the kind of evidence for it."""

    text: str
    start: int
    end: int
    i: int
    j: int
    rule: Rule


@dataclass(slots=True)
class Listed:
    """A gap or a list of gaps and what follows: 项目 (`noun`), 等 (`etc`), the words behind 等 (`shared`), the count.

    `end` is the mark to go on from; `shown` says that a verb, a stage, a figure or a site speaks for the names, `member` that a
    group does whose projects they are, `priced` that a sum stands before
    the first; `nouns` are the items with a 项目 of their own.
    """

    items: list[Mark]
    end: int
    noun: bool = False
    etc: bool = False
    shared: str = ""
    count: Found | None = None
    shown: bool = False
    member: bool = False
    priced: bool = False
    nouns: list[Mark] = field(default_factory=list)


def made(value: Found | None) -> bool:
    """Whether a value may be what a project makes or holds: 5万吨, 200万头, 1200个."""
    if value is None or value.kind not in (QUANTITY, COUNT, AREA):
        return False
    return value.value.unit in _MADE or (value.value.unit == "个" and (value.value.value or 0) >= _MANY)


def name(sentence: Sentence, i: int, j: int, rule: Rule, more: str = "") -> Name:
    """The name at `shape[i:j]`, with the words it shares with its list behind it."""
    start, end = sentence.span(i, j)
    return Name(sentence.text[start:end].replace("\n", "") + more, start, end, i, j, rule)


def taken(sentence: Sentence, listed: Listed) -> list[Name]:
    """The names in a list; none where it does not name projects."""
    one = len(listed.items) == 1
    # 甲矿山与石墨深加工项目 is one project, 甲大桥和乙隧道项目 are two.
    whole = one and listed.noun and not listed.etc and names.unlike(listed.items[0].word)
    found = [(mark, span) for mark in listed.items for span in _spans(sentence, mark, not one, whole)]
    spans = [span for _, span in found]
    words = [_word(sentence, i, j) for i, j in spans]
    several = len(spans) > 1
    # 工作站Ⓝ、实验室Ⓝ: how many of a kind, no name; 茶叶种植Ⓐ: how much is grown.
    counts = [
        not listed.noun and (mark.word[-1] == COUNT or (sentence.shape[j : j + 1] in _GROWN and word.endswith("种植")))
        for (mark, (_, j)), word in zip(found, words, strict=True)
    ]
    kept = [
        not count and _is_name(word, listed, several, listed.noun or any(x.i <= i < x.j for x in listed.nouns))
        for word, (i, _), count in zip(words, spans, counts, strict=True)
    ]
    if not any(kept):
        return []
    if several:
        # In the company of names a plain 第二水厂 or 大数据中心 is one too.
        kept = [k or _plain_name(w) for k, w in zip(kept, words, strict=True)]
    if listed.etc and not listed.shown and not any(names.head(w) for w in words):
        return []
    if several and listed.etc and not listed.priced and _kinds(words):
        return []
    if listed.etc and listed.noun and several and sum(kept) < len(spans) / 2:
        return []
    rule: Rule = "list_of_projects" if listed.etc or several else "project_behind" if listed.noun else "verb_or_figure"
    common = _common(listed, words)
    if common and not _VALUES.isdisjoint(common):
        # 甲、乙、丙Ⓠ光伏: one project at three places.
        return [name(sentence, spans[0][0], spans[-1][1], rule)]
    if common and not listed.etc:
        kept = [True] * len(kept)
    return [
        name(sentence, i, j, rule, common if common and not names.head(w) else "")
        for (i, j), w, k in zip(spans, words, kept, strict=True)
        if k
    ]


def _spans(sentence: Sentence, mark: Mark, several: bool, whole: bool) -> list[tuple[int, int]]:
    spans = []
    for a, b in [(0, len(mark.word))] if whole else names.split(mark.word):
        # 甲在物流园投资建设X: what stands before is not the name's.
        if (verb := mark.word.find("投资建设", a, b)) >= 0 and b - verb > 6:
            a = verb + 4
        elif a == 0 and sentence.shape[mark.i - 1 : mark.i] == "在":
            a = names.behind_zone(mark.word)
        start, end = names.tidy(COUNT_LAST.sub("", mark.word[a:b]) if several else mark.word[a:b])
        first = sentence.values.get(mark.i + a + start)
        if first is not None and end - start > 2 and first.kind == QUANTITY and first.value.unit in _LENGTHS:
            start += 1
        if (inside := _CONTENTS.search(mark.word, a + start, a + end)) is not None:
            end = inside.start() - a
        spans.append((mark.i + a + start, mark.i + a + end))
    return spans


def _word(sentence: Sentence, i: int, j: int) -> str:
    """The name at `shape[i:j]`; what it makes in front of it is a quantity, whatever it is counted in: 200万头生猪屠宰."""
    word = sentence.shape[i:j]
    return QUANTITY + word[1:] if word[:1] == COUNT and made(sentence.values.get(i)) else word


def _common(listed: Listed, words: list[str]) -> str | None:
    """The words that the names of a list share behind the last: 白敦、松梨高速; A、B等棚户区改造项目."""
    if not listed.etc:
        return names.shared_tail(words[:-1], words[-1]) if len(words) > 1 else None
    shared = listed.shared
    if listed.noun and shared in _ROADS:
        return shared
    if listed.noun and shared and COUNT not in shared and shared.endswith(_SHARED_WORKS) and names.residue(shared) == 0:
        return shared
    return None


def _phased(word: str) -> bool:
    """Whether the name is a phase of something with a proper name: 绍兴热电二期."""
    return names.PHASE_NAMED.search(word) is not None and names.residue(names.bare_name(word)) >= 2


def _kinds(listed: list[str]) -> bool:
    """Whether a list is of common nouns alone, which tell what is made or grown: 水稻、玉米等深加工项目."""
    if any(len(word) > _NOUN for word in listed):
        return False
    tags = [segmenter.dictionary_tag(word) for word in listed]
    return "n" in tags and None not in tags and _PROPER.isdisjoint(tags)


def _plain_name(word: str) -> bool:
    if len(word) < 3 or word[0] == COUNT or names.generic(word):
        return False
    if _phased(word):
        return True
    return names.facility(word) or (len(word) > 4 and names.head(word) is not None)


def _is_name(word: str, listed: Listed, several: bool, noun: bool) -> bool:
    if not 2 <= len(word) <= 40 or word[0] in "（" + COUNT or (COUNT in word and not noun):
        return False
    if not noun and (not listed.shown or names.organisation(word)):
        return False
    if not noun and names.head(word) is None and not _phased(word):
        return False
    # 太极文化村项目 is no village.
    village = noun and word[-1] in "村镇" and names.residue(word) > _VILLAGE
    if (
        word in FIRMS
        or names.part(word)
        or (names.division(word) and not village)
        or names.campaign(word)
        or names.generic(word)
    ):
        return False
    if word.endswith("会场") or names.clause(word):
        return False
    if (
        names.residue(word) == 0
        and not _NAMELESS.search(word)
        and not (names.facility(word) or names.work_on_facility(word))
    ):
        whole = len(word) > 5 if noun else len(word) > 8 and names.facility(word)
        return listed.priced and whole and not names.vague(word)
    if (
        names.not_built(word)
        and not names.facility(word)
        and not (noun and (listed.etc or ((several or listed.priced) and len(word) > 8)))
    ):
        return False
    return _before_noun(word, listed, several) if noun else names.specific(word) or names.facility(word)


def _before_noun(word: str, listed: Listed, several: bool) -> bool:
    """Whether the words before 项目 are a name."""
    if listed.priced and (len(word) > 8 or names.residue(word) >= 4):
        return True
    if names.vague(word) or (len(word) < 3 and not listed.etc):
        return False
    if listed.priced and len(word) > 5:
        return True
    if not listed.etc:
        if names.quoted(word) or names.organisation(word):
            return listed.shown and word.endswith("公司") and len(word) > 8
        if not (several or listed.shown) and (len(word) < 4 or names.zone(word)):
            return False
    if names.specific(word) or names.work_on_facility(word):
        return True
    return (listed.etc and names.described(word)) or (listed.shown and names.facility(word))


def place(sentence: Sentence, mark: Mark) -> Name | None:
    """A built thing that is only named where it stands (在X，; 镇上的X): it counts if the text goes on to tell of it."""
    start, end = names.tidy(mark.word)
    word = mark.word[start:end]
    if len(word) < 4 or word[0] in "（(" + COUNT or (start and names.BUILDS.match(mark.word)):
        return None
    if names.generic(word):
        return None
    head = names.head(word)
    phase = names.PHASE_NAMED.search(word) is not None
    if head is None and not phase:
        return None
    if not phase and not names.facility(word) and head != "工程":
        return None
    residue = names.residue(word)
    if len(head or "") == 1 and (len(word) < 5 or residue < 2 or "和" in word):
        return None
    if not (phase or _LINE.search(word)) and (residue == 0 or (residue < 2 and not names.described(word))):
        return None
    if names.part(word) or names.zone(word) or names.campaign(word) or names.organisation(word) or names.vague(word):
        return None
    if names.clause(word):
        return None
    return name(sentence, mark.i + start, mark.i + end, "place")
