"""All tables. A document is one run of bytes; a fact is one row that names its document and the rules that read it.

Project, indicator and person facts are what single articles say; a ledger over many articles is built on them.
`province`, `prefecture` and `county` of a fact say where to look for it: its own region, or else its article's.
`region_code` is the contract's: null where the text does not say. Each has an index (place, id), newest first.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from service.store.types import Exact, Id, Json, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def place() -> list[Column[str]]:
    return [
        Column("region_code", String(6)),
        Column("province", Text),
        Column("prefecture", Text),
        Column("county", Text),
    ]


_STANDS = text("state = 'processed'")
"""One document stands for each content: the database itself refuses to hold the same facts twice."""

documents = Table(
    "documents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("raw_sha256", String(64), nullable=False, unique=True),
    Column("content_sha256", String(64)),
    Column("state", String(10), nullable=False),
    Column("reason", Text),
    Column("message", Text),
    Column("tries", Integer, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("processed_at", UtcTime),
    Column("rules_version", Text),
    Column("engine", Text),
    Column("duplicate_of", ForeignKey("documents.id")),
    Column("near_duplicate_of", ForeignKey("documents.id")),
    Column("media_type", Text),
    Column("charset", Text),
    Column("encoding", Text),
    Column("published", Date),
    Column("outlet", Text),
    *place(),
    Column("title", Text),
    Column("repairs", Json),
    Column("signature", LargeBinary),
    Column("text", Text),
    CheckConstraint("state IN ('new', 'processed', 'duplicate', 'rejected', 'failed')", name="state"),
    CheckConstraint("(state = 'duplicate') = (duplicate_of IS NOT NULL)", name="duplicate"),
    CheckConstraint("state NOT IN ('rejected', 'failed') OR reason IS NOT NULL", name="reason"),
    Index(None, "content_sha256"),
    Index("uq_documents_standing", "content_sha256", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    Index(None, "state", "id"),
    Index(None, "duplicate_of"),
    Index(None, "near_duplicate_of"),
    sqlite_autoincrement=True,
)
"""`new` waits; `processed` has facts; `duplicate` says the same as the document in `duplicate_of`; `rejected` will never be
taken; `failed` met a defect of Guatu and is tried again by the next replay. `near_duplicate_of` is the first of its kin."""

originals = Table(
    "originals",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("zlib", LargeBinary, nullable=False),
)
"""The bytes as they came in, deflated; apart from `documents`, so that reading those stays quick."""

sightings = Table(
    "sightings",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    Index(None, "source"),
    sqlite_with_rowid=False,
)
"""Where each copy of a document's bytes was seen, first and last."""

failures = Table(
    "failures",
    metadata,
    Column("source", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
)
"""Sources that gave no bytes: unreadable, too large, not unpacked. A source that gives bytes later leaves this table."""

bands = Table(
    "bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("document_id", ForeignKey("documents.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Near-duplicate look-up: the documents whose signatures share a band."""

common_bands = Table("common_bands", metadata, Column("band", BigInteger, primary_key=True, autoincrement=False))
"""Bands that so many documents share that they tell nothing; `bands` no longer holds them."""


def fact(name: str, *columns: Column[object]) -> Table:
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True),
        Column("document_id", ForeignKey("documents.id"), nullable=False),
        Column("ordinal", Integer, nullable=False),
        Column("rules_version", Text, nullable=False),
        *columns,
        *place(),
        Column("evidence", Json, nullable=False),
        UniqueConstraint("document_id", "ordinal"),
        Index(None, "province", "id"),
        Index(None, "prefecture", "id"),
        Index(None, "county", "id"),
        sqlite_autoincrement=True,
    )


project_facts = fact(
    "project_facts",
    Column("name", Text, nullable=False),
    Column("aliases", Json, nullable=False),
    Column("stage", String(12)),
    Column("investment_total", Exact),
    Column("investment_phase", Json, nullable=False),
    Column("investment_planned_year", Exact),
    Column("investment_completed", Exact),
    Column("land_area", Exact),
    Column("floor_area", Exact),
    Column("annual_output", Exact),
    Column("annual_tax", Exact),
    Column("jobs", Exact),
    Column("capacity", Json, nullable=False),
    Column("owners", Json, nullable=False),
    Column("dates", Json, nullable=False),
    Column("qualifiers", Json, nullable=False),
)

indicator_facts = fact(
    "indicator_facts",
    Column("metric", String(24), nullable=False),
    Column("stage", String(12)),
    Column("of", Text),
    Column("value", Exact, nullable=False),
    Column("unit", Text, nullable=False),
    Column("expected", Boolean, nullable=False),
    Column("qualifier", String(8)),
    Column("period_from", Date),
    Column("period_to", Date),
    Column("period_text", Text),
)

person_facts = fact(
    "person_facts",
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False),
)

FACTS: dict[str, Table] = {"projects": project_facts, "indicators": indicator_facts, "people": person_facts}
