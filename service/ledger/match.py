"""Whether two mentions are of one project: a score, and the reasons for people.

The signs are weighed in points, as a person would: an equal proper name in one county is nearly enough, generic words
need a figure or an owner beside them, another plant number or another county speaks against. 4 points are even odds.
"""

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from service.ledger.mention import Mention
from service.ledger.names import Name
from service.ledger.profile import Profile, known_of, profile
from service.ledger.words import ALIKE

SAME = 0.5
"""From this score on two are one project."""
EVEN = 4.0
LINK = 0.3
"""From this score on two mentions are weighed together with all that is known of either."""
_CLOSE = Decimal("0.05")
_SLIPS = (10, 100, 1000, 10_000)
_PLAIN_HEADS = (None, "plant")
"""A head that says little: 镜湖广场 is not 镜湖湿地, but 禾禄产业园 may be 禾禄隔膜."""
_SIDES = frozenset("东南西北新老大小上下前后")
"""南太湖 is not 太湖."""
LINES = frozenset(("road", "rail", "waterway", "irrigation", "grid", "bridge", "tunnel", "link"))


class Match(NamedTuple):
    """0 (certainly two) to 1 (certainly one), with the reasons as sentences, the weightiest first."""

    score: float
    reasons: tuple[str, ...]


class Sign(NamedTuple):
    """One sign for (positive) or against (negative) two being one."""

    points: float
    reason: str


def match(a: Mention, b: Mention) -> Match:
    """How likely two mentions are of one project; the same whichever comes first."""
    known = known_of((a, b))
    return compare(profile(a, known), profile(b, known))


def compare(p: Profile, q: Profile) -> Match:
    """The same of all that is known of two (parts of) projects."""
    found = signs(p, q)
    points = sum(sign.points for sign in found)
    told = sorted(found, key=lambda s: (-abs(s.points), s.reason))
    return Match(1 / (1 + math.exp(EVEN - points)), tuple(s.reason for s in told))


def signs(p: Profile, q: Profile) -> list[Sign]:
    """All signs."""
    name, level = _names(p, q)
    found = [name, *_articles(p, q), *_place(p, q, level), *_owner(p, q), *_amount(p, q, level), *_capacity(p, q)]
    return [*found, *_time(p, q, level)]


# Names


def _names(p: Profile, q: Profile) -> tuple[Sign, str]:
    """The wordings that fit best, tempered by how the fullest fit: a bare company name fits all the company builds."""
    pairs = [(name_sign(x, y), x, y) for x in p.distinct for y in q.distinct]
    best, x, y = max(pairs, key=lambda pair: (pair[0].points, pair[0].reason))
    full = name_sign(p.fullest, q.fullest)
    level = min((x.level, y.level), key=("generic", "described", "unique", "proper").index)
    if full.points >= 0 or best.points <= 0:
        return best, level
    return Sign((best.points + full.points) / 2, f"{best.reason}, but {full.reason}"), level


def name_sign(x: Name, y: Name) -> Sign:
    """How two names fit."""
    x, y = sorted((x, y), key=lambda n: (n.core, n.text))
    against = _conflict(x, y)
    if against is not None:
        return against
    sign = _proper(x, y) if x.proper and y.proper else _mixed(x, y) if x.proper or y.proper else _plain(x, y)
    points = sign.points
    if bool(x.numbers) != bool(y.numbers):
        points -= 1.5
    if bool(x.parts) != bool(y.parts):
        points -= 2
    return Sign(points, sign.reason)


def _conflict(x: Name, y: Name) -> Sign | None:
    """What lets two names not be of one thing."""
    if x.numbers and y.numbers and x.numbers != y.numbers:
        return Sign(-8, f"different numbers: {_list(x.numbers)} and {_list(y.numbers)}")
    if x.head and y.head and x.head != y.head and frozenset((x.head, y.head)) not in ALIKE:
        return Sign(-6, f"different kinds of thing: {x.head} and {y.head}")
    if x.parts and y.parts and not x.parts & y.parts:
        return Sign(-6, f"different parts: {_list(x.parts)} and {_list(y.parts)}")
    if x.numbers and x.head == "road" and x.section and y.section and x.section != y.section:
        return Sign(-5, f"different sections: {x.section} and {y.section}")
    if x.town and y.town and x.town != y.town:
        return Sign(-5, f"different towns: {x.town} and {y.town}")
    return None


def _proper(x: Name, y: Name) -> Sign:
    pairs = [(a, b) for a in x.proper for b in y.proper if alike(a, b)]
    if not pairs:
        return Sign(-6, f"different names: {'/'.join(x.proper)} and {'/'.join(y.proper)}")
    told = "/".join(dict.fromkeys(min(a, b, key=len) for a, b in pairs))
    points = 6.0 if any(a == b for a, b in pairs) else 4.5
    more, less = _extras(x, y)
    if x.head not in _PLAIN_HEADS and y.head is None and less:
        more.append(str(x.head))
    if y.head not in _PLAIN_HEADS and x.head is None and more:
        less.append(str(y.head))
    if more and less:
        if set(more) & set(x.proper) and set(less) & set(y.proper):
            points -= 2.5
        return Sign(points - 5.5, f"{told} in both names, but {_list(more)} in one and {_list(less)} in the other")
    if more or less:
        return Sign(points - 1, f"{told} in both names, {_list(more or less)} in one only")
    return Sign(points, f"same core name: {told}")


def _mixed(x: Name, y: Name) -> Sign:
    """A proper name and one that only says what it is."""
    named, plain = (x, y) if x.proper else (y, x)
    shared = named.unique & plain.unique
    if shared:
        return Sign(2.5, f"{_list(shared)} in both names")
    made = [a for a in plain.products if any(alike(a, b) for b in named.tokens)]
    if made and len(made) == len(plain.products):
        return Sign(1.5, f"{_list(made)} in both names")
    if not plain.products and not plain.unique and plain.head and plain.head == named.head:
        return Sign(0.5, f"both a {plain.head}")
    return Sign(-3, f"{'/'.join(named.proper)} and {plain.text} have no word in common")


def _plain(x: Name, y: Name) -> Sign:
    """Two names without a proper part."""
    if x.level == "generic" and y.level == "generic":
        if x.core == y.core:
            return Sign(1, f"same generic name: {x.core}")
        if x.core in y.core or y.core in x.core or (x.head and x.head == y.head):
            return Sign(0.5, f"like generic names: {x.core} and {y.core}")
        return Sign(-4, f"different names: {x.core} and {y.core}")
    if not any(alike(a, b) for a in x.tokens | x.numbers for b in y.tokens | y.numbers):
        return Sign(-3, f"different names: {x.text} and {y.text}")
    more, less = _extras(x, y)
    if more and less:
        return Sign(-0.5, f"like names: {x.text} and {y.text}")
    base = 5 if x.unique & y.unique or x.numbers & y.numbers else 3
    return Sign(base - (1 if more or less else 0), f"same name within a county: {_list(x.tokens | x.numbers)}")


def alike(a: str, b: str) -> bool:
    """One in the other, or begun alike with most of their pairs of characters in common: 顺昌特钢冷轧板, 顺昌冷轧板."""
    if a == b:
        return True
    if a in b or b in a:
        return not (abs(len(a) - len(b)) == 1 and max(a, b, key=len)[0] in _SIDES)
    if a[:2] != b[:2]:
        return False
    one, other = ({w[i : i + 2] for i in range(len(w) - 1)} for w in (a, b))
    return 2 * len(one & other) >= 0.6 * (len(one) + len(other))


def _extras(x: Name, y: Name) -> tuple[list[str], list[str]]:
    """What each says that the other does not."""
    return _beyond(x, y), _beyond(y, x)


def _beyond(x: Name, y: Name) -> list[str]:
    """What one says beyond the other; of a longer proper word what is more of it: 沐心谷 in 叶赫沐心谷."""
    found: list[str] = []
    for told in sorted(x.tokens):
        like = [t for t in sorted(y.tokens) if alike(told, t)]
        rest = min((told.replace(t, "") for t in like), key=len, default=told)
        if not like or (told in x.proper and len(rest) >= 2 and rest != told):
            found.append(rest)
    return found


def _list(words: Iterable[str]) -> str:
    return "/".join(sorted(words))


# The rest


def _articles(p: Profile, q: Profile) -> Iterable[Sign]:
    both = p.contents.keys() & q.contents.keys()
    if any(not p.contents[article] & q.contents[article] for article in both):
        yield Sign(-6, "one article tells of them as two")
    elif p.stories & q.stories and not both:
        yield Sign(1.5, "in copies of one story")


def _place(p: Profile, q: Profile, level: str) -> Iterable[Sign]:
    pairs = [(near(a, b), a, b) for a in p.places for b in q.places]
    if not pairs:
        return
    how, a, b = max(pairs)
    at = min(a, b, key=lambda path: (len(path), path)) if how == 3 else " and ".join(sorted((a, b)))
    if how == 3:
        yield Sign(1.5, f"same place: {at}")
    elif how == 2:
        yield Sign(0.5, f"one place within the other: {at}")
    elif level == "proper" and {n.head for n in p.names | q.names if n.head} & LINES:
        yield Sign(-0.5 if how == 1 else -3, f"different places along a line: {at}")
    else:
        yield Sign(-9, f"different places: {at}")


def near(a: str, b: str) -> int:
    """3 one place, 2 one within the other, 1 different within a prefecture, 0 further apart."""
    one, other = a.split("/"), b.split("/")
    if one[-1] == other[-1]:
        return 3
    if one[-1] in other or other[-1] in one:
        return 2
    return 1 if len(one) > 2 and len(other) > 2 and one[:2] == other[:2] else 0


def _owner(p: Profile, q: Profile) -> Iterable[Sign]:
    shared = p.owners & q.owners
    brands = [(a, b) for a in p.brands for b in q.brands if alike(a, b)]
    if shared or brands:
        yield Sign(2, f"same owner: {min(shared or {min(pair) for pair in brands})}")
        return
    if p.brands and q.brands:
        yield Sign(-2, "different owners: " + " and ".join(sorted((min(p.brands), min(q.brands)))))
        return
    named = sorted(
        a
        for one, other in ((p, q), (q, p))
        for a in one.brands
        for n in other.names
        for b in n.proper
        if alike(a, b) and not any(alike(a, own) for m in one.names for own in m.proper)
    )
    if named:
        yield Sign(4, f"the owner {named[0]} of the one stands in the name of the other")


def _amount(p: Profile, q: Profile, level: str) -> Iterable[Sign]:
    one = p.amounts | {amount for _, amount in p.phase_amounts}
    other = q.amounts | {amount for _, amount in q.phase_amounts}
    close = [min(a, b) for a in one for b in other if _within(a, b)]
    if close:
        yield Sign(2.5, f"investment within 5 %: {_money(max(close))}")
    elif p.amounts and q.amounts:
        ratio = min(max(a, b) / min(a, b) for a in p.amounts for b in q.amounts if a > 0 and b > 0)
        if any(abs(ratio / slip - 1) < _CLOSE for slip in _SLIPS):
            return
        weak = level in ("described", "generic")
        points = (-2.5 if weak else -1.5) if ratio > 2 else (-1.5 if weak else -0.5)
        told = sorted((max(p.amounts), max(q.amounts)))
        yield Sign(points, "investment differs: " + " and ".join(map(_money, told)))


def _within(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) <= _CLOSE * max(abs(a), abs(b))


def _money(amount: Decimal) -> str:
    return f"{amount / 100_000_000:.4g}亿元" if amount >= 100_000_000 else f"{amount / 10_000:.4g}万元"


def _capacity(p: Profile, q: Profile) -> Iterable[Sign]:
    made = {(product, unit) for product, unit, _ in p.capacity} & {(product, unit) for product, unit, _ in q.capacity}
    if p.capacity & q.capacity:
        product, unit, value = min(p.capacity & q.capacity)
        yield Sign(2, f"same capacity: {value:f}{unit}{product}")
    elif made:
        yield Sign(-1.5, f"different capacity of {min(made)[0]}")


def _time(p: Profile, q: Profile, level: str) -> Iterable[Sign]:
    apart = (max(p.first, q.first) - min(p.last, q.last)).days
    if level == "generic" and apart > 600:
        yield Sign(-2, f"{apart} days lie between the articles")
    begun_again = (p.built < q.begun and (q.begun - p.built).days > 90) or (
        q.built < p.begun and (p.begun - q.built).days > 90
    )
    if begun_again and level in ("described", "generic"):
        yield Sign(-1.5, "the one was finished before the other was under way")
