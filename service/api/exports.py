"""Projects as files of other programs, and as feeds: the address, with its filter, is the saved search."""

import datetime as dt
from collections.abc import AsyncGenerator, Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from aiohttp import hdrs, web
from pydantic import Field

from service.api import etag
from service.api.operation import Answer, Call, operation
from service.api.problems import NOT_ACCEPTABLE, NOT_FOUND, Problem
from service.api.project_filter import ProjectFilter
from service.api.reply import REVALIDATE, Reply
from service.api.streams import streamed
from service.errors import GuatuError
from service.export import FORMATS, About, Name
from service.pipeline.exports import pieces
from service.store import projects

_VERSION = version("guatu")
PREFIX = "^oc4ids-[a-z0-9]{6}$"


class CsvQuery(ProjectFilter):
    """Which projects."""

    bom: bool = Field(False, description="begin with a byte order mark: without it Excel takes the text for GBK")


class PackageQuery(ProjectFilter):
    """Which projects, and who publishes them."""

    prefix: str = Field(
        "oc4ids-guatu0", pattern=PREFIX, description="what ids begin with: the publisher's registered prefix"
    )
    publisher: str = Field("Guatu", min_length=1, max_length=100, pattern=r"\S", description="who publishes the data")


class FeedQuery(ProjectFilter):
    """Which projects, and how many."""

    limit: int = Field(50, ge=1, le=200, description="so many at most")
    title: str = Field("Guatu 挂图", min_length=1, max_length=100, description="what the feed is called")


def _answer(name: Name, meaning: str) -> Answer:
    headers = {"Content-Disposition": "the name of the file"} if not FORMATS[name].feed else {}
    return Answer(bytes, meaning, media_types=(FORMATS[name].media_type,), headers=headers)


@operation(_answer("csv", "the projects, a row each"))
async def csv(call: Call, query: CsvQuery) -> Reply | web.StreamResponse:
    """All projects that are meant as CSV in UTF-8, in the order in which they became known.

    Several values in one cell are a JSON array. A text that a spreadsheet would run is put after a '.
    """
    return await _file(call, "csv", query, bom=query.bom)


@operation(_answer("xlsx", "the workbook"))
async def xlsx(call: Call, query: ProjectFilter) -> Reply | web.StreamResponse:
    """All projects that are meant as a workbook for Excel: a sheet of projects, and one of their articles with the words."""
    return await _file(call, "xlsx", query)


@operation(_answer("ndjson", "the projects, one a line"))
async def ndjson(call: Call, query: ProjectFilter) -> Reply | web.StreamResponse:
    """All projects that are meant, whole: each line is what /v1/projects/{id} answers."""
    return await _file(call, "ndjson", query)


@operation(_answer("parquet", "the file"))
async def parquet(call: Call, query: ProjectFilter) -> Reply | web.StreamResponse:
    """All projects that are meant as Parquet, with typed and nested columns.

    Answers 406 where the server has no pyarrow.
    """
    return await _file(call, "parquet", query)


@operation(_answer("oc4ids", "the project package"), problems=(NOT_FOUND,))
async def oc4ids(call: Call, query: PackageQuery) -> Reply | web.StreamResponse:
    """All projects that are meant as a project package of OC4IDS 0.9.5; 404 where there are none."""
    return await _file(call, "oc4ids", query, prefix=query.prefix, publisher=query.publisher)


@operation(_answer("atom", "the feed"))
async def atom(call: Call, query: FeedQuery) -> Reply:
    """The projects that are meant that changed last, as an Atom feed: subscribe to the address, and watch them."""
    return await _feed(call, "atom", query)


@operation(_answer("jsonfeed", "the feed"))
async def jsonfeed(call: Call, query: FeedQuery) -> Reply:
    """The projects that are meant that changed last, as a JSON Feed."""
    return await _feed(call, "jsonfeed", query)


async def _file(call: Call, name: Name, query: ProjectFilter, **said: Any) -> Reply | web.StreamResponse:  # noqa: ANN401
    """All projects, streamed. The tag is that of the ledger before anything was read: while it stays, so does every byte."""
    format_, wanted = FORMATS[name], query.wanted()
    async with call.parts.database.reading() as connection:
        tag = f"{await projects.version(connection)}-{_VERSION}"
    if etag.matches(call.request.headers.get(hdrs.IF_NONE_MATCH, ""), tag):
        return Reply(media_type=format_.media_type, etag=tag)
    name_of_file = f"guatu-projects-{call.parts.now():%Y-%m-%d}.{format_.suffix}"
    fields = {
        "ETag": f'"{tag}"',
        "Cache-Control": REVALIDATE,
        "Content-Disposition": f'attachment; filename="{name_of_file}"',
    }
    _there(name)
    found = pieces(call.parts.database, wanted, format_, _about(call, **said))
    return await streamed(call, format_.media_type, _nothing() if call.request.method == "HEAD" else found, fields)


async def _feed(call: Call, name: Name, query: FeedQuery) -> Reply:
    about = _about(call, title=query.title)
    found = pieces(call.parts.database, query.wanted(), FORMATS[name], about, query.limit)
    return Reply(b"".join([piece async for piece in found]), media_type=FORMATS[name].media_type)


def _there(name: Name) -> None:
    """A Problem where the library of the format is missing."""
    try:
        FORMATS[name].writer()
    except GuatuError as error:
        offered = [one.media_type for one in FORMATS.values() if one.name != name]
        raise Problem(NOT_ACCEPTABLE, str(error), errors=[{"allowed": offered}]) from None


def _about(call: Call, **said: Any) -> Callable[[dt.datetime], About]:  # noqa: ANN401 - fields of About
    request = call.request
    ours = f"{request.scheme}://{quote(request.host, safe=':[].-')}"
    base = (call.parts.habits.public_url or ours).rstrip("/")
    return lambda moment: About(base=base, url=f"{base}{request.rel_url}", asof=moment, **said)


async def _nothing() -> AsyncGenerator[bytes, None]:
    """What HEAD is answered with."""
    return
    yield b""
