"""Facts as rows and back. Knows no database, so that worker processes can make the rows that the writer only inserts.

A row is a dict by column name; figures in JSON columns are decimals written as text, so that they too stay exact.
"""

import datetime as dt
import struct
import zlib
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from service.models import Article, Extraction, Frozen, Indicator, Person, Project, RawDocument, Region
from service.store.exact import exact, plain

Row = dict[str, Any]
KINDS = ("projects", "indicators", "people")
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
JSON_COLUMNS = frozenset({"aliases", "investment_phase", "capacity", "owners", "dates", "qualifiers", "evidence"})
"""Columns that a worker gives as JSON already: bytes, which cost the writer next to nothing."""
_NOT_SAID = frozenset({"id", "document_id", "rules_version", "body", "words"})
"""Columns of a fact that say nothing about what the article says."""


class Original(NamedTuple):
    """The bytes of a document, deflated, with their hash; where they came from and what was declared of them."""

    source: str
    raw_sha256: str
    size: int
    zlib: bytes
    media_type: str | None
    charset: str | None


class Digest(NamedTuple):
    """A document that was read: its columns, and its facts by kind."""

    document: Row
    facts: dict[str, list[Row]]


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
    return Original(raw.source, digest, len(raw.data), zlib.compress(raw.data, 3), raw.media_type, raw.charset)


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
        **_place(extraction.region, None),
    }
    facts = {
        "projects": [_body(_project(fact, extraction.region), fact, clean.title) for fact in extraction.projects],
        "indicators": [_body(_indicator(fact, extraction.region), fact, clean.title) for fact in extraction.indicators],
        "people": [_body(_person(fact, extraction.region), fact, clean.title) for fact in extraction.people],
    }
    for rows in facts.values():
        for ordinal, row in enumerate(rows):
            row["ordinal"] = ordinal
            row["rules_version"] = extraction.rules_version
            row.update((name, orjson.dumps(row[name])) for name in JSON_COLUMNS & row.keys())
    return Digest(document, facts)


def _body(row: Row, fact: Frozen, title: str | None) -> Row:
    names = (row.get("name"), *row.get("aliases", ()), *row.get("owners", ()), row.get("of"), row.get("title"), title)
    words = "\n".join(name for name in names if name).lower()
    return {**row, "body": fact.model_dump_json(by_alias=True).encode(), "words": words}


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _place(region: Region | None, article: Region | None) -> Row:
    where = region or article
    row: Row = {"region_code": region.code if region else None, "province": None, "prefecture": None, "county": None}
    if where:
        levels = where.path.split("/")
        row["province"] = levels[0]
        if not where.code.endswith("00"):
            row["county"] = levels[-1]
            row["prefecture"] = levels[1] if len(levels) == 3 else None
        elif not where.code.endswith("0000"):
            row["prefecture"] = levels[-1]
    return row


def _spans(evidence: tuple[Any, ...]) -> list[Row]:
    return [{"start": e.start, "end": e.end, "quote": e.quote, "rule": e.rule} for e in evidence]


def _project(project: Project, article: Region | None) -> Row:
    row: Row = {
        "name": project.name,
        "aliases": list(project.aliases),
        "stage": project.stage,
        "investment_phase": {phase: str(exact(value)) for phase, value in project.investment_phase.items()},
        "capacity": [{"product": c.product, "value": str(exact(c.value)), "unit": c.unit} for c in project.capacity],
        "owners": list(project.owners),
        "dates": dict(project.dates),
        "qualifiers": dict(project.qualifiers),
        "evidence": {field: _spans(spans) for field, spans in project.evidence.items()},
        **_place(project.region, article),
    }
    for field in AMOUNTS:
        value = getattr(project, field)
        row[field] = None if value is None else exact(value)
    return row


def _indicator(indicator: Indicator, article: Region | None) -> Row:
    period = indicator.period
    return {
        "metric": indicator.metric,
        "stage": indicator.stage,
        "of": indicator.of,
        "value": exact(indicator.value),
        "unit": indicator.unit,
        "expected": indicator.expected,
        "qualifier": indicator.qualifier,
        "period_from": period.from_ if period else None,
        "period_to": period.to if period else None,
        "period_text": period.text if period else None,
        "evidence": _spans(indicator.evidence),
        **_place(indicator.region, article),
    }


def _person(person: Person, article: Region | None) -> Row:
    return {
        "name": person.name,
        "title": person.title,
        "evidence": _spans(person.evidence),
        **_place(None, article),
    }


def region(row: Mapping[str, Any]) -> Row | None:
    """The division that the row's own text names, as the contract shows it."""
    if row["region_code"] is None:
        return None
    levels = [row[level] for level in ("province", "prefecture", "county") if row[level]]
    return {"code": row["region_code"], "name": levels[-1], "path": "/".join(levels)}


def contract(kind: str, row: Mapping[str, Any]) -> Row:
    """The fact of a row as the public JSON contract shows it."""
    if kind == "people":
        return {"name": row["name"], "title": row["title"], "evidence": row["evidence"]}
    if kind == "indicators":
        said = {name: row[name] for name in ("metric", "stage", "of", "value", "unit", "expected", "qualifier")}
        text = row["period_text"]
        period = None if text is None else {"from": row["period_from"], "to": row["period_to"], "text": text}
        fact: Frozen = Indicator.model_validate(
            {**said, "period": period, "region": region(row), "evidence": row["evidence"]}
        )
    else:
        names = ("name", "aliases", "stage", "investment_phase", *AMOUNTS, "capacity", "owners", "dates", "qualifiers")
        said = {name: row[name] for name in names}
        fact = Project.model_validate({**said, "region": region(row), "evidence": row["evidence"]})
    return fact.model_dump(mode="json", by_alias=True)


def canonical(kind: str, row: Mapping[str, Any]) -> bytes:
    """What a fact says, in one form: equal for equal facts, whatever made the row and whichever database held it."""
    said = {name: value for name, value in row.items() if name not in _NOT_SAID}
    return orjson.dumps([kind, said], default=_written, option=orjson.OPT_SORT_KEYS)


def _written(value: object) -> object:
    if isinstance(value, bytes):
        return orjson.loads(value)
    if isinstance(value, Decimal):
        return str(plain(value))
    raise TypeError(f"{type(value).__name__} has no canonical form")


def pack(signature: tuple[int, ...]) -> bytes:
    """A near-duplicate signature as bytes, four to a value."""
    return struct.pack(f">{len(signature)}I", *signature)


def unpack(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(packed) // 4}I", packed)


def published_first(published: dt.date | None) -> dt.date:
    """A key that puts the earliest first, and what has no date last."""
    return published or dt.date.max
