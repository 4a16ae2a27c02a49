"""A PostgreSQL that is restarted while documents come in and are read."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from benchmarks.fleet import restart
from service.errors import RetryLater
from service.models import RawDocument
from service.pipeline.intake import Incoming, accept
from service.pipeline.pool import Pool
from service.store.database import Database
from service.store.migrate import upgrade
from service.store.tables import documents
from tests.pipeline.pages import page, story
from tests.postgres import binaries, server
from tests.worker.test_reading import empty, now, until, working


@pytest.fixture
async def restarted() -> AsyncIterator[tuple[Database, str]]:
    """A database on a server of its own, which a test may restart."""
    tools = binaries()
    if tools is None:
        pytest.skip("this machine has no PostgreSQL (the Debian package postgresql)")
    with server(tools) as pattern:
        url = pattern.format(name="postgres")
        database = Database(url)
        await upgrade(database)
        yield database, url
        await database.close()


async def test_nothing_is_lost_or_blamed(restarted: tuple[Database, str]) -> None:
    """While the server is restarted, in good order and not, what is not accepted is refused as passing, what is accepted is
    read once, and no document has failed for it."""
    database, url = restarted
    pages = [page(story(number), f"{number}.txt") for number in range(120)]

    async def insist(raw: RawDocument) -> None:
        while True:
            try:
                await accept(database, [Incoming(raw)], now())
                return
            except RetryLater:
                await asyncio.sleep(0.05)

    async with Pool(1, 30) as pool, working(database, pool) as worker:
        for at, mode in ((0, "fast"), (40, "immediate"), (80, "fast")):
            coming = asyncio.gather(*(insist(raw) for raw in pages[at : at + 40]))
            await asyncio.to_thread(restart, url, mode)
            await coming
        await until(empty(database))
    assert worker.counts["failed"] == worker.counts["rejected"] == 0
    async with database.reading() as connection:
        query = select(documents.c.state, func.count()).group_by(documents.c.state)
        assert [tuple(row) for row in await connection.execute(query)] == [("processed", 120)]
