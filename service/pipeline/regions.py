"""Divisions with what the ledger has of them: the tree, one of them, and how those below it compare."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from service.errors import NotFound
from service.extract.divisions import table
from service.ledger.term import term
from service.models import STAGES, Frozen, Number, Region
from service.pipeline.places import places_named
from service.store import regions
from service.store.database import Connection
from service.store.regions import NATION, NOWHERE, Figures, Moved
from service.store.wanted import Wanted

STEPS = ("signed", "started", "completed", "operational")
"""What is told of a time."""
CHINA = Region(code=NATION, name="全国", path="全国")


class Sum(Frozen):
    """So many projects; `priced` ones of them have a total, which make up `investment` (CNY)."""

    projects: int
    priced: int
    investment: Number


class Rate(Frozen):
    """`reached` of so many, in percent to one place; null where there are none."""

    of: int
    reached: int
    percent: Number | None


class Rates(Frozen):
    """履约率, 开工率, 投产率, 达效率: of the signed projects those that were started; of all whose stage is known those that
    were started; of the started ones those in operation; of these those that were told to yield in full."""

    kept: Rate
    started: Rate
    operational: Rate
    yields: Rate


class Spent(Frozen):
    """What is spent, of the `reporting` projects that have told both: of `planned` in all `completed`, in CNY and percent."""

    reporting: int
    planned: Number
    completed: Number
    percent: Number | None


class RegionLine(Frozen):
    """A division in the tree: `parent` is the code of the one above it, null for the root."""

    region: Region
    parent: str | None
    projects: int
    priced: int
    investment: Number
    stages: dict[str, Sum]


class RegionFigures(Frozen):
    """What the ledger has of a division: by status (where projects are now) and stage (the furthest reached), the rates, and
    what got where in the quarter (`moved`)."""

    region: Region
    projects: int
    priced: int
    investment: Number
    statuses: dict[str, Sum]
    stages: dict[str, Sum]
    rates: Rates
    spent: Spent
    moved: dict[str, Sum]


class Quarter(Frozen):
    label: str
    since: dt.date
    until: dt.date


class RegionShown(RegionFigures):
    """A division, those above it, and those below it as they compare (观摩评比), the largest investment first."""

    above: tuple[Region, ...]
    quarter: Quarter
    league: tuple[RegionFigures, ...]


def division(code: str) -> Region:
    """The division; raises NotFound where there is none."""
    if code == NATION:
        return CHINA
    if code not in table().by_code:
        raise NotFound(f"there is no division {code!r}: give a code of GB/T 2260 such as 330481, or 000000 for all")
    return table().region(code)


def code_of(place: Mapping[str, str]) -> str:
    """The code of a division from the full names of its levels, the province first."""
    path = "/".join(place.values())
    named = table().by_name[path.rpartition("/")[2]]
    return next(one.code for one in named if table().region(one.code).path == path)


def named(text: str) -> str:
    """The code of the one division that a person means; raises NotFound where there is none or several."""
    found = [NATION] if text == NATION else [code_of(place) for place in places_named(text)]
    if len(found) > 1:
        paths = "; ".join(division(code).path for code in found)
        raise NotFound(f"{text} may mean {paths}: give the path or the code")
    return found[0]


@lru_cache(1)
def _children() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for code, one in table().by_code.items():
        found[one.parents[-1] if one.parents else NATION].append(code)
    return {code: tuple(sorted(below)) for code, below in found.items()}


def below(code: str, where: str) -> str | None:
    """Of the divisions directly below `code` the one in which `where` lies; None where it lies in none."""
    line = (NATION, *table().by_code[where].line) if where in table().by_code else ()
    return line[line.index(code) + 1] if code in line[:-1] else None


def children(code: str) -> tuple[str, ...]:
    """The divisions directly below."""
    return _children().get(code, ())


async def tree(connection: Connection, root: str, depth: int, empty: bool) -> list[RegionLine]:
    """The division and what lies so many levels below it, each behind the one above it; with `empty` also where there are
    no projects."""
    codes: dict[str, str | None] = {}

    def enter(code: str, parent: str | None, left: int) -> None:
        codes[code] = parent
        for child in children(code) if left else ():
            enter(child, code, left - 1)

    enter(division(root).code, None, depth)
    found = await regions.figures(connection, codes, ("", *(f"stage:{stage}" for stage in STAGES)))
    return [
        RegionLine(region=division(code), parent=parent, stages=_by(found[code], "stage"), **_whole(found[code]))
        for code, parent in codes.items()
        if empty or parent is None or found[code]
    ]


async def region(connection: Connection, code: str, today: dt.date) -> RegionShown:
    """One division with its league table; `today` tells the quarter. Raises NotFound where there is none."""
    here, rows = division(code), children(code)
    quarter = term("quarter", today)
    found = await regions.figures(connection, (code, *rows))
    moved = await moved_below(connection, code, quarter.since, quarter.until)
    league = [_figures(division(child), found[child], moved.get(child, {})) for child in rows]
    league.sort(key=lambda one: (-one.investment, -one.projects, one.region.code))
    above = (NATION, *table().by_code[code].parents) if code != NATION else ()
    return RegionShown(
        **dict(_figures(here, found[code], moved[code])),
        above=tuple(division(one) for one in above),
        quarter=Quarter(label=quarter.label, since=quarter.since, until=quarter.until),
        league=tuple(league),
    )


async def moved_below(
    connection: Connection, code: str, since: dt.date, until: dt.date, wanted: Wanted | None = None
) -> dict[str, dict[str, Moved]]:
    """What of the projects that are wanted got where between these days in the division itself, under its own code, and in
    each of those directly below it, by STEPS; under NOWHERE what lies in none of these."""
    found: dict[str, dict[str, Moved]] = defaultdict(dict, {code: {}})
    for (where, status), one in (await regions.moved(connection, code, since, until, STEPS, wanted)).items():
        for place in (code, below(code, where) or NOWHERE):
            found[place][status] = found[place].get(status, Moved()).plus(one)
    return dict(found)


def summed(moved: Mapping[str, Moved]) -> dict[str, Sum]:
    """All STEPS, also those that nobody took."""
    found = {status: moved.get(status, Moved()) for status in STEPS}
    return {
        status: Sum(projects=one.projects, priced=one.priced, investment=one.investment)
        for status, one in found.items()
    }


def _figures(place: Region, found: Mapping[str, Figures], moved: Mapping[str, Moved]) -> RegionFigures:
    every = found.get("", Figures())
    spent = Spent(
        reporting=every.reporting,
        planned=every.planned,
        completed=every.completed,
        percent=_percent(every.completed, every.planned),
    )
    return RegionFigures(
        region=place,
        statuses=_by(found, "status"),
        stages=_by(found, "stage"),
        rates=_rates(found),
        spent=spent,
        moved=summed(moved),
        **_whole(found),
    )


def _whole(found: Mapping[str, Figures]) -> dict[str, Any]:
    every = found.get("", Figures())
    return {"projects": every.projects, "priced": every.priced, "investment": every.investment}


def _by(found: Mapping[str, Figures], name: str) -> dict[str, Sum]:
    named = {what.partition(":")[2]: one for what, one in found.items() if what.startswith(f"{name}:")}
    order = [*(stage for stage in STAGES if stage in named), *sorted(set(named) - set(STAGES))]
    return {
        value: Sum(projects=one.projects, priced=one.priced, investment=one.investment)
        for value, one in ((value, named[value]) for value in order)
    }


def _rates(found: Mapping[str, Figures]) -> Rates:
    counts = {what: one.projects for what, one in found.items()}
    stages = [counts.get(f"stage:{stage}", 0) for stage in STAGES]
    started, operational = sum(stages[STAGES.index("started") :]), stages[-1]
    return Rates(
        kept=_rate(counts.get("kept", 0), counts.get("signed", 0)),
        started=_rate(started, sum(stages)),
        operational=_rate(operational, started),
        yields=_rate(counts.get("yields", 0), operational),
    )


def _rate(reached: int, of: int) -> Rate:
    return Rate(of=of, reached=reached, percent=_percent(Decimal(reached), Decimal(of)))


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return round(part * 100 / whole, 1) if whole else None
