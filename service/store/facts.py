"""The rows of facts: written with their document, read by kind, and the one hash over all of them."""

import datetime as dt
from collections.abc import Collection, Mapping
from hashlib import sha256

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store import log
from service.store.rows import KINDS, Row, canonical
from service.store.tables import FACTS, documents

Facts = dict[str, list[Row]]
"""The rows of one document by kind, in order."""
_CHUNK = 500


async def add(
    connection: AsyncConnection, facts: Mapping[int, Facts], documents: Mapping[int, Row], now: dt.datetime
) -> None:
    """Add the facts of documents, by the documents' ids, and say so in the log."""
    for kind in KINDS:
        rows = [
            {name: value for name, value in row.items() if name not in ("body", "words")} | {"document_id": id_}
            for id_, of_one in facts.items()
            for row in of_one[kind]
        ]
        if rows:
            await connection.execute(insert(FACTS[kind]), rows)
    await log.state(connection, documents, facts, now)


async def remove(connection: AsyncConnection, document_ids: Collection[int], now: dt.datetime) -> None:
    """Remove all facts of documents, and take them back in the log."""
    if not document_ids:
        return
    for kind in KINDS:
        table = FACTS[kind]
        await connection.execute(delete(table).where(table.c.document_id.in_(document_ids)))
    await log.withdraw(connection, document_ids, now)


async def of(connection: AsyncConnection, document_ids: Collection[int]) -> dict[int, Facts]:
    """The facts of documents, by the documents' ids; all kinds, empty where there are none."""
    found: dict[int, Facts] = {id_: {kind: [] for kind in KINDS} for id_ in document_ids}
    for kind in KINDS if document_ids else ():
        table = FACTS[kind]
        query = (
            select(table).where(table.c.document_id.in_(document_ids)).order_by(table.c.document_id, table.c.ordinal)
        )
        names = [str(column.name) for column in table.columns]  # SQLAlchemy's own are of a subclass of str
        for values in await connection.execute(query):
            row = dict(zip(names, values, strict=True))
            found[row["document_id"]][kind].append(row)
    return found


def same(one: Facts, other: Facts) -> bool:
    """Whether two documents say the same, word for word and at the same places."""
    return all([canonical(k, row) for row in one[k]] == [canonical(k, row) for row in other[k]] for k in KINDS)


async def fingerprint(connection: AsyncConnection) -> str:
    """One sha256 over all facts with their evidence, document by document in the order of their contents.

    Equal for any order of arrival, any number of workers, any repetition, and on every database.
    """
    total = sha256()
    content = documents.c.content_sha256
    query = select(content, documents.c.id).where(documents.c.state == "processed").order_by(content).limit(_CHUNK)
    reached = ""
    while chunk := (await connection.execute(query.where(content > reached))).all():
        said = await of(connection, [id_ for _, id_ in chunk])
        for name, id_ in chunk:
            total.update(name.encode())
            for kind in KINDS:
                for row in said[id_][kind]:
                    total.update(canonical(kind, row) + b"\n")
        reached = chunk[-1][0]
    return total.hexdigest()
