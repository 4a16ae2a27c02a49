"""Lists of feeds (OPML) to sources and back."""

import datetime as dt
from dataclasses import dataclass

from pydantic import ValidationError

from service.errors import Rejected
from service.pipeline.named import text_of
from service.sources import opml
from service.sources.opml import Subscription
from service.store import sources
from service.store.database import Storage
from service.store.sources import Taken


@dataclass(frozen=True)
class Imported:
    """How many feeds became sources and how many were; `refused` says of each that cannot be one, why."""

    added: int
    known: int
    refused: tuple[str, ...]


async def take(storage: Storage, data: bytes, charset: str | None, now: dt.datetime) -> Imported:
    """Make a source of each feed in a list; Rejected where it is no OPML."""
    listed = opml.read(text_of(data, charset))
    added, known, refused = 0, 0, []
    async with storage.changing() as connection:
        for one in listed:
            try:
                await sources.add(connection, one.spec(), "api", now)
                added += 1
            except Taken:
                known += 1
            except (Rejected, ValidationError) as error:
                said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
                refused.append(f"{one.address}: {said}")
    return Imported(added, known, tuple(refused))


async def write(storage: Storage) -> str:
    """All feeds that are not retired, by category."""
    async with storage.reading() as connection:
        found = [one for one in await sources.listed(connection) if one.kind == "feed" and one.state != "retired"]
    found.sort(key=lambda one: one.options.get("category") or "")
    return opml.write(Subscription(one.address, one.name, category=one.options.get("category")) for one in found)
