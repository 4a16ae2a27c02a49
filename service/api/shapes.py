"""The JSON of records and documents as the API's document describes it. Handlers send the stored bytes of a record as they are."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.models import Indicator, Person, Project, Region, Repair

Kind = Literal["project", "indicator", "person"]
State = Literal["new", "processed", "duplicate", "rejected", "failed"]


class Shape(BaseModel):
    """An object that the API sends."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class Told(Shape):
    """The document that said it, as far as a record repeats it; the whole is at /v1/documents/{id}."""

    id: int
    source: str | None
    title: str | None
    published: dt.date | None
    outlet: str | None
    region: Region | None
    raw_sha256: str
    content_sha256: str


class Head(Shape):
    """What every record has: its place in the log, and the record that it takes back where it does so."""

    id: int
    recorded_at: dt.datetime
    withdraws: int | None
    document: Told
    rules_version: str


class ProjectRecord(Head, Project):
    """A project as one article tells it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["project"]


class IndicatorRecord(Head, Indicator):
    """A figure about many projects or a region, as one article tells it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    kind: Literal["indicator"]


class PersonRecord(Head, Person):
    """A person with an office, as one article tells it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["person"]


Record = Annotated[ProjectRecord | IndicatorRecord | PersonRecord, Field(discriminator="kind")]


class Sentence(Shape):
    """The sentence around a quote, with its own offsets into the document's text."""

    start: int
    end: int
    text: str


class InContext(BaseModel):
    """What one record has besides: whether it stands today, and the sentence of each quote of its `evidence`, under the same
    names and in the same order; null where the text of the document has changed since."""

    standing: bool
    context: dict[str, list[Sentence | None]] | list[Sentence | None]


class ProjectInContext(InContext, ProjectRecord):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndicatorInContext(InContext, IndicatorRecord):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class PersonInContext(InContext, PersonRecord):
    model_config = ConfigDict(frozen=True, extra="forbid")


RecordInContext = Annotated[ProjectInContext | IndicatorInContext | PersonInContext, Field(discriminator="kind")]


class RecordPage(Shape):
    """Records in the order asked for. `next` is the address of what follows, null where nothing does; `head` is the newest id
    of the whole log: a consumer that has read up to there has read everything."""

    records: list[Record]
    next: str | None
    head: int


class Sighting(Shape):
    """Where the same content was seen: this document's bytes or other bytes that say the same."""

    document_id: int
    source: str
    outlet: str | None
    published: dt.date | None
    raw_sha256: str
    first_seen: dt.datetime
    last_seen: dt.datetime


class Repost(Shape):
    """An edited copy of the same story."""

    id: int
    source: str | None
    title: str | None
    published: dt.date | None
    outlet: str | None


class DocumentLine(Shape):
    """A document in a list."""

    id: int
    state: State
    reason: str | None = Field(description="why it was rejected or failed: a stable short code")
    message: str | None
    tries: int
    source: str | None = Field(description="where its bytes were met first: a path, a URL, push/…")
    source_id: int | None = Field(description="the source of /v1/sources that gave it; null for pushes and replays")
    first_seen: dt.datetime
    processed_at: dt.datetime | None
    raw_sha256: str
    content_sha256: str | None
    duplicate_of: int | None = Field(description="the document with the same content, which has the facts")
    near_duplicate_of: int | None = Field(description="the first of the edited copies of this story")
    media_type: str | None
    charset: str | None
    encoding: str | None
    title: str | None
    published: dt.date | None
    outlet: str | None
    region: Region | None
    repairs: list[Repair]
    rules_version: str | None
    engine: str | None


class DocumentPage(Shape):
    documents: list[DocumentLine]
    next: str | None


class Facts(Shape):
    """All that the document says."""

    projects: list[Project]
    indicators: list[Indicator]
    people: list[Person]


class Document(DocumentLine):
    """A document with its canonical text, its facts, its copies and what happens to it next."""

    text: str | None
    due: dt.datetime | None = Field(description="when a worker will read it; null where none will")
    copies: list[Sighting]
    reposts: list[Repost]
    extraction: Facts | None = Field(
        description="null while it waits and where it was refused; of the first of its content"
    )


class Receipt(Shape):
    """What became of a document that was sent: `new` is taken and waits; any other state says that it was here before."""

    id: int
    state: State
    status_url: str


class Refusal(Shape):
    """A line or record of a batch that was not taken."""

    source: str
    reason: str
    message: str


class Batch(Shape):
    """What became of a batch, in its order; what was refused is listed apart and loses nothing else."""

    documents: list[Receipt]
    refused: list[Refusal]
