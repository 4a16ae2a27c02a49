"""XLSX: a sheet of projects and one of where all is said. Written row by row: the library keeps what is done in temporary files."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, BinaryIO, cast

import xlsxwriter

from service.export.cells import fit
from service.export.columns import COLUMNS, Kind, Value
from service.export.project import About, Exported, Sink, evidence

_ROWS = 1_048_576
"""What a sheet holds; what is more goes on a further sheet."""
_CELL = 32_767
_LOOKS: dict[Kind, str] = {
    "money": '0\\.00,,"亿元"',  # in millions, with a point before the last two digits: Excel divides by thousands only
    "area": '#,##0"㎡"',
    "number": "#,##0.###",
    "count": "0",
    "date": "yyyy-mm-dd",
}
_SOURCES: tuple[tuple[str, str, Kind, int], ...] = (
    ("project", "项目编号", "text", 14),
    ("name", "项目名称", "text", 36),
    ("record", "记录", "count", 10),
    ("published", "日期", "date", 12),
    ("outlet", "媒体", "text", 18),
    ("title", "标题", "text", 40),
    ("source", "地址", "text", 40),
    ("story", "稿件", "text", 14),
    ("evidence", "依据", "text", 80),
)


class Xlsx:
    """The sink is a file that can be sought in; it is written when this is closed."""

    def __init__(self, sink: Sink, about: About) -> None:
        plain = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
        self._book = xlsxwriter.Workbook(cast(BinaryIO, sink), {"constant_memory": True, **dict.fromkeys(plain, False)})
        self._book.set_properties({"title": fit(about.title), "created": about.asof.replace(tzinfo=None)})
        columns = [(column.name, column.label, column.kind, column.width) for column in COLUMNS]
        self._projects = _Sheets(self._book, "projects 项目", columns)
        self._sources = _Sheets(self._book, "sources 来源", _SOURCES)

    def add(self, projects: Sequence[Exported]) -> None:
        for one in projects:
            self._projects.row([column.value(one) for column in COLUMNS])
            for row in _sources(one):
                self._sources.row(row)

    def close(self) -> None:
        self._book.close()


def _sources(one: Exported) -> list[list[Value]]:
    said: dict[int, dict[str, None]] = defaultdict(dict)
    for what, ref in evidence(one.view):
        if ref.quote:
            said[ref.record][f"{what}: {ref.quote}"] = None
    return [
        [
            *(one.id, one.view.name, article.record, article.published, article.outlet, article.title),
            *(article.source, article.story[:12], "\n".join(said[article.record])),
        ]
        for article in one.articles
    ]


class _Sheets:
    """A table over as many sheets as it needs."""

    def __init__(self, book: Any, name: str, columns: Sequence[tuple[str, str, Kind, int]]) -> None:  # noqa: ANN401
        self._book, self._name, self._columns = book, name, columns
        self._looks = {kind: book.add_format({"num_format": look}) for kind, look in _LOOKS.items()}
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._count = 0
        self._open()

    def row(self, values: Sequence[Value]) -> None:
        if self._next == _ROWS:
            self._open()
        for place, (value, (_, _, kind, _)) in enumerate(zip(values, self._columns, strict=True)):
            self._cell(place, value, kind)
        self._next += 1

    def _open(self) -> None:
        self._count += 1
        self._sheet = self._book.add_worksheet(self._name if self._count == 1 else f"{self._name} {self._count}")
        self._sheet.freeze_panes(1, 2)
        self._sheet.set_row(0, 30)
        for place, (name, label, kind, width) in enumerate(self._columns):
            self._sheet.set_column(place, place, width, self._looks.get(kind))
            self._sheet.write_string(0, place, f"{label}\n{name}", self._head)
        self._next = 1

    def _cell(self, place: int, value: Value, kind: Kind) -> None:
        sheet, row, look = self._sheet, self._next, self._looks.get(kind)
        if isinstance(value, tuple):
            value = "、".join(value)
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, int | Decimal):
            sheet.write_number(row, place, float(value), look)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, place, dt.datetime.combine(value, dt.time()), look)
        else:
            text = fit(value)
            sheet.write_string(row, place, text if len(text) <= _CELL else text[: _CELL - 1] + "…")
