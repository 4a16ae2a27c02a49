"""Whether two wordings name the same project."""

import re
from functools import lru_cache
from typing import NamedTuple

from service.extract.divisions import table
from service.extract.projects.names import PHASE, bare_name, head, residue
from service.extract.projects.vocabulary import FACILITIES, WORKS

_UNLIKE = re.compile(r"[\s（）()“”《》·、\-—]|(?:建设|新建)?(?:项目|工程)$")
_DIVISION = re.compile(
    "^[一-龥]{1,3}[省市县区州旗镇乡](?=[一-龥]{5})|^[一-龥]{2,8}(?:开发|集聚|高新|经开|产业园|工业园)区(?=[一-龥]{5})"
)
_SIZE = re.compile(r"(?:年产|年处理|年加工)?[0-9.]+(?:万?千瓦|兆瓦|MW|万吨|吨)")
_PLACE = re.compile("(?:[一-龥]{1,4}[省市县区州旗镇乡])+")
_KIND = re.compile("(?<=[一-龥]{2})[市县](?=[一-龥]{4})")
_LEAST = 6
_NUMBERED = re.compile(rf"{PHASE}|[0-9]+")


class Key(NamedTuple):
    """What a name is compared by: its letters (`plain`), those of the whole without its phase, its phases and numbers.

    Two keys share at least one of their `edges` where one is a `variant` of the other.
    """

    name: str
    plain: str
    whole: str
    phased: bool
    numbers: tuple[str, ...]
    edges: frozenset[str]


@lru_cache(4096)
def key(name: str) -> Key:
    """The key of a name."""
    bare = bare_name(name)
    plain = _plain(name)
    whole = plain if bare == name else _plain(bare)
    return Key(name, plain, whole, bare != name, tuple(_NUMBERED.findall(plain)), _edges(plain))


def _plain(name: str) -> str:
    return _UNLIKE.sub("", _UNLIKE.sub("", name))


def _edges(plain: str) -> frozenset[str]:
    """How it ends, and how it begins, or another wording of a firm's name may begin."""
    last = len(plain) - 4 if plain.endswith("公司") else 0
    return frozenset((f"…{plain[-2:]}", *(plain[i : i + 4] for i in range(last + 1))))


def equal(one: Key, other: Key) -> bool:
    """The same letters; a name without a phase is the whole of its phases."""
    return one.plain == other.plain or (one.whole == other.whole and not (one.phased and other.phased))


def variant(one: Key, other: Key) -> bool:
    """Whether one wording shortens the other: without the place in front, without the head, or with letters left out inside."""
    short, long = (one.plain, other.plain) if len(one.plain) <= len(other.plain) else (other.plain, one.plain)
    if len(short) > _LEAST and _KIND.sub("", one.plain) == _KIND.sub("", other.plain):
        # 安图县甲矿泉水 is 安图甲矿泉水.
        return True
    if one.numbers != other.numbers:
        # 甲20兆瓦光伏电站 is 甲光伏电站.
        return not (len(one.numbers) and len(other.numbers)) and _sized(short, long)
    if len(short) < 4:
        return False
    # 浙江甲新材料科技有限公司 builds what is called 甲新材料项目 next.
    if long.endswith("公司") and short in long and residue(short) >= 2:
        return True
    if long.endswith(short):
        return _fronted(long[: -len(short)], short, bool(one.numbers))
    if long.startswith(short):
        rest = long[len(short) :]
        if head(short) is None:
            return residue(short) >= 2
        return rest in WORKS or (residue(rest) == 0 and rest not in FACILITIES)
    if short[-2:] != long[-2:]:
        return False
    whole = short
    short, long = sorted((_DIVISION.sub("", short), _DIVISION.sub("", long)), key=len)
    at = long.find(short[:2])
    if len(short) < 5 or at < 0 or residue(short) < 2:
        return False
    # A short wording with a place of its own is no part of one with another place.
    if (at == 0 or (at <= 4 and len(short) > 6 and short == whole)) and _within(short, long[at:]):
        return True
    # 甲铜业公司改扩建 and 甲铜矿改扩建: the same work of the same house.
    firm, _, work = long.partition("公司")
    return len(work) > 2 and at < len(firm) - 1 and short.endswith(work)


def _sized(short: str, long: str) -> bool:
    """Whether the long wording has no more than the short one but how large it is."""
    return len(short) > 6 and short[-4:] == long[-4:] and _SIZE.sub("", long) == short


def _fronted(front: str, short: str, numbered: bool) -> bool:
    """Whether what stands in front of the short wording only says where it is, or whose."""
    if len(front) <= 8 and head(short) is not None and residue(short) >= 2:
        return True
    if len(short) > 5 and (_PLACE.fullmatch(front) or front in table().by_short):
        return True
    return residue(short) > 1 and (
        front.endswith(("公司", "集团")) or (numbered and len(front) <= 8 and len(short) > 7)
    )


def _within(short: str, long: str) -> bool:
    """Whether `short` is `long` with letters left out."""
    rest = iter(long)
    return all(c in rest for c in short)


def short_for(word: str, topic: str) -> bool:
    """Whether a word is a short form of the running subject: 小微园 of 紫来小微企业创业园."""
    if not 3 <= len(word) <= 8 or len(word) >= len(topic) or word[-1] != topic[-1]:
        return False
    return word[:2] in topic and _within(word, topic)
