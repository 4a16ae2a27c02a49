"""The fetcher's memory in the database, shared by all workers."""

import datetime as dt

from service.sources.fetch.robots import StoredRobots
from service.store import hosts
from service.store.database import Storage


class SharedHosts:
    """The `Hosts` of every fetcher on one database."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def reserve(self, host: str, spacing: dt.timedelta, now: dt.datetime) -> dt.datetime:
        async with self._storage.changing() as connection:
            return await hosts.reserve(connection, host, spacing, now)

    async def robots(self, origin: str) -> StoredRobots | None:
        async with self._storage.reading() as connection:
            row = await hosts.robots_of(connection, origin)
        return StoredRobots(**row) if row else None

    async def store_robots(self, origin: str, robots: StoredRobots) -> None:
        row = {"body": robots.body, "expires": robots.expires, "unreachable_since": robots.unreachable_since}
        async with self._storage.changing() as connection:
            await hosts.keep_robots(connection, origin, row)
