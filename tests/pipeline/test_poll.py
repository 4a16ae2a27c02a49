"""Looks at sources, against a real site on loopback."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from service.pipeline.edits import MOST
from service.pipeline.habits import Habits, Lost
from service.pipeline.health import shown_of
from service.pipeline.page import fetch
from service.pipeline.poll import Look, look, spoiled
from service.sources.fetch.answer import Later
from service.store import quarantine, sources
from service.store.database import Database
from service.store.tables import failures, items, queue
from tests.sources.fetch.site import Clock as SiteClock
from tests.sources.fetch.site import Site, site
from tests.worker.sites import (
    BODY,
    QUICK,
    Clock,
    add,
    claimed,
    entry,
    fetching,
    kept,
    named,
    page,
    pages_claimed,
    rss,
    source,
    utc,
)


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site(SiteClock()) as running:
        yield running


async def polled(database: Database, id_: int, habits: Habits = QUICK, clock: Clock | None = None) -> Look:
    """One look at the only source that is due."""
    clock = clock or Clock()
    (held,) = await claimed(database, clock())
    assert held.id == id_
    async with fetching(database, clock) as fetcher:
        return await look(database, fetcher, held, clock, 0.0, habits)


async def fetched(database: Database, clock: Clock | None = None) -> list[str]:
    """What came of all pages that are due."""
    clock = clock or Clock()
    async with fetching(database, clock) as fetcher:
        jobs = await pages_claimed(database, clock())
        return [await fetch(database, fetcher, job, clock, QUICK) for job in jobs]


async def test_an_edited_entry_is_taken_again(database: Database, here: Site) -> None:
    """An entry that says something else under its id is another document of the same address; other markup, and words that
    it has had before, give none, and what changes at every look is given up in the end."""
    id_ = await add(database, "feed", f"{here.root}/rss")
    clock, link = Clock(), f"{here.root}/1"

    async def look_at(body: str) -> tuple[int, int]:
        here.give("/rss", rss(entry(1, link, body)))
        clock.ahead += dt.timedelta(days=2)
        return (await polled(database, id_, clock=clock)).new, len(await kept(database))

    assert await look_at(BODY) == (1, 1)
    assert await look_at(f"<![CDATA[<p>{BODY}</p>]]>") == (0, 1)
    assert await look_at(BODY.replace("。", "，总投资13亿元。", 1)) == (1, 2)
    assert await look_at(BODY.replace("。", "，总投资13亿元。", 1)) == (0, 2)
    for _ in range(2):
        assert await look_at(BODY) == (0, 2)
        assert await look_at(BODY.replace("。", "，总投资13亿元。", 1)) == (0, 2)
    assert await named(database) == {"e1": "taken"}
    assert set(await kept(database)) == {link}
    for number in range(20):
        _, count = await look_at(f"{BODY}浏览{number}次")
    assert count == MOST


async def test_full_text_is_a_document_after_the_look(database: Database, here: Site) -> None:
    """An entry that carries its article is in `documents`, queued, with its link as source, when the look is over."""
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY)))
    id_ = await add(database, "feed", f"{here.root}/rss")
    looked = await polled(database, id_)
    assert (looked.new, looked.decision.outcome) == (1, "new")
    assert await kept(database) == [f"{here.root}/1"]
    assert await named(database) == {"e1": "taken"}
    after = await source(database, id_)
    assert (after.failures, after.error, after.worker, after.lease) == (0, None, None, None)
    assert after.last_success is not None
    assert after.next_due is not None
    assert after.next_due > after.last_success
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(queue)) == 1


async def test_a_teaser_is_fetched_as_its_page(database: Database, here: Site) -> None:
    """A page that an entry names is fetched and kept with the bytes, type and charset it has, and not asked for again."""
    here.give("/rss", rss(entry(1, f"{here.root}/1"), entry(2, f"{here.root}/2")))
    here.give("/1", page(1), Content_Type="text/html; charset=utf-8")
    here.give("/2", page(2), Content_Type="text/html; charset=utf-8")
    id_ = await add(database, "feed", f"{here.root}/rss")
    await polled(database, id_)
    assert await named(database) == {"e1": "waits", "e2": "waits"}
    assert await fetched(database) == ["taken", "taken"]
    assert await fetched(database) == []
    assert sorted(await kept(database)) == [f"{here.root}/1", f"{here.root}/2"]
    assert await named(database) == {"e1": "taken", "e2": "taken"}


async def test_a_page_met_before_is_not_fetched(database: Database, here: Site) -> None:
    """What another source gave already is known by its address, whether it is named before or after."""
    here.give("/a", rss(entry(1, f"{here.root}/1")))
    here.give("/b", rss(entry(9, f"{here.root}/1")))
    here.give("/1", page(1))
    await polled(database, await add(database, "feed", f"{here.root}/a"))
    second = await add(database, "feed", f"{here.root}/b")
    await polled(database, second)
    assert sorted(await fetched(database)) == ["seen", "taken"]
    here.give("/c", rss(entry(7, f"{here.root}/1")))
    await polled(database, await add(database, "feed", f"{here.root}/c"))
    assert (await named(database))["e7"] == "taken"
    assert here.paths().count("/1") == 1


async def test_the_same_again_costs_nothing(database: Database, here: Site) -> None:
    """A second look asks with what the first was given; what is named again is not new."""
    body = rss(entry(1, f"{here.root}/1", BODY))
    here.give("/rss", body, ETag='"one"')
    id_ = await add(database, "feed", f"{here.root}/rss")
    clock = Clock()
    await polled(database, id_, clock=clock)
    clock.ahead = dt.timedelta(hours=2)
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY), entry(2, f"{here.root}/2", "二" + BODY)), ETag='"two"')
    looked = await polled(database, id_, clock=clock)
    assert here.seen[-1].headers["If-None-Match"] == '"one"'
    assert looked.new == 1
    assert len(await kept(database)) == 2


async def test_a_crash_between_fetch_and_commit_loses_nothing(
    database: Database, here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the transaction of a look fails at its very end nothing of it is kept, and the next look takes it all."""
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY), entry(2, f"{here.root}/2")), ETag='"one"')
    id_ = await add(database, "feed", f"{here.root}/rss")
    clock = Clock()
    with monkeypatch.context() as patch:

        async def dies(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr("service.pipeline.poll.items.add", dies)
        with pytest.raises(KeyboardInterrupt):
            await polled(database, id_, clock=clock)
    assert await kept(database) == []
    assert await named(database) == {}
    assert (await source(database, id_)).poll == {}
    clock.ahead = QUICK.lease * 2
    assert (await polled(database, id_, clock=clock)).new == 2
    assert "If-None-Match" not in here.seen[-1].headers
    assert await named(database) == {"e1": "taken", "e2": "waits"}


async def test_a_look_whose_lease_is_lost_keeps_nothing(database: Database, here: Site) -> None:
    """A worker that took too long finds the source in other hands, and leaves it to them with all that it found."""
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY)))
    await add(database, "feed", f"{here.root}/rss")
    (slow,) = await claimed(database, utc(), "slow")
    (quick,) = await claimed(database, utc() + QUICK.lease * 2, "quick")
    async with fetching(database) as fetcher:
        with pytest.raises(Lost):
            await look(database, fetcher, slow, utc, 0.0, QUICK)
        assert await kept(database) == []
        await look(database, fetcher, quick, utc, 0.0, QUICK)
    assert len(await kept(database)) == 1


async def test_a_source_is_claimed_once(database: Database) -> None:
    """Of two workers who claim at the same time each source goes to one."""
    for number in range(20):
        await add(database, "feed", f"https://site{number}.example/rss")
    both = await asyncio.gather(claimed(database, utc(), "one"), claimed(database, utc(), "two"))
    ids = [one.id for held in both for one in held]
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) + len(await claimed(database, utc(), "three")) == 20


async def test_a_big_first_look_takes_the_newest(database: Database, here: Site) -> None:
    """Of a sitemap that is read for the first time the newest entries are taken, it says so, and the others stay known."""
    days = [f"<url><loc>{here.root}/{day}</loc><lastmod>2026-01-{day:02}</lastmod></url>" for day in range(1, 31)]
    here.give("/map.xml", f"<urlset>{''.join(days)}</urlset>")
    id_ = await add(database, "sitemap", f"{here.root}/map.xml")
    clock = Clock()
    habits = Habits(first=5, spacing=dt.timedelta(0))
    looked = await polled(database, id_, habits, clock)
    assert looked.new == 5
    states = await named(database)
    assert {key for key, state in states.items() if state == "waits"} == {f"{here.root}/{day}" for day in range(26, 31)}
    assert len(states) == 30
    assert "the newest 5" in (await source(database, id_)).poll["sentence"]
    days.append(f"<url><loc>{here.root}/31</loc><lastmod>2026-01-31</lastmod></url>")
    here.give("/map.xml", f"<urlset>{''.join(days)}</urlset>")
    clock.ahead = dt.timedelta(days=1)
    assert (await polled(database, id_, habits, clock)).new == 1


async def test_an_index_leads_to_its_latest_sitemaps(database: Database, here: Site) -> None:
    """The sitemaps of an index are read, those that did not change only asked; what they name later is taken although the
    index itself is the same."""
    index = "".join(f"<sitemap><loc>{here.root}/{name}.xml</loc></sitemap>" for name in "ab")
    here.give("/index.xml", f"<sitemapindex>{index}</sitemapindex>")
    here.give("/a.xml", f"<urlset><url><loc>{here.root}/1</loc></url></urlset>", ETag='"a"')
    here.give("/b.xml", f"<urlset><url><loc>{here.root}/2</loc></url></urlset>")
    id_ = await add(database, "sitemap", f"{here.root}/index.xml")
    clock = Clock()
    assert (await polled(database, id_, clock=clock)).new == 2
    here.give("/b.xml", f"<urlset><url><loc>{here.root}/3</loc></url></urlset>")
    clock.ahead = dt.timedelta(days=1)
    assert (await polled(database, id_, clock=clock)).new == 1
    assert [one.headers.get("If-None-Match") for one in here.seen if one.path == "/a.xml"] == [None, '"a"']
    assert set(await named(database)) == {f"{here.root}/{number}" for number in (1, 2, 3)}


async def test_a_list_page_gives_its_links(database: Database, here: Site) -> None:
    """The links of a list page that fit the pattern are taken, each once."""
    links = "".join(f'<li><a href="/art/2026/{n}.html">海宁市第{n}批重点项目开工</a> 2026-03-0{n}</li>' for n in (1, 2))
    here.give("/list", f'<html><body><ul>{links}<a href="/about.html">关于我们和其他东西</a></ul></body></html>')
    await polled(database, await add(database, "list", f"{here.root}/list", pattern="/art/**"))
    assert set(await named(database)) == {f"{here.root}/art/2026/{n}.html" for n in (1, 2)}


async def test_a_pattern_keeps_entries_out(database: Database, here: Site) -> None:
    """Of a feed with a pattern only the entries whose address fits are taken."""
    here.give("/rss", rss(entry(1, f"{here.root}/news/1"), entry(2, f"{here.root}/sport/2")))
    await polled(database, await add(database, "feed", f"{here.root}/rss", pattern="/news/**"))
    assert await named(database) == {"e1": "waits"}


async def test_what_fails_is_tried_for_ever(database: Database, here: Site) -> None:
    """A source that fails is due again each time, shows how often it failed and raises the alarm; then it is well again."""
    here.give("/rss", status=500)
    id_ = await add(database, "feed", f"{here.root}/rss")
    clock = Clock()
    for number in range(1, 6):
        looked = await polled(database, id_, clock=clock)
        after = await source(database, id_)
        assert (looked.decision.outcome, after.failures, after.state) == ("failed", number, "active")
        assert after.poll["alarm"] == (number >= QUICK.rhythm.alarm_after)
        assert after.error is not None
        assert after.next_due is not None
        clock.ahead = after.next_due - utc() + dt.timedelta(seconds=1)
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY)))
    await polled(database, id_, clock=clock)
    after = await source(database, id_)
    assert (after.failures, after.error, after.poll["alarm"]) == (0, None, False)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [(500, "", "http_500"), (429, "", "http_429"), (410, "", "http_410"), (200, "<html><p>空</p></html>", "bad_feed")],
)
async def test_why_a_source_fails_has_a_code(
    database: Database, here: Site, status: int, body: str, reason: str
) -> None:
    """Beside the words stands a stable code of why a look failed; while the next waits for its turn it stays, and goes with
    the words once the source is well."""
    here.give("/rss", body, status=status)
    id_ = await add(database, "feed", f"{here.root}/rss")
    clock = Clock()

    async def health() -> tuple[object, object]:
        async with database.reading() as connection:
            (one,) = await shown_of(connection, [await sources.one(connection, id_)], clock())
        return one["health"]["reason"], one["health"]["error"]

    await polled(database, id_, clock=clock)
    assert (await health())[0] == reason
    if status == 410:
        return
    clock.ahead = dt.timedelta(days=2)
    (held,) = await claimed(database, clock())
    await spoiled(database, held, Later("busy", "its turn comes later"), clock(), QUICK)
    assert (await health())[0] == reason
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY)))
    clock.ahead = dt.timedelta(days=4)
    await polled(database, id_, clock=clock)
    assert await health() == (None, None)


async def test_gone_is_retired(database: Database, here: Site) -> None:
    """410 retires a source: it stays in the list and is not asked again."""
    here.give("/rss", status=410)
    id_ = await add(database, "feed", f"{here.root}/rss")
    await polled(database, id_)
    assert (await source(database, id_)).state == "retired"
    assert await claimed(database, utc() + dt.timedelta(days=400)) == []


async def test_paused_stays_paused(database: Database, here: Site) -> None:
    """A source that is paused while it is being asked keeps what was found, and stays paused."""
    here.give("/rss", rss(entry(1, f"{here.root}/1", BODY)))
    id_ = await add(database, "feed", f"{here.root}/rss")
    (held,) = await claimed(database, utc())
    async with database.changing() as connection:
        await sources.set_state(connection, id_, "paused", utc())
    async with fetching(database) as fetcher:
        await look(database, fetcher, held, utc, 0.0, QUICK)
    assert (await source(database, id_)).state == "paused"
    assert len(await kept(database)) == 1
    assert await claimed(database, utc() + dt.timedelta(days=1)) == []


async def test_a_permanent_redirect_moves_the_source(database: Database, here: Site) -> None:
    """A source that has moved for good is asked at its new address, and is still known by the one it was given."""
    here.give("/old", status=301, Location="/new")
    here.give("/new", rss(entry(1, f"{here.root}/1", BODY)))
    id_ = await add(database, "feed", f"{here.root}/old")
    await polled(database, id_)
    after = await source(database, id_)
    assert (after.address, after.named) == (f"{here.root}/new", f"{here.root}/old")


@pytest.mark.parametrize(("status", "becomes"), [(404, "failed"), (503, "again"), (429, "again")])
async def test_a_page_that_does_not_come(database: Database, here: Site, status: int, becomes: str) -> None:
    """What will not come is noted with its reason; what may is tried again later, and given up at last."""
    here.give("/rss", rss(entry(1, f"{here.root}/1")))
    here.give("/1", status=status)
    clock = Clock()
    await polled(database, await add(database, "feed", f"{here.root}/rss"), clock=clock)
    assert await fetched(database, clock) == [becomes]
    tries = 1
    while becomes == "again":
        assert await fetched(database, clock) == []
        clock.ahead += dt.timedelta(hours=7)
        (becomes,) = await fetched(database, clock)
        tries += 1
    assert tries == (1 if status == 404 else QUICK.tries)
    assert await named(database) == {"e1": "failed"}
    async with database.reading() as connection:
        (row,) = (await connection.execute(select(failures))).all()
    assert (row.source, row.reason) == (f"{here.root}/1", f"http_{status}")


async def test_a_page_that_is_released_is_fetched_again(database: Database, here: Site) -> None:
    """A page that was given up stands in the quarantine; released from there it is fetched again."""
    here.give("/rss", rss(entry(1, f"{here.root}/1")))
    here.give("/1", status=404)
    await polled(database, await add(database, "feed", f"{here.root}/rss"))
    assert await fetched(database) == ["failed"]
    here.give("/1", page(1))
    async with database.writing() as connection:
        assert await quarantine.release(connection, utc(), [f"source:{here.root}/1"]) == 1
    assert await fetched(database) == ["taken"]


async def test_pages_of_one_source_are_due_one_after_the_other(database: Database, here: Site) -> None:
    """What a source names at once is due at the pace of its host, so that others are not behind it."""
    here.give("/rss", rss(*(entry(n, f"{here.root}/{n}") for n in range(5))))
    habits = Habits(spacing=dt.timedelta(seconds=2))
    await polled(database, await add(database, "feed", f"{here.root}/rss"), habits)
    async with database.reading() as connection:
        due = sorted(await connection.scalars(select(items.c.due)))
    assert [(one - due[0]).total_seconds() for one in due] == [0, 2, 4, 6, 8]
