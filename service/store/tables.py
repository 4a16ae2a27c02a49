"""All tables. A document is one run of bytes; a fact is one row that names its document and the rules that read it.

`records` is the log of what was ever said, in the order in which it became visible; `queue`, `items` and `deliveries`
hold work that waits. A worker that takes some leaves its name and a lease; a lease that has run out is anybody's.

Project, indicator and person facts are what single articles say; a ledger over many articles is built on them.
`province`, `prefecture` and `county` of a fact say where to look for it: its own region, or else its article's.
`region_code` is the contract's: null where the text does not say. Each has an index (place, id), newest first.
"""

from typing import Any

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


def leased() -> list[Column[Any]]:
    return [Column("worker", Text), Column("lease", UtcTime)]


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
    Column("source", Text),
    Column("source_id", BigInteger),
    CheckConstraint("state IN ('new', 'processed', 'duplicate', 'rejected', 'failed')", name="state"),
    CheckConstraint("(state = 'duplicate') = (duplicate_of IS NOT NULL)", name="duplicate"),
    CheckConstraint("state NOT IN ('rejected', 'failed') OR reason IS NOT NULL", name="reason"),
    Index(None, "content_sha256"),
    Index("uq_documents_standing", "content_sha256", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    Index(None, "state", "id"),
    Index(None, "duplicate_of"),
    Index(None, "near_duplicate_of"),
    Index(None, "source_id", "id"),
    sqlite_autoincrement=True,
)
"""`new` waits; `processed` has facts; `duplicate` says the same as the document in `duplicate_of`; `rejected` will never be
taken; `failed` met a defect of Guatu and is tried again by the next replay. `near_duplicate_of` is the first of its kin.
`source` is where the bytes were met first; `source_id` the configured source that gave them, which may be gone since."""

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

records = Table(
    "records",
    metadata,
    Column("id", Id, primary_key=True),
    Column("recorded_at", UtcTime, nullable=False),
    Column("kind", String(9), nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("withdraws", ForeignKey("records.id")),
    Column("standing", Boolean, nullable=False),
    Column("stage", String(12)),
    Column("investment_total", Exact),
    Column("published", Date),
    Column("source_id", BigInteger),
    Column("province", Text),
    Column("prefecture", Text),
    Column("county", Text),
    Column("words", Text, nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("kind IN ('project', 'indicator', 'person')", name="kind"),
    CheckConstraint("withdraws IS NULL OR NOT standing", name="standing"),
    Index(None, "document_id"),
    Index(None, "province", "id"),
    Index(None, "prefecture", "id"),
    Index(None, "county", "id"),
    Index(None, "source_id", "id"),
    sqlite_autoincrement=True,
)
"""The log: facts as they were said (`body` is their public JSON, `words` what they are searched by) and as they were taken back (`withdraws` names the row that
stands no longer). Rows are only added; `standing` alone changes, when a later row withdraws one. Writers take turns until
they have committed, so that ids become visible in their order."""

queue = Table(
    "queue",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True, autoincrement=False),
    Column("priority", Integer, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    *leased(),
    Index(None, "priority", "document_id"),
)
"""Documents that wait to be read: `priority` 0 what is live, 1 what comes in bulk."""

sources = Table(
    "sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("options", Json, nullable=False),
    Column("origin", String(4), nullable=False),
    Column("state", String(7), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("next_due", UtcTime),
    Column("last_attempt", UtcTime),
    Column("last_success", UtcTime),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
    Column("poll", Json, nullable=False),
    *leased(),
    CheckConstraint("kind IN ('folder', 'feed', 'sitemap', 'list')", name="kind"),
    CheckConstraint("origin IN ('file', 'api')", name="origin"),
    CheckConstraint("state IN ('active', 'paused', 'retired')", name="state"),
    UniqueConstraint("kind", "address"),
    Index(None, "state", "next_due"),
    sqlite_autoincrement=True,
)
"""Where news is taken from. `poll` is what the last fetch left for the next one (validators, interval, rhythm)."""

items = Table(
    "items",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("url", Text),
    Column("state", String(6), nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("due", UtcTime),
    Column("tries", Integer, nullable=False),
    Column("error", Text),
    Column("document_id", ForeignKey("documents.id")),
    *leased(),
    CheckConstraint("state IN ('waits', 'taken', 'failed')", name="state"),
    Index(None, "state", "due"),
    Index(None, "source_id", "first_seen"),
    Index(None, "document_id"),
)
"""What feeds, sitemaps and lists have named, each once: `key` is the entry's own id or its address."""

files = Table(
    "files",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
)
"""Files that a folder gave, as they were when they were taken."""

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("asked_at", UtcTime, nullable=False),
)
"""When a host was asked last, by whichever worker."""

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("body", LargeBinary),
    Column("expires", UtcTime, nullable=False),
    Column("unreachable_since", UtcTime),
)
"""The robots.txt of a site (`scheme://host:port`); no body where it never gave one."""

workers = Table(
    "workers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("counts", Json, nullable=False),
)
"""Workers that run, with the moment of their last sign of life."""

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secrets", Json, nullable=False),
    Column("filters", Json, nullable=False),
    Column("state", String(6), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("delivered", BigInteger, nullable=False),
    Column("last_success", UtcTime),
    Column("last_failure", UtcTime),
    Column("error", Text),
    *leased(),
    CheckConstraint("state IN ('active', 'paused')", name="state"),
    sqlite_autoincrement=True,
)
"""Who is told of new records. `secrets` sign the messages, so they have to be kept as they are: the newest, and older ones
with the moment `until` which they sign too. `failures` counts the messages that failed at their first try since the last
success; nothing is sent before `due`. The lease is of the worker that sends to it."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("state", String(5), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    CheckConstraint("state IN ('waits', 'dead')", name="state"),
    UniqueConstraint("webhook_id", "record_id"),
    Index(None, "webhook_id", "state", "id"),
    Index(None, "state", "id"),
    sqlite_autoincrement=True,
)
"""The outbox: messages that were not delivered yet, written in the transaction of their records."""

keys = Table(
    "keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("scope", String(5), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
    CheckConstraint("scope IN ('read', 'write', 'admin')", name="scope"),
    sqlite_autoincrement=True,
)
"""Keys of the API by the hash of what their owner holds; the key itself is never stored."""
