"""Workers as processes: killed, told to stop, told twice."""

import datetime as dt
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable, Iterator

import pytest
from sqlalchemy import func, select, update

from benchmarks.replay import GUATU, family
from service.pipeline.intake import Incoming, accept
from service.pipeline.pool import Pool
from service.store.database import Database
from service.store.tables import documents, queue, workers
from tests.pipeline.pages import pages
from tests.pipeline.test_run import NOW, fingerprint, rows, take
from tests.worker.test_reading import until

PAGES = pages(300)


@pytest.fixture
def start(database: Database) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a worker of the database; what is left of it in the end is killed."""
    url = database.engine.url.render_as_string(hide_password=False).replace("+aiosqlite", "").replace("+asyncpg", "")
    environment = {**os.environ, "GUATU_DATABASE_URL": url, "GUATU_WORKERS": "1", "GUATU_DRAIN_SECONDS": "10"}
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([*GUATU, "worker"], env=environment, stderr=subprocess.PIPE))
        return started[-1]

    yield begin
    for process in started:
        with process:
            process.kill()


def reading(database: Database) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        async with database.reading() as connection:
            query = select(func.count()).select_from(documents).where(documents.c.state != "new")
            return bool(await connection.scalar(query))

    return is_so


async def leases(database: Database) -> int:
    async with database.reading() as connection:
        return await connection.scalar(select(func.count(queue.c.lease))) or 0


async def test_a_killed_worker_loses_nothing(database: Database, start: Callable[[], subprocess.Popen[bytes]]) -> None:
    """A worker that is killed leaves what it had to the next one, which ends where an undisturbed replay ends."""
    await accept(database, [Incoming(raw) for raw in PAGES], NOW)
    killed = start()
    await until(reading(database))
    await until(lambda: stopped_at_work(database, killed))
    killed.kill()
    killed.wait()
    assert await leases(database) > 0
    if not database.file:  # on SQLite the next worker knows that it is alone; elsewhere the leases end with time
        async with database.changing() as connection:
            await connection.execute(update(queue).where(queue.c.lease.is_not(None)).values(lease=NOW))
    start()
    await until(lambda: is_empty(database))
    before = await fingerprint(database)
    async with Pool(1, 30) as pool:
        await take(database, PAGES, pool)
    assert await fingerprint(database) == before


async def stopped_at_work(database: Database, worker: subprocess.Popen[bytes]) -> bool:
    """Whether the worker, which is held up, has something in its hands; if not it goes on."""
    worker.send_signal(signal.SIGSTOP)
    if await leases(database):
        return True
    worker.send_signal(signal.SIGCONT)
    return False


async def is_empty(database: Database) -> bool:
    return (await rows(database))["queue"] == 0


async def test_a_worker_that_is_told_to_stop_ends_in_good_order(
    database: Database, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    """At SIGTERM a worker writes what it reads, gives back the rest, is no longer shown, and ends with 0."""
    await accept(database, [Incoming(raw) for raw in PAGES], NOW)
    worker = start()
    await until(reading(database))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert 0 < (await rows(database))["queue"] < len(PAGES)
    assert await leases(database) == 0
    assert (await rows(database))["workers"] == 0


async def test_a_second_signal_ends_it_at_once(
    database: Database, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    """A worker that cannot finish goes on trying after the first SIGTERM and ends at the second; its leases still stand."""
    worker = start()
    await until(lambda: seen(database))
    (process,) = family(worker.pid)[1:]
    os.kill(process, signal.SIGSTOP)
    try:
        await accept(database, [Incoming(raw) for raw in PAGES[:5]], dt.datetime.now(dt.UTC))
        await until(lambda: has_leases(database))
        worker.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(0.5)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(2) == 128 + signal.SIGTERM
    finally:
        os.kill(process, signal.SIGKILL)
    assert await leases(database) == 5


async def seen(database: Database, count: int = 1) -> bool:
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(workers)) == count


async def has_leases(database: Database) -> bool:
    return await leases(database) > 0


async def test_sqlite_has_room_for_one_worker(database: Database, start: Callable[[], subprocess.Popen[bytes]]) -> None:
    """A second worker on the same SQLite file ends at once, and says why; on PostgreSQL it works beside the first."""
    first = start()
    await until(lambda: seen(database))
    second = start()
    if not database.file:
        await until(lambda: seen(database, 2))
        return
    assert second.stderr
    said = second.stderr.read().decode()
    assert second.wait() == 1
    assert f"process {first.pid}" in said
    assert "SQLite has room for one" in said
