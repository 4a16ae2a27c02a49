"""The ledger: mentions, projects with their timelines, tallies and changes, corrections.

Nothing is filled in: the ledger reads the log of records from its beginning.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
EXACT = sa.BigInteger().with_variant(sa.Numeric(19, 3), "postgresql")
TERMS = sa.Text().with_variant(ARRAY(sa.Text()), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def refers(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", ondelete=ondelete)


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    _reading()
    _projects()
    _of_projects()
    _log()
    _corrections()


def _reading() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    op.create_table(
        "touched",
        sa.Column("id", ID, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_touched"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mentions",
        sa.Column("record", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("project", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record", name="pk_mentions"),
    )
    for column in ("content_sha256", "spelling", "project"):
        index("mentions", column)
    op.create_table(
        "spellings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "spelling", name="pk_spellings"),
        sqlite_with_rowid=False,
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("number", ID, nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region_code", sa.String(6)),
        sa.Column("province", sa.Text()),
        sa.Column("prefecture", sa.Text()),
        sa.Column("county", sa.Text()),
        sa.Column("status", sa.String(12)),
        sa.Column("stage", sa.String(12)),
        sa.Column("inferred", sa.Boolean(), nullable=False),
        sa.Column("section", sa.Text()),
        sa.Column("tags", TERMS, nullable=False),
        sa.Column("investment_total", EXACT),
        sa.Column("investment_completed", EXACT),
        sa.Column("land_area", EXACT),
        sa.Column("investment_order", EXACT, nullable=False),
        sa.Column("due", sa.Date()),
        sa.Column("outcome", sa.String(7)),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("latest", sa.Date(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("look_again", sa.Date()),
        sa.Column("owners", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("terms", TERMS, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_projects"),
        sa.UniqueConstraint("id", name="uq_projects_id"),
        sqlite_autoincrement=True,
    )
    for column in ("latest", "first", "name", "investment_order", "due", "look_again"):
        index("projects", column, "number")
    for column in ("province", "prefecture", "county", "status", "stage", "section"):
        index("projects", column, "latest", "number")
    if on_postgresql():
        for column in ("tags", "terms"):
            op.create_index(
                f"ix_projects_{column}",
                "projects",
                [column],
                postgresql_using="gin",
                postgresql_with={"fastupdate": "off"},
            )
    else:
        op.execute(
            "CREATE VIRTUAL TABLE project_terms USING fts5"
            " (terms, content='projects', content_rowid='number', detail=none, tokenize='ascii')"
        )


def _of_projects() -> None:
    op.create_table(
        "project_bodies",
        sa.Column("number", ID, nullable=False, autoincrement=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        refers("project_bodies", "number", "projects.number", "CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_project_bodies"),
    )
    op.create_table(
        "project_steps",
        sa.Column("number", ID, nullable=False, autoincrement=False),
        sa.Column("ordinal", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(9), nullable=False),
        sa.Column("moves", sa.Boolean(), nullable=False),
        refers("project_steps", "number", "projects.number", "CASCADE"),
        sa.PrimaryKeyConstraint("number", "ordinal", name="pk_project_steps"),
    )
    index("project_steps", "status", "since", "number")
    index("project_steps", "since")
    op.create_table(
        "project_tallies",
        sa.Column("one", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name="pk_project_tallies"),
        sqlite_with_rowid=False,
    )


def _log() -> None:
    op.create_table(
        "project_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("project", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("other", sa.String(32)),
        sa.CheckConstraint(
            "kind IN ('new', 'updated', 'conflict', 'merged', 'split', 'gone')", name=op.f("ck_project_changes_kind")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_project_changes"),
        sqlite_autoincrement=True,
    )
    index("project_changes", "project", "id")
    op.create_table(
        "redirects",
        sa.Column("old", sa.String(32), nullable=False),
        sa.Column("new", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("old", name="pk_redirects"),
    )
    index("redirects", "new")


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", ID, nullable=False),
        sa.Column("project", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("withdrawn", MOMENT),
        sa.Column("withdrawn_by", sa.Text()),
        sa.Column("withdrawn_reason", sa.Text()),
        sa.CheckConstraint("kind IN ('merge', 'split', 'rename', 'value')", name=op.f("ck_corrections_kind")),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sqlite_autoincrement=True,
    )
    index("corrections", "project", "id")
    op.create_table(
        "correction_articles",
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("correction_id", ID, nullable=False, autoincrement=False),
        refers("correction_articles", "correction_id", "corrections.id"),
        sa.PrimaryKeyConstraint("content_sha256", "correction_id", name="pk_correction_articles"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """The records stay, and what people corrected is lost."""
    if not on_postgresql():
        op.drop_table("project_terms")
    for table in (
        "correction_articles",
        "corrections",
        "redirects",
        "project_changes",
        "project_tallies",
        "project_steps",
        "project_bodies",
        "projects",
        "spellings",
        "mentions",
        "touched",
        "ledger",
    ):
        op.drop_table(table)
