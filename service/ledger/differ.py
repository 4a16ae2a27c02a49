"""What a project says otherwise than before, value by value."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from service.ledger.decide import decide
from service.ledger.shown import ProjectView

EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "status": ("stage", "dates"),
    "stage": ("stage",),
    "inferred": ("stage", "dates"),
    "timeline": ("stage", "dates"),
    "expectations": ("dates",),
}
"""The fields of a record that a field of the project is made of, where these have other names."""


class Otherwise(NamedTuple):
    """A field of a ProjectView (an amount by its own name, `phase.2` for a phase) and its JSON before and after; null where
    there was none, or is none any more."""

    field: str
    before: Any
    after: Any


def differences(before: ProjectView, after: ProjectView) -> list[Otherwise]:
    """What `decide` finds changed, with the values. Of an amount the one that stands; where that is the same, all that were
    reported, the newest first."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    found = []
    for field in decide(before, after).fields:
        was, now = _said(old, field), _said(new, field)
        if was == now:
            was, now = _reported(old, field), _reported(new, field)
        found.append(Otherwise(field, was, now))
    return found


def made_of(field: str) -> tuple[str, ...]:
    """The fields of a record that a field of a project comes from."""
    if field.startswith("phase."):
        return "investment_phase", "stage", "investment_total"
    return EVIDENCE.get(field, (field,))


def _said(view: dict[str, Any], field: str) -> Any:  # noqa: ANN401 - any JSON
    """The value of a field as one reads it, without its witnesses."""
    if field.startswith("phase."):
        part = next((one for one in view["phases"] if f"phase.{one['number']}" == field), None)
        return part and {"stage": part["stage"], **{name: _current(one) for name, one in part["fields"].items()}}
    if field in view["fields"] or field not in view:
        return _current(view["fields"].get(field))
    if field == "region":
        return view["region"] and view["region"]["path"]
    if isinstance(view[field], list):
        return [_bare(one) for one in view[field]] or None
    return view[field]


def _current(history: dict[str, Any] | None) -> Any:  # noqa: ANN401
    return history and history["current"] and history["current"]["value"]


def _reported(view: dict[str, Any], field: str) -> Any:  # noqa: ANN401
    history = view["fields"].get(field)
    return history and [one["value"] for one in history["values"]]


def _bare(one: Any) -> Any:  # noqa: ANN401
    """A part of a field without who says it."""
    if not isinstance(one, dict):
        return one
    return {name: value for name, value in one.items() if name not in ("refs", "phase", "moves") or value is False}
