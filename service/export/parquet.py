"""Parquet: typed columns, lists and nested values. Needs pyarrow (the extra `parquet`)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from service.export.cells import fit
from service.export.columns import COLUMNS, Kind, Value
from service.export.project import About, Exported, Sink, evidence
from service.ledger.timeline import span

_GROUP = 5_000
"""Rows of a group: what is in memory at a time."""
_FIGURE = pa.decimal128(38, 3)
_EXACT = Context(prec=38, rounding=ROUND_HALF_EVEN)
_STEP = Decimal("0.001")
_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "money": _FIGURE,
    "area": _FIGURE,
    "number": _FIGURE,
    "count": pa.int64(),
    "date": pa.date32(),
    "yes": pa.bool_(),
}
_STEPS = pa.struct(
    {
        **dict.fromkeys(("status", "day"), pa.string()),
        **dict.fromkeys(("since", "until"), pa.date32()),
        **dict.fromkeys(("basis", "phase"), pa.string()),
        "moves": pa.bool_(),
    }.items()
)
_CAPACITY = pa.struct([("product", pa.string()), ("value", _FIGURE), ("unit", pa.string())])
_ARTICLES = pa.struct(
    {
        **dict.fromkeys(("record", "document"), pa.int64()),
        **dict.fromkeys(("story", "title", "outlet", "source"), pa.string()),
        "published": pa.date32(),
    }.items()
)
_EVIDENCE = pa.struct([("of", pa.string()), ("record", pa.int64()), ("day", pa.date32()), ("quote", pa.string())])
_NESTED = (("timeline", _STEPS), ("capacity", _CAPACITY), ("articles", _ARTICLES), ("evidence", _EVIDENCE))
_FLAT = tuple(column for column in COLUMNS if column.name != "capacity")
SCHEMA = pa.schema(
    [(column.name, _TYPES[column.kind]) for column in _FLAT]
    + [("changed", pa.timestamp("us", "UTC"))]
    + [(name, pa.list_(kind)) for name, kind in _NESTED]
)


class Parquet:
    """One file, its rows in groups; text is compressed by zstd."""

    def __init__(self, sink: Sink, about: About) -> None:
        self._file = pq.ParquetWriter(pa.PythonFile(sink, "w"), SCHEMA, compression="zstd")
        self._waiting: list[pa.Table] = []

    def add(self, projects: Sequence[Exported]) -> None:
        self._waiting.append(pa.Table.from_pylist([_row(one) for one in projects], SCHEMA))
        if sum(table.num_rows for table in self._waiting) >= _GROUP:
            self._write()

    def close(self) -> None:
        self._write()
        self._file.close()

    def _write(self) -> None:
        if self._waiting:
            self._file.write_table(pa.concat_tables(self._waiting), row_group_size=2 * _GROUP)
            self._waiting = []


def _row(one: Exported) -> dict[str, Any]:
    view = one.view
    return {
        **{column.name: _cell(column.value(one)) for column in _FLAT},
        "changed": one.changed,
        "timeline": [
            {**step.model_dump(exclude={"refs"}), **dict(zip(("since", "until"), span(step.day), strict=True))}
            for step in view.timeline
        ],
        "capacity": [
            {"product": fit(c.product), "value": _figure(c.value), "unit": fit(c.unit)} for c in view.capacity
        ],
        "articles": [{name: _cell(value) for name, value in article._asdict().items()} for article in one.articles],
        "evidence": [
            {"of": what, "record": ref.record, "day": ref.day, "quote": _cell(ref.quote)}
            for what, ref in evidence(view)
        ],
    }


def _cell(value: Value) -> object:
    if isinstance(value, tuple):
        return [fit(text) for text in value]
    if isinstance(value, str):
        return fit(value)
    return _figure(value) if isinstance(value, Decimal) else value


def _figure(value: Decimal) -> Decimal:
    return value.quantize(_STEP, context=_EXACT)
