"""What changed in a project."""

from typing import Literal, NamedTuple

from service.ledger.shown import History, ProjectView

_PLAIN = (
    *("name", "aliases", "region", "owners", "status", "stage", "inferred", "industry", "section", "programmes"),
    *("capacity", "timeline", "expectations", "people", "problems"),
)


class Change(NamedTuple):
    """`fields` are the fields of ProjectView (amounts by their own name, `phase.2` for a phase) that differ."""

    kind: Literal["new", "updated", "unchanged", "conflict"]
    fields: tuple[str, ...]


def decide(before: ProjectView | None, after: ProjectView) -> Change:
    """new: not known before; conflict: a field is contradicted that was not; updated: something else differs.

    What counts is what is known, not who says it: a further article that tells the same changes nothing.
    """
    if before is None:
        return Change("new", _known(after))
    fields = [f for f in _PLAIN if _told(getattr(before, f)) != _told(getattr(after, f))]
    fields += _amounts(before.fields, after.fields)
    old, new = ({p.number: p for p in v.phases} for v in (before, after))
    for number in sorted(old.keys() | new.keys(), key=lambda n: (len(n), n)):
        a, b = old.get(number), new.get(number)
        if a is None or b is None or a.stage != b.stage or _amounts(a.fields, b.fields):
            fields.append(f"phase.{number}")
    if not fields:
        return Change("unchanged", ())
    return Change("conflict" if _contradicted(after) - _contradicted(before) else "updated", tuple(fields))


def _known(view: ProjectView) -> tuple[str, ...]:
    plain = [f for f in _PLAIN if getattr(view, f) not in (None, (), False)]
    return (*plain, *view.fields, *(f"phase.{p.number}" for p in view.phases))


def _told(value: object) -> object:
    """A value without its witnesses."""
    if isinstance(value, tuple):
        return tuple(v.model_dump(exclude={"refs"}) if hasattr(v, "model_dump") else v for v in value)
    return value


def _amounts(before: dict[str, History], after: dict[str, History]) -> list[str]:
    """The amounts whose current value, hedge or values in dispute differ."""
    return [f for f in sorted(before.keys() | after.keys()) if _stand(before.get(f)) != _stand(after.get(f))]


def _stand(history: History | None) -> object:
    if history is None:
        return None
    current = history.current
    disputed = sorted(v.value or 0 for v in history.values if v.doubt == "contradicted")
    return (current.value, current.qualifier) if current else None, disputed, {v.value for v in history.values}


def _contradicted(view: ProjectView) -> set[str]:
    found = {f for f, h in view.fields.items() if h.contradicted}
    return found | {f"phase.{p.number}.{f}" for p in view.phases for f, h in p.fields.items() if h.contradicted}
