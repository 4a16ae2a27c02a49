"""The quarantine: what was not taken and why, and its release."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.api.operation import Answer, Call, operation
from service.api.parameters import PageSize
from service.api.problems import NOT_FOUND, Problem
from service.api.reply import Reply, as_json
from service.api.shapes import Shape
from service.errors import NotFound
from service.store import quarantine
from service.store.quarantine import Held, State, Which


class Item(Shape):
    """Something that was not taken: a document that was `rejected` or `failed`, or a source that gave `no_bytes`."""

    key: str = Field(description="names it for its release")
    state: State
    document_id: int | None
    source: str
    reason: str = Field(description="a stable short code")
    message: str
    tries: int
    seen_at: dt.datetime = Field(description="when it was tried last")


class Reason(Shape):
    state: State
    reason: str
    count: int


class ItemPage(Shape):
    items: list[Item]
    next: str | None
    reasons: list[Reason] = Field(description="how many there are of each, of everything in the quarantine")


class Filter(BaseModel):
    """Which of it; what is not given does not matter."""

    model_config = ConfigDict(extra="forbid")
    state: State | None = None
    reason: str | None = Field(None, min_length=1, max_length=100)
    source: int | None = Field(None, ge=1, description="documents that this source of /v1/sources gave")

    def which(self) -> Which:
        return Which(self.reason, self.state, self.source)


class ItemQuery(Filter):
    after: str | None = Field(
        None, max_length=4000, pattern="^(document:[0-9]{1,18}|source:.+)$", description="behind the item with this key"
    )
    limit: PageSize = 20


class Release(BaseModel):
    """What is released: the items with these keys, and all that `every` describes (`{}`: everything)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "anyOf": [
                {"required": ["keys"], "properties": {"keys": {"minItems": 1}}},
                {"required": ["every"], "properties": {"every": {"type": "object"}}},
            ]
        },
    )
    keys: list[str] = Field(default=[], max_length=1000)
    every: Filter | None = None

    @model_validator(mode="after")
    def _something(self) -> "Release":
        if not self.keys and self.every is None:
            raise ValueError("name keys, or say which with every")
        return self


class Released(Shape):
    released: int


@operation(
    Answer(ItemPage, "what was not taken: documents, the newest first, then sources by name"), problems=(NOT_FOUND,)
)
async def page(call: Call, query: ItemQuery) -> Reply:
    """What was not taken, and why."""
    limit = min(query.limit, call.parts.limits.page)
    async with call.parts.database.reading() as connection:
        try:
            found = await quarantine.page(connection, query.which(), limit, query.after)
        except NotFound as error:
            wrong = {"parameter": "after", "message": str(error), "allowed": "the key of an item"}
            raise Problem(NOT_FOUND, f"after: {error}", errors=[wrong]) from None
        reasons = await quarantine.reasons(connection)
    following = None
    if len(found) == limit:
        kept = query.model_dump(exclude_none=True, mode="json") | {"after": found[-1].key}
        following = f"/v1/quarantine?{urlencode(kept)}"
    counted = [{"state": state, "reason": reason, "count": count} for state, reason, count in reasons]
    return as_json({"items": [_shown(one) for one in found], "next": following, "reasons": counted})


@operation(
    Answer(Released, "how many were released"),
    examples={"application/json": {"keys": ["document:17"], "every": {"reason": "timeout"}}},
)
async def release(call: Call, body: Release) -> Reply:
    """Queue documents once more, and forget that sources failed, which are tried when they are met again."""
    which = body.every.which() if body.every else None
    async with call.parts.database.writing() as connection:
        return as_json({"released": await quarantine.release(connection, call.parts.now(), body.keys, which)})


def _shown(one: Held) -> dict[str, Any]:
    return {
        "key": one.key,
        "state": one.state,
        "document_id": one.document_id,
        "source": one.source,
        "reason": one.reason,
        "message": one.message,
        "tries": one.tries,
        "seen_at": one.seen,
    }
