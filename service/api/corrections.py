"""Corrections: what people decide about projects, kept with who and why."""

from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from pydantic import BaseModel, ConfigDict, Field

from service.api.operation import Answer, Call, operation
from service.api.parameters import PageSize
from service.api.problems import CONFLICT, NOT_FOUND, Problem
from service.api.project_shapes import CorrectionPage, CorrectionShown
from service.api.projects import ProjectPath
from service.api.reply import Reply, as_json
from service.pipeline import decisions
from service.pipeline.decisions import Contradiction, Decision, Reason
from service.store import corrections
from service.store.corrections import Made
from service.store.database import Connection

_TOLD = ("of", "apart", "field", "value", "by", "reason")


class Merge(BaseModel):
    """These projects are one; the oldest that has most mentions keeps its id, and the others lead to it."""

    model_config = ConfigDict(extra="forbid")
    projects: Annotated[list[Annotated[str, Field(pattern="^[0-9a-f]{12}$")]], Field(min_length=2, max_length=20)]
    reason: Reason = None


class CorrectionPath(BaseModel):
    id: int = Field(ge=1)


class CorrectionQuery(BaseModel):
    """Of which project, and from where on."""

    model_config = ConfigDict(extra="forbid")
    project: str | None = Field(None, pattern="^[0-9a-f]{12}$", description="made for this project")
    before: int | None = Field(None, ge=1, description="older than the correction with this id")
    limit: PageSize = 20


class Withdrawal(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    reason: str | None = Field(None, min_length=1, max_length=2000, description="why, for the trail")


@operation(
    Answer(CorrectionShown, "the correction", 201),
    problems=(NOT_FOUND, CONFLICT),
    examples={
        "application/json": {
            "kind": "value",
            "field": "investment_total",
            "value": 1250000000,
            "reason": "the approval of the county says so",
        }
    },
)
async def add(call: Call, path: ProjectPath, body: Decision) -> Reply:
    """Correct a project: its name, a value, or that some of its mentions are of another.

    It shows as soon as a worker has seen it, and holds from then on, whatever articles and extractors say: by the articles
    and names that it is about, so that it outlives replays.
    """
    async with call.parts.database.changing() as connection:
        try:
            id_ = await decisions.decide_on(connection, path.id, body, _who(call), call.parts.now())
        except Contradiction as error:
            raise Problem(CONFLICT, str(error)) from None
        return await _shown(connection, id_, 201)


@operation(
    Answer(CorrectionShown, "the correction", 201),
    problems=(NOT_FOUND, CONFLICT),
    examples={"application/json": {"projects": ["004ec5713a52", "e98f334cf07a"], "reason": "two names of one park"}},
)
async def merge(call: Call, body: Merge) -> Reply:
    """Say that projects are one. It is undone by taking the correction back, or by a later split."""
    async with call.parts.database.changing() as connection:
        try:
            id_ = await decisions.merge(connection, body.projects, _who(call), body.reason, call.parts.now())
        except Contradiction as error:
            raise Problem(CONFLICT, str(error)) from None
        return await _shown(connection, id_, 201)


@operation(Answer(CorrectionPage, "the corrections, the newest first"))
async def page(call: Call, query: CorrectionQuery) -> Reply:
    """Everything that people decided, with who, when and why; also what was taken back."""
    limit = min(query.limit, call.parts.limits.page)
    async with call.parts.database.reading() as connection:
        found = await corrections.page(connection, query.project, query.before, limit)
    following = None
    if len(found) == limit:
        kept = query.model_dump(exclude_none=True) | {"before": found[-1].id}
        following = f"/v1/corrections?{urlencode(kept)}"
    return as_json({"corrections": [shown(one) for one in found], "next": following})


@operation(Answer(CorrectionShown, "the correction, taken back"), problems=(NOT_FOUND,))
async def remove(call: Call, path: CorrectionPath, query: Withdrawal) -> Reply:
    """Take a correction back. It stays in the list with who took it back and why; doing it twice changes nothing."""
    async with call.parts.database.changing() as connection:
        await decisions.take_back(connection, path.id, _who(call), query.reason, call.parts.now())
        return await _shown(connection, path.id, 200)


def _who(call: Call) -> str:
    return call.key.name if call.key else "anonymous"


async def _shown(connection: Connection, id_: int, status: int) -> Reply:
    return as_json(shown(await corrections.one(connection, id_)), status)


def shown(one: Made) -> dict[str, Any]:
    """A correction as `CorrectionShown` describes it."""
    told = orjson.loads(one.body)
    names = ("id", "project", "kind", "made", "withdrawn", "withdrawn_by", "withdrawn_reason")
    return {**{name: getattr(one, name) for name in names}, **{name: told[name] for name in _TOLD}}
