"""Documents: what came in, what became of it, its repairs, copies, facts and bytes."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from pydantic import BaseModel, ConfigDict, Field

from service.api.operation import Answer, Call, operation
from service.api.parameters import PageSize
from service.api.problems import NOT_FOUND, Problem
from service.api.reply import Reply, as_json
from service.api.shapes import Document, DocumentPage, State
from service.store import facts, library, rows
from service.store.database import Connection
from service.store.library import Asked

BINARY = "application/octet-stream"
FACTS = ("projects", "indicators", "people")


class DocumentQuery(BaseModel):
    """Which documents."""

    model_config = ConfigDict(extra="forbid")
    state: list[State] | None = Field(None, description="in one of these states")
    source: int | None = Field(None, ge=1, description="given by this source of /v1/sources")
    since: dt.date | None = Field(None, description="published on this day or later")
    until: dt.date | None = Field(None, description="published on this day or earlier")
    before: int | None = Field(None, ge=1, description="older than the document with this id")
    limit: PageSize = 20


class DocumentPath(BaseModel):
    id: int = Field(ge=1)


@operation(Answer(DocumentPage, "documents, the last to come first"))
async def page(call: Call, query: DocumentQuery) -> Reply:
    """Documents, the last to come first.

    The state says what became of each: `new` waits for a worker, `processed` has facts, `duplicate` says the same as another,
    `rejected` and `failed` are in quarantine with the reason.
    """
    asked = Asked(tuple(query.state) if query.state else None, query.source, query.since, query.until)
    limit = min(query.limit, call.parts.limits.page)
    async with call.parts.database.reading() as connection:
        found = await library.page(connection, asked, query.before, limit)
    following = None
    if len(found) == limit:
        kept = query.model_dump(exclude_none=True, mode="json") | {"before": found[-1]["id"]}
        following = f"/v1/documents?{urlencode(kept, doseq=True)}"
    return as_json({"documents": [line(row) for row in found], "next": following})


@operation(Answer(Document, "the document"), problems=(NOT_FOUND,))
async def one(call: Call, path: DocumentPath) -> Reply:
    """One document: its state, repairs, text, facts, and who else carried it."""
    async with call.parts.database.reading() as connection:
        return as_json(await whole(connection, path.id))


@operation(
    Answer(
        bytes, "the bytes as they came in", media_types=(BINARY,), headers={"X-Media-Type": "what was declared of them"}
    ),
    problems=(NOT_FOUND,),
)
async def original(call: Call, path: DocumentPath) -> Reply:
    """The bytes of a document, as they came in.

    They are sent as a file of no type, whatever they are, so that no browser runs what a page holds.
    """
    async with call.parts.database.reading() as connection:
        found = await library.original(connection, path.id)
    if found is None:
        raise _unknown(path.id)
    declared = f"{found.media_type or BINARY}{f'; charset={found.charset}' if found.charset else ''}"
    named = {
        "Content-Disposition": f'attachment; filename="{found.raw_sha256[:16]}.bin"',
        "X-Media-Type": declared.encode("ascii", "replace").decode(),
    }
    return Reply(found.data, media_type=BINARY, etag=found.raw_sha256, headers=named)


async def whole(connection: Connection, document_id: int) -> dict[str, Any]:
    """A document as `Document` describes it; a Problem where there is none."""
    row = await library.one(connection, document_id)
    if row is None:
        raise _unknown(document_id)
    standing = row["duplicate_of"] or document_id
    said = None
    if row["state"] in ("processed", "duplicate"):
        found = (await facts.of(connection, [standing]))[standing]
        said = {kind: [orjson.loads(body) for body in found[kind]] for kind in FACTS}
    return {
        **line(row),
        "text": row["text"],
        "due": row["due"],
        "copies": await library.copies(connection, standing),
        "reposts": await library.alike(connection, document_id, row["near_duplicate_of"]),
        "extraction": said,
    }


def line(row: Mapping[str, Any]) -> dict[str, Any]:
    """A document as `DocumentLine` describes it."""
    names = ("region_code", "province", "prefecture", "county", "repairs", "text", "due")
    shown = {name: value for name, value in row.items() if name not in names}
    repairs = [{"step": step, "count": count} for step, count in (row["repairs"] or {}).items()]
    return {**shown, "region": rows.region(row), "repairs": repairs}


def _unknown(document_id: int) -> Problem:
    return Problem(NOT_FOUND, f"there is no document {document_id}")
