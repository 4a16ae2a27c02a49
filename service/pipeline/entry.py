"""A project as it is shown, as the tables hold it to be filtered, sorted and listed."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson

from service.ledger import Expectation, ProjectView
from service.ledger.lists import announced
from service.ledger.timeline import SILENCE, span
from service.models import plain_number
from service.store.exact import exact
from service.store.ledger import Entry
from service.store.rows import Row
from service.store.terms import terms

_AMOUNTS = ("investment_total", "investment_completed", "land_area")
_UNKNOWN = Decimal(-1)
_FULL = re.compile("达产|达效|满产|满负荷")


def entry(id_: str, view: ProjectView, today: dt.date, now: dt.datetime) -> Entry:
    """What is written of a project."""
    amounts = {name: _amount(view, name) for name in _AMOUNTS}
    expected = announced(view)
    row: Row = {
        "id": id_,
        "name": view.name,
        **_place(view),
        "status": view.status,
        "stage": view.stage,
        "inferred": view.inferred,
        "section": view.section,
        "tags": _tags(view),
        **amounts,
        "investment_order": _UNKNOWN if amounts["investment_total"] is None else amounts["investment_total"],
        "due": span(expected.expected)[1] if expected else None,
        "outcome": expected.outcome if expected else None,
        "first": view.first,
        "latest": view.latest,
        "changed_at": now,
        "look_again": look_again(view, today),
        "owners": "\n".join(view.owners).lower(),
        "words": "\n".join((view.name, *view.aliases, *view.owners)).lower(),
        "signed": any(step.status == "signed" for step in view.timeline),
        "yields": _yields(view),
    }
    row["terms"] = terms(row)
    there: dict[str, Any] = {name: row[name] for name in ("region_code", "investment_total")}
    steps = [{**step, **there} for step in _steps(view)]
    return Entry(id_, row, _line(id_, view, amounts, expected), view.model_dump_json(by_alias=True).encode(), steps)


def _steps(view: ProjectView) -> Iterator[Row]:
    reached: set[str] = set()
    for step in view.timeline:
        since, until = span(step.day)
        fresh = step.moves and step.status not in reached
        yield {
            **{"status": step.status, "since": since, "until": until, "basis": step.basis},
            **{"moves": step.moves, "fresh": fresh},
        }
        reached |= {step.status} if step.moves else set()


def _yields(view: ProjectView) -> bool:
    """Whether an article says that it produces all that it was made for, not only that it produces."""
    told = (ref.quote for step in view.timeline if step.status == "operational" for ref in step.refs)
    return any(_FULL.search(quote or "") for quote in told)


def _line(id_: str, view: ProjectView, amounts: dict[str, Decimal | None], expected: Expectation | None) -> bytes:
    """What a list shows of a project: `ProjectLine` of the API."""
    shown: dict[str, Any] = {
        "id": id_,
        "name": view.name,
        "aliases": view.aliases,
        "region": view.region.model_dump() if view.region else None,
        "owners": view.owners,
        "status": view.status,
        "stage": view.stage,
        "inferred": view.inferred,
        "section": view.section,
        "industry": view.industry,
        "programmes": view.programmes,
        **{name: None if value is None else plain_number(value) for name, value in amounts.items()},
        "completion_expected": expected.expected if expected else None,
        "outcome": expected.outcome if expected else None,
        "problems": view.problems,
        "first": view.first,
        "latest": view.latest,
        "sources": view.sources,
        "copies": view.copies,
    }
    return orjson.dumps(shown)


def _place(view: ProjectView) -> Row:
    row: Row = dict.fromkeys(("region_code", "province", "prefecture", "county"))
    if view.region:
        code, levels = view.region.code, view.region.path.split("/")
        row |= {"region_code": code, "province": levels[0]}
        if not code.endswith("00"):
            row |= {"county": levels[-1], "prefecture": levels[1] if len(levels) == 3 else None}
        elif not code.endswith("0000"):
            row["prefecture"] = levels[-1]
    return row


def _tags(view: ProjectView) -> tuple[str, ...]:
    kinds = (("industry", view.industry), ("programme", view.programmes), ("problem", view.problems))
    return tuple(sorted({f"{kind}:{value}" for kind, values in kinds for value in values}))


def _amount(view: ProjectView, name: str) -> Decimal | None:
    value = view.value(name)
    return exact(value) if isinstance(value, Decimal) else None


def look_again(view: ProjectView, today: dt.date) -> dt.date | None:
    """The next day on which time alone may change the view; it is none the worse for a day on which it does not."""
    days = [view.latest + silence for silence, _ in SILENCE]
    days += [span(one.expected)[1] + dt.timedelta(days=1) for one in view.expectations if one.outcome == "open"]
    return min((day for day in days if day > today), default=None)
