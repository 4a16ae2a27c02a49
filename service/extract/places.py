"""Places: which divisions a text names, and which one it is about.

Of 2,861 short names 95 are ambiguous and many are ordinary words (合作, 白银, 兴城), so a name alone is only a candidate: the
other names of the article, its title and its outlet decide. What stays ambiguous is no place.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from service.extract import words
from service.extract.divisions import Division, Table, table
from service.models import Evidence, Region

# Full names that are also ordinary words: 新城区 is a new part of any town. They need their parent right before them.
GENERIC = frozenset(
    "滨海新区 城区 郊区 矿区 新城区 老城区 市中区 城中区 城东区 城西区 城北区 城关区 港口区 新市区 江北区 东区 西区 南区 港区 江南区".split()
)
# A division's name that runs on into another word: 义乌市场, 和平区域, 东方市值.
RUNS_ON = {"市": "场值面价", "区": "域间位块段划别分", "县": "域", "州": "际", "旗": "舰帜", "盟": "友主"}
# Words that tell on which level an article stands when it says "ours".
CUES = {
    1: re.compile(r"全省|我省|该省|省委|省政府|全自治区"),
    2: re.compile(r"全市|我市|该市|市委|市政府|全州|我州|州委|全盟|示范区"),
    3: re.compile(r"全县|我县|该县|县委|县政府|全区|我区|该区|区委|区政府|全旗|该旗|示范区"),
}
# A short name before one of these is a town's: 福山镇 is not 福山区.
TOWN = tuple("镇乡村街")
LEAD = 300
MOST = 12.0
LEAST = 3.0
SHARE = 0.6
_END = attrgetter("end")
_SENTENCE_END = re.compile("[。！？；\n]")
# A county's short name that stands so often needs no other name beside it.
OFTEN = 3
# How far a place in brackets may be from either.
BRACKETED = 12


class Place(NamedTuple):
    """A place the text names: where, and the division."""

    start: int
    end: int
    division: Division


class _Mention(NamedTuple):
    start: int
    end: int
    candidates: tuple[Division, ...]
    full: bool


def _mentions(text: str, known: Table) -> list[_Mention]:
    """Every name of the table in `text`, the longest at each place, full names before short ones."""
    found: list[_Mention] = []
    end, read = 0, -1
    for i, longest in sorted((i, -j) for _, i, j in known.find(text)):
        j = -longest
        if i < end or i == read or (mention := _mention(text, i, j, known)) is None:
            continue
        read = i
        if not _is_generic(mention, found[-1] if found else None):
            found.append(mention)
            end = mention.end
    return found


def _is_generic(m: _Mention, before: _Mention | None) -> bool:
    """Whether a name that is an ordinary word too stands without its parent right before it: 中心城区, but 阳泉市城区."""
    if not m.full or m.candidates[0].name not in GENERIC:
        return False
    return before is None or before.end != m.start or not _in_line_of(before, m)


def _in_line_of(before: _Mention, m: _Mention) -> bool:
    return any(b.code in d.parents for b in before.candidates for d in m.candidates)


def _mention(text: str, i: int, j: int, known: Table) -> _Mention | None:
    name, after = text[i:j], text[j : j + 1]
    if name in known.by_name and not (after and after in RUNS_ON.get(name[-1], "")):
        return _Mention(i, j, known.by_name[name], True)
    if name in known.by_short and after not in TOWN:
        return _Mention(i, j, known.by_short[name], False)
    return None


def _stands_alone(text: str, mention: _Mention, before: _Mention | None) -> bool:
    """Whether a short name begins and ends where a word does: 资兴 in 投资兴业 does not.

    Of full names the short ones are looked at too: 上城区 in 县级以上城区 does not begin there, 环县 in 环县城 does not end.
    """
    length = mention.end - mention.start
    if mention.full and (length > 3 or (before is not None and before.end == mention.start)):
        return True
    first = max(mention.start - 20, 0)
    start = max(text.rfind("\n", first, mention.start), first)
    window, at = text[start : mention.end + 12], mention.start - start
    return words.is_cut_at(window, at) if mention.full and length == 3 else words.is_cut_at(window, at, at + length)


def _settled(text: str, mentions: Sequence[_Mention], hint: str, known: Table) -> list[Place]:
    """The mentions that mean one division: certain names first, then what these make certain."""
    before = (None, *mentions)
    alone: dict[int, bool] = {}

    def stands(i: int) -> bool:
        """Asked only where it decides: it costs a segmentation."""
        if i not in alone:
            alone[i] = _stands_alone(text, mentions[i], before[i])
        return alone[i]

    sure = {code for i, m in enumerate(mentions) if (code := _surely(m)) is not None and stands(i)} | _hinted(hint)
    if not sure:
        often = Counter(code for i, m in enumerate(mentions) if (code := _unique(m)) is not None and stands(i))
        sure = {code for code, times in often.items() if times >= OFTEN}
    above = {p for code in sure for p in known.by_code[code].line}
    meant = [_meant(m, sure, above) for m in mentions]
    return [Place(m.start, m.end, d) for i, (m, d) in enumerate(zip(mentions, meant, strict=True)) if d and stands(i)]


@lru_cache(maxsize=1)
def _hinted(hint: str) -> frozenset[str]:
    """The codes that a title and an outlet name; text, title and outlet of an article ask for them in turn."""
    hints = _mentions(hint, table())
    named = zip(hints, (None, *hints), strict=False)
    return frozenset(
        code
        for m, before in named
        if (code := _surely(m) or _unique(m) or _papers(m, hint)) and not _in_another(m, before)
    )


def _papers(m: _Mention, hint: str) -> str | None:
    """The code of the only division of that name where a paper is called after it, be it a word too: 文成新闻网."""
    whose = len(m.candidates) == 1 and hint.startswith(_PAPERS, m.end)
    return m.candidates[0].code if whose else None


def _in_another(m: _Mention, before: _Mention | None) -> bool:
    """Whether a name right behind another's is a part of that place, not a county elsewhere: 福山 in 澄迈福山."""
    if before is None or before.end != m.start:
        return False
    return not any(set(b.line) & set(d.parents) for b in before.candidates for d in m.candidates)


def _surely(m: _Mention) -> str | None:
    """The code that a name means whatever the article: a unique full name, or a province's or prefecture's short one."""
    if m.full:
        return m.candidates[0].code if len(m.candidates) == 1 else None
    best = min(m.candidates, key=lambda d: d.level)
    unique = sum(d.level == best.level for d in m.candidates) == 1
    return best.code if best.level <= 2 and not best.ordinary and unique else None


def _unique(m: _Mention) -> str | None:
    """The code of a short name that only one division bears and no ordinary word."""
    return m.candidates[0].code if not m.full and len(m.candidates) == 1 and not m.candidates[0].ordinary else None


def _meant(m: _Mention, sure: set[str], above: set[str]) -> Division | None:
    """The one candidate that the certain places support, the highest of a line (长沙 is the city before the county).

    A county's short name needs its full name or its parent in the article; an ordinary word needs its full name.
    """
    backed = [d for d in m.candidates if d.code in sure or _in_line(m, d, above)]
    if not backed:
        return None
    best = min(backed, key=lambda d: (d.code not in sure, d.level))
    rivals = [d for d in backed if d.level == best.level and (d.code in sure) == (best.code in sure)]
    return best if len(rivals) == 1 else None


def _in_line(m: _Mention, division: Division, above: set[str]) -> bool:
    if m.full:
        return division.parents[-1] in above
    return not division.ordinary and any(p in above for p in division.parents)


_PAPERS = ("新闻", "日报", "晚报", "发布", "融媒", "电视台", "在线", "网")
_DATELINE = re.compile(
    r"(?:^|\n)[\s　]*(?P<words>[一-龥]{2,8}(?:新闻网|日报|晚报|晨报|时报|融媒|发布|电视台|新闻|网)讯"
    r"|(?:本报|[一-龥]{2,4}[网社报]|[一-龥]{2,4}在线)(?!北京)[一-龥]{2,6}[0-9]{1,2}月[0-9]{1,2}日[电讯])"
)


def paper(text: str, outlet: str | None) -> str | None:
    """Who brought the article, as its page and its first words say: 文成新闻网讯, 本报天台6月29日电."""
    line = _DATELINE.search(text, 0, LEAD)
    words = " ".join(filter(None, (outlet, line and line["words"])))
    return words or None


def places(text: str, title: str | None = None, outlet: str | None = None) -> list[Place]:
    """The divisions that `text` names, in order; `title` and `outlet` help to tell which is meant."""
    known = table()
    return _settled(text, _mentions(text, known), f"{title or ''}\n{outlet or ''}", known)


# 沈阳云杉纸业有限公司: where a firm is from. What a verb parts from it is no part of its name: 肇东引进甲公司.
_FIRM = re.compile("(?:(?![引与和投签由的在到来举一多某这]|有(?!限))[一-龥（）()]){2,14}?(?:公司|集团)")


def _of_firm(text: str, place: Place) -> bool:
    return place.end - place.start < len(place.division.name) and _FIRM.match(text, place.end) is not None


def _weights(found: Iterable[Place], headline: Iterable[Place], paper: Iterable[Place]) -> dict[str, float]:
    """How much the article speaks of each division itself: the title, the lead and the outlet count more."""
    weight: dict[str, float] = defaultdict(float)
    for place in found:
        full = place.end - place.start == len(place.division.name)
        weight[place.division.code] += (2.0 if place.start < LEAD else 1.0) + (1.0 if full else 0.0)
    for others, worth in ((headline, 4.0), (paper, 3.0)):
        for place in others:
            weight[place.division.code] += worth
    return {code: min(w, MOST) for code, w in weight.items()}


def region(text: str, found: Sequence[Place], title: str | None = None, outlet: str | None = None) -> Region | None:
    """The most specific division that covers the whole article, None where it is about several or none."""
    known = table()
    titled = [p for p in places(title, title, outlet) if not _of_firm(title, p)] if title else []
    papers = places(outlet, title, outlet) if outlet else []
    firms = {p for p in found if _of_firm(text, p)}
    # A firm of the same province speaks for it.
    home = {p.division.line[0] for p in (*found, *titled, *papers) if p not in firms}
    own = _weights([p for p in found if p not in firms or p.division.line[0] in home], titled, papers)
    below: dict[str, float] = defaultdict(float)
    children: dict[str, set[str]] = defaultdict(set)
    for code, weight in own.items():
        line = known.by_code[code].line
        for parent, child in zip(("", *line), line, strict=False):
            children[parent].add(child)
        for c in line:
            below[c] += weight
    here = ""
    if max(below.values(), default=0.0) < LEAST:
        return None
    headline = {p.division.code for p in titled}
    while children[here]:
        best = max(sorted(children[here]), key=lambda c: below[c])
        if below[best] < SHARE * sum(below[c] for c in children[here]):
            break
        # A city that is itself not named, and in it only one county, is no place to stay.
        only = bool(here) and not own.get(here) and len(children[here]) == 1
        if (
            here
            and not only
            and below[best] < _enough(text, here, known.by_code[best], own.get(here, 0.0), headline, known)
        ):
            break
        here = best
    return known.region(here) if here else None


def _enough(text: str, here: str, best: Division, weight: float, headline: set[str], known: Table) -> float:
    """The weight from which on an article is about `best` and no longer about all of `here`.

    A county must be spoken of about as much as its city; a headline that names `here` and nothing in it keeps the article there.
    """
    level = known.by_code[here].level
    kind = 3 if best.level == 3 and best.name[-1] != "市" else 2
    mine = weight + min(len(CUES[level].findall(text)), MOST)
    its = min(len(CUES[kind].findall(text)), MOST) if kind != level else 0.0
    inside = any(best.code in known.by_code[code].line for code in headline)
    factor = 1.5 if here in headline and not inside else 0.8 if best.level == 3 else 0.5
    return max(factor * mine - its, LEAST if best.level == 3 else 0.0)


def nearest(
    found: Sequence[Place], names: Sequence[Evidence], others: Sequence[Evidence], text: str, within: Region | None
) -> Region | None:
    """Where a project stands: the last place inside `within` named before or in its name, in the sentence that names it.

    A place in the name of another project (one of `others`) tells where that one stands, and this one only where it stands in it
    (甲市产业园内的乙项目). A sentence that names no such place leaves the project in `within`.
    """
    known = table()
    for name in names:
        for place in reversed(found[: bisect_right(found, name.end, key=_END)]):
            if _SENTENCE_END.search(text, place.start, name.start):
                break
            inside = within is None or within.code in place.division.line
            if inside and not (_elsewhere(place, name, others, text) or (within is None and _of_firm(text, place))):
                return known.region(place.division.code)
    return within


def _elsewhere(place: Place, name: Evidence, others: Sequence[Evidence], text: str) -> bool:
    """Whether a place before a name is a part of another project's name, which the named one does not stand in, or in brackets."""
    if 0 <= text.find("）", place.end, name.start) < place.end + BRACKETED:
        return "（" in text[max(place.start - BRACKETED, 0) : place.start]
    return place.end <= name.start and any(
        other.start <= place.start and place.end <= other.end <= name.start and text[other.end] not in "内里中"
        for other in others
    )
