"""The ledger in a running worker."""

import asyncio
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from service.ledger import view as whole
from service.pipeline import settling
from service.pipeline.ledger import Ledger
from service.store import projects
from service.store.database import Database
from service.store.projects import Wanted
from service.worker import Worker
from service.worker.ledger import keep_ledger
from tests.api.serving import HAIYAN, QIONGHAI, TONGHUA, now, take


async def names(database: Database) -> list[str]:
    async with database.reading() as connection:
        return [str(line.at) for line in await projects.page(connection, Wanted(), "name", None, 10)]


async def until(database: Database, true: Callable[[list[str]], bool]) -> list[str]:
    async with asyncio.timeout(20):
        while not true(found := await names(database)):  # noqa: ASYNC110 - whatever it is, it comes from elsewhere
            await asyncio.sleep(0.02)
    return found


async def test_it_follows_the_log(database: Database) -> None:
    """What is read becomes a project while workers run, of which one does it; they end when they are told to."""
    workers = [Worker(name=name, database=database, now=now) for name in "ab"]
    running = [asyncio.create_task(keep_ledger(worker)) for worker in workers]
    await take(database, [HAIYAN])
    await until(database, lambda found: len(found) == 1)
    await take(database, [TONGHUA, QIONGHAI], "later")
    await until(database, lambda found: len(found) == 3)
    for worker in workers:
        worker.stopping.set()
    await asyncio.gather(*running)
    assert sum(worker.counts["projects_written"] for worker in workers) == 3


async def test_a_defect_in_one_project(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project that cannot be shown is logged and left as it was; the others go on."""

    def view(mentions: list[object], *given: object) -> object:
        if "海盐" in repr(mentions):
            raise ZeroDivisionError
        return whole(mentions, *given)  # type: ignore[arg-type]

    await take(database, [HAIYAN, TONGHUA, QIONGHAI])
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(settling, "view", view)
        await Ledger(database, now).catch_up()
    assert [line["event"] for line in logs] == ["project_failed"]
    assert len(await names(database)) == 2
    await Ledger(database, now).rebuild()
    await Ledger(database, now).catch_up()
    assert len(await names(database)) == 3
