"""Which projects come out otherwise when their articles are read by other rules, in what, and which rule says so."""

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Literal, NamedTuple

import orjson
from pydantic import ValidationError

from service.ledger import ProjectView
from service.ledger.differ import differences, made_of
from service.store import log, projects
from service.store.database import Connection
from service.store.spool import BeforeAfter, Spool

_CHUNK = 100


class FieldMoved(NamedTuple):
    """A field of a project, its JSON before and after, and the rules that read it now; where none does, those that did."""

    field: str
    before: Any
    after: Any
    rules: tuple[str, ...]


class ProjectMoved(NamedTuple):
    """A project that is not what it was: `fields` where it `changed`, `into` where it merged."""

    id: str
    name: str
    kind: Literal["new", "changed", "merged", "gone"]
    fields: tuple[FieldMoved, ...] = ()
    into: str | None = None
    rules: tuple[str, ...] = ()
    """Of a project that is new or gone, the rules that read its name."""


async def moved(connection: Connection, spool: Spool) -> AsyncIterator[ProjectMoved]:
    """The projects that were seen to change and say something else now; the records are those that `connection` sees."""
    seen = spool.seen()
    while some := list(islice(seen, _CHUNK)):
        views = [(one, _view(one.before), _view(one.after)) for one in some]
        pairs = [(_records(before) - _records(after), _records(after) - _records(before)) for _, before, after in views]
        bodies = await log.bodies(connection, {id_ for old, new in pairs for id_ in old | new})
        for (one, before, after), (old, new) in zip(views, pairs, strict=True):
            said = _Said([bodies[id_] for id_ in old], [bodies[id_] for id_ in new])
            into = await projects.redirect(connection, one.id) if after is None else None
            found = _moved(one, before, after, said, into)
            if found is not None:
                yield found


class _Said:
    """What records say that are a project's no more, and what those say that are it now and were not."""

    def __init__(self, old: Collection[bytes], new: Collection[bytes]) -> None:
        self._old, self._new = [[orjson.loads(body) for body in bodies] for bodies in (old, new)]

    def rules(self, fields: Iterable[str]) -> tuple[str, ...]:
        """The rules that read these fields otherwise now; where nothing is read any more, those that read them before."""
        old, new = ({s for field in fields for s in _sayings(rs, field)} for rs in (self._old, self._new))
        return tuple(sorted({rule for _, rule in (new - old) or (old - new)}))


def _moved(
    one: BeforeAfter, before: ProjectView | None, after: ProjectView | None, said: _Said, into: str | None
) -> ProjectMoved | None:
    if one.after is None:
        name = before.name if before else ""
        return ProjectMoved(one.id, name, "merged" if into else "gone", into=into, rules=said.rules(["name"]))
    if after is None:  # which was just written
        return None
    if one.before is None:
        return ProjectMoved(one.id, after.name, "new", rules=said.rules(["name"]))
    if before is None:
        return ProjectMoved(one.id, after.name, "changed")
    fields = tuple(FieldMoved(*each, said.rules(made_of(each.field))) for each in differences(before, after))
    return ProjectMoved(one.id, after.name, "changed", fields) if fields else None


def _sayings(records: Collection[Mapping[str, Any]], field: str) -> Iterator[tuple[bytes, str]]:
    """The values of a field with the rules that read them."""
    for record in records:
        for name, spans in record["evidence"].items():
            if name.split(".")[0] == field:
                yield from ((orjson.dumps(record.get(field)), span["rule"]) for span in spans)


def _view(body: bytes | None) -> ProjectView | None:
    """A view as it was stored; None too where that was done by a Guatu that showed other things."""
    try:
        return None if body is None else ProjectView.model_validate_json(body)
    except ValidationError:
        return None


def _records(view: ProjectView | None) -> frozenset[int]:
    return frozenset(view.records if view else ())
