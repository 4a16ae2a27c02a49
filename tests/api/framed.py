"""The frame with a few operations of its own, for what does not depend on the nouns."""

import asyncio
import datetime as dt
import io
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
from aiohttp import web
from pydantic import BaseModel, Field

from service.api.app import build, serve
from service.api.body import Body
from service.api.cache import Memory
from service.api.limits import Limits
from service.api.log import AccessLog
from service.api.negotiate import EVENTS, JSON, NDJSON
from service.api.operation import Answer, Call, operation
from service.api.parts import Parts
from service.api.reply import Reply, as_json
from service.api.routes import ROUTES, Route
from service.api.streams import streamed
from service.errors import NotFound, Rejected, RetryLater
from service.store.database import Database

OWN = ("/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/style.css", "/problems/{name}")


class ThingPath(BaseModel):
    id: int = Field(ge=1)


class ThingQuery(BaseModel):
    limit: int = Field(20, ge=1, le=200)
    stage: Literal["planned", "started"] | None = None
    since: dt.date | None = None
    tag: list[str] = []
    wait: bool = False
    q: str | None = None


class Thing(BaseModel, extra="forbid"):
    name: str
    number: int = 1


def routes() -> tuple[Route, ...]:
    """The frame's own routes, and these: each call makes new ones, with counts of their own."""

    @operation(Answer(dict[str, Any], "the parameters as they were read"), cached=True)
    async def things(call: Call, query: ThingQuery) -> Reply:
        """What was asked for."""
        return as_json({"query": query, "filler": "项目" * query.limit * 10})

    @operation(Answer(Thing, "the thing"))
    async def thing(call: Call, path: ThingPath) -> Reply:
        """One thing; those above 100 fail in several ways."""
        if path.id == 101:
            raise NotFound("there is no thing 101")
        if path.id == 102:
            raise RetryLater("postgresql://guatu@secret.example failed")
        if path.id == 103:
            raise Rejected("empty", "the thing is empty")
        if path.id == 104:
            raise ValueError("the secret of thing 104")
        return as_json(Thing(name="海盐", number=path.id), etag=f"t{path.id}")

    @operation(Answer(Thing, "the same thing"))
    async def make(call: Call, body: Thing) -> Reply:
        """Take a thing."""
        return as_json(body, 201)

    @operation(Answer(dict[str, Any], "what came"), bodies={"text/plain": bytes, NDJSON: bytes})
    async def take(call: Call, body: Body) -> Reply:
        """Take bytes."""
        return as_json({"bytes": len(body.data), "media_type": body.media_type, "charset": body.charset})

    @operation(Answer(bytes, "events", media_types=(EVENTS, JSON)))
    async def events(call: Call, query: ThingQuery) -> web.StreamResponse:
        """`limit` large events, then silence, or a failure where `wait` is true."""

        async def pieces() -> AsyncGenerator[bytes, None]:
            for number in range(query.limit):
                yield f"id: {number}\ndata: {'x' * 50_000}\n\n".encode()
            if query.wait:
                raise ValueError("the stream broke")
            await asyncio.Event().wait()

        return await streamed(call, EVENTS, pieces())

    return (
        *(route for route in ROUTES if route.path in OWN),
        Route("GET", "/v1/things", things, "read", "Things"),
        Route("POST", "/v1/things", make, "write", "Things"),
        Route("GET", "/v1/things/{id}", thing, "read", "Things"),
        Route("POST", "/v1/bytes", take, "write", "Things"),
        Route("GET", "/v1/events", events, "read", "Things"),
    )


@dataclass
class Served:
    """The frame as it serves: a client, its URL, the log so far, and the version of the log of records, to be moved."""

    client: aiohttp.ClientSession
    url: str
    parts: Parts
    output: io.BytesIO
    version: list[int | None] = field(default_factory=lambda: [1])

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@asynccontextmanager
async def framed(
    database: Database,
    limits: Limits | None = None,
    *,
    key: str | None = None,
    open_reading: bool = True,
    **options: Any,  # noqa: ANN401 - as build takes them
) -> AsyncIterator[Served]:
    """The frame on a database, while the block runs. `key` is sent with every request."""
    output = io.BytesIO()
    version: list[int | None] = [1]
    parts = Parts(
        database=database,
        now=lambda: dt.datetime.now(dt.UTC),
        limits=limits or Limits(rate=0),
        memory=Memory(lambda: version[0]),
        access_log=AccessLog(output),
    )
    app = build(parts, open_reading=open_reading, routes=routes(), **options)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with serve(app, "127.0.0.1", 0) as url, aiohttp.ClientSession(url, headers=headers) as client:
        yield Served(client, url, parts, output, version)
