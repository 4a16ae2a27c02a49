"""The rows of documents: what is known, what is kept, who stands for whom."""

import datetime as dt
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.models import RawDocument
from service.store.database import likely
from service.store.inserts import insert_missing, insert_rows
from service.store.near import Kin
from service.store.rows import Digest, Original, Refusal, Row, published_first, unpack
from service.store.tables import documents, originals

_READ = (
    "content_sha256",
    "rules_version",
    "engine",
    "encoding",
    "published",
    "outlet",
    "title",
    "repairs",
    "signature",
    "text",
    "region_code",
    "province",
    "prefecture",
    "county",
)
_MARK = ("state", "reason", "message", "tries", "processed_at", "duplicate_of")


class Known(NamedTuple):
    """What is stored of some bytes."""

    id: int
    raw_sha256: str
    state: str
    reason: str | None
    message: str | None
    tries: int
    published: dt.date | None
    content_sha256: str | None
    signature: bytes | None
    source_id: int | None
    told: dt.date | None

    @property
    def rank(self) -> tuple[dt.date, str]:
        """Of several documents with one content, the one of the lowest rank stands for all."""
        return published_first(self.published), self.raw_sha256

    @property
    def kin(self) -> Kin:
        return Kin(self.id, self.published, self.content_sha256 or "", unpack(self.signature or b""))


_KNOWN = select(*(documents.c[name] for name in Known._fields))


async def by_raw(connection: AsyncConnection, hashes: Collection[str]) -> dict[str, Known]:
    """What is stored of the bytes with these hashes."""
    if not hashes:
        return {}
    found = await connection.execute(_KNOWN.where(documents.c.raw_sha256.in_(hashes)))
    return {known.raw_sha256: known for known in (Known(*row) for row in found)}


_SHOWN = (
    *("state", "content_sha256", "published", "outlet", "title", "region_code", "province", "prefecture", "county"),
    *("duplicate_of", "near_duplicate_of", "text"),
)
"""What the ledger takes of a document, beside its facts."""


async def shown(connection: AsyncConnection, ids: Collection[int]) -> dict[int, tuple[Any, ...]]:
    """What is shown of documents, by their ids: equal where the ledger sees no difference."""
    query = select(documents.c.id, *(documents.c[name] for name in _SHOWN)).where(documents.c.id.in_(ids))
    return {row[0]: tuple(row[1:]) for row in await connection.execute(query)}


async def standing_for(connection: AsyncConnection, contents: Collection[str]) -> dict[str, Known]:
    """The document that stands for each of these contents, where one does."""
    if not contents:
        return {}
    query = _KNOWN.where(documents.c.content_sha256.in_(contents), likely(connection, documents.c.state == "processed"))
    return {row.content_sha256: Known(*row) for row in await connection.execute(query)}


async def with_content(connection: AsyncConnection, contents: Collection[str | None]) -> set[str]:
    """The hashes of the bytes of all documents with one of these contents."""
    if not contents:
        return set()
    query = select(documents.c.raw_sha256).where(documents.c.content_sha256.in_(contents))
    return set(await connection.scalars(query))


def row(original: Original, result: Digest | Refusal, before: Known | None, now: dt.datetime) -> Row:
    """The row of a document that was just read, its state still open where it was read well."""
    mark: Row = dict.fromkeys((*_READ, *_MARK))
    if isinstance(result, Refusal):
        state = "failed" if result.failed else "rejected"
        mark.update(state=state, reason=result.reason, message=result.message)
    else:
        mark.update(result.document, state="processed")
    mark.update(tries=before.tries + 1 if before else 1, processed_at=now)
    if before:
        return {**mark, "key": before.id, "source_id": before.source_id}
    declared = {"media_type": original.media_type, "charset": original.charset, "told": original.told}
    return {**mark, **declared, "raw_sha256": original.raw_sha256, "first_seen": now, "source": original.source}


async def save(connection: AsyncConnection, rows: Iterable[Row]) -> None:
    """Insert new rows; change those that name the `key` of a document."""
    rows = list(rows)
    new, old = [row for row in rows if "key" not in row], [row for row in rows if "key" in row]
    await insert_rows(connection, documents, new)
    if old:
        change: Row = {name: bindparam(name) for name in (*_READ, *_MARK)}
        await connection.execute(update(documents).where(documents.c.id == bindparam("key")).values(change), old)


async def enter(
    connection: AsyncConnection, came: Iterable[tuple[Original, int | None]], now: dt.datetime
) -> dict[str, int]:
    """Keep documents whose bytes are not here yet, to be read later, with the id of the configured source of each.

    Gives the ids of those that are new, by hash. Where another transaction keeps the same bytes, one of both does.
    """
    came = sorted(came, key=lambda one: one[0].raw_sha256)  # in one order, so that two never wait for each other
    here = await ids(connection, [one.raw_sha256 for one, _ in came])
    rows = [
        {
            "raw_sha256": one.raw_sha256,
            "state": "new",
            "tries": 0,
            "first_seen": now,
            "media_type": one.media_type,
            "charset": one.charset,
            "source": one.source,
            "source_id": source_id,
            "told": one.told,
        }
        for one, source_id in came
        if one.raw_sha256 not in here
    ]
    if not rows:
        return {}
    columns = documents.c.raw_sha256, documents.c.id
    statement = insert_missing(connection.dialect, documents, documents.c.raw_sha256).returning(*columns)
    new = {row.raw_sha256: row.id for row in await connection.execute(statement, rows)}
    await keep(connection, {new[one.raw_sha256]: one for one, _ in came if one.raw_sha256 in new})
    return new


async def keep(connection: AsyncConnection, bytes_of: Mapping[int, Original]) -> None:
    """Keep the originals of new documents, by id."""
    rows = [{"document_id": id_, "size": one.size, "zlib": one.zlib} for id_, one in bytes_of.items()]
    await insert_rows(connection, originals, rows)


async def ids(connection: AsyncConnection, hashes: Collection[str]) -> dict[str, int]:
    """The ids of documents by the hash of their bytes."""
    if not hashes:
        return {}
    query = select(documents.c.raw_sha256, documents.c.id).where(documents.c.raw_sha256.in_(hashes))
    return {row.raw_sha256: row.id for row in await connection.execute(query)}


async def step_back(connection: AsyncConnection, document_ids: Collection[int]) -> None:
    """Take documents out of the election for their contents, until they are saved or stand down."""
    if document_ids:
        waiting = update(documents).where(documents.c.id.in_(document_ids), documents.c.state == "processed")
        await connection.execute(waiting.values(state="new"))


async def stand_down(connection: AsyncConnection, replaced: Mapping[int, int]) -> None:
    """Make documents, and all their duplicates, duplicates of others: id to id."""
    if not replaced:
        return
    pairs = [{"old": old, "new": new} for old, new in replaced.items()]
    follow = update(documents).where(documents.c.duplicate_of == bindparam("old")).values(duplicate_of=bindparam("new"))
    await connection.execute(follow, pairs)
    itself = update(documents).where(documents.c.id == bindparam("old"))
    await connection.execute(itself.values(state="duplicate", duplicate_of=bindparam("new")), pairs)


async def count(connection: AsyncConnection) -> int:
    """How many documents there are."""
    return await connection.scalar(select(func.count()).select_from(documents)) or 0


class Place(NamedTuple):
    """How far a walk over all stored documents has come: first those without content, then the others by content."""

    id: int = 0
    content: str | None = None


async def stored(
    connection: AsyncConnection, after: Place, some: int, size: int
) -> tuple[list[RawDocument], Place] | None:
    """The next stored documents as they came in, and the place to go on from; None at the end.

    About `some` documents of `size` bytes together; those with one content always come together, however many.
    """
    if after.content is None:
        without = select(documents.c.id, originals.c.size).join_from(documents, originals).order_by(documents.c.id)
        which = documents.c.content_sha256.is_(None) & (documents.c.id > after.id)
        ids = within(size, (await connection.execute(without.where(which).limit(some))).all())
        if ids:
            return list((await raws(connection, documents.c.id.in_(ids))).values()), Place(ids[-1])
    content = documents.c.content_sha256
    sizes = select(content, func.sum(originals.c.size)).join_from(documents, originals).group_by(content)
    later = sizes.where(content > (after.content or "")).order_by(content).limit(some)
    contents = within(size, (await connection.execute(later)).all())
    if not contents:
        return None
    return list((await raws(connection, content.in_(contents))).values()), Place(after.id, contents[-1])


def within(size: int, found: Sequence[Any]) -> list[Any]:
    """The names, out of names with their sizes, whose sizes together are within `size`; at least one."""
    taken: list[Any] = []
    for name, own in found:
        size -= own
        if taken and size < 0:
            break
        taken.append(name)
    return taken


async def raws(connection: AsyncConnection, which: ColumnElement[bool]) -> dict[int, RawDocument]:
    """Stored documents as they came in, by id, in the order of their ids."""
    named = (documents.c[name] for name in ("source", "media_type", "charset", "told"))
    query = select(documents.c.id, originals.c.zlib, *named).join_from(documents, originals).where(which)
    query = query.order_by(documents.c.id)
    return {row[0]: _raw(*row[1:]) for row in await connection.execute(query)}


def _raw(
    packed: bytes, source: str | None, media_type: str | None, charset: str | None, told: dt.date | None
) -> RawDocument:
    data = zlib.decompress(packed)
    return RawDocument(source=source or "", data=data, media_type=media_type, charset=charset, published=told)
