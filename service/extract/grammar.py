"""The machinery of the rules: a rule, a family of rules, what they find. It knows no word of the domain.

A rule is a function under `@family.rule(pattern, yes=..., no=...)`. The function's name is the rule's name and travels in
every fact. The pattern is verbose (blanks do not count) and built of named fragments; the production turns a match into a
value, or None where the words mean nothing after all. Overlap is settled in one place, `settle`: leftmost, then longest,
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
        """All matches in `text` to which the production gives a value."""
        if self.trigger is not None and self.trigger.search(text) is None:
            return []
        return self.matches(text, context)

    def matches(self, text: str, context: Context) -> list[Found]:
        """The same in a text that has one of the literals."""
        return self._values(self.regex.finditer(text), context)

    def matches_at(self, text: str, places: Iterable[int], context: Context) -> list[Found]:
        """The same in a text that has the literals at `places`, for a rule `at_near`."""
        return self._values(self._tried(text, places), context)

    def _tried(self, text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
        end = 0
        for at in sorted(places):
            if at >= end and (match := self.regex.match(text, at)) is not None:
                end = match.end()
                yield match

    def _values(self, matches: Iterable[re.Match[str]], context: Context) -> list[Found]:
        found = []
        for match in matches:
            value = self.produce(match, context)
            if value is not None:
                start, end = match.span(self.group)
                found.append(Found(start, end, value, self.name, self.kind))
        return found


RULES: list[Rule] = []
"""Every rule of every family that was imported, in order of definition."""


class Family:
    """The rules for one kind of fact.

    `kind` is the character that stands for such a value in a sentence's shape; `over` says whether the rules search the
    text itself or a sentence's shape.

    `start` finds each place where a number may begin, and the character behind it as its group `unit`; the rules that give
    their `units` are tried there alone, and where `leads`, which may stand before the number, ends right before it. `gate`
    is what every match of such a rule contains.
    """

    def __init__(
        self,
        name: str,
        kind: str = "",
        *,
        over: Literal["text", "shape"] = "text",
        start: str | None = None,
        gate: str = "",
        leads: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.kind = kind
        self.over = over
        self.start = start
        self.gate = re.compile(gate)
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

    def find(self, text: str, context: Context) -> list[Found]:
        """All values of this family in `text`, overlap settled."""
        return settle(self.candidates(text, context))

    def candidates(self, text: str, context: Context) -> list[Found]:
        """What the rules find in `text`, overlapping or not."""
        if self._search is None:
            self._search = Search((self,))
        return self._search.candidates(text, context)


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
        numbered = [family for family in families if family.start is not None]
        self._gates = [(family.gate, 1 << i) for i, family in enumerate(numbered)]
        self._by_unit = [
            _by_unit(family for i, family in enumerate(numbered) if passed >> i & 1)
            for passed in range(1 << len(numbered))
        ]
        if numbered:
            self._start = re.compile(numbered[0].start or "", re.VERBOSE)
            self._lead_ends = frozenset(word[-1] for word in numbered[0].leads)
            self._longest_lead = max(map(len, numbered[0].leads), default=0)

    def candidates(self, text: str, context: Context) -> list[Found]:
        """What the rules find in `text`, overlapping or not: first those that are searched, in order, then those at numbers."""
        wanted, bits, words = self._always, self._bits, self._find(text)
        for number, _, _ in words:
            wanted |= bits[number]
        found: list[Found] = []
        while wanted:
            lowest = wanted & -wanted
            wanted ^= lowest
            rule = self._searched[lowest.bit_length() - 1]
            if rule.at_near:
                found += rule.matches_at(text, {i for number, i, _ in words if bits[number] & lowest}, context)
            else:
                found += rule.matches(text, context)
        passed = 0
        for gate, bit in self._gates:
            if gate.search(text):
                passed |= bit
        if passed:
            self._at_starts(self._by_unit[passed], text, context, found)
        return found

    def _at_starts(self, by_unit: dict[str, list[Rule]], text: str, context: Context, found: list[Found]) -> None:
        """Add what the rules with units find, which is what a search of the whole text with each of them finds."""
        ends: dict[str, int] = {}
        for number in self._start.finditer(text):
            rules = by_unit.get(number["unit"])
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
                        value = rule.produce(match, context)
                        if value is not None:
                            start, end = match.span(rule.group)
                            found.append(Found(start, end, value, rule.name, rule.kind))
                        break


def _by_unit(families: Iterable[Family]) -> dict[str, list[Rule]]:
    """The rules of families by each of the characters that their units begin with."""
    rules: dict[str, list[Rule]] = {}
    for family in families:
        for rule in family.rules:
            for unit in dict.fromkeys(rule.units):
                rules.setdefault(unit, []).append(rule)
    return rules


def settle(found: list[Found]) -> list[Found]:
    """Of values that overlap keep the leftmost, then the longest, then the one of the earlier rule (the sort is stable)."""
    if len(found) < 2:
        return found
    kept: list[Found] = []
    end = -1
    for item in sorted(found, key=lambda f: (f.start, -f.end)):
        if item.start >= end:
            kept.append(item)
            end = item.end
    return kept
