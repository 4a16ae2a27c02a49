"""How many projects there are of each kind among those that are meant."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.projects import Wanted, conditions, kinds
from service.store.rows import LEVELS
from service.store.tables import project_tallies, projects

Facet = Literal["status", "stage", "region", "section", "industry", "programme", "problem"]
FACETS: tuple[Facet, ...] = ("status", "stage", "region", "section", "industry", "programme", "problem")
COUNTED = 20_000
"""So many projects are counted one by one; where more are meant, the counts are of these and say so."""


class Facets(NamedTuple):
    """How many projects are meant, and how many of each kind. Not `exact`: of the first COUNTED that were found."""

    total: int
    exact: bool
    counts: dict[str, dict[str, int]]


async def facets(connection: AsyncConnection, wanted: Wanted, names: Sequence[Facet]) -> Facets:
    """Counts of what is meant. `region` counts the divisions one level below the one asked for, by their names."""
    if _tallied(wanted):
        rows = (await connection.execute(_from_tallies(connection, wanted))).all()
        counted = sum(row[-1] for row in rows)
        return Facets(counted, True, _counts(rows, names))
    rows = (await connection.execute(counting(connection, wanted))).all()
    counted = sum(row[-1] for row in rows)
    exact = counted <= COUNTED
    return Facets(min(counted, COUNTED), exact, _counts(rows, names))


def _tallied(wanted: Wanted) -> bool:
    """Whether the tallies tell: only what they have is asked for."""
    return wanted == Wanted(
        statuses=wanted.statuses,
        stages=wanted.stages,
        sections=wanted.sections,
        industry=wanted.industry,
        programme=wanted.programme,
        problems=wanted.problems,
    )


def _from_tallies(connection: AsyncConnection, wanted: Wanted) -> Select[Any]:
    c = project_tallies.c
    columns = (c.province, c.status, c.stage, c.section, c.tags)
    query = select(*columns, func.sum(c.projects)).where(*kinds(connection, wanted, c))
    return query.group_by(*columns)


def counting(connection: AsyncConnection, wanted: Wanted) -> Select[Any]:
    """The query that counts COUNTED projects at the most, and one more where there are more."""
    c = projects.c
    region = _below(wanted.places)
    columns = (c[region].label("region"), c.status, c.stage, c.section, c.tags)
    few = select(*columns).where(*conditions(connection, wanted)).limit(COUNTED + 1).subquery()
    return select(*few.c, func.count()).group_by(*few.c)


def _below(places: Sequence[Mapping[str, str]] | None) -> str:
    """The level below the divisions asked for."""
    if not places:
        return LEVELS[0]
    depth = min(max(LEVELS.index(level) for level in place) for place in places)
    return LEVELS[min(depth + 1, len(LEVELS) - 1)]


def _counts(rows: Sequence[Any], names: Sequence[Facet]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for region, status, stage, section, tags, count in rows:
        for name, value in (("region", region), ("status", status), ("stage", stage), ("section", section)):
            if value:
                counts[name][value] += count
        for tag in tags:
            name, _, value = tag.partition(":")
            counts[name][value] += count
    return {name: dict(counts[name].most_common()) for name in names}
