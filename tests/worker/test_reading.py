"""A worker in this process, on real databases."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from structlog.testing import capture_logs

from service.errors import RetryLater
from service.models import RawDocument
from service.pipeline.intake import BULK, LIVE, Incoming, accept
from service.pipeline.live import Live
from service.pipeline.parts import PART
from service.pipeline.pool import Pool
from service.store import workers
from service.store.database import Database
from service.store.tables import documents, queue
from service.worker import Worker
from service.worker.life import Beating
from service.worker.reading import Reading
from service.worker.run import keep, work
from tests.pipeline import hostile
from tests.pipeline.pages import page, pages, story
from tests.pipeline.test_run import NOW, rows, take
from tests.pipeline.test_run import fingerprint as found

LEASE = dt.timedelta(seconds=30)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@asynccontextmanager
async def working(database: Database, pool: Pool, name: str = "a", drain: float = 10) -> AsyncIterator[Worker]:
    """A worker that reads while the block runs, and is drained in the end."""
    worker = Worker(name=name, database=database, now=now)
    reading = Reading(Live(database, pool, now, name, 3, LEASE), pool.size)
    task = asyncio.create_task(work(worker, {"beating": Beating(now(), LEASE), "reading": reading}, drain))
    try:
        yield worker
    finally:
        worker.stopping.set()
        await task


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it is so; a test that waits in vain is stopped after a minute."""
    async with asyncio.timeout(60):
        while not await true():  # noqa: ASYNC110 - what is waited for happens in the database
            await asyncio.sleep(0.02)


def empty(database: Database) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        return (await rows(database))["queue"] == 0

    return is_so


async def test_what_comes_in_is_read_at_once(database: Database) -> None:
    """A worker that waits hears of a document that is taken in, reads it, and shows what it has done."""
    async with Pool(1, 30) as pool, working(database, pool) as worker:
        await until(lambda: alive(database, 1))
        await accept(database, [Incoming(page(story(1), "1.txt"))], now())
        await until(empty(database))
        assert worker.counts == {"new": 1}
        await Beating(now(), LEASE).once(worker)
        async with database.reading() as connection:
            (sign,) = await workers.all_of_them(connection)
        assert (sign.name, sign.counts) == ("a", {"new": 1})
    assert not (await rows(database))["workers"]


async def alive(database: Database, count: int) -> bool:
    return (await rows(database))["workers"] == count


async def test_two_workers_share_the_work(database: Database) -> None:
    """Two workers on one database read every document once between them, each some, and end where a replay ends."""
    taken = [page(story(number), f"{number}.txt") for number in range(240)]
    await accept(database, [Incoming(raw) for raw in taken], NOW)
    async with Pool(1, 30) as pool, Pool(1, 30) as other:
        async with working(database, pool, "a") as a, working(database, other, "b") as b:
            await until(empty(database))
        assert a.counts.total() + b.counts.total() == 240
        assert not a.counts["void"] + b.counts["void"]
        assert a.counts.total() >= PART
        assert b.counts.total() >= PART
        before = await found(database), await rows(database)
        await take(database, taken, pool)
    assert (await found(database), await rows(database)) == before


async def test_a_worker_takes_no_more_than_it_can_read(sqlite: Database) -> None:
    """While documents take for ever, no more of the queue is claimed than what is read and what lies ready."""
    endless = [RawDocument(source=f"{n}", data=hostile.ENDLESS * 20 + b"%d" % n) for n in range(6 * PART)]
    await accept(sqlite, [Incoming(raw) for raw in endless], NOW)
    async with Pool(1, 30, work=hostile.READ) as pool, working(sqlite, pool, drain=0.5):
        await until(lambda: claimed(sqlite, 3 * PART))
        await asyncio.sleep(0.3)
        assert await claimed(sqlite, 3 * PART)
    assert await claimed(sqlite, 0)


async def claimed(database: Database, count: int) -> bool:
    async with database.reading() as connection:
        return await connection.scalar(select(func.count(queue.c.lease))) == count


async def test_live_goes_before_bulk_and_bulk_goes_on(sqlite: Database) -> None:
    """Of much that waits, live documents are read before most of what comes in bulk, and bulk has its share from the start."""
    bulk = [page(story(number), f"bulk-{number}.txt") for number in range(8 * PART)]
    live = [page(story(number), f"live-{number}.txt") for number in range(1000, 1000 + 8 * PART)]
    await accept(sqlite, [Incoming(raw, priority=BULK) for raw in bulk], NOW)
    await accept(sqlite, [Incoming(raw, priority=LIVE) for raw in live], NOW)
    async with Pool(1, 30) as pool, working(sqlite, pool):
        await until(empty(sqlite))
    async with sqlite.reading() as connection:
        query = select(documents.c.source).order_by(documents.c.processed_at, documents.c.id)
        first = [source.split("-")[0] for source in await connection.scalars(query)][: 8 * PART]
    assert first.count("live") > 5 * PART
    assert first.count("bulk") >= PART


async def test_a_drain_finishes_what_is_at_work_and_frees_the_rest(database: Database) -> None:
    """A worker that is told to stop writes what it reads, gives back what it does not get to, and loses nothing."""
    await accept(database, [Incoming(raw) for raw in pages(200)], NOW)
    async with Pool(1, 30) as pool:
        async with working(database, pool) as worker:
            await until(lambda: some_read(worker))
        left = (await rows(database))["queue"]
        assert 0 < left < 200
        assert await claimed(database, 0)
        async with working(database, pool, "b"):
            await until(empty(database))
        fingerprint = await found(database)
        await take(database, pages(200), pool)
    assert await found(database) == fingerprint


async def some_read(worker: Worker) -> bool:
    return worker.counts.total() > 0


async def test_a_part_that_fails_is_started_again(sqlite: Database) -> None:
    """Where a part of the worker fails, the error is logged with its trace and the part starts anew; others go on."""
    worker, begun = Worker(name="a", database=sqlite, now=now), 0

    async def clumsy(worker: Worker) -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise KeyError("亩")

    with capture_logs() as logged:
        await keep("clumsy", clumsy, worker)
    assert begun == 2
    assert [(line["event"], line["name"], line["exc_info"]) for line in logged] == [
        ("background_failed", "clumsy", True)
    ]


async def test_a_database_that_is_gone_is_waited_for(sqlite: Database) -> None:
    """A call that fails for want of a database is made again until it succeeds; that is logged once, and once that it is back."""
    worker, calls = Worker(name="a", database=sqlite, now=now), 0

    async def call() -> str:
        nonlocal calls
        calls += 1
        if calls < 4:
            raise RetryLater("gone")
        return "back"

    with capture_logs() as logged:
        assert await worker.insist(call) == "back"
    assert [line["event"] for line in logged] == ["database_lost", "database_back"]
