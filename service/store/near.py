"""Near-duplicates: which documents are edited copies of which, whatever the order they came in.

A document is linked to the first of those that resemble it and come before it; first is the earlier date of
publication, then the smaller content hash. That depends on the set of documents alone, so the links are the same for
every order of arrival; each arrival links itself and moves the links of those it comes before. The ledger, which counts a
story once, is told whose link changed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store import mentions
from service.store.database import one_of
from service.store.inserts import insert_numbers
from service.store.rows import published_first, unpack
from service.store.tables import bands, common_bands, documents

CROWD = 64
"""A band that more documents share is one of a form (weather, prices, tenders) and not of a story; it is given up."""

Signature = tuple[int, ...]
Key = tuple[dt.date, str]
_KIN = select(documents.c.id, documents.c.published, documents.c.content_sha256, documents.c.signature)

_BANDS = select(bands.c.band, bands.c.document_id)
_SHARED = select(bands.c.band).group_by(bands.c.band).having(func.count() > 1)
_COMMON_BAND = common_bands.c.band
_COMMON = select(_COMMON_BAND)


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


async def enter(connection: AsyncConnection, likeness: Likeness, kin: Collection[Kin]) -> None:
    """Make documents findable by those that come after them."""
    pairs = [(band, one.id) for one in kin for band in likeness.bands(one.signature)]
    useless = set(
        await connection.scalars(_COMMON.where(one_of(connection, _COMMON_BAND, {band for band, _ in pairs})))
    )
    await insert_numbers(connection, bands, ("band", "document_id"), [pair for pair in pairs if pair[0] not in useless])


async def leave(connection: AsyncConnection, likeness: Likeness, kin: Collection[Kin]) -> list[Kin]:
    """Take documents out again; gives those that were linked to them and have no link now."""
    await mentions.touch(connection, {one.content_sha256 for one in kin})
    pairs = [(band, one.id) for one in kin for band in likeness.bands(one.signature)]
    if pairs:
        await connection.execute(delete(bands).where(tuple_(bands.c.band, bands.c.document_id).in_(pairs)))
    gone = [one.id for one in kin]
    await connection.execute(update(documents).where(documents.c.id.in_(gone)).values(near_duplicate_of=None))
    return await _unlink(connection, documents.c.near_duplicate_of.in_(gone))


async def _unlink(connection: AsyncConnection, which: ColumnElement[bool]) -> list[Kin]:
    """Take their links from documents; gives them."""
    found = await connection.execute(_KIN.where(which))
    kin = [Kin(id_, published, content, unpack(packed)) for id_, published, content, packed in found]
    await mentions.touch(connection, {one.content_sha256 for one in kin})
    unlinked = update(documents).where(documents.c.id.in_([one.id for one in kin]))
    await connection.execute(unlinked.values(near_duplicate_of=None))
    return kin


class Links(NamedTuple):
    """Links that were made, id to id of the first; and those documents that resemble one that was here before them."""

    made: dict[int, int]
    echoes: set[int]


async def link(connection: AsyncConnection, likeness: Likeness, unlinked: Sequence[Kin]) -> Links:
    """Link documents that have entered and have no link yet, and others to them."""
    own = {one.id: one for one in unlinked}
    while True:
        sharing, crowds = await _sharing(connection, likeness, own.values())
        if not crowds:
            break
        own.update({one.id: one for one in await _retire(connection, crowds, own)})
    pairs = await _alike(connection, likeness, own, sharing)
    others, firsts = await _others(connection, {id_ for pair in pairs for id_ in pair} - own.keys())
    known = others | own
    links: dict[int, Kin] = {}
    for pair in pairs:
        first, later = sorted((known[id_] for id_ in pair), key=lambda kin: kin.key)
        if later.id in own or later.id not in firsts or first.key < firsts[later.id]:
            links[later.id] = min(first, links.get(later.id, first), key=lambda kin: kin.key)
    if links:
        await mentions.touch(connection, {known[later].content_sha256 for later in links})
        change = update(documents).where(documents.c.id == bindparam("later"))
        rows = [{"later": later, "first": first.id} for later, first in links.items()]
        await connection.execute(change.values(near_duplicate_of=bindparam("first")), rows)
    return Links({later: first.id for later, first in links.items()}, {max(pair) for pair in pairs})


async def _sharing(
    connection: AsyncConnection, likeness: Likeness, kin: Iterable[Kin]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """For each document those that share a band with it; or, first, the bands that too many share, with who does."""
    owners: dict[int, list[int]] = defaultdict(list)
    for one in kin:
        for band in likeness.bands(one.signature):
            owners[band].append(one.id)
    shared = (await connection.scalars(_SHARED.where(one_of(connection, bands.c.band, owners.keys())))).all()
    members: dict[int, set[int]] = defaultdict(set)
    for band, document_id in await connection.execute(_BANDS.where(one_of(connection, bands.c.band, shared))):
        members[band].add(document_id)
    if crowds := {band: ids for band, ids in members.items() if len(ids) > CROWD}:
        return {}, crowds
    sharing: dict[int, set[int]] = defaultdict(set)
    for band, ids in members.items():
        for owner in owners[band]:
            sharing[owner] |= ids
    for owner, ids in sharing.items():
        ids.discard(owner)
    return sharing, {}


async def _retire(connection: AsyncConnection, crowds: dict[int, set[int]], own: Collection[int]) -> list[Kin]:
    """Give up bands that tell nothing any more; gives the documents that may have been linked by them."""
    await insert_numbers(connection, common_bands, ("band",), [(band,) for band in crowds])
    await connection.execute(delete(bands).where(one_of(connection, bands.c.band, crowds.keys())))
    members = {id_ for ids in crowds.values() for id_ in ids} - set(own)
    linked = documents.c.near_duplicate_of.is_not(None)
    return await _unlink(connection, one_of(connection, documents.c.id, members) & linked)


async def _alike(
    connection: AsyncConnection, likeness: Likeness, own: dict[int, Kin], sharing: dict[int, set[int]]
) -> set[frozenset[int]]:
    """The pairs that are alike, out of those that share a band."""
    signatures = {id_: one.signature for id_, one in own.items()}
    others = {id_ for ids in sharing.values() for id_ in ids} - own.keys()
    query = select(documents.c.id, documents.c.signature).where(one_of(connection, documents.c.id, others))
    for id_, packed in await connection.execute(query) if others else ():
        signatures[id_] = unpack(packed)
    return {
        frozenset((id_, other))
        for id_, ids in sharing.items()
        for other in ids
        if likeness.similarity(signatures[id_], signatures[other]) >= likeness.alike
    }


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
    for id_, published, content, packed, linked, *key in await connection.execute(query):
        kin[id_] = Kin(id_, published, content, unpack(packed))
        if linked is not None:
            firsts[id_] = (published_first(key[0]), key[1])
    return kin, firsts
