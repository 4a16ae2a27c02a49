"""The stages a document reaches, one frozen model each, and the public JSON contract.

RawDocument (bytes) -> CleanText (repaired, simplified) -> Article (with fingerprints) -> Extraction (facts).
Offsets are code points into `CleanText.text`; amounts are in base units: CNY, square metres, percent.
"""

import datetime as dt
import re
from decimal import Decimal
from posixpath import normpath
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator


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
    `media_type` and `charset` are what the transport declared, None where it declared nothing. `published` is the day that
    the feed or news sitemap tells which named it; it counts where the bytes tell none.
    """

    source: str
    data: bytes
    media_type: str | None = None
    charset: str | None = None
    published: dt.date | None = None


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


_BLANK = re.compile(r"[\s\0-\x20\x7f]")


def is_web_address(text: str) -> bool:
    """Whether it is an absolute http or https URL without blanks."""
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not _BLANK.search(text)
        )
    except ValueError:  # a port that is no number, brackets that are no IPv6 address
        return False


SourceKind = Literal["folder", "feed", "sitemap", "list"]
_SPAN = re.compile(r"([1-9]\d{0,8}) ?([smhd]?)\Z")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def _seconds(span: object) -> object:
    """`90`, "90s", "15m", "2h" or "1d" as seconds."""
    if isinstance(span, str):
        found = _SPAN.match(span.strip())
        if found is None:
            raise ValueError('write seconds, or a number with s, m, h or d, such as "15m"')
        return int(found[1]) * _UNITS[found[2]]
    return span


def _pattern(pattern: str) -> str:
    """Refuses what is neither a glob nor a regular expression that can be trusted with any address."""
    if not pattern.startswith("re:"):
        if not pattern.startswith(("/", "**", "http://", "https://")):
            raise ValueError("begin a glob with /, ** or https://, or write a regular expression as re:…")
        return pattern
    if re.search(r"[*+}]\)*[*+{]", pattern.replace("\\", "")):
        raise ValueError("a repeat within a repeat can take for ever; write each repeat by itself")
    try:
        re.compile(pattern[3:])
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class SourceSpec(Frozen):
    """A source as an operator names it, in the file of sources and through the API alike.

    `address` is a folder, or the http(s) URL of a feed, a sitemap or a page with a list. `interval` is in seconds (None:
    by the source's own rhythm). `pattern` takes only the addresses it fits: a glob, or a regular expression after `re:`.
    Files of a folder that are taken stay, are removed (`remove`) or moved to another folder (`move_to`).
    """

    kind: SourceKind
    address: Annotated[str, Field(min_length=1, max_length=2000)]
    name: Line
    category: Line | None = None
    pattern: Annotated[Line, AfterValidator(_pattern)] | None = None
    interval: Annotated[int, BeforeValidator(_seconds), Field(strict=True, ge=1, le=30 * 86_400)] | None = None
    remove: Annotated[bool, Field(strict=True)] = False
    move_to: Annotated[str, Field(min_length=1, max_length=2000)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        """A source without a name is called by its address: the host, or the folder's last part."""
        if not isinstance(given, dict) or given.get("name") is not None or not isinstance(given.get("address"), str):
            return given
        parts = given["address"].strip().split("/")
        host = parts[2].rpartition("@")[2] if len(parts) > 2 and given.get("kind") != "folder" else ""
        return {**given, "name": (host or next((part for part in reversed(parts) if part), "/"))[:200]}

    @model_validator(mode="after")
    def _fitting(self) -> "SourceSpec":
        if self.kind == "folder":
            if "\0" in self.address or "://" in self.address:
                raise ValueError("address must be the path of a folder")
            if self.pattern is not None:
                raise ValueError("pattern is for feed, sitemap and list: a folder is taken whole")
            self._check_move()
            return self
        if self.remove:
            raise ValueError("remove is for folder: nothing is ever removed from a site")
        if self.move_to is not None:
            raise ValueError("move_to is for folder: nothing is ever moved on a site")
        if self.interval is not None and self.interval < 60:
            raise ValueError("interval must be at least a minute for what lies on a site")
        if not is_web_address(self.address):
            raise ValueError("address must be an http:// or https:// URL")
        if "@" in urlsplit(self.address).netloc:
            raise ValueError("address must not hold a user name or a password: it is shown and logged")
        return self

    def _check_move(self) -> None:
        if self.move_to is None:
            return
        if self.remove:
            raise ValueError("remove and move_to exclude each other: choose one")
        if "\0" in self.move_to or "://" in self.move_to:
            raise ValueError("move_to must be the path of a folder")
        if normpath(self.move_to) == normpath(self.address):
            raise ValueError("move_to must be another folder than address")
