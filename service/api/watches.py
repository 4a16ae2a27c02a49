"""Watches: saved filters of projects, each a list, a feed, digests, and messages to webhooks."""

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from service.api.digests import DigestPath, told
from service.api.negotiate import HTML, JSON
from service.api.operation import Answer, Call, operation
from service.api.problems import CONFLICT, NOT_FOUND, Problem
from service.api.project_filter import ProjectFilter
from service.api.reply import Reply, as_json, nothing
from service.api.shapes import Shape
from service.models import Line, Number
from service.pipeline.digest import MARKDOWN
from service.pipeline.gather import Digest, Watched, digest
from service.store import watches
from service.store.exact import LIMIT
from service.store.regions import NATION
from service.store.watches import TooMany, Watch, filters_of

EXAMPLE = {"name": "浙江大项目", "filters": {"region": "330000", "min_investment": 1000000000}}
Amount = Annotated[Number | None, Field(ge=0, lt=int(LIMIT))]


class Filters(ProjectFilter):
    """Which projects, as the query of /v1/projects has it."""

    min_investment: Amount = Field(None, description="total investment in CNY, at least")
    max_investment: Amount = Field(None, description="total investment in CNY, at most")


class NewWatch(BaseModel):
    """A watch that is to be made."""

    model_config = ConfigDict(extra="forbid")
    name: Line
    filters: Filters = Field(default_factory=lambda: Filters.model_validate({}))


class WatchChange(BaseModel):
    """What is to be changed; what is not given, or null, stays."""

    model_config = ConfigDict(extra="forbid")
    name: Line | None = None
    filters: Filters | None = None


class Links(Shape):
    """Where what the watch has is found."""

    projects: str = Field(description="the list")
    page: str = Field(description="the list as a page for people")
    feed: str = Field(description="an Atom feed; it stays when the filters change")
    digest: str = Field(description="what happened this week; month, quarter and year likewise")


class WatchShown(Shape):
    """A watch."""

    id: int
    name: str
    filters: Filters
    created_at: dt.datetime
    links: Links


class WatchList(Shape):
    watches: list[WatchShown]


class Path(BaseModel):
    id: int = Field(ge=1)


class WatchDigestPath(DigestPath, Path):
    pass


@operation(Answer(WatchList, "all watches"))
async def listed(call: Call) -> Reply:
    """All watches, in the order in which they were made."""
    async with call.parts.database.reading() as connection:
        found = await watches.all_of_them(connection)
    return as_json({"watches": [_shown(one, call.parts.now()) for one in found]})


@operation(
    Answer(WatchShown, "the watch", 201, headers={"Location": "the watch"}),
    problems=(CONFLICT,),
    examples={"application/json": EXAMPLE},
)
async def create(call: Call, body: NewWatch) -> Reply:
    """Save a filter of projects. To be told of what changes in it, make a webhook with this `watch`.

    A division that does not exist is a conflict, and so are words without a letter, digit or character.
    """
    filters, now = _filters(body.filters), call.parts.now()
    async with call.parts.database.changing() as connection:
        try:
            made = await watches.add(connection, body.name, filters, now)
        except TooMany as error:
            raise Problem(CONFLICT, str(error)) from None
    return as_json(_shown(made, now), 201, headers={"Location": f"/v1/watches/{made.id}"})


@operation(Answer(WatchShown, "the watch"), problems=(NOT_FOUND,))
async def one(call: Call, path: Path) -> Reply:
    """One watch, with the addresses of what it has."""
    return as_json(_shown(await _watch(call, path.id), call.parts.now()))


@operation(
    Answer(WatchShown, "the watch as it is now"),
    problems=(CONFLICT, NOT_FOUND),
    examples={"application/json": {"name": "浙江的大项目"}},
)
async def change(call: Call, path: Path, body: WatchChange) -> Reply:
    """Change the name or the filters; its feed and its webhooks go on with the new ones."""
    values: dict[str, Any] = body.model_dump(include={"name"}, exclude_none=True)
    if body.filters is not None:
        values["filters"] = _filters(body.filters)
    async with call.parts.database.changing() as connection:
        changed = await watches.change(connection, path.id, **values)
    return as_json(_shown(changed, call.parts.now()))


@operation(Answer(None, "it is gone", 204), problems=(NOT_FOUND,))
async def remove(call: Call, path: Path) -> Reply:
    """Remove a watch, with its webhooks and what waits for these."""
    async with call.parts.database.changing() as connection:
        await watches.remove(connection, path.id)
    return nothing()


@operation(
    Answer(None, "the feed as it is now", 307, headers={"Location": "the address of the feed"}), problems=(NOT_FOUND,)
)
async def feed(call: Call, path: Path) -> Reply:
    """The Atom feed of what the watch has: leads to that of its filters, so that this address outlives a change of them."""
    watch = await _watch(call, path.id)
    query = _query(watch, title=watch.name[:100].strip() or None)
    return Reply(status=307, headers={"Location": f"/v1/export/atom?{query}"})


@operation(Answer(Digest, "the digest", media_types=(JSON, HTML, MARKDOWN)), problems=(NOT_FOUND,))
async def digest_of(call: Call, path: WatchDigestPath) -> Reply:
    """What was signed, started, completed and put into operation in a week, month, quarter or year, of what the watch has.

    Like /v1/digests, with `Accept` a page or Markdown.
    """
    async with call.parts.database.reading() as connection:
        watch = await watches.one(connection, path.id)
        region = watch.filters.get("region", "")
        code = region if len(region) == 6 and region.isdigit() else NATION
        only = Watched(name=watch.name, query=_query(watch))
        found = await digest(connection, path.term, path.date, code, only, watch.wanted)
    return told(call, found)


async def _watch(call: Call, id_: int) -> Watch:
    async with call.parts.database.reading() as connection:
        return await watches.one(connection, id_)


def _query(watch: Watch, **more: str | None) -> str:
    """The filters as the query of an address."""
    return urlencode({**watch.filters, **{name: said for name, said in more.items() if said}}, doseq=True)


def _shown(watch: Watch, now: dt.datetime) -> dict[str, Any]:
    """A watch as `WatchShown` describes it."""
    query, here = _query(watch), f"/v1/watches/{watch.id}"
    links = {
        "projects": f"/v1/projects?{query}",
        "page": f"/projects?{query}",
        "feed": f"{here}/feed",
        "digest": f"{here}/digests/week/{now:%Y-%m-%d}",
    }
    kept = {name: getattr(watch, name) for name in ("id", "name", "filters", "created_at")}
    return kept | {"links": {name: link.rstrip("?") for name, link in links.items()}}


def _filters(filters: Filters) -> dict[str, Any]:
    given = filters.model_dump(mode="json", exclude_none=True)
    try:
        return filters_of(given, filters.wanted())
    except Problem as problem:  # of a query, which this is not
        field, message = f"filters.{problem.errors[0]['parameter']}", problem.errors[0]["message"]
        raise Problem(CONFLICT, f"{field}: {message}", errors=[{"field": field, "message": message}]) from None
