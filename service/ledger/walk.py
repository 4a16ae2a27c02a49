"""The walk from mentions to all that are connected with them, without knowing where they are kept."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from typing import NamedTuple

from service.ledger.handles import resolve
from service.ledger.keys import CROWD, apart, keys, spelling, strange
from service.ledger.match import LINK, match
from service.ledger.mention import Correction, Mention, age
from service.ledger.names import parse
from service.ledger.profile import known_of


class Ask(NamedTuple):
    """What the walk needs next: of each key at most CROWD + 1 of its spellings; all mentions of the spellings; all mentions
    of the articles (by content_sha256); all corrections that name one of the articles `corrected`."""

    keys: frozenset[str] = frozenset()
    spellings: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    corrected: frozenset[str] = frozenset()


class Answer(NamedTuple):
    """What there is: the spellings by key, the mentions of the spellings and articles, the corrections."""

    spellings: Mapping[str, Collection[str]]
    mentions: Sequence[Mention]
    corrections: Sequence[Correction]


class Component(NamedTuple):
    """Mentions that are connected, oldest first, and the corrections that name any of them: what `cluster` takes."""

    mentions: tuple[Mention, ...]
    corrections: tuple[Correction, ...]


_BY_NAME = frozenset("pqcs")
"""Kinds of keys that only those share who have a name, an owner or a story in common."""
Steps = Generator[Ask, Answer, None]


def walk(start: Iterable[str]) -> Generator[Ask, Answer, tuple[Component, ...]]:
    """The components of the spellings `start`: send it the answers to what it asks; they are the value it returns.

    After mentions came or went: start from their spellings, from all that was connected with those that went, and, for
    each key whose number of spellings passed CROWD (either way), from all spellings of that key. Then the components are
    those of the whole set.
    """
    known = _Known()
    components: list[Component] = []
    done: set[str] = set()
    for first in sorted(set(start)):
        if first not in done:
            reached = {first}
            corrections: dict[int, Correction] = {}
            yield from known.spread(reached, corrections)
            done |= reached
            mentions = sorted((m for s in reached for m in known.mentions[s]), key=age)
            if mentions:
                components.append(Component(tuple(mentions), tuple(corrections[i] for i in sorted(corrections))))
    return tuple(components)


class _Known:
    """What has been answered so far."""

    def __init__(self) -> None:
        self.mentions: dict[str, list[Mention]] = defaultdict(list)
        self._by_key: dict[str, Collection[str]] = {}
        self._told: dict[str, list[Mention]] = {}
        self._records: set[int] = set()

    def spread(self, reached: set[str], corrections: dict[int, Correction]) -> Steps:
        """Adds to `reached` all spellings that are connected with it, and to `corrections` those that name them."""
        edge = set(reached)
        while edge:
            yield from self._load(edge)
            found: set[str] = set()
            yield from self._likely(edge, reached, found)
            yield from self._decided([m for s in sorted(edge) for m in self.mentions[s]], corrections, found)
            edge = found - reached
            reached |= edge

    def _likely(self, edge: Collection[str], reached: set[str], found: set[str]) -> Steps:
        """Adds the spellings that share a key with one of the `edge` and look like it.

        Whether two are linked is asked of the two spellings, of all keys and all mentions of either: so a link leads both
        ways, and what is reached is the same from wherever the walk starts.
        """
        made = {s: {key for m in self._told[s] for key in keys(m)} for s in edge}
        unknown = frozenset(key for some in made.values() for key in some) - self._by_key.keys()
        if unknown:
            answer = yield Ask(keys=unknown)
            self._by_key |= {key: answer.spellings.get(key, ()) for key in unknown}
        near = {own: self._near(own, made[own]) - reached for own in sorted(edge)}
        yield from self._load({s for some in near.values() for s in some})
        for own, some in near.items():
            found |= {s for s in some - found if self._alike(*sorted((own, s)))}

    def _near(self, own: str, made: Iterable[str]) -> set[str]:
        """The spellings that share one of the keys with `own`, but for those that no likeness would make one with it."""
        return {
            s
            for key in made
            if len(self._by_key[key]) <= CROWD
            for s in self._by_key[key]
            if not apart(own, s) and (key[0] in _BY_NAME or not strange(own, s))
        }

    def _alike(self, one: str, other: str) -> bool:
        return any(match(a, b).score >= LINK for a in self._told[one] for b in self._told[other])

    def _decided(self, mentions: Sequence[Mention], corrections: dict[int, Correction], found: set[str]) -> Steps:
        """Adds the spellings that a person spoke of together with one of `mentions`."""
        answer = yield Ask(corrected=frozenset(m.content_sha256 for m in mentions))
        named = {c.id: c for c in answer.corrections if c.id not in corrections}
        if not named:
            return
        articles = frozenset(h.content_sha256 for c in named.values() for h in (*c.of, *c.apart))
        answer = yield Ask(articles=articles)
        self._take(answer.mentions)
        here = {m.record for m in mentions}
        for correction in named.values():
            meant = [m for h in (*correction.of, *correction.apart) if (m := resolve(h, answer.mentions))]
            if any(m.record in here for m in meant):
                corrections[correction.id] = correction
                found |= {spelling(m) for m in meant}

    def _load(self, spellings: Collection[str]) -> Steps:
        missing = frozenset(spellings) - self._told.keys()
        if missing:
            answer = yield Ask(spellings=missing)
            self._take(answer.mentions)
            self._told |= {s: _told(self.mentions[s]) for s in missing}

    def _take(self, mentions: Iterable[Mention]) -> None:
        for m in mentions:
            if m.record not in self._records:
                self._records.add(m.record)
                self.mentions[spelling(m)].append(m)


def _told(mentions: Iterable[Mention]) -> list[Mention]:
    """The different things that mentions of a spelling tell of identity, each as a mention of an article of its own on no
    day: the hundredth article on a project that says the same costs no more. They have the keys of the mentions."""
    told: dict[str, Mention] = {}
    for m in mentions:
        p, known = m.project, known_of((m,))
        named = all(parse(name, known).proper for name in (p.name, *p.aliases))
        key = repr(
            (
                *(p.name, p.aliases, p.owners, p.investment_total, sorted(p.investment_phase.items()), p.capacity),
                *(p.region and p.region.path, m.place and m.place.path, None if named else m.story),
            )
        )
        if key not in told:
            day = dt.date.min
            like = {"content_sha256": key, "story": key if named else m.story, "published": None, "seen": day}
            told[key] = m.model_copy(update=like)
    return list(told.values())
