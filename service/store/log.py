"""The log of records: facts as they were said and taken back, in the order in which they became visible."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.rows import Row
from service.store.tables import records

_FILTERS = ("stage", "investment_total", "region_code", "province", "prefecture", "county")
_KIND = {"projects": "project", "indicators": "indicator", "people": "person"}


async def state(
    connection: AsyncConnection,
    documents: Mapping[int, Row],
    said: Mapping[int, Mapping[str, Sequence[Row]]],
    now: dt.datetime,
) -> None:
    """Add the facts of documents to the log: `documents` has the `published` and `source_id` of each by its id."""
    rows = [
        {
            "recorded_at": now,
            "kind": _KIND[kind],
            "document_id": id_,
            "standing": True,
            **{name: fact.get(name) for name in _FILTERS},
            "published": documents[id_]["published"],
            "source_id": documents[id_].get("source_id"),
            "body": fact["body"],
        }
        for id_, kinds in said.items()
        for kind, facts in kinds.items()
        for fact in facts
    ]
    if rows:
        await connection.execute(insert(records), rows)


async def withdraw(connection: AsyncConnection, document_ids: Collection[int], now: dt.datetime) -> None:
    """Take back all that documents say: a row for each record that stands until now, found by the same filters."""
    stand = records.c.document_id.in_(document_ids) & records.c.standing
    same = ("kind", "document_id", *_FILTERS, "published", "source_id", "body")
    back = select(
        literal(now, records.c.recorded_at.type), records.c.id, literal(False), *(records.c[name] for name in same)
    ).where(stand)
    columns = ["recorded_at", "withdraws", "standing", *same]
    await connection.execute(insert(records).from_select(columns, back.order_by(records.c.id)))
    await connection.execute(update(records).where(stand).values(standing=False))
