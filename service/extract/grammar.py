"""The machinery of the rules: a rule, a family of rules, what they find. It knows no word of the domain.

A rule is a function under `@family.rule(pattern, yes=..., no=...)`. The function's name is the rule's name and travels in
every fact. The pattern is verbose (blanks do not count) and built of named fragments; the production turns a match into a
value, or None where the words mean nothing after all. Overlap is settled in one place, `settle`: leftmost, then longest,
then the earlier rule.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Context:
    """What a production may know beside its match: the day of publication, if the page states one."""

    published: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Found:
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
    Where the pattern has a group named `it`, that group alone is what was found; the rest is its surroundings.
    `yes` maps sentences, the matched words in ⟦ ⟧, to the value; `no` are near misses in which it must find nothing.
    """

    name: str
    family: str
    kind: str
    over: Literal["text", "shape"]
    pattern: str
    regex: re.Pattern[str]
    near: tuple[str, ...]
    yes: Mapping[str, Any]
    no: Sequence[str]
    produce: Production
    trigger: re.Pattern[str] | None
    group: str | int

    def find(self, text: str, context: Context) -> list[Found]:
        """All matches in `text` to which the production gives a value."""
        if self.trigger is not None and self.trigger.search(text) is None:
            return []
        found = []
        for match in self.regex.finditer(text):
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
    text itself or a sentence's shape; `gate` is what every match of every rule contains, so that most strings cost one search.
    """

    def __init__(
        self, name: str, kind: str = "", *, over: Literal["text", "shape"] = "text", gate: str | None = None
    ) -> None:
        self.name = name
        self.kind = kind
        self.over = over
        self.gate = re.compile(gate, re.VERBOSE) if gate else None
        self.rules: list[Rule] = []

    def rule(
        self,
        pattern: str,
        *,
        yes: Mapping[str, Any],
        no: Sequence[str],
        near: Iterable[str] = (),
        kind: str | None = None,
    ) -> Callable[[Production], Production]:
        """Register the decorated production under its own name."""

        def register(produce: Production) -> Production:
            regex = re.compile(pattern, re.VERBOSE)
            kept = self.kind if kind is None else kind
            words = tuple(near)
            trigger = re.compile("|".join(map(re.escape, words))) if words else None
            group: str | int = "it" if "it" in regex.groupindex else 0
            rule = Rule(
                produce.__name__, self.name, kept, self.over, pattern, regex, words, yes, no, produce, trigger, group
            )
            self.rules.append(rule)
            RULES.append(rule)
            return produce

        return register

    def find(self, text: str, context: Context) -> list[Found]:
        """All values of this family in `text`, overlap settled."""
        return settle(self.candidates(text, context))

    def candidates(self, text: str, context: Context) -> list[Found]:
        """What the rules find in `text`, overlapping or not."""
        if self.gate is not None and self.gate.search(text) is None:
            return []
        return [found for rule in self.rules for found in rule.find(text, context)]


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
