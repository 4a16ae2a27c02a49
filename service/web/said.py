"""What an article says, as it is shown beside the text and marked in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from service.ledger.lists import Reason
from service.web import units
from service.web.marks import Span, valid
from service.web.words import WORDS, Language, say

Said = tuple[str, str]
"""A value as people say it, and the same in base units, which may be empty."""
FIGURES = (
    *("investment_total", "investment_phase", "investment_planned_year", "investment_completed"),
    *("land_area", "floor_area", "annual_output", "annual_tax", "jobs"),
)


class Fact(NamedTuple):
    """A fact by the id of its record: a project, an indicator or a person, in the JSON of the contract."""

    id: int
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A field of a fact. `href` is its mark in the text, None where the text does not have those words any more."""

    id: str
    label: str
    said: Said
    href: str | None
    rule: str


@dataclass(frozen=True)
class Card:
    """A fact beside the text. `marked`: its mark in the text has the name r{id}, which is the card's otherwise."""

    id: int
    kind: str
    title: str
    rule: str
    under: str
    rows: tuple[Row, ...]
    marked: bool


class _Field(NamedTuple):
    name: str
    label: str
    said: Said
    evidence: Sequence[Mapping[str, Any]]


def cards_and_spans(facts: Sequence[Fact], text: str, language: Language) -> tuple[list[Card], list[Span]]:
    """All facts with their places in the text: projects first, then indicators, then people."""
    cards, spans = [], []
    order = ("project", "indicator", "person")
    for fact in sorted(facts, key=lambda fact: (order.index(fact.kind), fact.id)):
        card, found = _one(fact, text, language)
        cards.append(card)
        spans += found
    return cards, spans


def _one(fact: Fact, text: str, language: Language) -> tuple[Card, list[Span]]:
    title, under = titled(fact, language)
    kind = say(language, f"kind.{fact.kind}")
    rows, spans = [], []
    named = False
    for field in _fields(fact, language):
        id_ = f"r{fact.id}-{field.name}"
        good = [evidence for evidence in field.evidence if valid(text, evidence)]
        for number, evidence in enumerate(good):
            ids = () if number else (id_, *(() if named else (f"r{fact.id}",)))
            tip = f"{kind} · {field.label} · {evidence['rule']}\n{title}"
            spans.append(
                Span(evidence["start"], evidence["end"], fact.kind, fact.id, tip, f"f{fact.id}-{field.name}", ids)
            )
            named = True
        rules = dict.fromkeys(evidence["rule"] for evidence in field.evidence)
        rows.append(Row(f"f{fact.id}-{field.name}", field.label, field.said, id_ if good else None, ", ".join(rules)))
    first = rows.pop(0) if fact.kind == "project" else None  # the name, which is the title
    return Card(fact.id, fact.kind, title, first.rule if first else "", under, tuple(rows), named), spans


def titled(fact: Fact, language: Language) -> tuple[str, str]:
    """What a fact is called, and a line below that."""
    body = fact.body
    region = (body.get("region") or {}).get("path", "").replace("/", " ")
    if fact.kind == "project":
        return body["name"], region
    if fact.kind == "person":
        return body["name"], ""
    stage = say(language, f"stage.{body['stage']}") if body["stage"] else ""
    title = " ".join(part for part in (body["of"] or "", stage, say(language, f"metric.{body['metric']}")) if part)
    expected = say(language, "expected") if body["expected"] else ""
    period = (body["period"] or {}).get("text", "")
    return title, " · ".join(part for part in (period, expected, region) if part)


def why(reason: Reason, language: Language) -> str:
    """Why a project is on the list of problems."""
    if reason.code == "differ":
        told = [
            say(
                language,
                "why.told",
                value=units.figure(reason.field or "", one.value, language)[0],
                outlet=one.outlet or say(language, "why.outlet"),
                day=one.day or "—",
            )
            for one in reason.values
        ]
        field = say(language, f"field.{reason.field}")
        text = say(language, "why.differ", field=field, values=say(language, "why.and").join(told))
    else:
        text = say(language, f"why.{reason.code}", day=reason.day, expected=reason.expected)
        text += say(language, "why.halted.quote", quote=reason.quote) if reason.quote else ""
    phase = say(language, "phase", number=reason.phase) if reason.phase else None
    return say(language, "why.of_phase", phase=phase, text=text) if phase else text


def hedged(said: Said, hedge: str | None, language: Language) -> Said:
    """A figure with its 约 or 超."""
    return (say(language, f"hedge.{hedge}", value=said[0]), said[1]) if hedge else said


def _fields(fact: Fact, language: Language) -> Iterator[_Field]:
    body = fact.body
    if fact.kind == "person":
        yield _Field("title", say(language, "field.title"), (body["title"], ""), body["evidence"])
    elif fact.kind == "indicator":
        said = hedged(units.measured(body["value"], body["unit"], language), body["qualifier"], language)
        yield _Field("value", say(language, "field.value"), said, body["evidence"])
    else:
        told = dict(_of_project(body, language))
        known = (*_ORDER, *sorted(body["evidence"].keys() - set(_ORDER)))
        for name in known:
            evidence = body["evidence"].get(name, ())
            if name in told or evidence:
                yield _Field(name, label(name, language), told.get(name, ("", "")), evidence)


_ORDER = ("name", "aliases", "stage", *FIGURES, "capacity", "owners", "dates", "region")


def label(field: str, language: Language) -> str:
    return say(language, f"field.{field}") if f"field.{field}" in WORDS else field


def _of_project(body: Mapping[str, Any], language: Language) -> Iterator[tuple[str, Said]]:
    between = "、" if language == "zh" else ", "
    yield "name", (body["name"], "")
    if body["aliases"]:
        yield "aliases", (between.join(body["aliases"]), "")
    if body["stage"]:
        yield "stage", (say(language, f"stage.{body['stage']}"), "")
    for name in FIGURES:
        value = body[name]
        if name == "investment_phase":
            if value:
                parts = [f"{say(language, 'phase', number=n)} {units.money(v, language)}" for n, v in value.items()]
                yield name, (between.join(parts), "")
        elif value is not None:
            yield name, hedged(units.figure(name, value, language), body["qualifiers"].get(name), language)
    if body["capacity"]:
        parts = [f"{one['product']} {units.plain(one['value'])} {one['unit']}" for one in body["capacity"]]
        yield "capacity", (between.join(parts), "")
    if body["owners"]:
        yield "owners", (between.join(body["owners"]), "")
    if body["dates"]:
        dates = [f"{label(f'date.{name}', language)} {value}" for name, value in body["dates"].items()]
        yield "dates", (between.join(dates), "")
    if body["region"] and "region" in body["evidence"]:
        yield "region", (body["region"]["path"].replace("/", " "), "")
