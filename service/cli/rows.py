"""Rows of the database as a table, as JSON lines and as CSV."""

import csv
import sys
from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from typing import Any

import orjson

from service.cli.terminal import amount, console, figure, lines, safe
from service.models import plain_number
from service.store.rows import contract, region

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
    if kind == "projects":
        return published, where, row["name"], row["stage"], amount(row["investment_total"]), row["article_title"]
    if kind == "indicators":
        value = figure(row["value"], row["unit"])
        return published, where, row["metric"], row["stage"], value, row["of"], row["period_text"]
    state = row["reason"] or ("near-duplicate" if row["near_duplicate_of"] else row["state"])
    counts = (row["projects"], row["indicators"], row["people"])
    return published, where, row["title"], row["outlet"], state, *counts, row["source"]


def _object(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "documents":
        levels = ("province", "prefecture", "county", "region_code")
        kept = {name: value for name, value in row.items() if name not in levels}
        return {**kept, "region": region(row)}
    document = {
        "id": row["document_id"],
        "source": row["source"],
        "title": row["article_title"],
        "published": row["published"],
        "outlet": row["outlet"],
    }
    return {"id": row["id"], **contract(kind, row), "rules_version": row["rules_version"], "document": document}


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
        return plain_number(value)
    raise TypeError(type(value).__name__)
