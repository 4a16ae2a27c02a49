"""Documents with their originals, sightings and failures; the facts of single articles.

Revision ID: 0001
Revises: -
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
EXACT = sa.BigInteger().with_variant(sa.Numeric(19, 3), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def place() -> list[sa.Column[str]]:
    return [
        sa.Column("region_code", sa.String(6)),
        sa.Column("province", sa.Text()),
        sa.Column("prefecture", sa.Text()),
        sa.Column("county", sa.Text()),
    ]


def refers(table: str, column: str, to: str = "documents.id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", ID, nullable=False),
        sa.Column("raw_sha256", sa.String(64), nullable=False),
        sa.Column("content_sha256", sa.String(64)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("message", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("processed_at", MOMENT),
        sa.Column("rules_version", sa.Text()),
        sa.Column("engine", sa.Text()),
        sa.Column("duplicate_of", ID),
        sa.Column("near_duplicate_of", ID),
        sa.Column("media_type", sa.Text()),
        sa.Column("charset", sa.Text()),
        sa.Column("encoding", sa.Text()),
        sa.Column("published", sa.Date()),
        sa.Column("outlet", sa.Text()),
        *place(),
        sa.Column("title", sa.Text()),
        sa.Column("repairs", JSON),
        sa.Column("signature", sa.LargeBinary()),
        sa.Column("text", sa.Text()),
        sa.CheckConstraint(
            "state IN ('new', 'processed', 'duplicate', 'rejected', 'failed')", name=op.f("ck_documents_state")
        ),
        sa.CheckConstraint("(state = 'duplicate') = (duplicate_of IS NOT NULL)", name=op.f("ck_documents_duplicate")),
        sa.CheckConstraint(
            "state NOT IN ('rejected', 'failed') OR reason IS NOT NULL", name=op.f("ck_documents_reason")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("raw_sha256", name="uq_documents_raw_sha256"),
        refers("documents", "duplicate_of"),
        refers("documents", "near_duplicate_of"),
        sqlite_autoincrement=True,
    )
    index("documents", "content_sha256")
    standing = sa.text("state = 'processed'")
    op.create_index(
        "uq_documents_standing",
        "documents",
        ["content_sha256"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    index("documents", "state", "id")
    index("documents", "duplicate_of")
    index("documents", "near_duplicate_of")
    op.create_table(
        "originals",
        sa.Column("document_id", ID, autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("zlib", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_originals"),
        refers("originals", "document_id"),
    )
    op.create_table(
        "sightings",
        sa.Column("document_id", ID, autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "source", name="pk_sightings"),
        refers("sightings", "document_id"),
        sqlite_with_rowid=False,
    )
    index("sightings", "source")
    op.create_table(
        "failures",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_failures"),
    )
    op.create_table(
        "bands",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("band", "document_id", name="pk_bands"),
        refers("bands", "document_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "common_bands",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("band", name="pk_common_bands"),
    )
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
        *place(),
        sa.Column("evidence", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("document_id", "ordinal", name=f"uq_{table}_document_id_ordinal"),
        refers(table, "document_id"),
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


def downgrade() -> None:
    for table in (
        "person_facts",
        "indicator_facts",
        "project_facts",
        "common_bands",
        "bands",
        "failures",
        "sightings",
        "originals",
        "documents",
    ):
        op.drop_table(table)
