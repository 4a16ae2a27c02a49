"""What another reading of the same document changed, figure by figure and rule by rule. PURE."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from service.store.facts import Facts
from service.store.rows import AMOUNTS, Row, parsed

Sort = Literal["added", "removed", "changed"]
UNPROVEN = "(no evidence)"
_SAID = ("stage", "investment_phase", *AMOUNTS, "capacity", "owners", "aliases", "dates")


class Change(NamedTuple):
    """One thing that a rule reads now and did not before, or the other way round, or otherwise."""

    rule: str
    sort: Sort
    fact: str
    before: object
    after: object


class _Said(NamedTuple):
    value: object
    rules: frozenset[str]


def changes(before: Facts, after: Facts) -> list[Change]:
    """The changes from one reading to the other; where the words stand in the text does not count."""
    old, new = dict(_atoms(before)), dict(_atoms(after))
    found = []
    for fact in sorted(old.keys() | new.keys()):
        was, now = old.get(fact), new.get(fact)
        if was and now and was.value != now.value:
            found += [Change(rule, "changed", fact, was.value, now.value) for rule in sorted(now.rules)]
            continue
        lost = (was.rules if was else frozenset()) - (now.rules if now else frozenset())
        won = (now.rules if now else frozenset()) - (was.rules if was else frozenset())
        found += [Change(rule, "removed", fact, was.value, None) for rule in sorted(lost) if was]
        found += [Change(rule, "added", fact, None, now.value) for rule in sorted(won) if now]
    return found


def _atoms(facts: Facts) -> Iterator[tuple[str, _Said]]:
    """Everything a document says, each under a name that another reading gives it too."""
    names: Counter[str] = Counter()
    for kind, said in facts.items():
        for fact in map(parsed, said):
            name = " ".join([kind, *(str(part) for part in _NAMES[kind](fact) if part is not None)])
            names[name] += 1
            name += f" #{names[name]}" if names[name] > 1 else ""
            yield from _PARTS[kind](name, fact)


def _project(name: str, fact: Row) -> Iterator[tuple[str, _Said]]:
    yield name, _Said(fact["name"], _rules(fact["evidence"], "name"))
    for field in _SAID:
        if fact[field] not in (None, [], {}):
            yield f"{name} {field}", _Said(fact[field], _rules(fact["evidence"], field))


def _figure(name: str, fact: Row) -> Iterator[tuple[str, _Said]]:
    yield name, _Said(fact["value"], _rules({"value": fact["evidence"]}, "value"))


def _person(name: str, fact: Row) -> Iterator[tuple[str, _Said]]:
    yield name, _Said(fact["title"], _rules({"title": fact["evidence"]}, "title"))


def _counted(fact: Row) -> tuple[object, ...]:
    period, region = fact["period"] or {}, fact["region"] or {}
    return fact["metric"], fact["stage"], fact["of"], fact["unit"], period.get("text"), region.get("code")


_NAMES: dict[str, Callable[[Row], tuple[object, ...]]] = {
    "projects": lambda fact: (fact["name"],),
    "indicators": _counted,
    "people": lambda fact: (fact["name"],),
}
_PARTS = {"projects": _project, "indicators": _figure, "people": _person}


def _rules(evidence: Mapping[str, Any], field: str) -> frozenset[str]:
    spans = [span for name, spans in evidence.items() if name.split(".")[0] == field for span in spans]
    return frozenset(span["rule"] for span in spans) or frozenset({UNPROVEN})
