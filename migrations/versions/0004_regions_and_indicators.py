"""Sums by region, steps that are summed up by place and day, series of indicators; all filled in from what is stored.

Revision ID: 0004
Revises: 0003
"""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

EXACT = sa.BigInteger().with_variant(sa.Numeric(19, 3), "postgresql")
CHUNK = 1000
HIGHEST = "SELECT max(id) FROM records"
FULL = re.compile("达产|达效|满产|满负荷")
STARTED = ("started", "construction", "completed", "operational")
_KEPT = ", ".join(f"'{stage}'" for stage in STARTED)
_WHAT = {
    "''": "TRUE",
    "'status:' || status": "status IS NOT NULL",
    "'stage:' || stage": "stage IS NOT NULL",
    "'signed'": "signed",
    "'kept'": f"signed AND stage IN ({_KEPT})",
    "'yields'": "yields AND stage = 'operational'",
}
_CODES = {
    "'000000'": "TRUE",
    "''": "region_code IS NULL",
    "substr(region_code, 1, 2) || '0000'": "region_code IS NOT NULL",
    "substr(region_code, 1, 4) || '00'": "substr(region_code, 3) <> '0000'",
    "region_code": "substr(region_code, 5) <> '00'",
}


def begin() -> None:
    _columns()
    _indicators()


def fill(last: int) -> int | None:
    """Enter the next indicators of the log behind the record `last`; gives the last of them, None where there are none."""
    connection = op.get_bind()
    query = sa.text(
        f"SELECT id, body FROM records WHERE id > :last AND kind = 'indicator' AND standing ORDER BY id LIMIT {CHUNK}"
    )
    rows = connection.execute(query, {"last": last}).all()
    if not rows:
        return None
    places = 1 if connection.dialect.name == "postgresql" else 1000
    table = sa.Table("indicators", sa.MetaData(), *_series())
    connection.execute(sa.insert(table), [_row(id_, body, places) for id_, body in rows])
    return int(rows[-1][0])


def upgrade() -> None:
    op.create_index(
        "ix_indicators_series",
        "indicators",
        ["region_code", "metric", "stage", "subject", "unit", "expected", "since", "until"],
    )
    op.create_index("ix_indicators_metric_region_code", "indicators", ["metric", "region_code"])


def _columns() -> None:
    for column in ("signed", "yields"):
        op.add_column("projects", sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("project_steps", sa.Column("fresh", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("project_steps", sa.Column("region_code", sa.String(6)))
    op.add_column("project_steps", sa.Column("investment_total", EXACT))
    op.create_table(
        "region_tallies",
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("priced", sa.Integer(), nullable=False),
        sa.Column("investment", EXACT, nullable=False),
        sa.Column("reporting", sa.Integer(), nullable=False),
        sa.Column("planned", EXACT, nullable=False),
        sa.Column("completed", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("code", "what", name="pk_region_tallies"),
        sqlite_with_rowid=False,
    )
    _fill()
    op.drop_index("ix_project_steps_since", "project_steps")
    _partial("moves", ["since", "number", "ordinal"], "moves")
    _partial("moves_there", ["region_code", "since"], "moves")
    _partial("fresh", ["status", "since", "until", "region_code", "investment_total"], "fresh")
    _partial("place", ["region_code", "status", "since", "until", "investment_total"], "fresh")


def _partial(name: str, columns: list[str], flag: str) -> None:
    where = {"sqlite_where": sa.text(f"{flag} = 1"), "postgresql_where": sa.text(flag)}
    op.create_index(f"ix_project_steps_{name}", "project_steps", columns, **where)


def _fill() -> None:
    op.execute(
        "UPDATE projects SET signed = TRUE WHERE number IN (SELECT number FROM project_steps WHERE status = 'signed')"
    )
    _fill_yields()
    op.execute(
        "UPDATE project_steps SET"
        " region_code = (SELECT p.region_code FROM projects p WHERE p.number = project_steps.number),"
        " investment_total = (SELECT p.investment_total FROM projects p WHERE p.number = project_steps.number),"
        " fresh = moves AND NOT EXISTS (SELECT 1 FROM project_steps s WHERE s.number = project_steps.number"
        " AND s.status = project_steps.status AND s.moves AND s.ordinal < project_steps.ordinal)"
    )
    both = "investment_total IS NOT NULL AND investment_completed IS NOT NULL"
    for what, wanted in _WHAT.items():
        for code, there in _CODES.items():
            op.execute(
                "INSERT INTO region_tallies (code, what, projects, priced, investment, reporting, planned, completed)"
                f" SELECT {code}, {what}, count(*), count(investment_total), coalesce(sum(investment_total), 0),"
                f" sum(CASE WHEN {both} THEN 1 ELSE 0 END), sum(CASE WHEN {both} THEN investment_total ELSE 0 END),"
                f" sum(CASE WHEN {both} THEN investment_completed ELSE 0 END)"
                f" FROM projects WHERE {wanted} AND {there} GROUP BY 1, 2"
            )


def _fill_yields() -> None:
    """What was told to yield in full is in the words of the timeline alone."""
    connection = op.get_bind()
    query = sa.text(
        "SELECT b.number, b.body FROM project_bodies b JOIN projects p ON p.number = b.number"
        f" WHERE p.stage = 'operational' AND b.number > :last ORDER BY b.number LIMIT {CHUNK}"
    )
    last = 0
    while rows := connection.execute(query, {"last": last}).all():
        last = rows[-1][0]
        steps = {number: json.loads(body)["timeline"] for number, body in rows}
        full = [
            number
            for number, timeline in steps.items()
            if any(
                FULL.search(ref["quote"] or "")
                for step in timeline
                if step["status"] == "operational"
                for ref in step["refs"]
            )
        ]
        if full:
            connection.execute(
                sa.text("UPDATE projects SET yields = TRUE WHERE number = :number"),
                [{"number": number} for number in full],
            )


def _series() -> list[sa.Column[Any]]:
    return [
        sa.Column("record", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("region_code", sa.String(6), nullable=False),
        sa.Column("metric", sa.String(24), nullable=False),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("expected", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("value", EXACT, nullable=False),
        sa.Column("qualifier", sa.String(8)),
    ]


def _indicators() -> None:
    op.create_table(
        "indicators",
        *_series(),
        sa.ForeignKeyConstraint(["record"], ["records.id"], name="fk_indicators_record"),
        sa.PrimaryKeyConstraint("record", name="pk_indicators"),
    )


def _row(id_: int, body: bytes, places: int) -> dict[str, Any]:
    said = json.loads(body, parse_float=Decimal, parse_int=Decimal)
    period = said["period"] or {"from": None, "to": None}
    since, until = (period[end] and date.fromisoformat(period[end]) for end in ("from", "to"))
    return {
        "record": id_,
        "region_code": said["region"]["code"] if said["region"] else "",
        "metric": said["metric"],
        "stage": said["stage"] or "",
        "subject": (said["of"] or "")[:200],
        "unit": said["unit"],
        "expected": said["expected"],
        "since": since,
        "until": until,
        "value": said["value"] if places == 1 else int(said["value"] * places),
        "qualifier": said["qualifier"],
    }


def downgrade() -> None:
    op.drop_table("indicators")
    for name in ("place", "fresh", "moves_there", "moves"):
        op.drop_index(f"ix_project_steps_{name}", "project_steps")
    op.create_index("ix_project_steps_since", "project_steps", ["since"])
    op.drop_table("region_tallies")
    for column in ("investment_total", "region_code", "fresh"):
        op.drop_column("project_steps", column)
    for column in ("yields", "signed"):
        op.drop_column("projects", column)
