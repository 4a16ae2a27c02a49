"""Near-duplicates: which documents are edited copies of which, whatever the order they came in.

A document is linked to the first of those that resemble it and come before it; first is the earlier date of
publication, then the smaller content hash. That depends on the set of documents alone, so the links are the same for
every order of arrival; each arrival links itself and moves the links of those it comes before.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.rows import published_first, unpack
from service.store.tables import bands, documents

Signature = tuple[int, ...]
Key = tuple[dt.date, str]
_KIN = select(documents.c.id, documents.c.published, documents.c.content_sha256, documents.c.signature)


class Kin(NamedTuple):
    """A document as its likeness to others is judged."""

    id: int
    published: dt.date | None
    content_sha256: str
    signature: Signature

    @property
    def key(self) -> Key:
        return published_first(self.published), self.content_sha256


class Likeness(NamedTuple):
    """How signatures are compared: the look-up keys of one, those with a key in common being worth comparing; how
    similar two are; from which similarity on they are alike."""

    bands: Callable[[Signature], Sequence[int]]
    similarity: Callable[[Signature, Signature], float]
    alike: float


def _from(row: Sequence[Any]) -> Kin:
    id_, published, content_sha256, packed = row
    return Kin(id_, published, content_sha256, unpack(packed))


async def enter(connection: AsyncConnection, likeness: Likeness, kin: Collection[Kin]) -> None:
    """Make documents findable by those that come after them."""
    rows = [{"band": band, "document_id": one.id} for one in kin for band in likeness.bands(one.signature)]
    if rows:
        await connection.execute(insert(bands), rows)


async def leave(connection: AsyncConnection, likeness: Likeness, kin: Collection[Kin]) -> list[Kin]:
    """Take documents out again; gives those that were linked to them and have no link now."""
    pairs = [(band, one.id) for one in kin for band in likeness.bands(one.signature)]
    if pairs:
        await connection.execute(delete(bands).where(tuple_(bands.c.band, bands.c.document_id).in_(pairs)))
    gone = [one.id for one in kin]
    linked = documents.c.near_duplicate_of.in_(gone)
    orphans = [_from(row) for row in await connection.execute(_KIN.where(linked, documents.c.id.not_in(gone)))]
    unlinked = update(documents).where(linked | documents.c.id.in_(gone)).values(near_duplicate_of=None)
    await connection.execute(unlinked)
    return orphans


async def link(connection: AsyncConnection, likeness: Likeness, unlinked: Sequence[Kin]) -> dict[int, int]:
    """Link documents that have entered and have no link yet. Gives the links that were made: id to id of the first."""
    sharing = await _sharing(connection, likeness, unlinked)
    own = {one.id for one in unlinked}
    others, firsts = await _others(connection, {id_ for ids in sharing.values() for id_ in ids} - own)
    known = others | {one.id: one for one in unlinked}
    links: dict[int, Kin] = {}
    for one in unlinked:
        for id_ in sharing[one.id]:
            other = known[id_]
            if likeness.similarity(one.signature, other.signature) < likeness.alike:
                continue
            later, first = (one, other) if other.key < one.key else (other, one)
            if later.id in own or later.id not in firsts or first.key < firsts[later.id]:
                links[later.id] = min(first, links.get(later.id, first), key=lambda kin: kin.key)
    if links:
        change = (
            update(documents).where(documents.c.id == bindparam("later")).values(near_duplicate_of=bindparam("first"))
        )
        await connection.execute(change, [{"later": later, "first": first.id} for later, first in links.items()])
    return {later: first.id for later, first in links.items()}


async def _sharing(connection: AsyncConnection, likeness: Likeness, kin: Iterable[Kin]) -> dict[int, set[int]]:
    """For each document those that share a band with it."""
    owners: dict[int, list[int]] = defaultdict(list)
    sharing: dict[int, set[int]] = {}
    for one in kin:
        sharing[one.id] = set()
        for band in likeness.bands(one.signature):
            owners[band].append(one.id)
    if owners:
        found = select(bands.c.band, bands.c.document_id).where(bands.c.band.in_(list(owners)))
        for band, document_id in await connection.execute(found):
            for owner in owners[band]:
                if owner != document_id:
                    sharing[owner].add(document_id)
    return sharing


async def _others(connection: AsyncConnection, ids: Collection[int]) -> tuple[dict[int, Kin], dict[int, Key]]:
    """Documents by id, and for those that are linked the key of the first that they are linked to."""
    if not ids:
        return {}, {}
    first = documents.alias("first")
    query = (
        _KIN.add_columns(documents.c.near_duplicate_of, first.c.published, first.c.content_sha256)
        .outerjoin_from(documents, first, documents.c.near_duplicate_of == first.c.id)
        .where(documents.c.id.in_(ids))
    )
    kin: dict[int, Kin] = {}
    firsts: dict[int, Key] = {}
    for *columns, linked, published, content in await connection.execute(query):
        one = _from(columns)
        kin[one.id] = one
        if linked is not None:
            firsts[one.id] = (published_first(published), content)
    return kin, firsts
