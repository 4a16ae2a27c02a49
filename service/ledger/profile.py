"""What one or more mentions tell of the identity of their project, as far as it is compared."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from service.ledger.mention import Mention
from service.ledger.names import Known, Name, brand, parse, short
from service.models import STAGES

_BUILT = STAGES.index("completed")


@dataclass(frozen=True)
class Profile:
    """`names` are all wordings; `places` paths of divisions; `amounts` the totals and `phase_amounts` those of phases, CNY;
    `articles` the cores of the names by article. `built` is the first day it is said to be finished, `begun` the last
    on which it is said to be not yet."""

    names: frozenset[Name]
    places: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    amounts: frozenset[Decimal] = frozenset()
    phase_amounts: frozenset[tuple[str, Decimal]] = frozenset()
    capacity: frozenset[tuple[str, str, Decimal]] = frozenset()
    articles: frozenset[tuple[str, str]] = frozenset()
    stories: frozenset[str] = frozenset()
    first: dt.date = dt.date.max
    last: dt.date = dt.date.min
    built: dt.date = dt.date.max
    begun: dt.date = dt.date.min

    @cached_property
    def contents(self) -> Mapping[str, frozenset[str]]:
        """The cores by article."""
        cores: dict[str, set[str]] = {}
        for article, core in self.articles:
            cores.setdefault(article, set()).add(core)
        return {article: frozenset(found) for article, found in cores.items()}

    @cached_property
    def fullest(self) -> Name:
        """The wording that tells most."""
        return max(self.names, key=lambda n: (len(n.tokens), n.head is not None, n.core, n.text))

    @cached_property
    def distinct(self) -> tuple[Name, ...]:
        """One wording for each core, in a fixed order."""
        found = {(n.core, n.place): n for n in sorted(self.names, key=lambda n: n.text)}
        return tuple(found[key] for key in sorted(found, key=lambda k: (k[0], k[1] or "")))

    def __add__(self, other: "Profile") -> "Profile":
        return Profile(
            names=self.names | other.names,
            places=self.places | other.places,
            brands=self.brands | other.brands,
            owners=self.owners | other.owners,
            amounts=self.amounts | other.amounts,
            phase_amounts=self.phase_amounts | other.phase_amounts,
            capacity=self.capacity | other.capacity,
            articles=self.articles | other.articles,
            stories=self.stories | other.stories,
            first=min(self.first, other.first),
            last=max(self.last, other.last),
            built=min(self.built, other.built),
            begun=max(self.begun, other.begun),
        )


def known_of(mentions: Collection[Mention]) -> Known:
    """By what names are read: the divisions and owners of all mentions that are compared."""
    places = tuple(sorted({path for m in mentions for path in _paths(m)}))
    return Known(places, tuple(sorted({b for m in mentions for b in _brands(m, places)}, key=lambda b: (-len(b), b))))


def profile(mention: Mention, known: Known) -> Profile:
    """What one mention tells."""
    project = mention.project
    names = frozenset(parse(name, known) for name in (project.name, *project.aliases))
    phases = {phase for name in names for phase in name.phases}
    total = project.investment_total
    of_phase = set(project.investment_phase.items())
    if total is not None and len(phases) == 1:
        of_phase.add((min(phases), total))
    rank = STAGES.index(project.stage) if project.stage else None
    return Profile(
        names=names,
        places=frozenset({place} if (place := _place(mention, names, known)) else ()),
        brands=frozenset(_brands(mention, known.places)),
        owners=frozenset(project.owners),
        amounts=frozenset({total} if total is not None and len(phases) != 1 else ()),
        phase_amounts=frozenset(of_phase),
        capacity=frozenset((c.product, c.unit, c.value) for c in project.capacity),
        articles=frozenset({(mention.content_sha256, parse(project.name, known).core)}),
        stories=frozenset({mention.story}),
        first=mention.day,
        last=mention.day,
        built=mention.day if rank is not None and rank >= _BUILT else dt.date.max,
        begun=mention.day if rank is not None and rank < _BUILT and not phases else dt.date.min,
    )


def _paths(mention: Mention) -> Iterable[str]:
    if mention.project.region:
        yield mention.project.region.path
    if mention.place:
        yield mention.place.path


def _brands(mention: Mention, places: tuple[str, ...]) -> Iterable[str]:
    return (b for owner in mention.project.owners if (b := brand(owner, places)))


def _place(mention: Mention, names: Iterable[Name], known: Known) -> str | None:
    """Where it stands: the division of the mention, or a narrower one inside it that its name tells."""
    own = mention.region.path if mention.region else None
    for told in sorted({n.place for n in names if n.place}):
        if "/" in told or told in {path.split("/")[0] for path in known.places}:
            if own is None or told.startswith(own + "/") or _beside(told, own):
                own = told
        elif own is None:
            own = "?/" + told
        elif told not in own.split("/") and own.count("/") < 2 and short(told) not in map(short, own.split("/")):
            own = f"{own}/{told}"
    return own


def _beside(told: str, own: str) -> bool:
    """Another county of the prefecture: a name knows better where it stands than the article does."""
    return told.count("/") == own.count("/") == 2 and told.rpartition("/")[0] == own.rpartition("/")[0]
