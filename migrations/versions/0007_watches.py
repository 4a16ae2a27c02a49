"""Watches: saved filters of projects, and messages on the changes of their projects in the outbox.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
NEW = (("change_id", sa.BigInteger()), ("project", sa.String(32)), ("body", sa.LargeBinary()))
ONE = "(record_id IS NULL) <> (change_id IS NULL)"
KEPT = "id, webhook_id, record_id, state, created_at, due, tries, status, error"


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filters", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watches"),
        sqlite_autoincrement=True,
    )
    op.add_column("webhooks", sa.Column("watch_id", sa.BigInteger()))
    if on_postgresql():
        for name, kind in NEW:
            op.add_column("deliveries", sa.Column(name, kind))
        op.alter_column("deliveries", "record_id", nullable=True)
        op.create_check_constraint(op.f("ck_deliveries_one"), "deliveries", ONE)
    else:
        _rebuild(
            *(sa.Column(name, kind) for name, kind in NEW), sa.CheckConstraint(ONE, name=op.f("ck_deliveries_one"))
        )
    where = sa.text("project IS NOT NULL")
    columns = ["webhook_id", "project", "id"]
    op.create_index("ix_deliveries_project", "deliveries", columns, sqlite_where=where, postgresql_where=where)


def _rebuild(*more: sa.Column[object] | sa.CheckConstraint, nullable: bool = True) -> None:
    """Make the table of SQLite anew, which cannot change a column."""
    op.create_table(
        "deliveries_new",
        sa.Column("id", ID, nullable=False),
        sa.Column("webhook_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=nullable),
        sa.Column("state", sa.String(5), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        *more,
        sa.CheckConstraint("state IN ('waits', 'dead')", name=op.f("ck_deliveries_state")),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name="fk_deliveries_webhook_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_deliveries_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("webhook_id", "record_id", name="uq_deliveries_webhook_id_record_id"),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO deliveries_new ({KEPT}) SELECT {KEPT} FROM deliveries")
    op.drop_table("deliveries")
    op.rename_table("deliveries_new", "deliveries")
    op.create_index("ix_deliveries_webhook_id_state_id", "deliveries", ["webhook_id", "state", "id"])
    op.create_index("ix_deliveries_state_id", "deliveries", ["state", "id"])


def downgrade() -> None:
    """Watches are lost, with their webhooks."""
    op.execute("DELETE FROM deliveries WHERE record_id IS NULL")
    op.execute("DELETE FROM webhooks WHERE watch_id IS NOT NULL")
    op.drop_index("ix_deliveries_project", "deliveries")
    if on_postgresql():
        op.drop_constraint("ck_deliveries_one", "deliveries")
        for name, _ in NEW:
            op.drop_column("deliveries", name)
        op.alter_column("deliveries", "record_id", nullable=False)
    else:
        _rebuild(nullable=False)
    op.drop_column("webhooks", "watch_id")
    op.drop_table("watches")
