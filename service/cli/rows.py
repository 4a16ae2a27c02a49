"""Rows of the database as a table, as JSON lines and as CSV."""

import csv
import sys
from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from typing import Any

import orjson

from service.cli.terminal import amount, console, figure, lines, safe
from service.store.rows import LEVELS, region

Rows = AsyncIterator[dict[str, Any]]
_HEADS = {
    "projects": ("published", "region", "project", "stage", "investment", "article"),
    "indicators": ("published", "region", "indicator", "stage", "value", "of", "period"),
    "documents": ("published", "region", "title", "outlet", "state", "projects", "indicators", "people", "source"),
}


async def as_table(kind: str, rows: Rows, shown: int | None) -> None:
    """At most `shown` rows, and a line that says when there are more."""
    from rich.table import Table

    table = Table(*_HEADS[kind], box=None, header_style="bold", padding=(0, 2, 0, 0))
    more = False
    async for row in rows:
        more = table.row_count == shown
        if not more:
            table.add_row(*(safe("" if cell is None else str(cell)) for cell in _cells(kind, row)))
    out = console()
    if table.row_count:
        out.print(table)
        if more:
            out.print(f"and more: --limit N shows more than {shown}, --json and --csv show all")
    else:
        out.print(f"no {kind} found")


async def as_json(kind: str, rows: Rows, shown: int | None) -> None:
    """A fact as the contract has it, with the document it is from; a document as it is stored."""
    async for row in rows:
        lines([orjson.dumps(_object(kind, row), default=_written)])


async def as_csv(kind: str, rows: Rows, shown: int | None) -> None:
    """A header and a row each; lists and evidence as JSON."""
    writer = None
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    async for row in rows:
        flat = _flat(_object(kind, row))
        if writer is None:
            writer = csv.DictWriter(sys.stdout, list(flat))
            writer.writeheader()
        writer.writerow(flat)


def _cells(kind: str, row: Mapping[str, Any]) -> tuple[object, ...]:
    published, where = row["published"], row["county"] or row["prefecture"] or row["province"]
    if kind == "documents":
        state = row["reason"] or ("near-duplicate" if row["near_duplicate_of"] else row["state"])
        counts = (row["projects"], row["indicators"], row["people"])
        return published, where, row["title"], row["outlet"], state, *counts, row["source"]
    fact = row["fact"]
    if kind == "projects":
        return published, where, fact["name"], fact["stage"], amount(fact["investment_total"]), row["title"]
    period = (fact["period"] or {}).get("text")
    return published, where, fact["metric"], fact["stage"], figure(fact["value"], fact["unit"]), fact["of"], period


def _object(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "documents":
        kept = {name: value for name, value in row.items() if name not in (*LEVELS, "region_code")}
        return {**kept, "region": region(row)}
    document = {"id": row["document_id"], **{name: row[name] for name in ("source", "title", "published", "outlet")}}
    return {"id": row["id"], **row["fact"], "rules_version": row["rules_version"], "document": document}


def _flat(fact: Mapping[str, Any]) -> dict[str, Any]:
    """One level of names: `document.title`. Lists and the like as JSON."""
    flat: dict[str, Any] = {}
    for name, value in fact.items():
        if name in ("document", "region"):
            keys = value or dict.fromkeys(("code", "name", "path"))
            flat.update({f"{name}.{key}": _cell(part) for key, part in keys.items()})
        else:
            flat[name] = _cell(value)
    return flat


def _cell(value: object) -> object:
    if isinstance(value, list | tuple | dict):
        return orjson.dumps(value, default=_written).decode()
    if isinstance(value, str) and value[:1] in "=+-@\t\r" and value:
        return "'" + value
    return value


def _written(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(type(value).__name__)
