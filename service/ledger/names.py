"""A project's name taken apart: what is proper to it, what it makes, what kind of thing it is, which phase and which number."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from service.ledger.words import (
    COMMON,
    COMPANY_TAIL,
    GENERIC,
    HEADS,
    PARTS,
    PRODUCTS,
    SAME_WORDS,
    SINGLE_HEADS,
    UNIQUE,
    WEAK,
)

Level = Literal["proper", "unique", "described", "generic"]


class Known(NamedTuple):
    """What names are read by: the paths of divisions and the brands of owners that may stand in one, sorted."""

    places: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()


NOTHING = Known()

_HAN = "[\u4e00-\u9fff]"
_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")}
_NUMERAL = "[一二三四五六七八九十0-9]{1,3}"
_QUOTES = re.compile("[\\s“”\"'‘’《》「」【】·]")
_PHASE = re.compile(f"第?((?:{_NUMERAL}[、,和及-]?){{1,4}})期(?:工程|项目)?")
_CAPACITY = re.compile(
    r"(?:年|日)?(?:产|处理|加工|屠宰|出栏|存栏|发电)?(?P<n>\d{1,9}(?:\.\d{1,4})?)(?P<scale>万亿|千万|百万|亿|万|千|百)?"
    r"(?P<unit>平方米|立方米|m2|m3|吨|千瓦|兆瓦|千伏|MWh?|GWh?|kV|头|只|羽|台套|台|套|条|辆|件|片|支|张|亩|株|公里|个)(?:/年|/日|级)?"
)
_ROADS = (
    (re.compile(r"([GSX])(\d{1,3})"), "{0}{1}"),
    (re.compile(r"(\d{1,3})(国|省|县)道"), "{1}{0}"),
    (re.compile(r"(国|省|县)道([GSX]?)(\d{1,3})线?"), "{0}{2}"),
)
_ROAD_LETTER = {"国": "G", "省": "S", "县": "X"}
_NUMBERED = re.compile(f"第({_NUMERAL})(?![期批季])|({_NUMERAL})(?:号|#)(?:线|楼|地块|厂房|机组|泵站|桥|井)?")
_SECTION = re.compile(f"({_HAN}{{2,3}}|{_HAN}{{2,6}}至{_HAN}{{2,6}})段")
_STRETCH = re.compile(f"(?<=[路线速道])({_HAN}{{2,4}})段")
_TOWN = re.compile(f"({_HAN}{{2,4}}?)(?:镇|乡|苏木|街道)(?={_HAN}{{2}})")
_STATED = re.compile(f"({_HAN}{{2,3}})(市|县)(?={_HAN}{{2}})")
_LEVEL_ONLY = re.compile("(?:全?[省市县区州])(?!民|场|块|城|域|政|区|际|级)(?=..)")
_NO_PLACE = ("段", "路", "大道", "站", "山", "江", "河", "湖", "湾", "岛")
"""What makes a longer name of a division's: 长白山 is not 山 in 长白."""
_ROUTE = re.compile(f"(?<={_HAN})(?:至|到|—|–|-|~|―)(?={_HAN})")
_ETHNIC = re.compile(
    "(?:蒙古|朝鲜|黎|苗|藏|满|回|畲|土家|壮|彝|哈尼|傣|白|达斡尔|哈萨克|维吾尔|锡伯|羌|侗|瑶|布依|各)(?:族)?"
)
_BRACKET = re.compile(r"\(([^()]*)\)")
_WORDS = frozenset({w for w in HEADS if len(w) > 1} | PARTS | GENERIC | WEAK | PRODUCTS | COMMON | UNIQUE.keys())
_UNIQUE = frozenset(UNIQUE.values())
_LONGEST = max(map(len, _WORDS))


@dataclass(frozen=True, slots=True)
class Name:
    """What a name says. `proper` are the words no table knows; `place` is a division named in it, as a path or a bare name."""

    text: str
    proper: tuple[str, ...] = ()
    unique: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    head: str | None = None
    parts: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    phases: tuple[str, ...] = ()
    section: str | None = None
    town: str | None = None
    place: str | None = None
    level: Level = "generic"
    core: str = field(default="", compare=False)

    @property
    def tokens(self) -> frozenset[str]:
        """All that tells it from others of its kind."""
        return frozenset(self.proper) | self.unique | self.products


def normalised(text: str) -> str:
    """Half-width, without blanks and quotation marks, brackets as ()."""
    text = _QUOTES.sub("", unicodedata.normalize("NFKC", text))
    for told, meant in SAME_WORDS:
        text = text.replace(told, meant)
    return text


def number(text: str) -> str:
    """A numeral up to 99 in digits: 二 and 2 are "2", 十二 is "12"."""
    if text.isdigit():
        return str(int(text))
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return "".join(_DIGITS.get(c, c) for c in text)
    return str(int(_DIGITS.get(tens, tens) or 1) * 10 + int(_DIGITS.get(ones, ones) or 0))


def short(division: str) -> str:
    """What a division is called in passing: 长兴县 is 长兴, 延边朝鲜族自治州 is 延边."""
    bare = re.sub("(?:特别行政区|自治[区州县旗]|[省市县区州盟旗]|地区)$", "", division)
    if len(bare) > 2 and "自治" in division:
        bare = _ETHNIC.sub("", bare)
        bare = bare[:2] if len(bare) > 3 else bare
    return bare if len(bare) >= 2 else division


def phases(text: str) -> tuple[str, ...]:
    """The phases a name speaks of: 二期 is ("2",), 一、二期 is ("1", "2")."""
    found: list[str] = []
    for match in _PHASE.finditer(normalised(text)):
        found += [number(n) for n in re.findall("十?[一二三四五六七八九]|十|[0-9]{1,2}", match[1])]
    return tuple(sorted(set(found), key=lambda n: (len(n), n)))


@lru_cache(maxsize=65_536)
def parse(text: str, known: Known = NOTHING) -> Name:
    """Takes a name apart. What is known of the articles concerned helps: 长兴天钧 is 天钧 in 长兴县."""
    rest = normalised(text)
    found_phases = phases(text)
    rest = _PHASE.sub("|", rest)
    rest, numbers, road = _numbers(_CAPACITY.sub("|", rest))
    rest, place = _places(rest, known.places)
    rest, section = _section(rest, known.places)
    town = _TOWN.match(rest)
    if town:
        rest = rest[town.end() :]
    words, proper = _split(_ROUTE.sub("|", rest))
    proper = [part for told in proper for part in _branded(told, known.brands)]
    if len(proper) == 1 and proper[0] in _divisions(known.places):  # 美丽延边, but 江山至石门公路
        proper = []
    for end in [p for p in proper if p.endswith("段") and len(p) <= 4]:
        section, proper = section or end[:-1], [p for p in proper if p != end]
    head = next((HEADS[w] for w in reversed(words) if w in HEADS), "road" if road else None)
    head = (
        SINGLE_HEADS.get(rest.rstrip("|")[-1:], head) if not words or not rest.rstrip("|").endswith(words[-1]) else head
    )
    if town and not proper:
        proper = [town[1]]
    unique = frozenset(UNIQUE[w] for w in words if w in UNIQUE)
    made = frozenset(w for w in words if w in PRODUCTS and w not in WEAK) | _made(words)
    products = made | {w for w in words if w in COMMON or (w in GENERIC and w not in HEADS)}
    parts = frozenset(w.removesuffix("线") for w in words if w in PARTS)
    generic = "".join(w for w in words if w not in WEAK)
    level: Level = (
        "proper"
        if proper or (road and numbers)
        else "unique"
        if unique or numbers
        else "described"
        if (made or len(products) > 1) and generic not in GENERIC
        else "generic"
    )
    told = (*proper, *sorted(unique), *sorted(products), head or "", *sorted(parts), *sorted(numbers))
    return Name(
        text=text,
        proper=tuple(proper),
        unique=unique,
        products=products,
        head=head,
        parts=parts,
        numbers=numbers,
        phases=found_phases,
        section=section,
        town=town[1] if town else None,
        place=place,
        level=level,
        core="/".join(t for t in told if t) if level != "generic" else generic or "".join(words),
    )


def _branded(told: str, brands: Sequence[str]) -> tuple[str, ...]:
    """顺昌特钢冷轧板 is 冷轧板 of 顺昌特钢; so is 顺昌冷轧板, as its first two characters stand for a brand."""
    for name in brands:
        for begin in (name, name[:2]):
            if told.startswith(begin) and len(told) >= len(begin) + 2:
                return begin, told[len(begin) :]
    return (told,)


def _made(words: Sequence[str]) -> frozenset[str]:
    """What a thing is for, where its head says so: 集装箱码头, 光伏储能电站."""
    heads = [w for w in words if w in HEADS and w not in PRODUCTS and w not in UNIQUE]
    return frozenset(p for w in heads for p in (w[:2], w[:3], w[2:4]) if p in PRODUCTS and p not in WEAK and p != w)


@lru_cache(maxsize=65_536)
def proper_in(core: str) -> tuple[str, ...]:
    """The proper words of a core."""
    return tuple(t for t in core.split("/") if not t.isascii() and t not in _WORDS and t not in _UNIQUE)


@lru_cache(maxsize=16_384)
def brand(owner: str, places: tuple[str, ...] = ()) -> str | None:
    """What is proper to a company's name: 浙江禾禄膜材料有限公司 is 禾禄膜材料 or, where the tables know the rest, 禾禄."""
    rest = _BRACKET.sub("", normalised(owner))
    for tail in COMPANY_TAIL:
        rest = rest.removesuffix(tail)
    rest, _ = _places(rest, places)
    _, proper = _split(rest)
    return proper[0] if proper else None


def _numbers(rest: str) -> tuple[str, frozenset[str], bool]:
    """The numbers that tell one from the other (第二水厂, 1号线, 331国道), and whether they are of a road."""
    numbers: set[str] = set()
    road = False
    for pattern, form in _ROADS:
        for match in pattern.finditer(rest):
            told = form.format(*match.groups())
            numbers.add(_ROAD_LETTER.get(told[0], told[0]) + told[1:])
            road = True
        rest = pattern.sub("|", rest)
    for match in _NUMBERED.finditer(rest):
        numbers.add(number(match[1] or match[2]))
    return _NUMBERED.sub("|", rest), frozenset(numbers), road


def _places(rest: str, places: tuple[str, ...]) -> tuple[str, str | None]:
    """The name without the divisions it begins with or has in brackets, and the narrowest of them."""
    known = _divisions(places)
    place: str | None = None

    def bracket(match: re.Match[str]) -> str:
        nonlocal place
        inner = match[1]
        if not inner.strip("|"):
            return "|"
        path = known.get(inner)
        if path is None:
            return "|" + inner + "|"
        place = _narrower(place, path)
        return "|"

    rest = _BRACKET.sub(bracket, rest).lstrip("|")
    while True:
        path, length = _leading(rest, known)
        if not length:
            break
        place, rest = _narrower(place, path), rest[length:].lstrip("|")
    stated = _STATED.match(rest)
    if stated and place is None and not stated[0].endswith(("城市", "全县", "全市", "都市", "超市")):
        place, rest = stated[0], rest[stated.end() :]
    level = _LEVEL_ONLY.match(rest)
    return rest[level.end() :] if level else rest, place


@lru_cache(maxsize=4096)
def _divisions(places: tuple[str, ...]) -> dict[str, str]:
    """Path by full and by short name; of two divisions of one name the first."""
    known: dict[str, str] = {}
    for path in places:
        parts = path.split("/")
        for i, part in enumerate(parts):
            for name in (part, short(part)):
                known.setdefault(name, "/".join(parts[: i + 1]))
    return known


def _leading(rest: str, known: dict[str, str]) -> tuple[str, int]:
    for length in range(min(12, len(rest)), 1, -1):
        path = known.get(rest[:length])
        if path is None:
            continue
        behind = rest[length:]
        if len(behind) >= 2 and not _ROUTE.match(rest, length) and not behind.startswith(_NO_PLACE):
            return path, length
    return "", 0


def _narrower(one: str | None, other: str) -> str:
    return other if one is None or other.count("/") >= one.count("/") else one


def _section(rest: str, places: tuple[str, ...]) -> tuple[str, str | None]:
    """珲春段: which section of a line it is."""
    known = _divisions(places)
    for match in _SECTION.finditer(rest):
        for length in (4, 3, 2):
            told = rest[max(match.end(1) - length, 0) : match.end(1)]
            if told in known or "至" in match[1]:
                start = match.start(1) if "至" in match[1] else match.end(1) - len(told)
                return rest[:start] + "|" + rest[match.end() :], match[1] if "至" in match[1] else short(told)
    stretch = _STRETCH.search(rest)
    if stretch:
        return rest[: stretch.start()] + "|" + rest[stretch.end() :], stretch[1]
    return rest, None


def _split(rest: str) -> tuple[list[str], list[str]]:
    """The words of the tables, longest first from the right (潭海产业园 is no 海产), and what lies between them, from two
    characters on."""
    words: list[str] = []
    proper: list[str] = []
    gap_end = end = len(rest)

    def close(start: int) -> None:
        gap = rest[start:gap_end]
        if gap_end == len(rest) and len(gap) > 2 and gap[-1] in SINGLE_HEADS:
            gap = gap[:-1]
        if len(gap) >= 2:
            proper.append(gap)

    while end:
        word = next(
            (rest[end - n : end] for n in range(min(_LONGEST, end), 1, -1) if rest[end - n : end] in _WORDS), ""
        )
        if word or rest[end - 1] in "|()、,":
            close(end)
            gap_end = end = end - (len(word) or 1)
            words += [word] if word else []
        else:
            end -= 1
    close(0)
    return words[::-1], proper[::-1]
