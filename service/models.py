"""The stages a document reaches, one frozen model each, and the public JSON contract.

RawDocument (bytes) -> CleanText (repaired, simplified) -> Article (with fingerprints) -> Extraction (facts).
Offsets are code points into `CleanText.text`; amounts are in base units: CNY, square metres, percent.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer


def plain_number(value: Decimal) -> int | float:
    """A Decimal as JSON shows it: an integer where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[Decimal, PlainSerializer(plain_number, return_type=int | float)]
Stage = Literal["planned", "signed", "started", "construction", "completed", "operational"]
Hedge = Literal["about", "over", "under", "at_least", "at_most"]
Metric = Literal[
    "project_count",
    "investment_total",
    "investment_planned_year",
    "investment_completed",
    "plan_completion_rate",
    "growth_rate",
    "rank",
    "rate",
    "annual_output",
    "annual_tax",
    "jobs",
    "count",
]
STAGES: tuple[Stage, ...] = ("planned", "signed", "started", "construction", "completed", "operational")


class Frozen(BaseModel):
    """Base of every model: immutable, and no field it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RawDocument(Frozen):
    """One document as it came in: the bytes of one article and what the outside said of them.

    `source` is a path or URL; a member of a container is `container!/member`, a line of NDJSON `file#7`.
    `media_type` and `charset` are what the transport declared, None where it declared nothing.
    """

    source: str
    data: bytes
    media_type: str | None = None
    charset: str | None = None


class Repair(Frozen):
    """A repair step and how often it acted."""

    step: str
    count: int


class CleanText(Frozen):
    """The canonical simplified text of one article, and what was done to get it."""

    title: str | None
    text: str
    published: dt.date | None
    outlet: str | None
    encoding: str
    repairs: tuple[Repair, ...] = ()


class Article(Frozen):
    """A clean text with its identity: the hash of the bytes, of the canonical content, and a near-duplicate signature."""

    source: str
    raw_sha256: str
    content_sha256: str
    signature: tuple[int, ...]
    clean: CleanText


class Region(Frozen):
    """A division of GB/T 2260: six-digit code, full official name, `province/prefecture/county` path."""

    code: str
    name: str
    path: str


class Evidence(Frozen):
    """The words that prove a fact: `text[start:end] == quote`, and the rule that read them."""

    start: int
    end: int
    quote: str
    rule: str


class Capacity(Frozen):
    """What a project makes a year (or holds): value in the plain unit, 10万吨 is 100000 吨."""

    product: str
    value: Number
    unit: str


class Project(Frozen):
    """One named project as the article tells it; None where it does not say."""

    name: str
    aliases: tuple[str, ...] = ()
    region: Region | None = None
    stage: Stage | None = None
    investment_total: Number | None = None
    investment_phase: dict[str, Number] = Field(default_factory=dict)
    investment_planned_year: Number | None = None
    investment_completed: Number | None = None
    land_area: Number | None = None
    floor_area: Number | None = None
    annual_output: Number | None = None
    annual_tax: Number | None = None
    jobs: Number | None = None
    capacity: tuple[Capacity, ...] = ()
    owners: tuple[str, ...] = ()
    dates: dict[str, str] = Field(default_factory=dict)
    qualifiers: dict[str, Hedge] = Field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = Field(default_factory=dict)


class Period(Frozen):
    """A span of days, ISO 8601, both ends inside, and the words that said so."""

    from_: Annotated[dt.date | None, Field(alias="from")] = None
    to: dt.date | None = None
    text: str

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Indicator(Frozen):
    """A figure about many projects or about a whole region."""

    metric: Metric
    stage: Stage | None = None
    of: str | None = None
    value: Number
    unit: str
    expected: bool = False
    qualifier: Hedge | None = None
    period: Period | None = None
    region: Region | None = None
    evidence: tuple[Evidence, ...] = ()


class Person(Frozen):
    """A named person with the office the text gives them."""

    name: str
    title: str
    evidence: tuple[Evidence, ...] = ()


class Extraction(Frozen):
    """All facts of one article."""

    region: Region | None = None
    projects: tuple[Project, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    people: tuple[Person, ...] = ()
    rules_version: str
    engine: str


def record(article: Article, extraction: Extraction) -> dict[str, object]:
    """The public JSON contract: one article and its facts, as `guatu extract --json` prints it."""
    clean = article.clean
    document = {
        "source": article.source,
        "raw_sha256": article.raw_sha256,
        "content_sha256": article.content_sha256,
        "title": clean.title,
        "published": clean.published.isoformat() if clean.published else None,
        "outlet": clean.outlet,
        "region": extraction.region.model_dump(mode="json") if extraction.region else None,
        "encoding": clean.encoding,
        "repairs": [r.model_dump(mode="json") for r in clean.repairs],
        "text": clean.text,
    }
    facts = extraction.model_dump(mode="json", by_alias=True, exclude={"region"})
    return {"document": document, **facts}
