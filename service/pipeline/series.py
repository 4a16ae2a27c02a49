"""Indicators as series: of each period the newest credible value with what others say, beside the ledger's own projects."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from service.ledger import Ref, Reported
from service.ledger.values import Claim, history
from service.models import STAGES, Frozen, Hedge, Metric, Number, Region, Stage
from service.pipeline.mention import CHINA
from service.pipeline.regions import division
from service.store import indicators, regions
from service.store.database import Connection
from service.store.indicators import Asked, Key, Said, Wanted

COMPARED = ("project_count", "investment_total")
"""What the ledger can be asked for too."""


Span = tuple[dt.date | None, dt.date | None]


class Itemised(Frozen):
    """The projects of the ledger that the figure may be the total of. `basis`: "moved", those that came to the stage in the
    period for the first time; "standing", those that are at the stage or further now, whatever the period. `value` is their
    count or the sum of their totals, which `priced` of them have; `difference` is what is reported less that."""

    basis: Literal["moved", "standing"]
    projects: int
    priced: int
    value: Number
    difference: Number


class Point(Frozen):
    """A period (null: the text names none) with the value that stands, and what else was said of it, the newest first."""

    since: dt.date | None
    until: dt.date | None
    value: Number
    qualifier: Hedge | None
    refs: tuple[Ref, ...]
    contradicted: bool
    others: tuple[Reported, ...]
    itemised: Itemised | None


class Series(Frozen):
    """All figures of one thing in one region. `of` is what is counted, in the article's words; `expected` ones are hoped for
    or planned."""

    region: Region | None
    metric: Metric
    stage: Stage | None
    of: str | None
    unit: str
    expected: bool
    points: tuple[Point, ...]


async def series(
    connection: Connection, wanted: Wanted, after: Key | None, limit: int
) -> tuple[list[Series], Key | None]:
    """The series that are meant, so many at most, and the last one where there may be more."""
    keys = await indicators.series(connection, wanted, after, limit)
    said: dict[Key, dict[Span, list[Said]]] = defaultdict(lambda: defaultdict(list))
    for one in await indicators.said(connection, keys, wanted):
        said[one.key][one.since, one.until].append(one)
    beside = await _beside(connection, keys, said)
    made = [_series(key, [_point(key, period, told, beside) for period, told in said[key].items()]) for key in keys]
    return made, keys[-1] if len(keys) == limit else None


class _Beside(NamedTuple):
    """What the ledger has: what moved, and what stands, by region and stage ("" for any)."""

    moved: dict[Asked, regions.Moved]
    standing: dict[tuple[str, str], regions.Moved]


async def _beside(
    connection: Connection,
    keys: Sequence[Key],
    said: dict[Key, dict[Span, list[Said]]],
) -> _Beside:
    compared = [key for key in keys if _compares(key)]
    asked = [
        Asked(key.region_code, key.stage, since, until)
        for key in compared
        for since, until in said[key]
        if key.stage and since and until
    ]
    standing = {}
    for code, found in (await regions.figures(connection, {key.region_code for key in compared})).items():
        for stage in ("", *STAGES):
            names = [f"stage:{one}" for one in STAGES[STAGES.index(stage) :]] if stage in STAGES else [""]
            figures = [found.get(name, regions.Figures()) for name in names]
            standing[code, stage] = regions.Moved(
                sum(one.projects for one in figures),
                sum(one.priced for one in figures),
                sum((one.investment for one in figures), Decimal(0)),
            )
    return _Beside(moved=await indicators.itemised(connection, asked), standing=standing)


def _compares(key: Key) -> bool:
    return key.metric in COMPARED and not key.expected and bool(key.region_code)


def _series(key: Key, points: list[Point]) -> Series:
    points.sort(key=lambda one: (one.until or dt.date.min, one.since or dt.date.min), reverse=True)
    return Series.model_validate(
        {
            **{"region": division(key.region_code) if key.region_code else None, "metric": key.metric},
            **{"stage": key.stage or None, "of": key.subject or None, "unit": key.unit, "expected": key.expected},
            "points": tuple(points),
        }
    )


def _point(key: Key, period: Span, told: Sequence[Said], beside: _Beside) -> Point:
    found = history(key.metric, [_claim(one) for one in told])
    assert found is not None
    standing = found.current or found.values[0]
    assert standing.value is not None
    return Point(
        since=period[0],
        until=period[1],
        value=standing.value,
        qualifier=standing.qualifier,
        refs=standing.refs,
        contradicted=found.contradicted,
        others=tuple(one for one in found.values if one is not standing),
        itemised=_itemised(key, period, standing.value, beside) if _compares(key) else None,
    )


def _claim(said: Said) -> Claim:
    day = said.published or said.first_seen.astimezone(CHINA).date()
    ref = Ref(record=said.record, story=said.story, day=day, outlet=said.outlet, quote=said.quote)
    hedge: Hedge | None = said.qualifier  # type: ignore[assignment]
    return Claim(said.value, hedge, ref, changed=False)


def _itemised(key: Key, period: Span, reported: Decimal, beside: _Beside) -> Itemised:
    since, until = period
    moves = bool(key.stage and since and until)
    if moves and since and until:
        found = beside.moved[Asked(key.region_code, key.stage, since, until)]
    else:
        found = beside.standing[key.region_code, key.stage]
    value = Decimal(found.projects) if key.metric == "project_count" else found.investment
    return Itemised(
        basis="moved" if moves else "standing",
        projects=found.projects,
        priced=found.priced,
        value=value,
        difference=reported - value,
    )
