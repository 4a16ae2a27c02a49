"""Regions side by side (观摩评比), what happened in a time (周例会, 月汇报 …), and the lists of problems, moves and deliveries."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

import orjson
from pydantic import BaseModel, Field

from service.api import cursor
from service.api.digests import DigestQuery
from service.api.lists import TROUBLES
from service.api.operation import Call, operation
from service.api.problems import NOT_FOUND
from service.api.reply import Reply
from service.api.wanted import Period, codes_of, places_of, term_of
from service.ledger import ProjectView, Ref
from service.ledger.lists import announced, moved, reasons
from service.ledger.term import EARLIEST, LATEST, TermKind, term
from service.pipeline import gather, regions
from service.pipeline.regions import RegionFigures
from service.store import lists, projects
from service.store.database import Connection
from service.store.projects import After, Wanted
from service.store.regions import NATION
from service.web.page import SHOWN, PageQuery, language_of, page
from service.web.said import why
from service.web.units import CHINA
from service.web.words import Language

TERMS: tuple[TermKind, ...] = ("week", "month", "quarter", "year")
Name = Literal["problems", "progress", "delivery"]
NAMES: tuple[Name, ...] = ("problems", "progress", "delivery")
MOST = 100
"""So many lines of a list are on a page."""


def _told(percent: Decimal | None) -> Decimal:
    """A rate to sort by: where there is none it is last."""
    return Decimal(-1) if percent is None else percent


Sort = Literal["investment", "projects", "kept", "started", "operational", "spent"]
SORTS: dict[Sort, Callable[[RegionFigures], Any]] = {
    "investment": lambda one: one.investment,
    "projects": lambda one: one.projects,
    "kept": lambda one: _told(one.rates.kept.percent),
    "started": lambda one: _told(one.rates.started.percent),
    "operational": lambda one: _told(one.rates.operational.percent),
    "spent": lambda one: _told(one.spent.percent),
}


class LeagueQuery(PageQuery):
    region: str = Field(NATION, pattern="^[0-9]{6}$")
    sort: Sort = "investment"


@operation(SHOWN, problems=(NOT_FOUND,))
async def league(call: Call, query: LeagueQuery) -> Reply:
    """A region, and how those directly below it compare."""
    async with call.parts.database.reading() as connection:
        found = await regions.region(connection, query.region, _today(call))
    rows = [one for one in found.league if one.projects]
    rows.sort(key=SORTS[query.sort], reverse=True)
    sorts = {name: f"/regions?{urlencode({'region': query.region, 'sort': name})}" for name in SORTS}
    return page(call, "regions.html", place=found, rows=rows, sorts=sorts, sort=query.sort, terms=TERMS, names=NAMES)


class DigestPath(BaseModel):
    term: TermKind


class Query(DigestQuery):
    lang: Language | None = None
    date: dt.date | None = Field(None, ge=EARLIEST, le=LATEST)


@operation(SHOWN, problems=(NOT_FOUND,))
async def digest(call: Call, path: DigestPath, query: Query) -> Reply:
    """What was signed, started, completed and put into operation in a time."""
    day = query.date or _today(call)
    async with call.parts.database.reading() as connection:
        found = await gather.digest(connection, path.term, day, query.region)
    around = {
        "before": found.since - dt.timedelta(days=1),
        "behind": found.until + dt.timedelta(days=1),
    }
    days = {name: one for name, one in around.items() if EARLIEST <= one <= min(LATEST, _today(call))}
    return page(call, "digest.html", found=found, days=days, terms=TERMS, day=day)


class ListPath(BaseModel):
    name: Name


class ListQuery(PageQuery):
    region: str = Field(NATION, pattern="^[0-9]{6}$")
    period: Period | None = None
    after: str | None = Field(None, max_length=400)

    def asked(self) -> tuple[Wanted, dt.date | None, dt.date | None]:
        """What is meant, and its first and last day."""
        places = None if self.region == NATION else places_of(self.region)
        time = term_of(self.period) if self.period else None
        return Wanted(places=places), time and time.since, time and time.until


class Item(NamedTuple):
    """A line of a list: the project, what is said of it, and who says so."""

    project: dict[str, Any]
    said: Any
    refs: tuple[Ref, ...]


@operation(SHOWN, problems=(NOT_FOUND,))
async def listed(call: Call, path: ListPath, query: ListQuery) -> Reply:
    """The list of problems (问题清单), of progress (进度清单) or of delivery (交账清单)."""
    here = regions.division(query.region)
    async with call.parts.database.reading() as connection:
        items, last = await _READ[path.name](connection, query)
    kept = {"region": query.region, "period": query.period}
    more = {**kept, "after": cursor.written(last)} if last else None
    today = _today(call)
    periods = [(kind, term(kind, today).label) for kind in TERMS]
    return page(
        call,
        "list.html",
        name=path.name,
        names=NAMES,
        place=here,
        items=items,
        query=query,
        periods=periods,
        because=lambda reason: why(reason, language_of(call)),
        more=more and f"/lists/{path.name}?" + urlencode({name: value for name, value in more.items() if value}),
    )


Read = tuple[list[Item], Sequence[object] | None]


async def _problems(connection: Connection, query: ListQuery) -> Read:
    wanted, since, until = query.asked()
    wanted = replace(wanted, since=since, until=until, problems=TROUBLES)
    after = None if query.after is None else cursor.place(query.after, (dt.date, int), After)
    found = await projects.page(connection, wanted, "latest", after, MOST)
    bodies = await lists.bodies(connection, [line.number for line in found])
    items = []
    for line in found:
        why = reasons(_view(bodies[line.number]))
        items.append(Item(orjson.loads(line.json), why, tuple(ref for one in why for ref in one.refs)))
    return items, [found[-1].at, found[-1].number] if len(found) == MOST else None


async def _progress(connection: Connection, query: ListQuery) -> Read:
    _, since, until = query.asked()
    codes = None if query.region == NATION else codes_of(query.region)
    before = None if query.after is None else cursor.place(query.after, (dt.date, int, int), lambda *place: place)
    found = await lists.moves(connection, codes, since, until, None, before, MOST)
    items = []
    for one in found:
        move = moved(_view(one.body), one.ordinal)
        items.append(Item(orjson.loads(one.line), move, move.refs))
    last = found[-1] if len(found) == MOST else None
    return items, [last.since, last.number, last.ordinal] if last else None


async def _delivery(connection: Connection, query: ListQuery) -> Read:
    wanted, since, until = query.asked()
    wanted = replace(wanted, due_since=since, due_until=until)
    after = None if query.after is None else cursor.place(query.after, (dt.date, int), lambda *place: place)
    found = await lists.due(connection, wanted, None, after, MOST)
    items = []
    for one in found:
        said = announced(_view(one.body))
        items.append(Item(orjson.loads(one.line), {"due": one.due, "outcome": one.outcome}, said.refs if said else ()))
    return items, [found[-1].due, found[-1].number] if len(found) == MOST else None


_READ = {"problems": _problems, "progress": _progress, "delivery": _delivery}


def _view(body: bytes) -> ProjectView:
    return ProjectView.model_validate_json(body)


def _today(call: Call) -> dt.date:
    return call.parts.now().astimezone(CHINA).date()
