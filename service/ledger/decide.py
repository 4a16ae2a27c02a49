"""What changed in a project."""

from typing import Literal, NamedTuple

from service.ledger.shown import ProjectView


class Change(NamedTuple):
    """`fields` are the fields of ProjectView (amounts by their own name, `phase.2` for a phase) that differ."""

    kind: Literal["new", "updated", "unchanged", "conflict"]
    fields: tuple[str, ...]


def decide(before: ProjectView | None, after: ProjectView) -> Change:
    """new: not known before; conflict: a field is contradicted that was not; updated: something else differs."""
    raise NotImplementedError
