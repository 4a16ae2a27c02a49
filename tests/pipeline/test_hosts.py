"""The memory of the fetchers in the database, held against that of a single process."""

import asyncio
import datetime as dt

from service.pipeline.hosts import SharedHosts
from service.sources.fetch.robots import StoredRobots
from service.store.database import Database

NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


async def test_a_turn_is_taken_once(database: Database) -> None:
    """Of many who ask for the turn of a host at the same moment one gets it, and the others are told when to come back."""
    hosts = SharedHosts(database)
    for moment in (NOW, NOW + 2 * SECOND):
        answers = await asyncio.gather(*(hosts.reserve("a.example", 2 * SECOND, moment) for _ in range(8)))
        assert sorted(answers) == [moment] + [moment + 2 * SECOND] * 7
    assert await hosts.reserve("b.example", SECOND, NOW) == NOW


async def test_each_asks_with_its_own_spacing(database: Database) -> None:
    """What counts is the last turn and the spacing of who asks now."""
    hosts = SharedHosts(database)
    assert await hosts.reserve("a.example", SECOND, NOW) == NOW
    assert await hosts.reserve("a.example", 10 * SECOND, NOW + 3 * SECOND) == NOW + 10 * SECOND
    assert await hosts.reserve("a.example", SECOND, NOW + 3 * SECOND) == NOW + 3 * SECOND


async def test_a_clock_that_was_set_back(database: Database) -> None:
    """A last turn in the future counts as one just now, so that nobody waits for that future."""
    hosts = SharedHosts(database)
    year = dt.timedelta(days=365)
    await hosts.reserve("a.example", SECOND, NOW + year)
    assert await hosts.reserve("a.example", SECOND, NOW) == NOW + SECOND
    assert await hosts.reserve("a.example", SECOND, NOW + SECOND) == NOW + SECOND


async def test_robots_are_kept(database: Database) -> None:
    """A robots.txt is kept byte by byte until the next one, with all that is known of it."""
    hosts = SharedHosts(database)
    assert await hosts.robots("https://a.example:443") is None
    for stored in (
        StoredRobots(b"User-agent: *\nDisallow: /\xff\n", NOW),
        StoredRobots(b"", NOW + SECOND),
        StoredRobots(None, NOW, NOW - SECOND),
    ):
        await hosts.store_robots("https://a.example:443", stored)
        assert await hosts.robots("https://a.example:443") == stored
