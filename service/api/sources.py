"""Sources: where news is taken from, and how each fares."""

import datetime as dt
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.api.operation import Answer, Call, operation
from service.api.parameters import of_validation
from service.api.problems import CONFLICT, INVALID_BODY, NOT_FOUND, REJECTED, Problem
from service.api.reply import Reply, as_json, nothing
from service.api.shapes import Shape
from service.models import SourceKind, SourceSpec
from service.pipeline.check import Checked, check
from service.pipeline.health import shown_of
from service.store import sources
from service.store.sources import Taken

State = Literal["active", "paused", "retired"]
EXAMPLE = {"kind": "feed", "address": "https://news.example/rss.xml", "name": "海宁新闻", "category": "浙江/海宁"}


class Options(BaseModel):
    """What can be said of a source beside its kind and address."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, min_length=1, max_length=200, description="the host or the folder's name where null")
    category: str | None = Field(None, min_length=1, max_length=200, description="parts divided by /, as in 浙江/海宁")
    pattern: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="only addresses that fit: a glob, or re: and a regular expression",
    )
    interval: int | None = Field(None, ge=1, le=30 * 86_400, description="seconds; its own rhythm where null")


class NewSource(Options):
    """A source that is to be made, or looked at."""

    kind: SourceKind
    address: str = Field(min_length=1, max_length=2000, description="the path of a folder, or an http(s) URL")
    remove: bool = Field(False, description="folder: delete a file once it is stored")


class SourceChange(Options):
    """What is to be changed; what is not given stays. null takes category, pattern or interval away."""

    address: str | None = Field(None, min_length=1, max_length=2000, description="another address begins anew")
    remove: bool | None = None
    state: Literal["active", "paused"] | None = None


class Health(Shape):
    """How a source fares."""

    last_attempt: dt.datetime | None
    last_success: dt.datetime | None
    next_poll: dt.datetime | None = Field(
        description="null where it will not be asked; folders are watched all the time"
    )
    failures: int = Field(description="in a row")
    alarm: bool = Field(description="it fails for long, or in a way that will not pass")
    error: str | None = Field(description="why the last look at it failed; null where it did not")
    last_result: str | None = Field(description="what the last look gave, in words")
    items_a_day: float = Field(description="new items, of a folder new files, over the last week")
    pages_waiting: int = Field(description="pages that it named and that are still to be fetched")
    hub: str | None = Field(description="the hub (WebSub) that tells of its news; null where none has confirmed it")


class SourceShown(Shape):
    """A source, and how it fares."""

    id: int
    kind: SourceKind
    address: str
    given_address: str = Field(description="as it was given, where the site has moved for good since")
    name: str
    category: str | None
    pattern: str | None
    interval: int | None
    remove: bool
    origin: Literal["file", "api"] = Field(description="`file`: it is named in the file of GUATU_SOURCES")
    state: State = Field(description="`retired`: the site says that it is gone for good")
    created_at: dt.datetime
    health: Health


class SourcePage(Shape):
    sources: list[SourceShown]
    next: str | None = Field(description="where the rest is; null at the end")


class SourceQuery(BaseModel):
    """A page of the sources."""

    model_config = ConfigDict(extra="forbid")
    after: int = Field(0, ge=0, description="made after the source with this id")
    limit: int = Field(100, ge=1, le=1000, description="so many at most; never more than the server's page")


class Path(BaseModel):
    id: int = Field(ge=1)


@operation(Answer(SourcePage, "the sources"))
async def listed(call: Call, query: SourceQuery) -> Reply:
    """All sources with their health, in the order in which they were made."""
    limit = min(query.limit, call.parts.limits.page)
    async with call.parts.database.reading() as connection:
        found = await sources.listed(connection, query.after, limit)
        shown = await shown_of(connection, found, call.parts.now())
    rest = None
    if len(found) == limit:
        rest = "/v1/sources?" + urlencode({"after": found[-1].id, "limit": query.limit})
    return as_json({"sources": shown, "next": rest})


@operation(
    Answer(SourceShown, "the source", 201, headers={"Location": "the source"}),
    problems=(CONFLICT, REJECTED),
    examples={"application/json": EXAMPLE},
)
async def create(call: Call, body: NewSource) -> Reply:
    """Make a source: it is asked, or watched, at once. POST /v1/sources/check says beforehand what it would give."""
    spec = _spec(body.model_dump())
    async with call.parts.database.changing() as connection:
        try:
            id_ = await sources.add(connection, spec, "api", call.parts.now())
        except Taken as error:
            raise Problem(CONFLICT, str(error)) from None
        (shown,) = await shown_of(connection, [await sources.one(connection, id_)], call.parts.now())
    return as_json(shown, 201, headers={"Location": f"/v1/sources/{id_}"})


@operation(Answer(SourceShown, "the source"), problems=(NOT_FOUND,))
async def one(call: Call, path: Path) -> Reply:
    """One source with its health."""
    async with call.parts.database.reading() as connection:
        (shown,) = await shown_of(connection, [await sources.one(connection, path.id)], call.parts.now())
    return as_json(shown)


@operation(
    Answer(SourceShown, "the source as it is now"),
    problems=(NOT_FOUND, CONFLICT, REJECTED),
    examples={"application/json": {"state": "paused"}},
)
async def change(call: Call, path: Path, body: SourceChange) -> Reply:
    """Change, pause or resume a source. Whatever is changed, it is asked at once.

    A source of the file of GUATU_SOURCES is changed back when that file changes; its state stays.
    """
    now, given = call.parts.now(), body.model_dump(include=body.model_fields_set - {"state"})
    async with call.parts.database.changing() as connection:
        source = await sources.one(connection, path.id)
        kept = {name: value for name, value in given.items() if value is not None or name in _TAKEN_AWAY}
        if kept:
            try:
                spec = _spec({**source.spec.model_dump(), **kept})
                await sources.change(connection, path.id, spec, now)
            except Taken as error:
                raise Problem(CONFLICT, str(error)) from None
        if body.state is not None:
            await sources.set_state(connection, path.id, body.state, now)
        (shown,) = await shown_of(connection, [await sources.one(connection, path.id)], now)
    return as_json(shown)


_TAKEN_AWAY = ("category", "pattern", "interval")


@operation(Answer(None, "it is gone", 204), problems=(NOT_FOUND,))
async def remove(call: Call, path: Path) -> Reply:
    """Delete a source. The documents that it gave stay; made again, it takes what it names now as new."""
    async with call.parts.database.changing() as connection:
        await sources.remove(connection, path.id)
    return nothing()


@operation(Answer(Checked, "what was found out"), problems=(NOT_FOUND,))
async def check_one(call: Call, path: Path) -> Reply:
    """Look at a source now, and say what that would give; nothing is kept."""
    async with call.parts.database.reading() as connection:
        spec = (await sources.one(connection, path.id)).spec
    return await _check(call, spec)


@operation(Answer(Checked, "what was found out"), examples={"application/json": EXAMPLE})
async def check_new(call: Call, body: NewSource) -> Reply:
    """Look at a source that is not made yet, and say what it would give; nothing is kept."""
    return await _check(call, _spec(body.model_dump()))


async def _check(call: Call, spec: SourceSpec) -> Reply:
    async with call.parts.fetcher() as fetcher:
        found = await check(fetcher, spec, call.parts.now, call.parts.habits)
    return as_json(found, cache="no-store")


def _spec(given: dict[str, Any]) -> SourceSpec:
    """A Problem names what is wrong with the source."""
    try:
        return SourceSpec.model_validate(given)
    except ValidationError as error:
        errors = of_validation(error, "field")
    for one in errors:
        one["message"] = str(one["message"]).removeprefix("Value error, ")
        one.pop("allowed", None)
    raise Problem(INVALID_BODY, "; ".join(str(one["message"]) for one in errors[:3]), errors=errors)
