"""All tables. A document is one run of bytes; `records` is the log of what documents were ever read to say, in the order in
which it became visible, and the only place of facts: what a document says is what of it stands there.

`queue`, `items` and `deliveries` hold work that waits. A worker that takes some leaves its name and a lease; a lease that
has run out is anybody's.

`province`, `prefecture` and `county` of a record say where to look for it: its own region, or else its article's.
`region_code` of a document is the contract's: null where the text does not say.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
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
    column,
    event,
    false,
    table,
    text,
)

from service.store.types import Exact, Id, Json, Terms, UtcTime

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
    Column("told", Date),
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
`source` is where the bytes were met first; `source_id` the configured source that gave them, which may be gone since. `told`
is the earliest day of publication that a feed or a news sitemap told of them; `published` is that where they tell none."""

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


def _sought(*columns: str, at_least: int | None = None) -> Index:
    """An index by which PostgreSQL finds the newest of some records; SQLite finds them by its table `search`."""
    name = f"ix_records_investment_{at_least}" if at_least else None
    large = text(f"investment_total >= {at_least}") if at_least else None
    return Index(name, *columns, postgresql_where=large).ddl_if(dialect="postgresql")


records = Table(
    "records",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
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
    _sought("stage", "id"),
    _sought("province", "id"),
    _sought("prefecture", "id"),
    _sought("county", "id"),
    _sought("source_id", "id"),
    _sought("published"),
    *(_sought("id", at_least=amount) for amount in (10**9, 10**10, 10**11)),
)
"""The log: facts as they were said (`body` is their public JSON, `words` what they are searched by) and as they were taken
back (`withdraws` names the row that stands no longer). Rows are only added; `standing` alone changes, when a later row
withdraws one. Writers take turns until they have committed, and number the rows: ids become visible in their order, and
none is left out."""

search = table("search", column("rowid", BigInteger), column("tokens"))
"""What finds records: the rows of the log by tokens, as each kind of database looks such up."""
_SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search USING fts5"
        """(tokens, content='', detail='none', columnsize=0, tokenize="ascii tokenchars '_'")""",
    ),
    "postgresql": (
        "CREATE TABLE search (rowid BIGINT CONSTRAINT pk_search PRIMARY KEY, tokens TSVECTOR NOT NULL)",
        "CREATE INDEX ix_search_tokens ON search USING gin (tokens)",
    ),
}


search_articles = table("search_articles", column("rowid", BigInteger), column("tokens"))
"""What finds the documents that stand by their titles and texts: pairs of characters, and where they are of."""
_SEARCH_ARTICLES = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_articles USING fts5"
        """(tokens, content='', detail='none', columnsize=0, tokenize="ascii tokenchars '_'")""",
    ),
    "postgresql": (
        "CREATE TABLE search_articles (rowid BIGINT CONSTRAINT pk_search_articles PRIMARY KEY, tokens TSVECTOR NOT NULL)"
        " WITH (toast_tuple_target = 128)",
        "CREATE INDEX ix_search_articles_tokens ON search_articles USING gin (tokens)",
    ),
}


@event.listens_for(documents, "after_create")
def _make_search_articles(_documents: Table, connection: Connection, **_: object) -> None:
    for statement in _SEARCH_ARTICLES[connection.dialect.name]:
        connection.exec_driver_sql(statement)


@event.listens_for(records, "after_create")
def _make_search(_records: Table, connection: Connection, **_: object) -> None:
    for statement in _SEARCH[connection.dialect.name]:
        connection.exec_driver_sql(statement)


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
    Column("published", Date),
    CheckConstraint("state IN ('waits', 'taken', 'failed')", name="state"),
    Index(None, "state", "due"),
    Index(None, "source_id", "first_seen"),
    Index(None, "document_id"),
)
"""What feeds, sitemaps and lists have named, each once: `key` is the entry's own id or its address, `published`
the day on which it came out, where a feed or a news sitemap told it."""

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
    Column("watch_id", BigInteger),
    CheckConstraint("state IN ('active', 'paused')", name="state"),
    sqlite_autoincrement=True,
)
"""Who is told of new records, or of the changes in a watch. `secrets` sign the messages, so they have to be kept as they are: the newest, and older ones
with the moment `until` which they sign too. `failures` counts the messages that failed at their first try since the last
success; nothing is sent before `due`. The lease is of the worker that sends to it."""

_of_projects: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), text("project IS NOT NULL"))
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("record_id", ForeignKey("records.id")),
    Column("state", String(5), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("change_id", BigInteger),
    Column("project", String(32)),
    Column("body", LargeBinary),
    CheckConstraint("state IN ('waits', 'dead')", name="state"),
    CheckConstraint("(record_id IS NULL) <> (change_id IS NULL)", name="one"),
    UniqueConstraint("webhook_id", "record_id"),
    Index("ix_deliveries_project", "webhook_id", "project", "id", **_of_projects),
    Index(None, "webhook_id", "state", "id"),
    Index(None, "state", "id"),
    sqlite_autoincrement=True,
)
"""The outbox: messages that were not delivered yet, written in the transaction of what they tell of: a record, or a change of
a project, with the `body` then."""

watches = Table(
    "watches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("filters", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)
"""Saved filters of projects."""

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

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
)
"""One row: how far the ledger has read the log, and how often it has changed."""

touched = Table(
    "touched",
    metadata,
    Column("id", Id, primary_key=True),
    Column("content_sha256", String(64), nullable=False),
    sqlite_autoincrement=True,
)
"""Articles of which something has changed that the log does not tell (their story, a correction), until the ledger saw it."""

mentions = Table(
    "mentions",
    metadata,
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    Column("content_sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("spelling", Text, nullable=False),
    Column("project", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("standing", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "content_sha256"),
    Index(None, "spelling"),
    Index(None, "project"),
)
"""Mentions of projects (`body` is the JSON of the Mention), each with its project. One that no longer stands stays until its
article says something else, so that the project is known again by it."""

spellings = Table(
    "spellings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("spelling", Text, primary_key=True),
    Column("uses", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Look-up of spellings by key; `uses` says how many standing mentions of the spelling have the key."""

projects = Table(
    "projects",
    metadata,
    Column("number", Id, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    *place(),
    Column("status", String(12)),
    Column("stage", String(12)),
    Column("inferred", Boolean, nullable=False),
    Column("section", Text),
    Column("tags", Terms, nullable=False),
    Column("investment_total", Exact),
    Column("investment_completed", Exact),
    Column("land_area", Exact),
    Column("investment_order", Exact, nullable=False),
    Column("due", Date),
    Column("outcome", String(7)),
    Column("first", Date, nullable=False),
    Column("latest", Date, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("look_again", Date),
    Column("owners", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("terms", Terms, nullable=False),
    Column("signed", Boolean, nullable=False, server_default=false()),
    Column("yields", Boolean, nullable=False, server_default=false()),
    *(
        Index(None, *columns, "number")
        for columns in (
            ("latest",),
            ("first",),
            ("name",),
            ("investment_order",),
            ("province", "latest"),
            ("prefecture", "latest"),
            ("county", "latest"),
            ("status", "latest"),
            ("stage", "latest"),
            ("section", "latest"),
            ("due",),
            ("look_again",),
        )
    ),
    sqlite_autoincrement=True,
)
"""One row a project, to be filtered and sorted by; what is shown of it is in `project_bodies`.

`tags` has what it may have several of (`industry:…`, `programme:…`) and its problems (`problem:overdue`). `due` is the last day
of the period for which completion is announced and `outcome` what became of that. `investment_order` is the total to sort
by, -1 where none is known. `look_again` is the next day on which time alone may change the view. `words` are names, aliases
and owners. `terms` are what it is found by (see terms.py). `signed`: its signing was told; `yields`: it was told to yield in
full."""

_inverted = Index(None, projects.c.terms, postgresql_using="gin", postgresql_with={"fastupdate": "off"})
_inverted.ddl_if(dialect="postgresql")

PROJECT_TERMS = (
    "CREATE VIRTUAL TABLE project_terms USING fts5"
    " (terms, content='projects', content_rowid='number', detail=none, tokenize=\"ascii tokenchars ':'\")"
)
"""SQLite's inverted index of `projects.terms`."""


@event.listens_for(projects, "after_create")
def _index_terms(_projects: Table, connection: Connection, **_: Any) -> None:  # noqa: ANN401
    if connection.dialect.name == "sqlite":
        connection.execute(text(PROJECT_TERMS))


project_bodies = Table(
    "project_bodies",
    metadata,
    Column("number", ForeignKey("projects.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("line", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""What is shown of a project: `line` is its JSON in a list, `body` that of the ProjectView."""


def _only(flag: str) -> dict[str, Any]:
    """An index of the rows alone that have the flag."""
    return {"sqlite_where": text(f"{flag} = 1"), "postgresql_where": text(flag)}


project_steps = Table(
    "project_steps",
    metadata,
    Column("number", ForeignKey("projects.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("status", String(12), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("basis", String(9), nullable=False),
    Column("moves", Boolean, nullable=False),
    Column("fresh", Boolean, nullable=False, server_default=false()),
    Column("region_code", String(6)),
    Column("investment_total", Exact),
    Index("ix_project_steps_reached", "status", "since", "until", "number", **_only("moves")),
    Index("ix_project_steps_moves", "since", "number", "ordinal", **_only("moves")),
    Index("ix_project_steps_moves_there", "region_code", "since", **_only("moves")),
    Index("ix_project_steps_fresh", "status", "since", "until", "region_code", "investment_total", **_only("fresh")),
    Index("ix_project_steps_place", "region_code", "status", "since", "until", "investment_total", **_only("fresh")),
)
"""The timelines: a step is known to lie between two days, which are one where the text is that exact. `fresh`: it moves, and
the project was never there before. Place and total are the project's, so that steps are summed up by an index alone."""

region_tallies = Table(
    "region_tallies",
    metadata,
    Column("code", String(6), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("projects", Integer, nullable=False),
    Column("priced", Integer, nullable=False),
    Column("investment", Exact, nullable=False),
    Column("reporting", Integer, nullable=False),
    Column("planned", Exact, nullable=False),
    Column("completed", Exact, nullable=False),
    sqlite_with_rowid=False,
)
"""Counts and sums of projects by division ('' is nowhere, 000000 everywhere) and what they are: '' all, `status:…`, `stage:…`,
signed, kept, yields. `priced` ones have a total, which make up `investment`; `reporting` ones have told a total and what is
spent of it, which make up `planned` and `completed`."""

project_tallies = Table(
    "project_tallies",
    metadata,
    Column("one", Text, primary_key=True),
    Column("other", Text, primary_key=True),
    Column("projects", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many projects have both of two traits (`status:signed`, `industry:…`; '' is what all have), so that nobody has to count
a million."""

project_changes = Table(
    "project_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("project", String(32), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("fields", Json, nullable=False),
    Column("other", String(32)),
    CheckConstraint("kind IN ('new', 'updated', 'conflict', 'merged', 'split', 'gone')", name="kind"),
    Index(None, "project", "id"),
    sqlite_autoincrement=True,
)
"""The log of the ledger. merged: the project went into `other`; split: it came out of `other`; gone: nothing speaks of it."""

redirects = Table(
    "redirects",
    metadata,
    Column("old", String(32), primary_key=True),
    Column("new", String(32), nullable=False),
    Index(None, "new"),
)
"""Projects that went into others."""

corrections = Table(
    "corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("project", String(32), nullable=False),
    Column("kind", String(6), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("withdrawn", UtcTime),
    Column("withdrawn_by", Text),
    Column("withdrawn_reason", Text),
    CheckConstraint("kind IN ('merge', 'split', 'rename', 'value')", name="kind"),
    Index(None, "project", "id"),
    sqlite_autoincrement=True,
)
"""What people decided (`body` is the JSON of the Correction, without its id), of the project `project` at the time; one that
was taken back stays for the record."""

correction_articles = Table(
    "correction_articles",
    metadata,
    Column("content_sha256", String(64), primary_key=True),
    Column("correction_id", ForeignKey("corrections.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""The articles that corrections name."""

indicators = Table(
    "indicators",
    metadata,
    Column("record", ForeignKey("records.id"), primary_key=True, autoincrement=False),
    Column("region_code", String(6), nullable=False),
    Column("metric", String(24), nullable=False),
    Column("stage", String(12), nullable=False),
    Column("subject", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("expected", Boolean, nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("value", Exact, nullable=False),
    Column("qualifier", String(8)),
    Index("ix_indicators_series", "region_code", "metric", "stage", "subject", "unit", "expected", "since", "until"),
    Index(None, "metric", "region_code"),
)
"""The standing records of indicators, by what they are about: '' where the text does not say."""
