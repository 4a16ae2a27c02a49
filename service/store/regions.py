"""Projects by division: how many stand where, and how many got where in a time. Divisions are codes of GB/T 2260.

What stands is kept in `region_tallies`, which the ledger brings up to date with each project that it writes. What happened
in a time is summed from an index of the steps.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, literal_column, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.database import among, one_of
from service.store.inserts import upsert
from service.store.tables import project_steps, projects, region_tallies
from service.store.wanted import Wanted, conditions

NATION = "000000"
NOWHERE = ""
"""Where projects are counted of which no article says where they are."""
_STARTED = ("started", "construction", "completed", "operational")


class Figures(NamedTuple):
    """How many projects, and what they cost in CNY: `priced` ones have a total, which make up `investment`; `reporting`
    ones have told both a total and what is spent of it, which make up `planned` and `completed`."""

    projects: int = 0
    priced: int = 0
    investment: Decimal = Decimal(0)
    reporting: int = 0
    planned: Decimal = Decimal(0)
    completed: Decimal = Decimal(0)

    def plus(self, other: "Figures", sign: int = 1) -> "Figures":
        return Figures(
            self.projects + sign * other.projects,
            self.priced + sign * other.priced,
            self.investment + sign * other.investment,
            self.reporting + sign * other.reporting,
            self.planned + sign * other.planned,
            self.completed + sign * other.completed,
        )


Tallies = dict[tuple[str, str], Figures]
"""Figures by division and by what is counted."""


class Moved(NamedTuple):
    """How many projects got somewhere in a time, and what those cost of which a total is known, in CNY."""

    projects: int = 0
    priced: int = 0
    investment: Decimal = Decimal(0)

    def plus(self, other: "Moved") -> "Moved":
        return Moved(self.projects + other.projects, self.priced + other.priced, self.investment + other.investment)


def lineage(code: str | None) -> tuple[str, ...]:
    """The divisions in which a project of this division is counted, itself last."""
    if not code:
        return NATION, NOWHERE
    found = (NATION, f"{code[:2]}0000", *([f"{code[:4]}00"] if code[2:] != "0000" else []), code)
    return tuple(dict.fromkeys(found))


def within(column: ColumnElement[str], code: str) -> ColumnElement[bool]:
    """Whether a code lies in this division."""
    if code == NATION:
        return true()
    digits = code.removesuffix("0000") if code.endswith("0000") else code.removesuffix("00")
    missing = len(code) - len(digits)
    return column.between(digits + "0" * missing, digits + "9" * missing) if missing else column == code


def among_divisions(column: ColumnElement[str], codes: Collection[str]) -> ColumnElement[bool]:
    """Whether a code lies in one of these divisions."""
    return or_(*(within(column, code) for code in codes))


async def figures(
    connection: AsyncConnection, codes: Collection[str], what: Collection[str] | None = None
) -> dict[str, dict[str, Figures]]:
    """What stands in each of these divisions, by what is counted: '' all, `status:…`, `stage:…`, signed ones, those of them
    that were started (kept), those that yield in full (yields); or of these only `what`."""
    c = region_tallies.c
    found: dict[str, dict[str, Figures]] = {code: {} for code in codes}
    query = select(c.code, c.what, *(c[name] for name in Figures._fields)).where(among(connection, c.code, codes))
    if what is not None:
        query = query.where(c.what.in_(what))
    for code, counted, *values in await connection.execute(query):
        found[code][counted] = Figures(*values)
    return found


async def moved(
    connection: AsyncConnection,
    code: str,
    since: dt.date,
    until: dt.date,
    statuses: Collection[str],
    wanted: Wanted | None = None,
) -> dict[tuple[str, str], Moved]:
    """How many projects in the division that are wanted came to each status for the first time, between these days, by
    where they are and the status. The nation is told by its provinces, all else by the divisions of the projects; NOWHERE is
    with the nation."""
    c = project_steps.c
    place = func.substr(c.region_code, 1, 2) if code == NATION else c.region_code
    sums = (func.count(), func.count(c.investment_total), func.sum(c.investment_total))
    query = (
        select(place.label("place"), c.status, *sums)
        .where(c.fresh, c.status.in_(statuses), c.since >= since, c.until <= until, within(c.region_code, code))
        .where(c.since <= until, *of(connection, wanted))  # the first follows, and bounds the walk along the index
        .group_by(place, c.status)
    )
    found = {}
    for where, status, count, priced, investment in await connection.execute(query):
        key = NOWHERE if where is None else f"{where}0000" if code == NATION else where
        found[key, status] = Moved(count, priced, investment or Decimal(0))
    return found


def of(connection: AsyncConnection, wanted: Wanted | None) -> list[ColumnElement[bool]]:
    """Of the steps those of projects that are wanted."""
    if wanted is None:
        return []
    return [project_steps.c.number.in_(select(projects.c.number).where(*conditions(connection, wanted)))]


async def counted(connection: AsyncConnection, numbers: Collection[int]) -> Tallies:
    """What some projects add to the tallies, as they are stored."""
    c = projects.c
    columns = (c.region_code, c.status, c.stage, c.signed, c.yields, c.investment_total, c.investment_completed)
    found: Tallies = defaultdict(Figures)
    for row in await connection.execute(select(*columns).where(one_of(connection, c.number, numbers))):
        one = _figures(row.investment_total, row.investment_completed)
        for code in lineage(row.region_code):
            for what in _what(row):
                found[code, what] = found[code, what].plus(one)
    return found


def _figures(total: Decimal | None, completed: Decimal | None) -> Figures:
    if total is None:
        return Figures(1)
    return Figures(1, 1, total) if completed is None else Figures(1, 1, total, 1, total, completed)


def _what(row: Any) -> list[str]:  # noqa: ANN401 - a row of `projects`
    found = ["", *(f"{name}:{value}" for name in ("status", "stage") if (value := getattr(row, name)))]
    if row.signed:
        found += ["signed", "kept"] if row.stage in _STARTED else ["signed"]
    return [*found, "yields"] if row.yields and row.stage == "operational" else found


async def count(connection: AsyncConnection, before: Mapping[tuple[str, str], Figures], after: Tallies) -> None:
    """Bring the tallies from what some projects added `before` to what they add now; what no project is leaves."""
    c = region_tallies.c
    nothing = Figures()
    more = {key: after.get(key, nothing).plus(before.get(key, nothing), -1) for key in {*before, *after}}
    rows = [
        {"code": code, "what": what, **one._asdict()} for (code, what), one in sorted(more.items()) if one != nothing
    ]
    if rows:
        added = {name: c[name] + literal_column(f"excluded.{name}", c[name].type) for name in Figures._fields}
        await connection.execute(upsert(connection.dialect, region_tallies, **added), rows)
        if any(one.projects < 0 for one in more.values()):
            await connection.execute(delete(region_tallies).where(c.projects <= 0))
