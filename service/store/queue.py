"""Documents that wait to be read, and who is at it. A lease that has run out is anybody's, and its holder's result void."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store import bell
from service.store.tables import queue

LIVE, BULK = 0, 1
"""Priorities: what is new now goes before what comes in bulk, except for the share that `claim` gives to that."""


class Claim(NamedTuple):
    """A document that its worker alone reads until the lease runs out; `tries` counts those that came to nothing."""

    document_id: int
    tries: int


class Waiting(NamedTuple):
    """What waits: how much of each priority, how much of all is being read, and since when the first has been due."""

    live: int
    bulk: int
    claimed: int
    oldest: dt.datetime | None


async def put(connection: AsyncConnection, document_ids: Sequence[int], priority: int, now: dt.datetime) -> None:
    """Queue documents that are not queued yet, and ring the bell."""
    if document_ids:
        rows = [{"document_id": id_, "priority": priority, "due": now, "tries": 0} for id_ in document_ids]
        await connection.execute(insert(queue), rows)
        await bell.ring(connection, "queue")
