"""What happened in a week, month, quarter or year, gathered for a digest."""

import datetime as dt
from decimal import Decimal
from typing import Any

import orjson

from service.ledger import ProjectView, Ref
from service.ledger.lists import moved
from service.ledger.term import TermKind, term
from service.models import Frozen, Number, Region
from service.pipeline.regions import STEPS, Sum, children, division, moved_below, summed
from service.store import digests
from service.store.database import Connection
from service.store.lists import Move
from service.store.regions import NOWHERE
from service.store.wanted import Wanted

MOST = 50
"""So many projects of each step are told one by one, those with the largest totals; all of them are counted."""


class Told(Frozen):
    """A project that took a step, on a day as exact as it is known, and who says so."""

    id: str
    name: str
    region: Region | None
    owners: tuple[str, ...]
    investment_total: Number | None
    before: str | None
    day: str
    refs: tuple[Ref, ...]


class Part(Frozen):
    """All that took one step: how many and what they cost, and the largest one by one."""

    step: str
    total: Sum
    projects: tuple[Told, ...]


class Row(Frozen):
    """A division below, with what took each step there."""

    region: Region
    steps: dict[str, Sum]


class Watched(Frozen):
    """The watch that a digest is of: its name, and its filters as the query of /v1/projects."""

    name: str
    query: str


class Digest(Frozen):
    """What was signed, started, completed and put into operation in a division between two days: together, in each of the
    divisions below it where anything was, in none of them (`elsewhere`: no article says where exactly), and one by one."""

    kind: TermKind
    label: str
    since: dt.date
    until: dt.date
    region: Region
    steps: dict[str, Sum]
    regions: tuple[Row, ...]
    elsewhere: dict[str, Sum]
    parts: tuple[Part, ...]
    watch: Watched | None = None


async def digest(
    connection: Connection,
    kind: TermKind,
    day: dt.date,
    code: str,
    watch: Watched | None = None,
    wanted: Wanted | None = None,
) -> Digest:
    """The digest of the week, month, quarter or year of that day, of a watch where it is given with what it wants. Raises
    NotFound where there is no such division."""
    time, here = term(kind, day), division(code)
    found = await moved_below(connection, code, time.since, time.until, wanted)
    sums = summed(found[code])
    rows = [Row(region=division(one), steps=summed(found[one])) for one in children(code) if one in found]
    rows.sort(key=lambda row: (-sum(one.projects for one in row.steps.values()), row.region.code))
    parts = []
    for step in STEPS:
        largest = await digests.largest(connection, code, step, time.since, time.until, MOST, wanted)
        parts.append(Part(step=step, total=sums[step], projects=tuple(map(_told, largest))))
    return Digest(
        kind=kind,
        label=time.label,
        since=time.since,
        until=time.until,
        region=here,
        steps=sums,
        regions=tuple(rows),
        elsewhere=summed(found.get(NOWHERE, {})),
        parts=tuple(parts),
        watch=watch,
    )


def _told(move: Move) -> Told:
    line: dict[str, Any] = orjson.loads(move.line)
    step = moved(ProjectView.model_validate_json(move.body), move.ordinal)
    total = line["investment_total"]
    return Told(
        id=move.id,
        name=line["name"],
        region=line["region"],
        owners=line["owners"],
        investment_total=None if total is None else Decimal(str(total)),
        before=step.before,
        day=step.day,
        refs=step.refs,
    )
