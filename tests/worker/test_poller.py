"""The loop that asks sources and fetches pages, against a real site on loopback."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from service.errors import RetryLater
from service.models import RawDocument
from service.pipeline.habits import Habits
from service.pipeline.intake import Incoming, accept
from service.pipeline.named import read as named_by
from service.store import sources
from service.store.database import Database
from service.store.tables import queue
from service.worker.claims import chosen
from service.worker.poller import look
from tests.sources.fetch.site import Clock, Site, site
from tests.worker.sites import BODY, QUICK, add, entry, fetching, kept, named, page, rss, source, until, utc, worker


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site(Clock()) as running:
        yield running


@asynccontextmanager
async def looking(database: Database, habits: Habits = QUICK, name: str = "one") -> AsyncIterator[None]:
    """A worker that asks sources; stopped in the end."""
    one = worker(database, name=name)
    async with fetching(database) as fetcher:
        task = asyncio.create_task(look(one, fetcher, habits))
        try:
            yield
        finally:
            one.stopping.set()
            await asyncio.wait_for(task, 10)


async def test_a_source_is_taken_up_and_its_pages_fetched(database: Database, here: Site) -> None:
    """A source that is added while the worker runs is asked at once: full texts are kept, and the pages of the others."""
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY), entry(2, f"{here.root}/2")))
    here.give("/2", page(2), Content_Type="text/html; charset=utf-8")
    async with looking(database):
        id_ = await add(database, "feed", f"{here.root}/rss")
        await until(lambda: _count(database, 2))
    assert await named(database) == {"e1": "taken", "e2": "taken"}
    assert (await source(database, id_)).worker is None


async def _count(database: Database, count: int) -> bool:
    return len(await kept(database)) == count


async def test_several_workers_ask_each_once(database: Database, here: Site) -> None:
    """Two workers beside each other ask every source once and fetch every page once."""
    for n in range(12):
        here.give(f"/rss{n}", rss(entry(n, f"{here.root}/{n}")))
        here.give(f"/{n}", page(n))
        await add(database, "feed", f"{here.root}/rss{n}")
    async with looking(database, name="one"), looking(database, name="two"):
        await until(lambda: _count(database, 12))
    assert Counter(here.paths()) == Counter([*(f"/rss{n}" for n in range(12)), *(f"/{n}" for n in range(12))])


async def test_a_slow_host_does_not_hold_up_others(sqlite: Database, here: Site) -> None:
    """However many sources of a host that does not answer are due first, one of another host is asked at once."""

    async def hang(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with site(Clock(), "127.0.0.1") as slow:
        for n in range(40):
            slow.pages[f"/{n}"] = hang
            await add(sqlite, "feed", f"http://127.0.0.1:{slow.port}/{n}")
        here.give("/rss", rss(entry(1, f"{here.root}/1", BODY)))
        await add(sqlite, "feed", f"http://localhost:{here.port}/rss")
        async with looking(sqlite, replace(QUICK, polls=4)):
            await until(lambda: _count(sqlite, 1))
            assert len(slow.paths()) <= QUICK.host


async def test_sources_wait_while_much_waits_to_be_read(sqlite: Database, here: Site) -> None:
    """While the queue is long nothing is asked; when it is shorter the source is asked."""
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY)))
    await accept(sqlite, [Incoming(RawDocument(source=f"push:{n}", data=b"%d" % n)) for n in range(5)], utc())
    async with looking(sqlite, replace(QUICK, queue=5)):
        await add(sqlite, "feed", f"{here.root}/rss")
        await asyncio.sleep(0.5)
        assert here.seen == []
        async with sqlite.changing() as connection:
            await connection.execute(queue.delete().where(queue.c.document_id == 1))
        await until(lambda: _count(sqlite, 6))


async def test_stopping_gives_up_what_is_at_work(database: Database, here: Site) -> None:
    """A worker that stops while a site does not answer lets the source go, and another worker asks it at once."""
    asked, end = asyncio.Event(), asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        asked.set()
        await end.wait()
        return web.Response()

    here.pages["/rss"] = hang
    await add(database, "feed", f"{here.root}/rss")
    async with looking(database):
        await asyncio.wait_for(asked.wait(), 10)
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY)))
    async with looking(database, name="two"):
        await until(lambda: _count(database, 1))
    end.set()


async def test_a_defect_of_ours_stops_nothing(sqlite: Database, here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where reading a source fails for a defect it counts as a failure and is tried again; other sources go on."""

    def read(spec: object, answer: object) -> object:
        if getattr(spec, "name", "") == "bad":
            raise ZeroDivisionError("a defect")
        return named_by(spec, answer)  # type: ignore[arg-type]

    monkeypatch.setattr("service.pipeline.poll.read", read)
    here.give("/bad", rss(entry(1, f"{here.root}/1", BODY)))
    here.give("/good", rss(entry(2, f"{here.root}/2", BODY)))
    bad = await add(sqlite, "feed", f"{here.root}/bad", name="bad")
    await add(sqlite, "feed", f"{here.root}/good")

    async def failed() -> bool:
        return (await source(sqlite, bad)).failures == 1

    async with looking(sqlite):
        await until(failed)
        await until(lambda: _count(sqlite, 1))
    after = await source(sqlite, bad)
    assert "a defect" in (after.error or "")
    assert after.next_due is not None
    assert after.next_due > utc() - dt.timedelta(minutes=1)


async def test_a_database_that_fails_is_no_failure_of_the_source(
    database: Database, here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database fails when a look is to be written, the source is let go and asked again, with no failure."""
    real, times = sources.save, Counter[str]()

    async def save(connection: Any, held: Any, values: Any, **options: Any) -> bool:  # noqa: ANN401
        times["saved"] += 1
        if times["saved"] == 1:
            raise RetryLater("the database is away")
        return await real(connection, held, values, **options)

    monkeypatch.setattr(sources, "save", save)
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY)))
    id_ = await add(database, "feed", f"{here.root}/rss")
    async with looking(database):
        await until(lambda: _count(database, 1))
    after = await source(database, id_)
    assert (after.failures, after.error) == (0, None)
    assert here.paths().count("/rss") == 2


async def test_a_leaving_database_row_is_no_error(sqlite: Database, here: Site) -> None:
    """A source that is deleted while it is being asked leaves nothing behind and stops nobody."""
    go = asyncio.Event()

    async def slowly(_: web.Request) -> web.Response:
        await go.wait()
        return web.Response(text=rss(entry(1, f"{here.root}/1", BODY)))

    here.pages["/rss"] = slowly
    here.give("/other", rss(entry(2, f"{here.root}/2", BODY)))
    id_ = await add(sqlite, "feed", f"{here.root}/rss")
    async with looking(sqlite):

        async def is_asked() -> bool:
            return "/rss" in here.paths()

        await until(is_asked)
        async with sqlite.changing() as connection:
            await sources.remove(connection, id_)
        go.set()
        await add(sqlite, "feed", f"{here.root}/other")
        await until(lambda: _count(sqlite, 1))
    assert await kept(sqlite) == [f"{here.root}/2"]


DUE = st.lists(st.tuples(st.integers(), st.sampled_from([f"http://h{n}.example/x" for n in range(4)])), max_size=30)


@given(DUE, st.integers(0, 10), st.integers(1, 3))
def test_who_is_chosen(due: list[tuple[int, str]], places: int, a_host: int) -> None:
    """No host has more than its share, no place stays free while one is due whose host has room, and of one host those
    that are due longest come first."""
    pairs = list(enumerate(address for _, address in due))
    keys = chosen(pairs, Counter(), places, a_host)
    taken = Counter(pairs[key][1] for key in keys)
    assert all(count <= a_host for count in taken.values())
    assert len(keys) == min(places, sum(min(count, a_host) for count in Counter(a for _, a in pairs).values()))
    for address in taken:
        mine = [key for key, one in pairs if one == address]
        assert [key for key in keys if pairs[key][1] == address] == mine[: taken[address]]
