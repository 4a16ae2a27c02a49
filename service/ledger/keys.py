"""Look-up keys: how the mentions that may be of one project find each other without comparing all with all."""

from collections.abc import Iterable
from decimal import Decimal

from service.ledger.match import LINES, alike, near
from service.ledger.mention import Mention
from service.ledger.names import Name, brand, parse, proper_in, short
from service.ledger.profile import known_of, profile

CROWD = 64
"""A key that more spellings share is of no use (工业园 in one county) and is given up: the look-up asks for CROWD + 1
spellings, and takes none where it gets that many. That depends on the set alone, and costs the same in any set."""
MOST = 24


def spelling(mention: Mention) -> str:
    """Place and core of the name: mentions of one spelling are one row of the index. A generic name (老旧小区改造) has a
    spelling of its own in each article, as it tells nothing by itself."""
    known = known_of((mention,))
    name = parse(mention.project.name, known)
    place = next(iter(profile(mention, known).places), "?")
    own = f"|{mention.content_sha256}" if name.level == "generic" else ""
    return f"{place}|{name.core}{own}"


def apart(one: str, other: str) -> bool:
    """Whether two spellings are of different places and neither is of a line, which may run through both: no other sign
    outweighs that."""
    (a, core), (b, another) = one.split("|")[:2], other.split("|")[:2]
    if "?" in (a, b) or near(a, b) >= 2:
        return False
    return not LINES & {*core.split("/"), *another.split("/")}


def strange(one: str, other: str) -> bool:
    """Whether two spellings, each of a county, have names of their own and not one in common: what else they share is
    then worth no look, unless it is an owner."""
    (a, core), (b, another) = one.split("|")[:2], other.split("|")[:2]
    if a.count("/") < 2 or b.count("/") < 2:
        return False
    names, others = proper_in(core), proper_in(another)
    return bool(names and others) and not any(alike(x, y) for x in names for y in others)


def keys(mention: Mention) -> tuple[str, ...]:
    """The keys under which its spelling is entered: at most 24, sorted. Each begins with its kind:

    p|prefecture|two characters of a proper name or of an owner's;  q|province|three characters of a proper name;
    c|core of the name;  d|county or prefecture|what it is;  x|county in the name|what it is;
    m|county or prefecture|investment to three digits, a round one only of a name that is not proper;  s|story|what it is.
    """
    known = known_of((mention,))
    own = profile(mention, known)
    place = next(iter(own.places), "")
    names = [parse(name, known) for name in dict.fromkeys((mention.project.name, *mention.project.aliases))]
    brands = [b for owner in mention.project.owners if (b := brand(owner, known.places))]
    amounts = own.amounts | {amount for _, amount in own.phase_amounts}
    made: list[str] = []
    for name in names:
        made += _of_name(name, place, mention.story)
    made += [f"p|{_scope(place)}|{b[:2]}" for b in brands]
    named = place.count("/") == 2 and all(name.proper for name in names)  # else it may be named after its county
    told = [d for a in sorted(amounts) if a > 0 and not ((d := _three_digits(a))[3] == "0" and named)]
    made += [f"m|{where}|{digits}" for where in _scopes(place) for digits in told]
    return tuple(sorted(dict.fromkeys(made[:MOST])))


def _of_name(name: Name, place: str, story: str) -> Iterable[str]:
    what = "/".join(sorted(name.unique | name.products | name.numbers)) or name.core
    if name.level != "generic":
        yield f"c|{name.core}"
    for proper in name.proper:
        yield from (f"q|{place.split('/')[0]}|{proper[i : i + 3]}" for i in range(max(min(len(proper) - 2, 4), 1)))
        yield from (f"p|{_scope(place)}|{proper[i : i + 2]}" for i in range(min(len(proper) - 1, 5)))
        yield f"x|{proper[:2]}|{what}"
    if name.level in ("unique", "described"):
        yield from (f"d|{where}|{word}" for where in _scopes(place) for word in sorted(name.unique | name.products)[:3])
    if place and (name.proper or name.level != "generic"):
        yield f"x|{short(place.split('/')[-1])[:2]}|{what}"
    if not name.proper:
        yield f"s|{story}|{what}"


def _scope(place: str) -> str:
    """Province and prefecture."""
    return "/".join(place.split("/")[:2])


def _scopes(place: str) -> tuple[str, ...]:
    """Where a weak sign counts: in the county, and in the prefecture for those who name no county."""
    return tuple(dict.fromkeys((place, _scope(place)))) if place else ()


def _three_digits(amount: Decimal) -> str:
    return f"{amount:.2e}"
