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
    no other words."""
    carried = {entry.key: entry.raw for entry in entries if entry.raw}
    before = await items.carried(
        connection, source_id, {key: sha256(raw.data).hexdigest() for key, raw in carried.items()}
    )
    changed = {key for key, raw in before.items() if _words(raw) != _words(carried[key])}
    times = await sightings.times(connection, {carried[key].source for key in changed})
    return [entry for entry in entries if entry.raw and entry.key in changed and times[entry.raw.source] < MOST]


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
