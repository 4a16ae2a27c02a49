"""A project as a row: the columns that CSV, XLSX and Parquet share, with their kinds and their Chinese names."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Literal, NamedTuple

from service.export.project import Exported, expected, reached
from service.ledger import ProjectView

Kind = Literal["text", "texts", "money", "area", "number", "count", "date", "yes"]
Value = str | tuple[str, ...] | Decimal | int | dt.date | bool | None


class Column(NamedTuple):
    """`name` as the API calls it, `label` as Chinese readers do. texts: several; money in CNY, area in m²; a day that may be
    known as a month or a year only is text."""

    name: str
    label: str
    kind: Kind
    width: int
    value: Callable[[Exported], Value]


def _own(name: str, label: str, kind: Kind, width: int) -> Column:
    return Column(name, label, kind, width, lambda one: getattr(one.view, name))


def _amount(name: str, label: str, kind: Kind) -> Column:
    return Column(name, label, kind, 14, lambda one: one.view.value(name))


def _day(name: str, label: str, *statuses: Literal["signed", "started", "completed", "operational"]) -> Column:
    return Column(name, label, "text", 12, lambda one: reached(one.view, *statuses))


def _level(view: ProjectView, level: int) -> str | None:
    """The province, the prefecture or the county. A county right below its province has no prefecture."""
    if view.region is None:
        return None
    code, names = view.region.code, view.region.path.split("/")
    if level == 0:
        return names[0]
    if len(names) == 2 and not code.endswith("00"):
        return names[1] if level == 2 else None
    return names[level] if level < len(names) else None


def _capacity(view: ProjectView) -> tuple[str, ...]:
    return tuple(f"{one.product} {_plain(one.value)} {one.unit}" for one in view.capacity)


def _plain(value: Decimal) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


COLUMNS: tuple[Column, ...] = (
    Column("id", "编号", "text", 14, lambda one: one.id),
    _own("name", "项目名称", "text", 36),
    _own("aliases", "别名", "texts", 24),
    Column("region_code", "区划代码", "text", 9, lambda one: one.view.region.code if one.view.region else None),
    Column("province", "省", "text", 12, lambda one: _level(one.view, 0)),
    Column("prefecture", "市", "text", 12, lambda one: _level(one.view, 1)),
    Column("county", "县", "text", 12, lambda one: _level(one.view, 2)),
    _own("owners", "业主", "texts", 30),
    _own("status", "现状", "text", 12),
    _own("stage", "最远阶段", "text", 12),
    _own("inferred", "推断", "yes", 6),
    _own("section", "门类", "text", 6),
    _own("industry", "产业链", "texts", 14),
    _own("programmes", "计划", "texts", 14),
    _amount("investment_total", "总投资", "money"),
    _amount("investment_planned_year", "年度计划投资", "money"),
    _amount("investment_completed", "完成投资", "money"),
    _amount("annual_output", "年产值", "money"),
    _amount("annual_tax", "年税收", "money"),
    _amount("land_area", "用地面积", "area"),
    _amount("floor_area", "建筑面积", "area"),
    _amount("jobs", "就业", "number"),
    Column("capacity", "产能", "texts", 24, lambda one: _capacity(one.view)),
    _day("signed", "签约", "signed"),
    _day("started", "开工", "started"),
    _day("completed", "竣工", "completed"),
    _day("operational", "投产", "operational"),
    Column(
        "completion_expected", "预计竣工", "text", 12, lambda one: e.expected if (e := expected(one.view)) else None
    ),
    Column("outcome", "按期", "text", 10, lambda one: e.outcome if (e := expected(one.view)) else None),
    _own("problems", "问题", "texts", 14),
    Column(
        "contradicted",
        "互相矛盾",
        "texts",
        14,
        lambda one: tuple(sorted(name for name, history in one.view.fields.items() if history.contradicted)),
    ),
    Column("people", "人员", "texts", 24, lambda one: tuple(f"{p.title} {p.name}" for p in one.view.people)),
    _own("first", "首次报道", "date", 12),
    _own("latest", "最近报道", "date", 12),
    _own("sources", "报道数", "count", 8),
    _own("copies", "转载数", "count", 8),
)
