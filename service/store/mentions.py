"""What the ledger works on: its place in the log, mentions of projects, and the look-up of their spellings by key."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Select, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.database import among, likely, one_of
from service.store.inserts import insert_missing, insert_rows
from service.store.rows import Row, region
from service.store.tables import documents, ledger, mentions, records, spellings, touched


class Place(NamedTuple):
    """Where the ledger stands: the last row of the log that it has read, and how often it has changed."""

    position: int
    version: int


class News(NamedTuple):
    """Rows of the log: the records of projects that were stated or taken back, the id of the last row, and the articles
    with mentions whose people changed."""

    records: frozenset[int]
    last: int
    articles: frozenset[str]


class Kept(NamedTuple):
    """A mention as it is kept: `body` is its JSON, `project` its project until now."""

    record: int
    content_sha256: str
    name: str
    spelling: str
    project: str
    day: dt.date
    standing: bool
    body: bytes


async def take(connection: AsyncConnection, *, wait: bool = False) -> Place | None:
    """Begin to work on the ledger, alone until the transaction ends; None where another does, unless one waits for it."""
    query = select(ledger.c.position, ledger.c.version).where(ledger.c.id == 1).with_for_update(skip_locked=not wait)
    row = (await connection.execute(query)).one_or_none()
    if row is None:  # another is at it, or nobody ever was
        first = insert_missing(connection.dialect, ledger, ledger.c.id).values(id=1, position=0, version=0)
        made = (await connection.execute(first)).rowcount
        return Place(0, 0) if made else None
    return Place(*row)


async def move(connection: AsyncConnection, place: Place) -> None:
    """Write down where the ledger stands."""
    await connection.execute(update(ledger).where(ledger.c.id == 1).values(place._asdict()))


async def position(connection: AsyncConnection) -> int:
    """The last row of the log that the ledger has read."""
    return await connection.scalar(select(ledger.c.position).where(ledger.c.id == 1)) or 0


async def news(connection: AsyncConnection, after: int, limit: int) -> News:
    """About `limit` rows of the log: to the end of a transaction, so that what an article takes back and says anew in its
    place comes together."""
    columns = (records.c.id, records.c.kind, records.c.withdraws, records.c.recorded_at)
    query = select(*columns).where(records.c.id > after).order_by(records.c.id).limit(limit)
    rows = (await connection.execute(query)).all()
    while rows and len(rows) % limit == 0:
        more = query.where(records.c.id > rows[-1].id, records.c.recorded_at == rows[-1].recorded_at)
        found = (await connection.execute(more)).all()
        if not found:
            break
        rows = [*rows, *found]
    ids = {row.withdraws or row.id for row in rows if row.kind == "project"}
    people = {row.withdraws or row.id for row in rows if row.kind == "person"}
    return News(frozenset(ids), rows[-1].id if rows else after, frozenset(await _speaking(connection, people)))


async def _speaking(connection: AsyncConnection, people: Collection[int]) -> set[str]:
    """The articles whose people were stated or taken back and of which the ledger has mentions."""
    if not people:
        return set()
    query = select(documents.c.content_sha256).join_from(records, documents, records.c.document_id == documents.c.id)
    query = query.join(mentions, mentions.c.content_sha256 == documents.c.content_sha256)
    return set(await connection.scalars(query.where(one_of(connection, records.c.id, people)).distinct()))


async def hints(connection: AsyncConnection, limit: int) -> dict[int, str]:
    """Articles that were touched, by the ids of the notes of it."""
    query = select(touched.c.id, touched.c.content_sha256).order_by(touched.c.id).limit(limit)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def heed(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Forget notes that were seen to."""
    if ids:
        await connection.execute(delete(touched).where(one_of(connection, touched.c.id, ids)))


async def touch(connection: AsyncConnection, contents: Collection[str]) -> None:
    """Note that something has changed about articles which the log does not tell."""
    if contents:
        await connection.execute(insert(touched), [{"content_sha256": content} for content in sorted(contents)])


async def touch_all(connection: AsyncConnection) -> None:
    """Note that about all articles with projects."""
    await connection.execute(
        insert(touched).from_select(["content_sha256"], select(mentions.c.content_sha256).distinct())
    )


_DOCUMENT = ("id", "content_sha256", "published", "first_seen", "title", "outlet", "text")
_REGION = ("region_code", "province", "prefecture", "county")


async def told(connection: AsyncConnection, ids: Collection[int]) -> list[Row]:
    """The records of projects that stand, each with the columns of the document that stands for its content, the `story` it
    belongs to, the document's `region` and the JSON of the `people` it names.

    A record stays with the document in which it was read first; which of several copies that was must not be seen.
    """
    if not ids:
        return []
    query = _stating(records.c.id.label("record"), records.c.body).where(one_of(connection, records.c.id, ids))
    found = (await connection.execute(query)).all()
    contents = {row.content_sha256 for row in found}
    if not contents:
        return []
    known = await _documents(connection, contents)
    people: dict[str, list[bytes]] = defaultdict(list)
    named = _stating(records.c.body).where(
        among(connection, documents.c.content_sha256, contents), records.c.kind == "person"
    )
    for body, content in await connection.execute(named.order_by(records.c.id)):
        people[content].append(body)
    return [
        {**known[row.content_sha256], "record": row.record, "body": row.body, "people": people[row.content_sha256]}
        for row in found
        if row.content_sha256 in known
    ]


def _stating(*columns: ColumnElement[Any]) -> Select[Any]:
    """Of the records that stand, and the content of each."""
    query = select(*columns, documents.c.content_sha256).join_from(
        records, documents, records.c.document_id == documents.c.id
    )
    return query.where(records.c.standing)


async def _documents(connection: AsyncConnection, contents: Collection[str]) -> dict[str, Row]:
    """The documents that stand for these contents."""
    first = documents.alias("first")
    query = (
        select(
            *(documents.c[name] for name in (*_DOCUMENT, *_REGION)),
            func.coalesce(first.c.content_sha256, documents.c.content_sha256).label("story"),
        )
        .outerjoin_from(documents, first, documents.c.near_duplicate_of == first.c.id)
        .where(
            among(connection, documents.c.content_sha256, contents),
            likely(connection, documents.c.state == "processed"),
        )
    )
    rows = [{str(name): value for name, value in row.items()} for row in (await connection.execute(query)).mappings()]
    return {row["content_sha256"]: {**row, "region": region(row)} for row in rows}


_KEPT = select(*(mentions.c[name] for name in Kept._fields))


async def of_records(connection: AsyncConnection, ids: Collection[int]) -> list[Kept]:
    """What is kept of these records, standing or not."""
    return await _kept(connection, one_of(connection, mentions.c.record, ids)) if ids else []


async def of_articles(connection: AsyncConnection, contents: Collection[str]) -> list[Kept]:
    """All mentions of articles, standing or not."""
    return await _kept(connection, among(connection, mentions.c.content_sha256, contents)) if contents else []


async def of_spellings(connection: AsyncConnection, wanted: Collection[str]) -> list[Kept]:
    """The standing mentions of spellings."""
    if not wanted:
        return []
    return await _kept(connection, among(connection, mentions.c.spelling, wanted) & mentions.c.standing)


async def of_project(connection: AsyncConnection, id_: str) -> list[Kept]:
    """The standing mentions of a project, the oldest first."""
    found = await _kept(connection, (mentions.c.project == id_) & mentions.c.standing)
    return sorted(found, key=lambda row: (row.day, row.record))


async def _kept(connection: AsyncConnection, which: ColumnElement[bool]) -> list[Kept]:
    return [Kept(*row) for row in await connection.execute(_KEPT.where(which))]


async def spelled(connection: AsyncConnection, ids: Collection[str]) -> set[str]:
    """The spellings of the standing mentions of projects."""
    if not ids:
        return set()
    query = select(mentions.c.spelling).where(among(connection, mentions.c.project, ids), mentions.c.standing)
    return set(await connection.scalars(query.distinct()))


async def keep(connection: AsyncConnection, rows: Sequence[Kept]) -> None:
    """Keep mentions as they are now; the record names the row."""
    changed = (name for name in Kept._fields if name != "record")
    await insert_rows(connection, mentions, [row._asdict() for row in rows], *changed)


async def drop(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Forget mentions."""
    if ids:
        await connection.execute(delete(mentions).where(one_of(connection, mentions.c.record, ids)))


async def keyed(connection: AsyncConnection, keys: Collection[str], most: int) -> dict[str, list[str]]:
    """The spellings of each key, so many at the most."""
    if not keys:
        return {}
    found = await connection.execute(_keyed(connection), {"keys": _listed(connection, keys), "most": most})
    return {key: orjson.loads(made) if isinstance(made, str) else made for key, made in found}


def _keyed(connection: AsyncConnection) -> Any:  # noqa: ANN401
    if connection.dialect.name == "postgresql":
        return text(
            "SELECT k, ARRAY(SELECT spelling FROM spellings WHERE key = k LIMIT :most)"
            " FROM unnest(CAST(:keys AS text[])) AS k"
        )
    return text(
        "SELECT k.value, (SELECT json_group_array(spelling) FROM (SELECT spelling FROM spellings WHERE key = k.value"
        " LIMIT :most)) FROM json_each(:keys) AS k"
    )


def _listed(connection: AsyncConnection, texts: Collection[str]) -> object:
    return list(texts) if connection.dialect.name == "postgresql" else orjson.dumps(list(texts)).decode()


async def count(connection: AsyncConnection, uses: Mapping[tuple[str, str], int]) -> None:
    """Add to the uses of spellings by key; what is used no longer leaves."""
    rows = [(key, spelling, more) for (key, spelling), more in sorted(uses.items()) if more]
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text(
                "INSERT INTO spellings (key, spelling, uses) SELECT * FROM"
                " unnest(CAST(:keys AS text[]), CAST(:spellings AS text[]), CAST(:uses AS int[]))"
                " ON CONFLICT (key, spelling) DO UPDATE SET uses = spellings.uses + excluded.uses"
            ),
            dict(zip(("keys", "spellings", "uses"), map(list, zip(*rows, strict=True)), strict=True)),
        )
    else:
        await connection.exec_driver_sql(
            "INSERT INTO spellings (key, spelling, uses) VALUES (?, ?, ?)"
            " ON CONFLICT (key, spelling) DO UPDATE SET uses = uses + excluded.uses",
            rows,
        )
    fewer = {key for key, _, more in rows if more < 0}
    if fewer:
        await connection.execute(
            delete(spellings).where(among(connection, spellings.c.key, fewer), spellings.c.uses <= 0)
        )


async def unindex(connection: AsyncConnection) -> None:
    """Forget all keys."""
    await connection.execute(delete(spellings))


async def stated(connection: AsyncConnection, after: int, limit: int) -> list[int]:
    """The next standing records of projects that the ledger has read."""
    read = select(ledger.c.position).where(ledger.c.id == 1).scalar_subquery()
    query = select(records.c.id).where(records.c.id > after, records.c.id <= read)
    query = query.where(records.c.kind == "project", records.c.standing).order_by(records.c.id).limit(limit)
    return list(await connection.scalars(query))
