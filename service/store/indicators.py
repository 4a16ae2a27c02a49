"""Indicators as series: what articles say of a region, by what is measured, and the records that say so.

`indicators` has a row for each standing record, written and removed in the transaction of the log. '' stands for what the
text does not say.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Text, delete, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.database import one_of
from service.store.inserts import insert_rows
from service.store.regions import Moved, among_divisions, within
from service.store.rows import Row, parsed
from service.store.tables import documents, indicators, project_steps, records


@dataclass(frozen=True)
class Wanted:
    """Which series and which of their points; None asks for all. `codes` are divisions, with what lies in them. The period
    of a point must lie within `since` and `until`; `subject` is a part of what is measured."""

    codes: tuple[str, ...] | None = None
    metrics: tuple[str, ...] | None = None
    stages: tuple[str, ...] | None = None
    subject: str | None = None
    expected: bool | None = None
    since: dt.date | None = None
    until: dt.date | None = None


class Key(NamedTuple):
    """A series: all figures of one thing. `expected`: hoped for or planned, not reached."""

    region_code: str
    metric: str
    stage: str
    subject: str
    unit: str
    expected: bool


class Said(NamedTuple):
    """A figure in an article. `story` is the content that its copies share, `day` that of the article."""

    key: Key
    since: dt.date | None
    until: dt.date | None
    value: Decimal
    qualifier: str | None
    record: int
    story: str
    published: dt.date | None
    first_seen: dt.datetime
    outlet: str | None
    quote: str | None


_KEY = tuple(indicators.c[name] for name in Key._fields)
_FIRST = documents.alias("first")


async def enter(connection: AsyncConnection, rows: Collection[Row]) -> None:
    """Enter rows of the log, those of them that are standing indicators; rows have an id."""
    found = [_row(row["id"], row["body"]) for row in rows if row["kind"] == "indicator" and row["standing"]]
    await insert_rows(connection, indicators, found)


async def leave(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Remove records that stand no longer."""
    await connection.execute(delete(indicators).where(one_of(connection, indicators.c.record, ids)))


def _row(record: int, body: bytes) -> Row:
    said = parsed(body)
    period: Mapping[str, str | None] = said["period"] or {}
    since, until = (period.get(end) for end in ("from", "to"))
    return {
        "record": record,
        "region_code": said["region"]["code"] if said["region"] else "",
        "metric": said["metric"],
        "stage": said["stage"] or "",
        "subject": (said["of"] or "")[:200],
        "unit": said["unit"],
        "expected": said["expected"],
        "since": dt.date.fromisoformat(since) if since else None,
        "until": dt.date.fromisoformat(until) if until else None,
        "value": Decimal(said["value"]),
        "qualifier": said["qualifier"],
    }


async def series(connection: AsyncConnection, wanted: Wanted, after: Key | None, limit: int) -> list[Key]:
    """The series that are meant, in order; `after` is the last one seen."""
    query = select(*_KEY).where(*_conditions(wanted)).distinct().order_by(*_KEY).limit(limit)
    if after is not None:
        place = [literal(value, Boolean if isinstance(value, bool) else Text) for value in after]
        query = query.where(tuple_(*_KEY) > tuple_(*place))
    return [Key(*row) for row in await connection.execute(query)]


async def said(connection: AsyncConnection, keys: Sequence[Key], wanted: Wanted) -> list[Said]:
    """All that is said in these series about the times that are wanted."""
    if not keys:
        return []
    c = indicators.c
    columns = (c.since, c.until, c.value, c.qualifier, c.record, records.c.published)
    told = (
        func.coalesce(_FIRST.c.content_sha256, documents.c.content_sha256),
        *(documents.c[name] for name in ("first_seen", "outlet")),
        records.c.body,
    )
    query = (
        select(*_KEY, *columns, *told)
        .join_from(indicators, records, records.c.id == c.record)
        .join(documents, documents.c.id == records.c.document_id)
        .outerjoin(_FIRST, documents.c.near_duplicate_of == _FIRST.c.id)
        .where(tuple_(*_KEY).in_(list(keys)), *_conditions(wanted))
        .order_by(c.record)
    )
    cut = len(Key._fields)
    return [_said(Key(*row[:cut]), *row[cut:]) for row in await connection.execute(query)]


def _said(key: Key, *row: Any) -> Said:  # noqa: ANN401 - columns of `said`
    since, until, value, qualifier, record, published, story, first_seen, outlet, body = row
    evidence = parsed(body)["evidence"]
    quote = evidence[0]["quote"] if evidence else None
    return Said(key, since, until, value, qualifier, record, story, published, first_seen, outlet, quote)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    c = indicators.c
    asked: list[ColumnElement[bool]] = []
    if wanted.codes is not None:
        asked.append(among_divisions(c.region_code, wanted.codes))
    for column, values in ((c.metric, wanted.metrics), (c.stage, wanted.stages)):
        if values is not None:
            asked.append(column.in_(values))
    if wanted.subject is not None:
        asked.append(c.subject.contains(wanted.subject, autoescape=True))
    if wanted.expected is not None:
        asked.append(c.expected == wanted.expected)
    if wanted.since is not None:
        asked.append(c.since >= wanted.since)
    if wanted.until is not None:
        asked.append(c.until <= wanted.until)
    return asked


class Asked(NamedTuple):
    """Projects of the ledger that came to a stage in a division between two days."""

    region_code: str
    stage: str
    since: dt.date
    until: dt.date


async def itemised(connection: AsyncConnection, asked: Collection[Asked]) -> dict[Asked, Moved]:
    """The projects behind reported totals: those that came there for the first time in that time, one by one."""
    c = project_steps.c
    found = {}
    for one in sorted(set(asked)):
        query = select(func.count(), func.count(c.investment_total), func.sum(c.investment_total)).where(
            *(c.fresh, c.status == one.stage, within(c.region_code, one.region_code)),
            *(c.since >= one.since, c.since <= one.until, c.until <= one.until),
        )
        count, priced, investment = (await connection.execute(query)).one()
        found[one] = Moved(count, priced, investment or Decimal(0))
    return found
