"""The machinery of the rules: a rule, a family of rules, what they find. It knows no word of the domain.

A rule is a function under `@family.rule(pattern, yes=..., no=...)`. The function's name is the rule's name and travels in
every fact. The pattern is verbose (blanks do not count) and built of named fragments; the production turns a match into a
value, or None where the words mean nothing after all. Overlap is settled in one place, `Search.find`: leftmost, then longest,
then the earlier rule.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from service.extract.search import finder


@dataclass(frozen=True, slots=True)
class Context:
    """What a production may know beside its match: the day of publication, if the page states one."""

    published: dt.date | None = None


class Found(NamedTuple):
    """A value and the words it was read from: offsets into the string that was searched, and the rule's name."""

    start: int
    end: int
    value: Any
    rule: str
    kind: str = ""


Production = Callable[[re.Match[str], Context], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a family.

    `near` are literals of which at least one stands in every match: a string without any is not searched (`trigger`).
    With `at_near` every match begins with one of them, and the pattern is tried there alone.
    Where the pattern has a group named `it`, that group alone is what was found; the rest is its surroundings.
    `units` are, in a family with a `start`, the characters of which one stands behind the number with which every match begins.
    `yes` maps sentences, the matched words in ⟦ ⟧, to the value; `no` are near misses in which it must find nothing.
    """

    name: str
    family: str
    kind: str
    over: Literal["text", "shape"]
    pattern: str
    regex: re.Pattern[str]
    near: tuple[str, ...]
    at_near: bool
    units: str
    yes: Mapping[str, Any]
    no: Sequence[str]
    produce: Production
    trigger: re.Pattern[str] | None
    group: str | int

    def find(self, text: str, context: Context) -> list[Found]:
        """All matches in `text` to which the production gives a value, whatever other rules find."""
        if self.trigger is not None and self.trigger.search(text) is None:
            return []
        read = ((match.span(self.group), self.produce(match, context)) for match in self.regex.finditer(text))
        return [Found(*span, value, self.name, self.kind) for span, value in read if value is not None]

    def matches_at(self, text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
        """The matches in a text that has the literals at `places`, for a rule `at_near`."""
        end = 0
        for at in sorted(places):
            if at >= end and (match := self.regex.match(text, at)) is not None:
                end = match.end()
                yield match


RULES: list[Rule] = []
"""Every rule of every family that was imported, in order of definition."""


class Family:
    """The rules for one kind of fact.

    `kind` is the character that stands for such a value in a sentence's shape; `over` says whether the rules search the
    text itself or a sentence's shape.

    `start` finds each place where a number may begin, and the character behind it as its group `unit`; the rules that give
    their `units` are tried there alone, and where `leads`, which may stand before the number, ends right before it.
    """

    def __init__(
        self,
        name: str,
        kind: str = "",
        *,
        over: Literal["text", "shape"] = "text",
        start: str | None = None,
        leads: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.kind = kind
        self.over = over
        self.start = start
        self.leads = frozenset(leads)
        self.rules: list[Rule] = []
        self._search: Search | None = None

    def rule(
        self,
        pattern: str,
        *,
        yes: Mapping[str, Any],
        no: Sequence[str],
        near: Iterable[str] = (),
        at_near: bool = False,
        units: str = "",
        kind: str | None = None,
    ) -> Callable[[Production], Production]:
        """Register the decorated production under its own name."""

        def register(produce: Production) -> Production:
            regex = re.compile(pattern, re.VERBOSE)
            kept = self.kind if kind is None else kind
            words = tuple(near)
            trigger = re.compile("|".join(map(re.escape, words))) if words else None
            group: str | int = "it" if "it" in regex.groupindex else 0
            name = produce.__name__
            rule = Rule(
                name,
                self.name,
                kept,
                self.over,
                pattern,
                regex,
                words,
                at_near,
                units,
                yes,
                no,
                produce,
                trigger,
                group,
            )
            self.rules.append(rule)
            self._search = None
            RULES.append(rule)
            return produce

        return register

    @property
    def search(self) -> "Search":
        """The search of this family's rules alone."""
        if self._search is None:
            self._search = Search((self,))
        return self._search

    def find(self, text: str, context: Context) -> list[Found]:
        """All values of this family in `text`, overlap settled."""
        return self.search.find(text, context)


class Search:
    """The rules of families that are searched together: one pass finds the literals of all rules, one where numbers begin.

    Families with a `start` share it, and their `leads`.
    """

    def __init__(self, families: Sequence[Family]) -> None:
        rules = [rule for family in families for rule in family.rules]
        self._searched = [rule for rule in rules if not rule.units]
        self._always = 0
        tells: dict[str, int] = {}
        for i, rule in enumerate(self._searched):
            self._always |= 0 if rule.near else 1 << i
            for word in rule.near:
                tells[word] = tells.get(word, 0) | 1 << i
        self._find, self._bits = finder(tells, overlapping=True), [*tells.values()]
        self._by_unit: dict[str, list[Rule]] = {}
        for rule in rules:
            for unit in dict.fromkeys(rule.units):
                self._by_unit.setdefault(unit, []).append(rule)
        numbered = next((family for family in families if family.start is not None), None)
        if numbered is not None:
            self._start = re.compile(numbered.start or "", re.VERBOSE)
            self._lead_ends = frozenset(word[-1] for word in numbered.leads)
            self._longest_lead = max(map(len, numbered.leads), default=0)

    def find(self, text: str, context: Context, shift: int = 0) -> list[Found]:
        """What the rules find in `text`, which begins at `shift`.

        Of values that overlap the leftmost stays, then the longest, then the one of the earlier rule.
        """
        matched: list[tuple[int, int, int, Rule, re.Match[str]]] = []
        for rule, match in self.matches(text):
            start, end = match.span(rule.group)
            matched.append((start, -end, len(matched), rule, match))
        matched.sort()
        found: list[Found] = []
        here = 0
        for start, negative, _, rule, match in matched:
            if start >= here and (value := rule.produce(match, context)) is not None:
                here = -negative
                found.append(Found(start + shift, here + shift, value, rule.name, rule.kind))
        return found

    def matches(self, text: str) -> Iterator[tuple[Rule, re.Match[str]]]:
        """Where the rules match, overlapping or not: first those that are searched, in order, then those at numbers."""
        wanted, bits, words = self._always, self._bits, self._find(text)
        for number, _, _ in words:
            wanted |= bits[number]
        while wanted:
            lowest = wanted & -wanted
            wanted ^= lowest
            rule = self._searched[lowest.bit_length() - 1]
            if rule.at_near:
                tried = rule.matches_at(text, {i for number, i, _ in words if bits[number] & lowest})
            else:
                tried = rule.regex.finditer(text)
            for match in tried:
                yield rule, match
        if self._by_unit:
            yield from self._at_starts(text)

    def _at_starts(self, text: str) -> Iterator[tuple[Rule, re.Match[str]]]:
        """Where the rules with units match, which is where a search of the whole text with each of them does."""
        ends: dict[str, int] = {}
        for number in self._start.finditer(text):
            rules = self._by_unit.get(number["unit"])
            if rules is None:
                continue
            at = number.start()
            first = max(at - self._longest_lead, 0) if text[at - 1 : at] in self._lead_ends else at
            places = range(first, at + 1)
            for rule in rules:
                done = ends.get(rule.name, 0)
                for i in places:
                    match = rule.regex.match(text, i) if i >= done else None
                    if match is not None:
                        ends[rule.name] = match.end()
                        yield rule, match
                        break
