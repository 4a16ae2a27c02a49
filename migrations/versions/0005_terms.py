"""One inverted index of projects for all that is exact: their words by character too, and what they are. Steps are found by
their days in an index alone.

Revision ID: 0005
Revises: 0004
"""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHUNK = 5000
HIGHEST = "SELECT max(number) FROM projects"
RUN = re.compile(r"[^\W_]+")
TOLD = ("province", "prefecture", "county", "status", "stage", "section")
INVERTED = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def begin() -> None:
    _unindex()
    if on_postgresql():
        op.drop_index("ix_projects_tags", "projects")


def fill(last: int) -> int | None:
    """Write the terms of the next projects behind `last`; gives the last of them, None where there are none."""
    return _write(last, _terms)


def upgrade() -> None:
    _index("ascii tokenchars ':'")
    op.drop_index("ix_project_steps_status_since_number", "project_steps")
    moves = {"sqlite_where": sa.text("moves = 1"), "postgresql_where": sa.text("moves")}
    op.create_index("ix_project_steps_reached", "project_steps", ["status", "since", "until", "number"], **moves)


def _terms(row: sa.Row[tuple[object, ...]]) -> list[str]:
    runs = RUN.findall(row.words)
    pairs = (run[at : at + 2] for run in runs for at in range(len(run) - 1))
    told = [(name, getattr(row, name)) for name in TOLD if getattr(row, name)]
    told += [tag.split(":", 1) for tag in _listed(row.tags)]
    stated = (f"{name}:{''.join(RUN.findall(value)).lower()}" for name, value in told)
    return list(dict.fromkeys([*"".join(runs), *pairs, *stated]))


def _pairs(row: sa.Row[tuple[object, ...]]) -> list[str]:
    return sorted(term for term in _listed(row.terms) if len(term) == 2)


def _listed(terms: str | Sequence[str]) -> Sequence[str]:
    return terms.split("\n")[1:-1] if isinstance(terms, str) else terms


def _write(last: int, of: Callable[[sa.Row[tuple[object, ...]]], list[str]]) -> int | None:
    connection = op.get_bind()
    columns = ", ".join(("number", "words", "tags", "terms", *TOLD))
    some = sa.text(f"SELECT {columns} FROM projects WHERE number > :last ORDER BY number LIMIT {CHUNK}")
    rows = connection.execute(some, {"last": last}).all()
    if not rows:
        return None
    made = [(row.number, "\n".join(of(row))) for row in rows]
    if on_postgresql():
        connection.execute(
            sa.text(
                "UPDATE projects SET terms = string_to_array(new.terms, E'\\n')"
                " FROM unnest(CAST(:numbers AS bigint[]), CAST(:terms AS text[])) AS new (number, terms)"
                " WHERE projects.number = new.number"
            ),
            {"numbers": [number for number, _ in made], "terms": [terms for _, terms in made]},
        )
    else:
        connection.execute(
            sa.text("UPDATE projects SET terms = :terms WHERE number = :number"),
            [{"number": number, "terms": f"\n{terms}\n" if terms else "\n"} for number, terms in made],
        )
    return int(rows[-1].number)


def _unindex() -> None:
    if on_postgresql():
        op.drop_index("ix_projects_terms", "projects")
    else:
        op.drop_table("project_terms")


def _index(tokens: str) -> None:
    if on_postgresql():
        op.create_index("ix_projects_terms", "projects", ["terms"], **INVERTED)
        return
    op.execute(
        "CREATE VIRTUAL TABLE project_terms USING fts5"
        f" (terms, content='projects', content_rowid='number', detail=none, tokenize=\"{tokens}\")"
    )
    op.execute("INSERT INTO project_terms (project_terms) VALUES ('rebuild')")


def downgrade() -> None:
    op.drop_index("ix_project_steps_reached", "project_steps")
    op.create_index("ix_project_steps_status_since_number", "project_steps", ["status", "since", "number"])
    _unindex()
    last: int | None = 0
    while last is not None:
        last = _write(last, _pairs)
    _index("ascii")
    if on_postgresql():
        op.create_index("ix_projects_tags", "projects", ["tags"], **INVERTED)
