"""What the ledger works on: a mention of a project in one article, what people corrected, and the mentions of one project."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator

from service.models import Frozen, Number, Person, Project, Region


class Mention(Frozen):
    """One project as one article tells it: a standing project record of the log.

    `record` is the record's id, `content_sha256` the article's. `story` is the content_sha256 of the first document of
    the story, which copies share; without copies it is the article's own. `seen` is the day on which the article came
    in, `place` the division the article is about. `sentences` are those of the article in which the facts stand.
    """

    record: int
    content_sha256: str
    story: str
    published: dt.date | None
    seen: dt.date
    title: str | None = None
    outlet: str | None = None
    place: Region | None = None
    project: Project
    people: tuple[Person, ...] = ()
    sentences: tuple[str, ...] = ()

    @property
    def day(self) -> dt.date:
        """The day as of which it is said: that of publication, else that on which it was first seen."""
        return self.published or self.seen

    @property
    def region(self) -> Region | None:
        """Where the project stands: what its own words say, else what the article is about."""
        return self.project.region or self.place

    @property
    def handle(self) -> "Handle":
        """What it is called by beyond the life of its record."""
        return Handle(content_sha256=self.content_sha256, name=self.project.name)


class Handle(Frozen):
    """A mention by its article and its name, whatever the id of its record; the name need only be about the same."""

    content_sha256: str
    name: str


CorrectionKind = Literal["merge", "split", "rename", "value"]
CORRECTABLE = (
    *("investment_total", "investment_planned_year", "investment_completed", "land_area", "floor_area"),
    *("annual_output", "annual_tax", "jobs", "stage", "region", "owners"),
)
"""The fields whose value a person may correct; a stage is any Status."""


def _number(value: object) -> object:
    """A number that is written as text is a text."""
    if isinstance(value, str):
        raise ValueError("a text")
    return value


CorrectedValue = Annotated[Number, BeforeValidator(_number)] | Region | str | tuple[str, ...] | None


class Correction(Frozen):
    """What a person decided, in the order of `id`: the later one wins.

    merge: the mentions `of` are one project. split: `of` are one project, `apart` are one other. rename: the project of
    `of` is called `value`. value: its `field` (of CORRECTABLE) is `value`; None says that it has none.
    """

    id: int
    kind: CorrectionKind
    of: tuple[Handle, ...]
    apart: tuple[Handle, ...] = ()
    field: str | None = None
    value: CorrectedValue = None
    by: str
    made: dt.datetime
    reason: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Correction":
        if not self.of or (self.kind == "split") != bool(self.apart):
            raise ValueError("name the mentions it is for; those it parts from them for a split only")
        if (self.kind == "value") != (self.field is not None) or (self.field and self.field not in CORRECTABLE):
            raise ValueError(f"a corrected value has one of the fields {', '.join(CORRECTABLE)}")
        wanted: dict[str | None, type] = {"stage": str, "region": Region, "owners": tuple}
        kind = str if self.kind == "rename" else wanted.get(self.field, Decimal)
        if (
            self.kind in ("rename", "value")
            and not isinstance(self.value, kind)
            and (self.value is not None or kind is str)
        ):
            raise ValueError(f"{self.field or 'a name'} cannot be {self.value!r}")
        return self


class Cluster(Frozen):
    """The mentions of one project, oldest first, and the corrections (rename, value) that are for it."""

    mentions: tuple[Mention, ...]
    corrections: tuple[Correction, ...] = ()


def age(mention: Mention) -> tuple[dt.date, str, str, int]:
    """The canonical order of mentions: oldest first, the same whatever the order of arrival and the ids of records."""
    return mention.day, mention.content_sha256, mention.project.name, mention.record
