"""OC4IDS 0.9.5, the Open Contracting for Infrastructure Data Standard: one project package. docs/exports.md has the table of
what goes where, and what the standard has no field for.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from service.errors import NotFound
from service.export import oc4ids_codes as codes
from service.export.oc4ids_parts import documents, forecasts, metrics, milestones, money, parties, present, unique, when
from service.export.project import About, Exported, Sink, expected, reached
from service.ledger import ProjectView
from service.ledger.timeline import span

VERSION = "0.9"


class Package:
    """The projects of a package are written as they come. NotFound where there are none: a package is never empty."""

    def __init__(self, sink: Sink, about: About) -> None:
        self._sink, self._about = sink, about
        self._next = _head(about)

    def add(self, projects: Sequence[Exported]) -> None:
        for one in projects:
            self._sink.write(self._next + orjson.dumps(project(one, self._about)))
            self._next = b",\n"

    def close(self) -> None:
        if self._next != b",\n":
            raise NotFound("no project is meant, and a package of OC4IDS holds at least one")
        self._sink.write(b"\n]}\n")


def _head(about: About) -> bytes:
    package = {
        "uri": about.url,
        "publishedDate": about.asof.isoformat(timespec="seconds"),
        "version": VERSION,
        "publisher": present({"name": about.publisher, "uri": about.base}),
    }
    return orjson.dumps(package)[:-1] + b',"projects":[\n'


def project(one: Exported, about: About) -> dict[str, Any]:
    """A project of the package; what is not known is left out."""
    view = one.view
    people = parties(view)
    public = next((party for party in people if "publicAuthority" in party["roles"]), None)
    return present(
        {
            "id": f"{about.prefix}-{one.id}",
            "updated": one.changed.isoformat(timespec="seconds"),
            "language": "zh",
            "identifiers": [{"id": one.id, "scheme": "guatu"}],
            "title": view.name,
            "description": f"又称：{'、'.join(view.aliases)}" if view.aliases else None,
            "status": codes.status(view),
            "type": codes.type_(view),
            "sector": codes.sectors(view),
            "additionalClassifications": _classifications(view),
            "publicAuthority": public and {"name": public["name"], "id": public["id"]},
            "parties": people,
            "locations": _locations(view),
            "budget": _budget(view),
            **_periods(view),
            "completion": _completion(view),
            "forecasts": forecasts(view),
            "metrics": metrics(view),
            "milestones": milestones(view),
            "documents": documents(one, about),
        }
    )


def _classifications(view: ProjectView) -> list[dict[str, Any]]:
    """What the standard's own lists have no code for, each under a scheme of its own; the standard allows an id once,
    whatever its scheme: where the status is a problem too it is named as the status."""
    status = [view.status] if view.status else []
    section = [view.section] if view.section else []
    kinds: tuple[tuple[str, Iterable[str]], ...] = (
        ("guatu-status", [*status, *(["inferred"] if view.inferred else [])]),
        ("GB/T 4754", section),
        ("guatu-industry", view.industry),
        ("guatu-programme", view.programmes),
        ("guatu-problem", view.problems),
    )
    found = ((scheme, id_) for scheme, ids in kinds for id_ in ids)
    return unique(present({"scheme": s, "id": id_, "description": codes.TITLES.get(id_)}) for s, id_ in found)


def _locations(view: ProjectView) -> list[dict[str, Any]]:
    if view.region is None:
        return []
    province, *below = view.region.path.split("/")
    address = present({"locality": below[-1] if below else None, "region": province, "countryName": "中国"})
    gazetteer = {"scheme": "GB/T 2260", "identifiers": [view.region.code]}
    place = {"id": view.region.code, "description": view.region.path, "gazetteer": gazetteer, "address": address}
    return [present(place)]


def _budget(view: ProjectView) -> dict[str, Any]:
    """The total as it stands, with who said it and how exactly, and those of the phases."""
    history = view.fields.get("investment_total")
    current = history.current if history else None
    phases = []
    for phase in view.phases:
        told = phase.fields.get("investment_total")
        if told and told.current and told.current.value is not None:
            amount = money(told.current.value)
            phases.append({"id": phase.number, "description": f"第{phase.number}期", "amount": amount})
    said = None
    if current:
        ref = next(iter(current.refs), None)
        words = (current.qualifier, str(current.last), ref and ref.outlet, ref and ref.quote)
        said = "; ".join(word for word in words if word)
    return present(
        {
            "amount": money(current.value) if current and current.value is not None else None,
            "description": said if current and current.value is not None else None,
            "budgetBreakdowns": [{"id": "phases", "budgetBreakdown": unique(phases)}] if phases else None,
        }
    )


def _periods(view: ProjectView) -> dict[str, Any]:
    """From step to step. The period of the project is the planned one: it ends on the day announced."""
    planned, signed = reached(view, "planned"), reached(view, "signed")
    started = reached(view, "started", "construction")
    completed, operational = reached(view, "completed"), reached(view, "operational")
    announced = expected(view)
    due = announced.expected if announced else None
    return {
        "period": _period(started, due),
        "identificationPeriod": _period(planned, signed or started) if planned else None,
        "preparationPeriod": _period(signed, started) if signed else None,
        "implementationPeriod": _period(started, completed or operational) if started else None,
        "completionPeriod": _period(completed, operational) if completed else None,
        "maintenancePeriod": _period(operational, None) if operational else None,
    }


def _period(start: str | None, end: str | None) -> dict[str, Any]:
    first, last = (span(start)[0] if start else None), (span(end)[1] if end else None)
    if first and last and last < first:  # sources that do not agree: the end is left out
        last = None
    return present({"startDate": when(first), "endDate": when(last)})


def _completion(view: ProjectView) -> dict[str, Any]:
    done = reached(view, "completed") or reached(view, "operational")
    announced = expected(view)
    if done is None or view.stage not in ("completed", "operational"):
        return {}
    details = f"{announced.outcome}: announced for {announced.expected}" if announced else None
    return present({"endDate": when(span(done)[1]), "endDateDetails": details})
