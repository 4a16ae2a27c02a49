"""Sources: where news is taken from, and how each fares."""

import datetime as dt
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from service.api.operation import Answer, Call, operation
from service.api.parameters import PageSize, of_validation
from service.api.problems import CONFLICT, INVALID_BODY, NOT_FOUND, REJECTED, Problem
from service.api.reply import Reply, as_json, nothing
from service.api.shapes import Shape
from service.models import Line, SourceKind, SourceSpec
from service.pipeline.check import Checked, check
from service.pipeline.health import shown_of
from service.sources.fetch.policy import Outcome
from service.store import sources
from service.store.sources import Taken

State = Literal["active", "paused", "retired"]
EXAMPLE = {"kind": "feed", "address": "https://news.example/rss.xml", "name": "海宁新闻", "category": "浙江/海宁"}


WEB = r"^https?://[A-Za-z0-9一-鿿][A-Za-z0-9.一-鿿-]*(:[1-9][0-9]{0,3}|:[1-5][0-9]{4})?([/?][!-~、-鿿]*)?$"
FITS = (
    r"^(/|\*\*|https?://)[^\x00-\x1f\x7f]*$"
    r"|^re:\^?(([-\w/=&%:,;~.]|\\[dwDW./?()$-])([*+?]|\{[1-9][0-9]?\})?|\[[\w/.]+\]([*+?]|\{[1-9][0-9]?\})?"
    r"|\(([-\w/=&%.]|\\[dwDW./?-])+(\|([-\w/=&%.]|\\[dwDW./?-])+)*\)\??)*\$?$"
)
"""A glob, or a regular expression without a repeat within a repeat."""
LONGEST = 660
"""Characters of an address: in UTF-8 it has to fit into an index."""
MONTH = 30 * 86_400
Whole = BeforeValidator(lambda value: int(value) if isinstance(value, float) and value.is_integer() else value)
"""JSON has one kind of number: 60.0 is whole."""
Seconds = Annotated[int, Field(ge=1, le=MONTH), Whole]
Minutes = Annotated[int, Field(ge=60, le=MONTH), Whole]
Pattern = Annotated[str, Field(min_length=1, max_length=200, pattern=FITS)]
Folder = Annotated[str, Field(max_length=LONGEST, pattern=r"^[^:\x00-\x1f\x7f]+$")]
_PATTERN = "only addresses that fit: a glob (`/art/**`), or `re:` and a regular expression without nested repeats"


class NewFolder(BaseModel):
    """A folder that is to be watched, or looked at."""

    model_config = ConfigDict(extra="forbid", title="NewFolder")
    kind: Literal["folder"]
    address: Folder = Field(description="its path where the worker runs")
    name: Line | None = Field(None, description="the last part of the path where null")
    category: Line | None = Field(None, description="parts divided by /, as in 浙江/海宁")
    interval: Seconds | None = Field(None, description="seconds between two scans")
    remove: bool = Field(False, description="delete a file once it is stored")
    move_to: Folder | None = Field(None, description="the folder that a file is moved to once it is stored")


class NewSite(BaseModel):
    """Something on a site that is to be asked, or looked at."""

    model_config = ConfigDict(extra="forbid", title="NewSite")
    kind: Literal["feed", "sitemap", "list"]
    address: str = Field(max_length=LONGEST, pattern=WEB, description="its URL, without user and password")
    name: Line | None = Field(None, description="the host where null")
    category: Line | None = Field(None, description="parts divided by /, as in 浙江/海宁")
    pattern: Pattern | None = Field(None, description=_PATTERN)
    interval: Minutes | None = Field(None, description="seconds between two looks; its own rhythm where null")


NewSource = Annotated[NewFolder | NewSite, Field(discriminator="kind")]


class SourceChange(BaseModel):
    """What is to be changed; what is not given stays. null takes category, pattern, interval or move_to away."""

    model_config = ConfigDict(extra="forbid")
    address: str | None = Field(None, min_length=1, max_length=LONGEST, description="another address begins anew")
    name: Line | None = None
    category: Line | None = None
    pattern: Pattern | None = Field(None, description=_PATTERN)
    interval: Seconds | None = None
    remove: bool | None = None
    move_to: Folder | None = None
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
    reason: str | None = Field(
        description="the same, or what it waits for, as a stable code: `dns`, `http_404`, `robots` …"
    )
    outcome: Outcome | None = Field(
        description="what the last look gave: `refused` will not do as it is, `waiting` asked nothing yet; null before it"
    )
    last_result: str | None = Field(description="the same in words")
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
    move_to: str | None
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
    limit: PageSize = 100


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
    """Make a source: it is asked, or watched, at once. POST /v1/check says beforehand what it would give."""
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

    What does not go with its kind (a pattern with a folder, `remove` with a site) is a conflict. A source of the file of
    GUATU_SOURCES is changed back when that file changes; its state stays.
    """
    now, given = call.parts.now(), body.model_dump(include=body.model_fields_set - {"state"})
    async with call.parts.database.changing() as connection:
        source = await sources.one(connection, path.id)
        kept = {name: value for name, value in given.items() if value is not None or name in _TAKEN_AWAY}
        if kept:
            try:
                spec = SourceSpec.model_validate({**source.spec.model_dump(), **kept})
                await sources.change(connection, path.id, spec, now)
            except Taken as error:
                raise Problem(CONFLICT, str(error)) from None
            except ValidationError as error:
                raise Problem(CONFLICT, _said(error), errors=_errors(error)) from None
        if body.state is not None:
            await sources.set_state(connection, path.id, body.state, now)
        (shown,) = await shown_of(connection, [await sources.one(connection, path.id)], now)
    return as_json(shown)


_TAKEN_AWAY = ("category", "pattern", "interval", "move_to")


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


@operation(Answer(Checked, "what was found out"), problems=(CONFLICT,), examples={"application/json": EXAMPLE})
async def check_new(call: Call, body: NewSource) -> Reply:
    """Look at a source that is not made yet, and say what it would give; nothing is kept."""
    return await _check(call, _spec(body.model_dump()))


async def _check(call: Call, spec: SourceSpec) -> Reply:
    async with call.parts.fetcher() as fetcher:
        found = await check(fetcher, spec, call.parts.now, call.parts.habits)
    return as_json(found, cache="no-store")


def _spec(given: dict[str, Any]) -> SourceSpec:
    """A Problem names what is wrong with the source; what does not go together is a conflict."""
    try:
        return SourceSpec.model_validate(given)
    except ValidationError as error:
        apart = all(not one["loc"] for one in error.errors())
        raise Problem(CONFLICT if apart else INVALID_BODY, _said(error), errors=_errors(error)) from None


def _errors(error: ValidationError) -> list[dict[str, Any]]:
    listed = of_validation(error, "field")
    return [{**one, "message": str(one["message"]).removeprefix("Value error, ")} for one in listed]


def _said(error: ValidationError) -> str:
    return "; ".join(one["message"] for one in _errors(error)[:3])
