"""The four lists of the ledger (四张清单): all projects, problems, progress, delivery."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from service.api import cursor
from service.api.list_shapes import DeliveryList, ProblemList, ProgressList, ProjectList
from service.api.operation import Answer, Call, operation
from service.api.parameters import PageSize
from service.api.problems import NOT_FOUND
from service.api.project_shapes import Outcome
from service.api.reply import Reply
from service.api.wanted import Period, Within, codes_of, places_of, term_of
from service.ledger import Problem as Trouble
from service.ledger import ProjectView
from service.ledger.lists import announced, moved, reasons
from service.store import lists, projects
from service.store.database import Connection
from service.store.projects import After, Line, Wanted
from service.store.regions import NATION

TROUBLES: tuple[Trouble, ...] = ("stalled", "overdue", "contradictory", "unplaced")


class ListQuery(BaseModel):
    """Which part of a list, and from where on."""

    model_config = ConfigDict(extra="forbid")
    region: Within = None
    period: Period | None = None
    industry: str | None = Field(None, min_length=1, max_length=100, description="of this chain, such as 新材料")
    after: str | None = Field(None, max_length=400, description="the place to go on from: a part of `next`")
    limit: PageSize = 20

    @property
    def days(self) -> tuple[dt.date | None, dt.date | None]:
        """The first and the last day that is meant."""
        time = term_of(self.period) if self.period else None
        return (time.since, time.until) if time else (None, None)

    def wanted(self) -> Wanted:
        """The region and the industry. A Problem where the division does not exist."""
        places = None if self.region in (None, NATION) else places_of(self.region or "")
        return Wanted(places=places, industry=self.industry)


class ProblemQuery(ListQuery):
    problem: list[Trouble] | None = Field(None, description="with one of these problems")


class DeliveryQuery(ListQuery):
    outcome: list[Outcome] | None = Field(None, description="of which this became of it")


@operation(Answer(ProjectList, "the projects"), problems=(NOT_FOUND,), cached=True)
async def all_projects(call: Call, query: ListQuery) -> Reply:
    """The list of projects (项目清单): all of them, those with the latest news first, with the officials named beside them.

    `period` asks for those whose latest news is of that time. /v1/projects has more filters, orders and counts.
    """
    async with call.parts.database.reading() as connection:
        head = await _head(call, connection)
        found, bodies = await _page(call, connection, query, query.wanted())
    items = [(line.json, {"people": _view(bodies[line.number]).people}) for line in found]
    return _reply("projects", items, query, _full(call, query, found), head)


@operation(Answer(ProblemList, "the projects with problems"), problems=(NOT_FOUND,), cached=True)
async def problems(call: Call, query: ProblemQuery) -> Reply:
    """The list of problems (问题清单): what is stalled, overdue, contradictory or unplaced, and why, in words.

    Those with the latest news first; `period` asks for those whose latest news is of that time.
    """
    wanted = replace(query.wanted(), problems=tuple(query.problem or TROUBLES))
    async with call.parts.database.reading() as connection:
        head = await _head(call, connection)
        found, bodies = await _page(call, connection, query, wanted)
    items = [(line.json, {"reasons": reasons(_view(bodies[line.number]))}) for line in found]
    return _reply("problems", items, query, _full(call, query, found), head)


@operation(Answer(ProgressList, "the moves"), problems=(NOT_FOUND,), cached=True)
async def progress(call: Call, query: ListQuery) -> Reply:
    """The list of progress (进度清单): each move of a project in the period, from where to where, and who says so.

    The latest first. A move that is known to the month or year is listed where all of that lies in the period.
    """
    since, until = query.days
    before = None
    if query.after is not None:
        before = cursor.place(query.after, (dt.date, int, int), lambda *place: place)
    codes = None if query.region is None else codes_of(query.region)
    limit = min(query.limit, call.parts.limits.page)
    async with call.parts.database.reading() as connection:
        head = await _head(call, connection)
        found = await lists.moves(connection, codes, since, until, query.industry, before, limit)
    items = [(one.line, {"since": one.since, "move": moved(_view(one.body), one.ordinal)}) for one in found]
    last = found[-1] if len(found) == limit else None
    return _reply("progress", items, query, [last.since, last.number, last.ordinal] if last else None, head)


@operation(Answer(DeliveryList, "the projects that were due"), problems=(NOT_FOUND,), cached=True)
async def delivery(call: Call, query: DeliveryQuery) -> Reply:
    """The list of delivery (交账清单): what was announced to be completed in the period, and what became of that.

    The earliest first: ahead of schedule (超时序), on time, late, overdue, or still open.
    """
    since, until = query.days
    wanted = replace(query.wanted(), due_since=since, due_until=until)
    after = None
    if query.after is not None:
        after = cursor.place(query.after, (dt.date, int), lambda *place: place)
    limit = min(query.limit, call.parts.limits.page)
    async with call.parts.database.reading() as connection:
        head = await _head(call, connection)
        found = await lists.due(connection, wanted, query.outcome, after, limit)
    items = [
        (one.line, {"due": one.due, "outcome": one.outcome, "announced": announced(_view(one.body))}) for one in found
    ]
    last = found[-1] if len(found) == limit else None
    return _reply("delivery", items, query, [last.due, last.number] if last else None, head)


async def _head(call: Call, connection: Connection) -> int:
    await call.parts.news.ledger_in(connection)
    return await projects.head(connection)


async def _page(
    call: Call, connection: Connection, query: ListQuery, wanted: Wanted
) -> tuple[list[Line], dict[int, bytes]]:
    """Projects by their latest news, with their views."""
    since, until = query.days
    after = None if query.after is None else cursor.place(query.after, (dt.date, int), After)
    wanted = replace(wanted, since=since, until=until)
    found = await projects.page(connection, wanted, "latest", after, min(query.limit, call.parts.limits.page))
    return found, await lists.bodies(connection, [line.number for line in found])


def _full(call: Call, query: ListQuery, found: Sequence[Line]) -> list[object] | None:
    """The place of the last one, where more may follow."""
    full = len(found) == min(query.limit, call.parts.limits.page)
    return [found[-1].at, found[-1].number] if full else None


def _view(body: bytes) -> ProjectView:
    return ProjectView.model_validate_json(body)


def _reply(
    name: str, items: Sequence[tuple[bytes, object]], query: ListQuery, last: Sequence[object] | None, head: int
) -> Reply:
    """The list: of each item the line of its project as it is stored, and what else is said of it."""
    following = None
    if last is not None:
        kept = query.model_dump(exclude_none=True, mode="json") | {"after": cursor.written(last)}
        following = f"/v1/lists/{name}?{urlencode(kept, doseq=True)}"
    shown = b",".join(b'{"project":%b,%b' % (line, to_json(more)[1:]) for line, more in items)
    rest = to_json({"next": following, "head": head})
    return Reply(b'{"items":[%b],%b' % (shown, rest[1:]))
