"""Days of publication that feeds and news sitemaps tell of the pages that they name.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("items", sa.Column("published", sa.Date()))
    op.add_column("documents", sa.Column("told", sa.Date()))


def downgrade() -> None:
    """What was told is lost; documents keep the day that they got by it until they are read again."""
    op.drop_column("documents", "told")
    op.drop_column("items", "published")
