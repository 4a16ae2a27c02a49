"""How many projects there are of each kind among those that are meant."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Text, cast, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.postgresql import by_index
from service.store.rows import LEVELS
from service.store.tables import project_tallies, projects
from service.store.wanted import Wanted, conditions

Facet = Literal["status", "stage", "region", "section", "industry", "programme", "problem"]
FACETS: tuple[Facet, ...] = ("status", "stage", "region", "section", "industry", "programme", "problem")
COUNTED = 2_000
"""So many projects are counted one by one; where more are meant, the counts are of these and say so."""


class Facets(NamedTuple):
    """How many projects are meant, and how many of each kind. Not `exact`: of the first COUNTED that were found."""

    total: int
    exact: bool
    counts: dict[str, dict[str, int]]


async def facets(connection: AsyncConnection, wanted: Wanted, names: Sequence[Facet]) -> Facets:
    """Counts of what is meant. `region` counts the divisions one level below the one asked for, by their names."""
    trait = _trait(wanted, names)
    if trait is not None:
        c = project_tallies.c
        query = select(c.other, func.sum(c.projects)).where(c.one.in_(trait)).group_by(c.other)
        rows = [(*_named(other, trait), count) for other, count in await connection.execute(query)]
        total = sum(count for name, _, count in rows if not name)
        return Facets(total, True, _counts(rows, names))
    await by_index(connection)
    rows = [tuple(row) for row in await connection.execute(counting(connection, wanted, names))]
    total = sum(count for name, _, count in rows if not name)
    rows = [row for name, value, count in rows for row in _single(name, value, count)]
    return Facets(min(total, COUNTED), total <= COUNTED, _counts(rows, names))


def _trait(wanted: Wanted, names: Sequence[Facet]) -> list[str] | None:
    """The traits by which the tallies know what is meant: no filter, or one of what they count by."""
    alternatives = {"status": wanted.statuses, "stage": wanted.stages, "section": wanted.sections}
    single = {"industry": wanted.industry, "programme": wanted.programme}
    found = [[f"{name}:{value}" for value in values] for name, values in alternatives.items() if values is not None]
    found += [[f"{name}:{value}"] for name, value in single.items() if value is not None]
    rest = replace(wanted, statuses=None, stages=None, sections=None, industry=None, programme=None)
    if wanted.problems is not None and len(wanted.problems) == 1:
        found.append([f"problem:{wanted.problems[0]}"])
        rest = replace(rest, problems=None)
    if wanted.places is not None and len(wanted.places) == 1 and wanted.places[0].keys() == {LEVELS[0]}:
        found.append([f"region:{wanted.places[0][LEVELS[0]]}"])
        rest = replace(rest, places=None)
    if rest != Wanted() or len(found) > 1:
        return None
    return found[0] if found else [""]


def _named(other: str, trait: Sequence[str]) -> tuple[str, str]:
    """The facet and the value that a trait counts for."""
    name, _, value = other.partition(":")
    if trait[0].startswith("region:"):
        name = {"region": "province", "below": "region"}.get(name, name)
    return name, value


def counting(connection: AsyncConnection, wanted: Wanted, names: Sequence[Facet]) -> CompoundSelect[Any]:
    """The query that counts COUNTED projects at the most, and one more where there are more: rows of the facet ('' counts
    all), the value and the count; tags as they stand together."""
    c = projects.c
    columns = (c[below(wanted.places)].label("region"), c.status, c.stage, c.section, c.tags)
    few = select(*columns).where(*conditions(connection, wanted)).limit(COUNTED + 1).cte("few")
    shown = func.array_to_string(few.c.tags, "\n") if connection.dialect.name == "postgresql" else few.c.tags
    values: dict[str, ColumnElement[Any]] = {
        name: few.c[name] for name in ("region", "status", "stage", "section") if name in names
    }
    if {"industry", "programme", "problem"} & set(names):
        values["tags"] = shown
    parts = [select(literal(""), literal(""), func.count()).select_from(few)]
    parts += [
        select(literal(name), cast(value, Text), func.count()).group_by(cast(value, Text))
        for name, value in values.items()
    ]
    return union_all(*parts)


def _single(name: str, value: str | None, count: int) -> list[tuple[str, str, int]]:
    """Tags one by one."""
    if name != "tags":
        return [(name, value, count)] if value else []
    parted = [tag.partition(":") for tag in (value or "").split("\n") if tag]
    return [(kind, one, count) for kind, _, one in parted]


def below(places: Sequence[Mapping[str, str]] | None) -> str:
    """The level below the divisions asked for."""
    if not places:
        return LEVELS[0]
    depth = min(max(LEVELS.index(level) for level in place) for place in places)
    return LEVELS[min(depth + 1, len(LEVELS) - 1)]


def _counts(rows: Sequence[tuple[str, str, int]], names: Sequence[Facet]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for name, value, count in rows:
        if name in counts:
            counts[name][value] += count
    return {name: dict(counted.most_common()) for name, counted in counts.items()}
