"""The push: documents that somebody sends, one or a batch, in any encoding."""

import asyncio
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from service.api.body import ANY, Body
from service.api.documents import whole
from service.api.negotiate import JSON, NDJSON
from service.api.operation import Answer, Call, operation
from service.api.problems import INVALID_BODY, REJECTED, TOO_LARGE, Problem
from service.api.reply import Reply, as_json
from service.api.shapes import Batch, Document, Receipt
from service.errors import Rejected
from service.models import RawDocument
from service.pipeline.intake import Accepted, Incoming, accept
from service.sources import Failure, Outcome
from service.sources.records import from_json, from_lines
from service.store import library
from service.text.decode import decode

BINARY = "application/octet-stream"
TEXT = "text/plain"
PAGE = "text/html"


class PushQuery(BaseModel):
    """How to take it."""

    model_config = ConfigDict(extra="forbid")
    source: str | None = Field(
        None,
        min_length=1,
        max_length=2000,
        description="where it is from, best its URL; a record that names its own URL keeps that",
    )
    wait: bool = Field(False, description="answer when it has been read, with its facts; for one document")


Words = Annotated[str, Field(pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class _Record(BaseModel):
    """What a record may say beside its title and its text. Many other names of the fields are understood as well."""

    model_config = ConfigDict(extra="allow")
    url: JsonValue = Field(None, description="where it was published; what is no http(s) URL counts as not given")
    published: JsonValue = Field(None, description="when, ISO 8601; without a zone China time")
    outlet: JsonValue = Field(None, description="who published it; what is no text counts as not given")


class TitledRecord(_Record):
    """A record of an article with its title, and best its text."""

    title: Words
    content: JsonValue = Field(None, description="the text, or HTML")


class TextRecord(_Record):
    """A record of an article that has no title of its own."""

    content: Words = Field(description="the text, or HTML")


Record = TitledRecord | TextRecord
EXAMPLE = {
    "title": "海盐县集中开工",
    "content": "澉浦绿色船配产业园项目总投资12.5亿元，昨日开工。",
    "url": "https://news.example/2025/03/01/a1.html",
    "published": "2025-03-01",
    "outlet": "海盐新闻网",
}
TAKEN = {"id": 812, "state": "new", "status_url": "/v1/documents/812"}


@operation(
    Answer(
        Receipt | Batch, "taken: it waits to be read", status=202, example=TAKEN, headers={"Location": "the status URL"}
    ),
    Answer(Receipt | Batch | Document, "it was here before, or with `wait` it has been read"),
    problems=(INVALID_BODY, REJECTED),
    bodies={
        JSON: Record | Annotated[list[Record], Field(min_length=1)],
        NDJSON: str,
        PAGE: str,
        TEXT: str,
        BINARY: bytes,
        ANY: bytes,
    },
    examples={JSON: EXAMPLE},
)
async def push(call: Call, query: PushQuery, body: Body) -> Reply:
    """Send documents: a record or several as JSON, records as NDJSON, a page, a text, or the bytes as they are.

    What comes under any other media type is taken as bytes.

    What is answered with 202 is stored and will be read, whatever happens; `status_url` says how far it is. The same bytes
    again are answered with 200 and the first id. Other bytes with the same content are found out when they are read: the
    document is then a `duplicate` of the first. In a batch what cannot be read is refused alone, with 422 where nothing can.
    """
    items = await asyncio.to_thread(lambda: list(_items(body, query.source)))
    if len(items) > call.parts.limits.batch:
        raise Problem(TOO_LARGE, f"{len(items)} documents at once; send at most {call.parts.limits.batch}")
    raws = [item for item in items if isinstance(item, RawDocument)]
    refused = [item for item in items if isinstance(item, Failure)]
    single = len(items) == 1 and body.media_type != NDJSON
    if not items:
        raise Problem(INVALID_BODY, "there is no document in the body")
    if not raws:
        errors = [{"source": one.source, "reason": one.reason, "message": one.message} for one in refused[:20]]
        raise Problem(REJECTED, refused[0].message, errors=errors)
    accepted = await accept(call.parts.database, [Incoming(raw) for raw in raws], call.parts.now())
    if single and query.wait:
        return await _when_read(call, accepted[0])
    new = any(one.new or one.state == "new" for one in accepted)
    receipts = [_receipt(one) for one in accepted]
    if single:
        headers = {"Location": receipts[0]["status_url"]} if new else {}
        return as_json(receipts[0], 202 if new else 200, headers=headers)
    lines = [{"source": one.source, "reason": one.reason, "message": one.message} for one in refused]
    return as_json({"documents": receipts, "refused": lines}, 202 if new else 200)


def _receipt(one: Accepted) -> dict[str, Any]:
    return {"id": one.id, "state": one.state, "status_url": f"/v1/documents/{one.id}"}


def _items(body: Body, source: str | None) -> Iterator[Outcome]:
    """The documents in a body; what has no name of its own is called by its hash."""
    name = source or f"push/{sha256(body.data).hexdigest()[:16]}"
    if body.media_type == NDJSON:
        yield from from_lines(name, body.data.split(b"\n"), _decode)
    elif body.media_type == JSON:
        yield from _records(name, body.data)
    else:
        declared = None if body.media_type == BINARY else body.media_type
        yield RawDocument(source=name, data=body.data, media_type=declared, charset=body.charset)


def _records(name: str, data: bytes) -> Sequence[Outcome]:
    try:
        return list(from_json(name, data, _decode))
    except Rejected as error:
        return [Failure(name, error.reason, str(error))]


def _decode(data: bytes, charset: str | None) -> str:
    return decode(data, charset)[0]


async def _when_read(call: Call, one: Accepted) -> Reply:
    """The document once it has been read; 202 where that takes longer than a request may."""
    until = asyncio.get_running_loop().time() + call.parts.limits.request_seconds * 0.8
    while True:
        change = call.parts.news.next()
        async with call.parts.database.reading() as connection:
            state = (await library.states(connection, [one.id])).get(one.id)
            if state != "new":
                read = await whole(connection, one.id)
                break
        left = until - asyncio.get_running_loop().time()
        if left <= 0 or call.parts.stopping.is_set():
            receipt = _receipt(one)
            return as_json(receipt, 202, headers={"Location": receipt["status_url"]})
        await change.within(min(left, 1.0))
    await call.parts.news.look()  # so that the records are there too, for who asks for them next
    return as_json(read)
