"""Which mentions are one project: decided from the set alone, whatever the order."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from service.ledger.handles import resolve
from service.ledger.keys import spelling
from service.ledger.match import SAME, compare
from service.ledger.mention import Cluster, Correction, Mention, age
from service.ledger.names import Known, parse
from service.ledger.profile import Profile, known_of, profile


def cluster(mentions: Iterable[Mention], corrections: Iterable[Correction] = ()) -> tuple[Cluster, ...]:
    """The projects of one component (`walk`), each with its mentions; oldest first.

    What fits best is joined first, then all that is known of the joined is compared with the rest, until nothing fits.
    What people decided comes before, and is never undone by it.
    """
    ordered = sorted({m.record: m for m in mentions}.values(), key=age)
    decided = [_decision(c, ordered) for c in sorted(corrections, key=lambda c: c.id)]
    known = known_of(ordered)
    groups = _Groups([_Group(m, sum_profiles(m, known)) for m in _units(ordered, decided)], decided)
    groups.join_decided()
    groups.join_alike()
    found = sorted(([*sorted(g.mentions, key=age)] for g in groups.alive.values()), key=lambda g: age(g[0]))
    return tuple(Cluster(mentions=tuple(g), corrections=_meant(g, found, decided)) for g in found)


@dataclass(frozen=True)
class _Decision:
    """A correction with the records it means."""

    correction: Correction
    of: frozenset[int]
    apart: frozenset[int]


@dataclass(frozen=True)
class _Group:
    mentions: tuple[Mention, ...]
    profile: Profile

    @property
    def records(self) -> frozenset[int]:
        return frozenset(m.record for m in self.mentions)


def sum_profiles(mentions: Sequence[Mention], known: Known) -> Profile:
    """All that mentions tell together."""
    return reduce(add, (profile(m, known) for m in mentions))


def _decision(correction: Correction, mentions: Sequence[Mention]) -> _Decision:
    of, apart = (
        frozenset(m.record for h in handles if (m := resolve(h, mentions)))
        for handles in (correction.of, correction.apart)
    )
    return _Decision(correction, of, apart)


def _units(mentions: Sequence[Mention], decided: Sequence[_Decision]) -> list[tuple[Mention, ...]]:
    """What is one from the start: one spelling of a proper name, or of another with the same figures; never what a person
    parted."""
    parted = {r for d in decided if d.correction.kind == "split" for r in d.of | d.apart}
    units: dict[tuple[object, ...], list[Mention]] = defaultdict(list)
    for m in mentions:
        told: tuple[object, ...] = ()
        if m.record in parted:
            told = (m.record,)
        elif parse(m.project.name, known_of((m,))).level != "proper":
            p = m.project
            told = (p.investment_total, p.owners, p.capacity, tuple(sorted(p.investment_phase.items())))
        units[(spelling(m), *told)].append(m)
    return [tuple(u) for u in units.values()]


class _Groups:
    """The groups as they grow. Their numbers follow the order of their oldest mentions until they are joined."""

    def __init__(self, groups: Sequence[_Group], decided: Sequence[_Decision]) -> None:
        self.alive = dict(enumerate(groups))
        self._decided = decided

    def join_decided(self) -> None:
        """What a person put together; the later decision first, so that an earlier one does not part it again."""
        for decision in reversed(self._decided):
            kind = decision.correction.kind
            sides = {"merge": (decision.of,), "split": (decision.of, decision.apart)}.get(kind, ())
            for side in sides:
                meant = [i for i, g in self.alive.items() if g.records & side]
                for other in meant[1:]:
                    if self._may(meant[0], other, since=decision.correction.id):
                        self._join(meant[0], other, meant[0])

    def join_alike(self) -> None:
        """What is alike, the most alike first."""
        heap: list[tuple[float, int, int]] = []
        order = list(self.alive)
        for n, i in enumerate(order):
            for j in order[n + 1 :]:
                self._weigh(heap, i, j)
        made = max(order, default=0)
        while heap:
            _, i, j = heapq.heappop(heap)
            if i not in self.alive or j not in self.alive:
                continue
            made += 1
            self._join(i, j, made)
            for other in list(self.alive):
                if other != made:
                    self._weigh(heap, other, made)

    def _weigh(self, heap: list[tuple[float, int, int]], i: int, j: int) -> None:
        score = compare(self.alive[i].profile, self.alive[j].profile).score
        if score >= SAME and self._may(i, j):
            heapq.heappush(heap, (-score, i, j))

    def _may(self, i: int, j: int, since: int = 0) -> bool:
        """Whether no decision later than `since` parts them."""
        one, other = self.alive[i].records, self.alive[j].records
        return not any(
            d.correction.kind == "split"
            and d.correction.id > since
            and ((one & d.of and other & d.apart) or (one & d.apart and other & d.of))
            and not (one & d.of and one & d.apart)
            and not (other & d.of and other & d.apart)
            for d in self._decided
        )

    def _join(self, i: int, j: int, into: int) -> None:
        one, other = self.alive.pop(i), self.alive.pop(j)
        self.alive[into] = _Group(one.mentions + other.mentions, one.profile + other.profile)


def _meant(
    group: Sequence[Mention], groups: Sequence[Sequence[Mention]], decided: Sequence[_Decision]
) -> tuple[Correction, ...]:
    """The new names and values that are for this group: that which holds most of the mentions meant, the oldest of equals."""
    chosen: list[Correction] = []
    for d in decided:
        if d.correction.kind in ("rename", "value") and d.of:
            best = max(groups, key=lambda g: sum(m.record in d.of for m in g))
            if best is group:
                chosen.append(d.correction)
    return tuple(chosen)
