"""The articles' own index, by which their titles and texts are searched; filled from what is stored.

Revision ID: 0006
Revises: 0005
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHUNK = 500
LONGEST = 100_000
EPOCH = 1024
HIGHEST = "SELECT max(id) FROM documents"
RUN = re.compile(r"[^\W_]+")
MAKE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_articles USING fts5"
        """(tokens, content='', detail='none', columnsize=0, tokenize="ascii tokenchars '_'")""",
    ),
    "postgresql": (
        "CREATE TABLE search_articles (rowid BIGINT CONSTRAINT pk_search_articles PRIMARY KEY, tokens TSVECTOR NOT NULL)"
        " WITH (toast_tuple_target = 128)",
    ),
}
ENTER = {
    "sqlite": "INSERT INTO search_articles (rowid, tokens) VALUES (:id, :tokens)",
    "postgresql": (
        "INSERT INTO search_articles (rowid, tokens) VALUES (:id, array_to_tsvector(string_to_array(:tokens, ' ')))"
    ),
}


def begin() -> None:
    connection = op.get_bind()
    for statement in MAKE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def fill(last: int) -> int | None:
    """Enter the next articles behind the document `last`; gives the last of them, None where there are none."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    query = sa.text(
        f"SELECT id, title, substr(text, 1, {LONGEST}) AS text, province, prefecture, county FROM documents"
        f" WHERE state = 'processed' AND id > :last ORDER BY id LIMIT {CHUNK}"
    )
    rows = connection.execute(query, {"last": last}).all()
    if not rows:
        return None
    entries = [{"id": row.id, "tokens": tokens(row, dialect)} for row in rows]
    if some := [entry for entry in entries if entry["tokens"]]:
        connection.execute(sa.text(ENTER[dialect]), some)
    return int(rows[-1].id)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_search_articles_tokens ON search_articles USING gin (tokens)")


def tokens(row: sa.Row[tuple[int, str, str, str, str, str]], dialect: str) -> str:
    """What an article is found by."""
    whole = f"{row.title or ''}\n{row.text or ''}".replace("İ", "i").replace("Σ", "σ").lower()
    runs = RUN.findall(whole)
    found = dict.fromkeys(run[at : at + 2] for run in runs for at in range(len(run) - 1))
    places = zip("pfc", (row.province, row.prefecture, row.county), strict=True)
    where = [f"_{sign}{name}" for sign, name in places if name]
    epoch = [f"_e{row.id // EPOCH}"] if dialect == "postgresql" else []
    return " ".join([*found, *where, *epoch])


def downgrade() -> None:
    op.drop_table("search_articles")
