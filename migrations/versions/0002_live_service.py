"""The log of records, the queue, sources with what they named, webhooks with their outbox, keys.

The log is the only place of facts from now on. They enter it when their document is read, so that all stored documents go
into the queue and wait for a worker.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
EXACT = sa.BigInteger().with_variant(sa.Numeric(19, 3), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def refers(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", ondelete=ondelete)


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def upgrade() -> None:
    _sources()
    _documents()
    _log()
    _work()
    _service()
    _one_place_of_facts()
    _wait_to_be_read()
    _queue_all()


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("origin", sa.String(4), nullable=False),
        sa.Column("state", sa.String(7), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_due", MOMENT),
        sa.Column("last_attempt", MOMENT),
        sa.Column("last_success", MOMENT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("poll", JSON, nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("lease", MOMENT),
        sa.CheckConstraint("kind IN ('folder', 'feed', 'sitemap', 'list')", name=op.f("ck_sources_kind")),
        sa.CheckConstraint("origin IN ('file', 'api')", name=op.f("ck_sources_origin")),
        sa.CheckConstraint("state IN ('active', 'paused', 'retired')", name=op.f("ck_sources_state")),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("kind", "address", name="uq_sources_kind_address"),
        sqlite_autoincrement=True,
    )
    index("sources", "state", "next_due")


def _documents() -> None:
    op.add_column("documents", sa.Column("source", sa.Text()))
    op.add_column("documents", sa.Column("source_id", sa.BigInteger()))
    index("documents", "source_id", "id")
    op.execute(
        "UPDATE documents SET source ="
        " (SELECT min(sightings.source) FROM sightings WHERE sightings.document_id = documents.id)"
    )


def _log() -> None:
    op.create_table(
        "records",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(9), nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("withdraws", ID),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(12)),
        sa.Column("investment_total", EXACT),
        sa.Column("published", sa.Date()),
        sa.Column("source_id", sa.BigInteger()),
        sa.Column("province", sa.Text()),
        sa.Column("prefecture", sa.Text()),
        sa.Column("county", sa.Text()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('project', 'indicator', 'person')", name=op.f("ck_records_kind")),
        sa.CheckConstraint("withdraws IS NULL OR NOT standing", name=op.f("ck_records_standing")),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        refers("records", "withdraws", "records.id"),
        refers("records", "document_id", "documents.id"),
    )
    index("records", "document_id")
    _search()


def _search() -> None:
    """What finds records: in PostgreSQL indexes, in SQLite one full-text table."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5"
            """(tokens, content='', detail='none', columnsize=0, tokenize="ascii tokenchars '_'")"""
        )
        return
    op.execute("CREATE TABLE search (rowid BIGINT CONSTRAINT pk_search PRIMARY KEY, tokens TSVECTOR NOT NULL)")
    op.execute("CREATE INDEX ix_search_tokens ON search USING gin (tokens)")
    for column in ("stage", "province", "prefecture", "county", "source_id"):
        index("records", column, "id")
    index("records", "published")
    for amount in (1_000_000_000, 10_000_000_000, 100_000_000_000):
        large = sa.text(f"investment_total >= {amount}")
        op.create_index(f"ix_records_investment_{amount}", "records", ["id"], postgresql_where=large)


def _work() -> None:
    op.create_table(
        "queue",
        sa.Column("document_id", ID, autoincrement=False, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("lease", MOMENT),
        sa.PrimaryKeyConstraint("document_id", name="pk_queue"),
        refers("queue", "document_id", "documents.id"),
    )
    index("queue", "priority", "document_id")
    op.create_table(
        "items",
        sa.Column("source_id", ID, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("due", MOMENT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("document_id", ID),
        sa.Column("worker", sa.Text()),
        sa.Column("lease", MOMENT),
        sa.CheckConstraint("state IN ('waits', 'taken', 'failed')", name=op.f("ck_items_state")),
        sa.PrimaryKeyConstraint("source_id", "key", name="pk_items"),
        refers("items", "source_id", "sources.id", "CASCADE"),
        refers("items", "document_id", "documents.id"),
    )
    index("items", "document_id")
    index("items", "source_id", "first_seen")
    index("items", "state", "due")
    op.create_table(
        "files",
        sa.Column("source_id", ID, autoincrement=False, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "path", name="pk_files"),
        refers("files", "source_id", "sources.id", "CASCADE"),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_hosts"),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("unreachable_since", MOMENT),
        sa.PrimaryKeyConstraint("origin", name="pk_robots"),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_workers"),
    )


def _service() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secrets", JSON, nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.BigInteger(), nullable=False),
        sa.Column("last_success", MOMENT),
        sa.Column("last_failure", MOMENT),
        sa.Column("error", sa.Text()),
        sa.Column("worker", sa.Text()),
        sa.Column("lease", MOMENT),
        sa.CheckConstraint("state IN ('active', 'paused')", name=op.f("ck_webhooks_state")),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("webhook_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("state", sa.String(5), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.CheckConstraint("state IN ('waits', 'dead')", name=op.f("ck_deliveries_state")),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        refers("deliveries", "webhook_id", "webhooks.id", "CASCADE"),
        sa.UniqueConstraint("webhook_id", "record_id", name="uq_deliveries_webhook_id_record_id"),
        refers("deliveries", "record_id", "records.id"),
        sqlite_autoincrement=True,
    )
    index("deliveries", "state", "id")
    index("deliveries", "webhook_id", "state", "id")
    op.create_table(
        "keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(5), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.CheckConstraint("scope IN ('read', 'write', 'admin')", name=op.f("ck_keys_scope")),
        sa.PrimaryKeyConstraint("id", name="pk_keys"),
        sa.UniqueConstraint("sha256", name="uq_keys_sha256"),
        sqlite_autoincrement=True,
    )


def _one_place_of_facts() -> None:
    for table in ("project_facts", "indicator_facts", "person_facts"):
        op.drop_table(table)


def _wait_to_be_read() -> None:
    for table in ("bands", "common_bands"):
        op.execute(f"DELETE FROM {table}")
    op.execute("UPDATE documents SET near_duplicate_of = NULL WHERE near_duplicate_of IS NOT NULL")
    op.execute("UPDATE documents SET state = 'new', duplicate_of = NULL WHERE state IN ('processed', 'duplicate')")


def _queue_all() -> None:
    op.execute(
        "INSERT INTO queue (document_id, priority, due, tries)"
        " SELECT id, 1, first_seen, 0 FROM documents WHERE state = 'new'"
    )


def downgrade() -> None:
    """The documents stay, and are read again by the next replay."""
    _wait_to_be_read()
    for table in (
        "keys",
        "deliveries",
        "webhooks",
        "workers",
        "robots",
        "hosts",
        "files",
        "items",
        "queue",
        "search",
        "records",
    ):
        op.drop_table(table)
    op.drop_index("ix_documents_source_id_id", "documents")
    op.drop_column("documents", "source_id")
    op.drop_column("documents", "source")
    op.drop_table("sources")
    _facts("project_facts", *_project())
    _facts("indicator_facts", *_indicator())
    _facts("person_facts", sa.Column("name", sa.Text(), nullable=False), sa.Column("title", sa.Text(), nullable=False))


def _facts(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        *columns,
        sa.Column("region_code", sa.String(6)),
        *(sa.Column(name, sa.Text()) for name in ("province", "prefecture", "county")),
        sa.Column("evidence", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("document_id", "ordinal", name=f"uq_{table}_document_id_ordinal"),
        refers(table, "document_id", "documents.id"),
        sqlite_autoincrement=True,
    )
    for column in ("province", "prefecture", "county"):
        index(table, column, "id")


def _project() -> list[sa.Column[object]]:
    return [
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("stage", sa.String(12)),
        sa.Column("investment_total", EXACT),
        sa.Column("investment_phase", JSON, nullable=False),
        sa.Column("investment_planned_year", EXACT),
        sa.Column("investment_completed", EXACT),
        sa.Column("land_area", EXACT),
        sa.Column("floor_area", EXACT),
        sa.Column("annual_output", EXACT),
        sa.Column("annual_tax", EXACT),
        sa.Column("jobs", EXACT),
        sa.Column("capacity", JSON, nullable=False),
        sa.Column("owners", JSON, nullable=False),
        sa.Column("dates", JSON, nullable=False),
        sa.Column("qualifiers", JSON, nullable=False),
    ]


def _indicator() -> list[sa.Column[object]]:
    return [
        sa.Column("metric", sa.String(24), nullable=False),
        sa.Column("stage", sa.String(12)),
        sa.Column("of", sa.Text()),
        sa.Column("value", EXACT, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("expected", sa.Boolean(), nullable=False),
        sa.Column("qualifier", sa.String(8)),
        sa.Column("period_from", sa.Date()),
        sa.Column("period_to", sa.Date()),
        sa.Column("period_text", sa.Text()),
    ]
