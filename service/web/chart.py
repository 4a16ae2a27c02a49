"""The wall chart: what stands where, how far it is, and what comes in."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import orjson
from pydantic import Field

from service.api.operation import Call, operation
from service.api.project_filter import ProjectFilter
from service.api.reply import Reply
from service.models import STAGES
from service.pipeline.regions import code_of
from service.store import facets, log, projects, regions, sums
from service.store.database import Connection
from service.store.projects import Order, Wanted
from service.store.regions import NATION
from service.web import lines, places
from service.web.page import SHOWN, language_of, page
from service.web.places import TILES, UNTOLD, Place
from service.web.projects import Pairs, address, asked, filters, form
from service.web.units import CHINA

Measure = Literal["projects", "investment", "started"]
MEASURES: tuple[Measure, ...] = ("projects", "investment", "started")
LISTED = 6
"""So many projects are in each list."""
STALE = dt.timedelta(days=1)
_SHADES = ((0.85, 5), (0.6, 4), (0.3, 3), (0.1, 2))
FUNNEL = STAGES[1:]


class ChartQuery(ProjectFilter):
    lang: Literal["zh", "en"] | None = None
    measure: Measure = Field("projects", description="what the chart is shaded by")


class Tile(NamedTuple):
    """A division on the chart: its value, its shade from 0 to 5, where it leads to, and its place where it has one."""

    name: str
    value: Decimal | int
    shade: int
    href: str
    column: int
    row: int


class Step(NamedTuple):
    """A stage of the funnel: how many came at least as far, of all that were signed, and of those before."""

    stage: str
    reached: int
    width: int
    rate: int | None


@operation(SHOWN)
async def shown(call: Call, query: ChartQuery) -> Reply:
    """The chart."""
    given = asked(call)
    wanted = query.wanted()  # a region that does not exist is a problem, with a page of its own
    where = _where(wanted)
    plain = wanted == Wanted(places=wanted.places) and (where is not None or wanted.places is None)
    code = where.code if where else NATION
    today = call.parts.now().astimezone(CHINA).date()
    async with call.parts.database.reading() as connection:
        counts = await facets.facets(connection, wanted, ("stage", "region", "problem"))
        measured = plain or (counts.exact and counts.total <= facets.COUNTED)
        measure: Measure = query.measure if measured else "projects"
        if plain:
            values, told = await _tallied(connection, code, measure, today)
        elif measured:
            values, told = await _summed(connection, wanted, code, measure, today)
        else:
            values, told = _by_name(code, counts.counts["region"]), {}
        lists = {name: await _list(connection, wanted, name) for name in ("largest", "newest", "overdue")}
        head = await log.head(connection)
        fresh = await lines.newest(connection, wanted.places, language_of(call))
    kept = [pair for pair in given if pair[0] not in ("region", "measure")]
    stages = counts.counts["stage"]
    return page(
        call,
        "chart.html",
        query=query,
        where=where,
        wrong=None,
        **form("/", query, _without(given, "measure"), {"measure": measure} if measure != "projects" else {}),
        measure=measure,
        measures=[(one, address("/", [*_without(given, "measure"), ("measure", one)])) for one in MEASURES]
        if measured
        else [],
        most=facets.COUNTED,
        total=counts,
        told=told,
        overdue=counts.counts["problem"].get("overdue", 0),
        tiles=_tiles(values, code, kept, measure),
        funnel=_funnel(stages),
        lists=lists,
        lines=fresh,
        head=head,
        stale=fresh[0].recorded_at if fresh and call.parts.now() - fresh[0].recorded_at > STALE else None,
        filters=filters(_without(given, "measure"), language_of(call), "/"),
        more={name: _more(given, name) for name in lists},
        up=[(one, address("/", [*kept, ("region", one.path)])) for one in where.above] if where else [],
        top=address("/", kept),
        table=address("/projects", _without(given, "measure")),
    )


def _without(given: Pairs, *names: str) -> Pairs:
    return [pair for pair in given if pair[0] not in names]


def _where(wanted: Wanted) -> Place | None:
    """The one division that is asked for."""
    if wanted.places is None or len(wanted.places) != 1:
        return None
    return places.place(code_of(wanted.places[0]))


async def _tallied(
    connection: Connection, code: str, measure: Measure, today: dt.date
) -> tuple[dict[str, Decimal | int], dict[str, Any]]:
    """The value of each division below, by its code, and what is told of the whole."""
    codes = [place.code for place in places.below(code)]
    found = await regions.figures(connection, [code, *codes])
    started = await _started(connection, code, today)
    values: dict[str, Decimal | int] = {}
    for one in codes:
        whole = found[one].get("")
        if measure == "started":
            values[one] = started.get(one, 0)
        elif whole is not None:
            values[one] = whole.projects if measure == "projects" else whole.investment
    own = found[code].get("", regions.Figures())
    return values, {"investment": own.investment, "priced": own.priced, "started": sum(started.values())}


async def _summed(
    connection: Connection, wanted: Wanted, code: str, measure: Measure, today: dt.date
) -> tuple[dict[str, Decimal | int], dict[str, Any]]:
    """The same of the projects of a filter, one by one."""
    found = await sums.sums(connection, wanted)
    started = await _started(connection, code, today, wanted)
    told = {
        "investment": sum(one.investment for one in found.values()),
        "priced": sum(one.priced for one in found.values()),
        "started": sum(started.values()),
    }
    if measure == "started":
        return {one: count for one, count in started.items() if one}, told
    named = {name: one.projects if measure == "projects" else one.investment for name, one in found.items() if name}
    return _by_name(code, named), told


async def _started(connection: Connection, code: str, today: dt.date, wanted: Wanted | None = None) -> dict[str, int]:
    """How many projects were started this quarter, by the divisions below; what lies in none of them under ''."""
    since = dt.date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    moved = await regions.moved(connection, code, since, today, ["started"], wanted)
    below = [place.code for place in places.below(code)]
    found = Counter[str]()
    for (place, _), one in moved.items():
        found[next((division for division in below if _lies(place, division)), "")] += one.projects
    return found


def _lies(place: str, code: str) -> bool:
    """Whether a division lies in another."""
    return place.startswith(code.removesuffix("0000") if code.endswith("0000") else code.removesuffix("00"))


def _by_name(code: str, counts: Mapping[str, Decimal | int]) -> dict[str, Decimal | int]:
    known = {place.name: place.code for place in places.below(code)}
    return {known[name]: count for name, count in counts.items() if name in known}


def _tiles(values: Mapping[str, Decimal | int], code: str, kept: Pairs, measure: str) -> list[Tile]:
    """The provinces on their places; below them, the divisions that have something, the largest first."""
    most = max(values.values(), default=0)
    made = []
    for place in places.below(code):
        value = values.get(place.code, 0)
        column, row = TILES.get(place.code, (0, 0))
        href = address("/", [*kept, ("region", place.path), *([("measure", measure)] if measure != "projects" else [])])
        name = places.short(place.code) if code == NATION else place.name
        if value or code == NATION:
            made.append(Tile(name, value, _shade(value, most), href, column, row))
    if code == NATION:
        made += [Tile(name, 0, 0, "", *TILES[code]) for code, name in UNTOLD.items()]
    return made if code == NATION else sorted(made, key=lambda tile: (-tile.value, tile.name))


def _shade(value: Decimal | int, most: Decimal | int) -> int:
    if not value or not most:
        return 0
    return next((shade for least, shade in _SHADES if float(value) / float(most) >= least), 1)


def _funnel(stages: Mapping[str, int]) -> list[Step]:
    """How many came at least as far as each stage, by the furthest each reached."""
    counts = [sum(stages.get(stage, 0) for stage in FUNNEL[at:]) for at in range(len(FUNNEL))]
    most = max(counts[0], 1)
    before: Sequence[int | None] = [None, *counts]
    return [
        Step(stage, count, round(count * 100 / most), round(count * 100 / former) if former else None)
        for stage, count, former in zip(FUNNEL, counts, before, strict=False)
    ]


_LISTS: Mapping[str, tuple[Order, tuple[str, ...] | None]] = {
    "largest": ("investment", None),
    "newest": ("first", None),
    "overdue": ("investment", ("overdue",)),
}


async def _list(connection: Connection, wanted: Wanted, name: str) -> list[Any]:
    order, problems = _LISTS[name]
    asked = replace(wanted, problems=problems) if problems else wanted
    return [orjson.loads(line.json) for line in await projects.page(connection, asked, order, None, LISTED)]


def _more(given: Pairs, name: str) -> str:
    order, problems = _LISTS[name]
    extra = [("sort", order), *(("problem", problem) for problem in problems or ())]
    return address("/projects", [*_without(given, "measure"), *extra])
