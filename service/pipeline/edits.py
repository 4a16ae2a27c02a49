"""Entries of feeds that carry their article and were edited under the same id: taken again, as a document of its own."""

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256

import orjson

from service.models import RawDocument
from service.pipeline import intake
from service.pipeline.intake import Packed
from service.pipeline.named import Named
from service.sources import fulltext
from service.store import items, sightings
from service.store.database import Connection

MOST = 20
"""So often an article is taken from one address: what says something else at every look is counted, not written."""


async def edited(connection: Connection, source_id: int, entries: Sequence[Named]) -> list[Named]:
    """Those of the entries, all known, that say something else than when they were taken. Other markup or another date are
    no other words, and what was taken from there before is not taken again: servers beside each other may differ for long."""
    carried = {entry.key: entry.raw for entry in entries if entry.raw}
    now = {key: sha256(raw.data).hexdigest() for key, raw in carried.items()}
    before = await items.carried(connection, source_id, now)
    changed = {key for key, raw in before.items() if _words(raw) != _words(carried[key])}
    known = await sightings.hashes(connection, {carried[key].source for key in changed})
    fresh = {key for key in changed if now[key] not in (had := known[carried[key].source]) and len(had) < MOST}
    return [entry for entry in entries if entry.key in fresh]


async def revise(
    connection: Connection, source_id: int, entries: Sequence[Named], packed: Sequence[Packed], now: dt.datetime
) -> None:
    """Keep edited entries; from now on they are what their sources name."""
    accepted = await intake.enter(connection, packed, now)
    documents = {entry.key: one.id for entry, one in zip(entries, accepted, strict=True)}
    await items.revise(connection, source_id, documents)


def _words(raw: RawDocument) -> tuple[str | None, str]:
    """The title and the text that an entry carries."""
    item = orjson.loads(raw.data)
    return item.get("title"), fulltext.plain(item.get("content_html") or item.get("content_text"))
