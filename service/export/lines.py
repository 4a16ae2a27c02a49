"""CSV and lines of JSON."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

import orjson

from service.export.cells import fit, inert
from service.export.columns import COLUMNS, Value
from service.export.project import About, Exported, Sink

_BOM = "\ufeff"


class Csv:
    """RFC 4180 in UTF-8: a header, a row each; several values in a cell are a JSON array."""

    def __init__(self, sink: Sink, about: About) -> None:
        self._sink = sink
        self._begin = _BOM if about.bom else ""
        self._rows(([column.name for column in COLUMNS],))

    def add(self, projects: Sequence[Exported]) -> None:
        self._rows([[_cell(column.value(one)) for column in COLUMNS] for one in projects])

    def close(self) -> None:
        """There is nothing more to write."""

    def _rows(self, rows: Sequence[Sequence[str]]) -> None:
        text = io.StringIO(newline="")
        text.write(self._begin)
        csv.writer(text).writerows(rows)
        self._begin = ""
        self._sink.write(text.getvalue().encode())


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return inert(orjson.dumps([fit(text) for text in value]).decode())
    if isinstance(value, str):
        return inert(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class Ndjson:
    """A project a line, as /v1/projects/{id} gives it."""

    def __init__(self, sink: Sink, about: About) -> None:
        self._sink = sink

    def add(self, projects: Sequence[Exported]) -> None:
        self._sink.write(b"".join(map(_line, projects)))

    def close(self) -> None:
        """There is nothing more to write."""


def _line(one: Exported) -> bytes:
    head = orjson.dumps({"id": one.id})
    rest = orjson.dumps({"articles": [article._asdict() for article in one.articles]})
    return b"%b,%b,%b\n" % (head[:-1], one.body[1:-1], rest[1:])
