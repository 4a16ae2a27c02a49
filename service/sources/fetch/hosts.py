"""What all workers have to agree on for each host: whose turn it is, and its robots.txt."""

import datetime as dt
from typing import Protocol

from service.sources.fetch.robots import StoredRobots


class Hosts(Protocol):
    """The memory that all fetchers share. `now` and everything returned is in UTC; `host` is a name or address without
    port, `origin` is `scheme://host:port`."""

    async def reserve(self, host: str, spacing: dt.timedelta, now: dt.datetime) -> dt.datetime:
        """Take the host's turn: `now` where its last turn is `spacing` or longer ago, and that is its last turn then.

        Otherwise nothing is taken, and the answer (later than `now`) is when to ask again. One atomic step: of several
        who ask at once, one gets the turn. A last turn in the future (a clock was set back) counts as `now`.
        """
        ...

    async def robots(self, origin: str) -> StoredRobots | None:
        """What was stored for the origin last."""
        ...

    async def store_robots(self, origin: str, robots: StoredRobots) -> None:
        """Replace what is stored for the origin."""
        ...


class MemoryHosts:
    """The `Hosts` of a single process, for commands that fetch once."""

    def __init__(self) -> None:
        self._turns: dict[str, dt.datetime] = {}
        self._robots: dict[str, StoredRobots] = {}

    async def reserve(self, host: str, spacing: dt.timedelta, now: dt.datetime) -> dt.datetime:
        last = self._turns.get(host)
        free = now if last is None else min(last, now) + spacing
        if free > now:
            return free
        self._turns[host] = now
        return now

    async def robots(self, origin: str) -> StoredRobots | None:
        return self._robots.get(origin)

    async def store_robots(self, origin: str, robots: StoredRobots) -> None:
        self._robots[origin] = robots
