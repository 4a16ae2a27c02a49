"""Facts as rows. Knows no database, so that worker processes can make the rows that the writer only inserts."""

import datetime as dt
import json
import struct
import zlib
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import orjson

from service.models import Article, Extraction, Frozen, Indicator, Person, Project, RawDocument, Region
from service.store.exact import exact
from service.store.words import folded, joined, pairs, tokens

Row = dict[str, Any]
Kind = Literal["project", "indicator", "person"]
KINDS: dict[str, Kind] = {"projects": "project", "indicators": "indicator", "people": "person"}
"""The kinds of facts, as the lists of the contract are called and as a record is."""
AMOUNTS = (
    "investment_total",
    "investment_planned_year",
    "investment_completed",
    "land_area",
    "floor_area",
    "annual_output",
    "annual_tax",
    "jobs",
)
_EXACT = json.JSONDecoder(parse_float=Decimal)
LEVELS = ("province", "prefecture", "county")
SIGNS = dict(zip(LEVELS, "pfc", strict=True))
"""How the tokens of places begin."""
SEARCHED = 100_000
"""Characters of a text that are searched; PostgreSQL takes no more than a megabyte of tokens of one article."""
_SEARCHED = ("name", "aliases", "owners", "of", "title")
"""Fields of facts that are searched: what a project is called, who builds it, what a figure counts, who a person is."""


class Original(NamedTuple):
    """The bytes of a document, deflated, with their hash; where they came from and what was declared of them. `told` is the
    day of publication that was told of them from outside."""

    source: str
    raw_sha256: str
    size: int
    zlib: bytes
    media_type: str | None
    charset: str | None
    told: dt.date | None


class Fact(NamedTuple):
    """One fact: its public JSON, and what it is found by. `tokens` are its words, cut for the search."""

    kind: Kind
    stage: str | None
    investment_total: Decimal | None
    province: str | None
    prefecture: str | None
    county: str | None
    words: str
    tokens: str
    body: bytes


class Digest(NamedTuple):
    """A document that was read: its columns, its facts, and the tokens by which it is searched."""

    document: Row
    facts: dict[str, list[Fact]]
    tokens: str


class Refusal(NamedTuple):
    """A document that was not read. `failed` where Guatu is at fault, which a later try may find mended."""

    reason: str
    message: str
    failed: bool = False


class Arrival(NamedTuple):
    """A document that was just read, well or not."""

    original: Original
    result: Digest | Refusal


def original(raw: RawDocument, raw_sha256: str | None = None) -> Original:
    digest = raw_sha256 or sha256(raw.data).hexdigest()
    packed = zlib.compress(raw.data, 3)
    return Original(raw.source, digest, len(raw.data), packed, raw.media_type, raw.charset, raw.published)


def digest(article: Article, extraction: Extraction) -> Digest:
    """The rows of one article. Raises ValueError where a database could not hold them."""
    clean = article.clean
    for text in (clean.text, clean.title or "", clean.outlet or ""):
        if "\0" in text or not _is_unicode(text):
            raise ValueError("the text holds a NUL or half a surrogate pair")
    document = {
        "content_sha256": article.content_sha256,
        "rules_version": extraction.rules_version,
        "engine": extraction.engine,
        "encoding": clean.encoding,
        "published": clean.published,
        "outlet": clean.outlet,
        "title": clean.title,
        "repairs": {repair.step: repair.count for repair in clean.repairs},
        "signature": pack(article.signature),
        "text": clean.text,
        **dict(zip(LEVELS, levels(extraction.region), strict=True)),
        "region_code": extraction.region.code if extraction.region else None,
    }
    place = extraction.region
    facts = {
        "projects": [_fact("project", one, one.region or place, clean.title) for one in extraction.projects],
        "indicators": [_fact("indicator", one, one.region or place, clean.title) for one in extraction.indicators],
        "people": [_fact("person", one, place, clean.title) for one in extraction.people],
    }
    return Digest(document, facts, found_by(document))


def found_by(document: Mapping[str, Any]) -> str:
    """The tokens by which a document is searched: the pairs of its title and text, and its place, of which no text has one."""
    whole = folded(f"{document['title'] or ''}\n{(document['text'] or '')[:SEARCHED]}")
    where = (f"_{sign}{document[level]}" for level, sign in SIGNS.items() if document[level])
    return " ".join(filter(None, (pairs(whole), *where)))


def _fact(kind: Kind, said: Project | Indicator | Person, place: Region | None, title: str | None) -> Fact:
    total = said.investment_total if isinstance(said, Project) else None
    fields = said.__dict__
    words = joined(*map(fields.get, _SEARCHED), title)
    return Fact(
        kind,
        fields.get("stage"),
        None if total is None else exact(total),
        *levels(place),
        words,
        tokens(words),
        _json(said),
    )


def _json(fact: Frozen) -> bytes:
    """The fact as the public JSON contract shows it, every figure exactly and plainly. Raises ValueError where it cannot."""
    try:
        return orjson.dumps(fact, default=_written)
    except orjson.JSONEncodeError as error:
        raise error.__cause__ or error from None


def _written(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(exact(value)))
    assert isinstance(value, Frozen)
    return {name.rstrip("_"): _ordered(part) for name, part in value.__dict__.items()}


def _ordered(part: object) -> object:
    """Equal facts are written equally, in whatever order their parts were found."""
    return dict(sorted(part.items())) if isinstance(part, dict) else part


def parsed(body: bytes) -> Row:
    """A fact from its JSON, its figures as they are written."""
    fact: Row = _EXACT.decode(body.decode())
    return fact


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def levels(place: Region | None) -> tuple[str | None, str | None, str | None]:
    """The full names of province, prefecture and county of a division, None for what it has not."""
    if place is None:
        return None, None, None
    names = place.path.split("/")
    if place.code.endswith("0000"):
        return names[0], None, None
    if place.code.endswith("00"):
        return names[0], names[-1], None
    return names[0], names[1] if len(names) == 3 else None, names[-1]


def region(row: Mapping[str, Any]) -> Row | None:
    """The division that the row's own text names, as the contract shows it."""
    if row["region_code"] is None:
        return None
    names = [row[level] for level in LEVELS if row[level]]
    return {"code": row["region_code"], "name": names[-1], "path": "/".join(names)}


def pack(signature: tuple[int, ...]) -> bytes:
    """A near-duplicate signature as bytes, four to a value."""
    return struct.pack(f">{len(signature)}I", *signature)


def unpack(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(packed) // 4}I", packed)


def published_first(published: dt.date | None) -> dt.date:
    """A key that puts the earliest first, and what has no date last."""
    return published or dt.date.max
