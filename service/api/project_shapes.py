"""The JSON of projects, their changes and corrections as the API's document describes it. Projects are sent as stored."""

import datetime as dt
from typing import Any, Literal

from pydantic import ConfigDict, Field

from service.api.shapes import Shape
from service.ledger import CorrectionKind, Handle, Problem, ProjectView, Status
from service.models import Number, Region, Stage

Outcome = Literal["ahead", "on_time", "late", "overdue", "open"]


class ProjectLine(Shape):
    """A project in a list. `completion_expected` is the completion announced last, `outcome` what became of it."""

    id: str
    name: str
    aliases: list[str]
    region: Region | None
    owners: list[str]
    status: Status | None = Field(description="where it is now; `inferred` where that follows from silence")
    stage: Stage | None = Field(description="the furthest stage reached")
    inferred: bool
    section: str | None = Field(description="of GB/T 4754")
    industry: list[str]
    programmes: list[str]
    investment_total: Number | None
    investment_completed: Number | None
    land_area: Number | None
    completion_expected: str | None
    outcome: Outcome | None
    problems: list[Problem]
    first: dt.date
    latest: dt.date
    sources: int = Field(description="stories that tell of it")
    copies: int = Field(description="further prints of these")


class FacetCounts(Shape):
    """How many projects are meant in all and of each kind, the most frequent first. Where more are meant than are counted one by one, the counts are
    of as many as that, and not `exact`."""

    total: int
    exact: bool
    counts: dict[str, dict[str, int]]


class ProjectPage(Shape):
    """Projects in the order asked for. `next` is the address of what follows, null where nothing does; `head` the newest
    change of the ledger."""

    projects: list[ProjectLine]
    next: str | None
    head: int
    facets: FacetCounts | None


class Article(Shape):
    """An article that tells of the project. Those of one `story` are copies of one another."""

    record: int = Field(description="what it says: /v1/records/{record}")
    document: int = Field(description="the article: /v1/documents/{document}")
    story: str
    title: str | None
    outlet: str | None
    published: dt.date | None
    source: str | None


class ProjectShown(ProjectView):
    """A project over all its articles. The `record` of each reference is in /v1/records/{record}, the oldest article first in `articles`."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)
    id: str
    articles: list[Article]


class ChangeShown(Shape):
    """A change of the ledger. `fields` are those of the project that changed; `other` the project into which it merged or
    from which it was split off."""

    id: int
    at: dt.datetime
    project: str
    kind: Literal["new", "updated", "conflict", "merged", "split", "gone"]
    fields: list[str]
    other: str | None


class ChangePage(Shape):
    """Changes in order. `next` is the address of what follows, also where nothing does yet."""

    changes: list[ChangeShown]
    next: str
    head: int


class CorrectionShown(Shape):
    """What a person decided about a project: it counts until it is `withdrawn`, whatever articles and extractors say.

    `of` and `apart` are the mentions that it is about, by their article (content_sha256) and name."""

    id: int
    project: str = Field(description="the project that it was made for, by the id of then")
    kind: CorrectionKind
    of: list[Handle]
    apart: list[Handle]
    field: str | None
    value: Any
    by: str
    made: dt.datetime
    reason: str | None
    withdrawn: dt.datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None


class CorrectionPage(Shape):
    corrections: list[CorrectionShown]
    next: str | None
