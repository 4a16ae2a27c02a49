"""Days of publication that a feed or a news sitemap tells of pages that tell none."""

import asyncio
import datetime as dt
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from service.models import RawDocument
from service.pipeline.again import again
from service.pipeline.intake import LIVE, Incoming, accept
from service.pipeline.page import fetch
from service.pipeline.poll import look
from service.pipeline.pool import Pool
from service.store import facts, told
from service.store.database import Database
from service.store.tables import documents, queue, records
from tests.pipeline.test_live import drained
from tests.pipeline.test_live import live as live_of
from tests.pipeline.test_run import take
from tests.sources.fetch.site import Clock as SiteClock
from tests.sources.fetch.site import Site, site
from tests.worker.sites import QUICK, Clock, add, claimed, fetching, pages_claimed, utc

STORY = (
    "<p>今年前5个月，海宁市新开工重点项目27个，总投资45.6亿元。</p>"
    "<p>海宁市半导体产业园项目总投资12亿元，占地150亩，预计明年年底前投产。</p>"
)
PAGE = f"<html><head><title>海宁市重点项目加快推进</title></head><body>{STORY}</body></html>"
COPY = f"<html><head><title>海宁市重点项目加快推进</title></head><body><div>{STORY}</div></body></html>"
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>海宁</title><entry><id>e</id><title>新闻</title>'
    '<link href="{link}"/>{date}</entry></feed>'
)
NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{link}</loc>{date}</url></urlset>'
)


def rss(link: str, date: str) -> str:
    told = f"<pubDate>{date}</pubDate>" if date else ""
    return f'<rss version="2.0"><channel><item><title>新闻</title><link>{link}</link>{told}</item></channel></rss>'


def json_feed(link: str, date: str) -> str:
    item = {"id": "e", "url": link, "title": "新闻", "date_published": date}
    return orjson.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "海宁", "items": [item]}).decode()


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site(SiteClock()) as running:
        yield running


async def named(database: Database, here: Site, path: str, body: str, kind: str = "feed") -> list[str]:
    """A new source that gives `body` is looked at, and the pages that it names are fetched; what came of each."""
    here.give(path, body)
    await add(database, kind, f"{here.root}{path}")
    clock = Clock()
    async with fetching(database, clock) as fetcher:
        for held in await claimed(database, clock()):
            await look(database, fetcher, held, clock, 0.0, QUICK)
        return [await fetch(database, fetcher, job, clock, QUICK) for job in await pages_claimed(database, clock())]


async def read(database: Database, pool: Pool) -> None:
    await drained(live_of(database, pool, Clock()))  # type: ignore[arg-type]


async def days(database: Database) -> list[dt.date | None]:
    """When the documents came out, in the order in which they came."""
    async with database.reading() as connection:
        return list(await connection.scalars(select(documents.c.published).order_by(documents.c.id)))


async def said(database: Database) -> list[dict[str, Any]]:
    async with database.reading() as connection:
        return [
            orjson.loads(body) for body in await connection.scalars(select(records.c.body).where(records.c.standing))
        ]


async def fingerprint(database: Database) -> str:
    async with database.reading() as connection:
        return await facts.fingerprint(connection)


@pytest.mark.parametrize(
    ("kind", "body", "date", "day"),
    [
        ("feed", rss, "Wed, 12 Jun 2024 17:30:00 GMT", dt.date(2024, 6, 13)),
        ("feed", rss, "Wed, 12 Jun 2024 17:30:00 +0800", dt.date(2024, 6, 12)),
        ("feed", rss, "2024-06-12 23:30:00", dt.date(2024, 6, 12)),
        ("feed", ATOM, "<published>2024-06-12T17:30:00Z</published><updated>2024-07-01T00:00:00Z</updated>", None),
        ("feed", ATOM, "<updated>2024-06-12T17:30:00Z</updated>", None),
        ("feed", json_feed, "2024-06-12T17:30:00Z", None),
        (
            "sitemap",
            NEWS,
            "<lastmod>2024-07-01</lastmod><news:news><news:publication_date>2024-06-12T17:30:00Z</news:publication_date>"
            "</news:news>",
            None,
        ),
    ],
)
async def test_the_day_that_a_feed_tells_dates_its_page(
    sqlite: Database, here: Site, kind: str, body: str | Callable[[str, str], str], date: str, day: dt.date | None
) -> None:
    """A page that tells no day came out on that of its feed or news sitemap, as a day in China; times relative to it are read."""
    link = f"{here.root}/1"
    here.give("/1", PAGE)
    text = body.format(link=link, date=date) if isinstance(body, str) else body(link, date)
    assert await named(sqlite, here, "/named", text, kind) == ["taken"]
    async with Pool(1, 30) as pool:
        await read(sqlite, pool)
    assert await days(sqlite) == [day or dt.date(2024, 6, 13)]
    facts_told = await said(sqlite)
    assert {one["period"]["to"] for one in facts_told if "period" in one} == {"2024-05-31"}
    assert [one["dates"] for one in facts_told if "dates" in one] == [{"completion_expected": "2025-12"}]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("feed", rss("LINK", "")),
        ("feed", rss("LINK", "Thu, 01 Jan 1970 00:00:00 GMT")),
        ("feed", rss("LINK", "Wed, 12 Jun 2097 00:00:00 GMT")),
        ("feed", rss("LINK", "heute")),
        ("sitemap", NEWS.format(link="LINK", date="<lastmod>2024-06-12</lastmod>")),
        ("list", '<ul><li><a href="LINK">海宁市重点项目加快推进</a> 2024-06-12</li></ul>'),
    ],
)
async def test_what_is_no_day_of_publication_dates_nothing(sqlite: Database, here: Site, kind: str, body: str) -> None:
    """The last change of a plain sitemap, a date that stands beside a link, a day that cannot be: the page keeps none."""
    here.give("/20240612/100001.html", PAGE)
    text = body.replace("LINK", f"{here.root}/20240612/100001.html")
    assert await named(sqlite, here, "/named", text, kind) == ["taken"]
    async with Pool(1, 30) as pool:
        await read(sqlite, pool)
    assert await days(sqlite) == [None]


async def test_the_page_knows_better(sqlite: Database, here: Site) -> None:
    """The day that a page tells itself counts, whatever its feed tells."""
    here.give("/1", PAGE.replace("<p>", "<p>发布时间：2024-06-10 09:00 来源：海宁日报</p><p>", 1))
    await named(sqlite, here, "/rss", rss(f"{here.root}/1", "Wed, 01 May 2024 08:00:00 +0800"))
    async with Pool(1, 30) as pool:
        await read(sqlite, pool)
    assert await days(sqlite) == [dt.date(2024, 6, 10)]


Step = Callable[[Database, Site, Pool], Awaitable[object]]


async def _dropped(database: Database, _here: Site, _pool: Pool) -> None:
    await accept(database, [Incoming(RawDocument(source="a.html", data=PAGE.encode()))], utc())


async def _replayed(database: Database, _here: Site, pool: Pool) -> None:
    await take(database, [RawDocument(source="b.html", data=PAGE.encode())], pool)


async def _copied(database: Database, _here: Site, _pool: Pool) -> None:
    await accept(database, [Incoming(RawDocument(source="c.html", data=COPY.encode()))], utc())


async def _early(database: Database, here: Site, _pool: Pool) -> None:
    await named(database, here, "/early", rss(f"{here.root}/1", "Wed, 12 Jun 2024 08:00:00 +0800"))


async def _late(database: Database, here: Site, _pool: Pool) -> None:
    await named(database, here, "/late", rss(f"{here.root}/2", "Wed, 10 Jul 2024 08:00:00 +0800"))


async def _undated(database: Database, here: Site, _pool: Pool) -> None:
    await named(database, here, "/undated", rss(f"{here.root}/1", ""))


STEPS: tuple[Step, ...] = (_dropped, _replayed, _copied, _early, _late, _undated)


async def _come(database: Database, here: Site, pool: Pool, steps: Sequence[Step], *, eager: bool) -> None:
    """The steps one after the other, each read at once or all in the end."""
    here.give("/1", PAGE)
    here.give("/2", PAGE)
    for step in steps:
        await step(database, here, pool)
        if eager:
            await read(database, pool)
    await read(database, pool)


async def test_the_order_of_arrival_does_not_matter(migrated_file: Path, tmp_path: Path, here: Site) -> None:
    """The same page from a folder, from an archive, and named by feeds with an early day, a late one and none, beside a copy in
    another frame: in any order, read at once or later, it came out on the early day and the facts are the same."""
    orders = list(permutations(STEPS))[:: 720 // 40]
    ends = set()
    async with Pool(1, 30) as pool:
        for number, steps in enumerate(orders):
            path = tmp_path / f"{number}.db"
            shutil.copy(migrated_file, path)
            database = Database(f"sqlite+aiosqlite:///{path}")
            await _come(database, here, pool, steps, eager=number % 2 == 0)
            async with database.reading() as connection:
                stands = list(
                    await connection.execute(
                        select(documents.c.published, documents.c.told).where(documents.c.state == "processed")
                    )
                )
                assert not list(await connection.scalars(select(queue.c.document_id)))
            ends.add((await fingerprint(database), *map(tuple, stands)))
            await database.close()
    assert len(ends) == 1
    assert next(iter(ends))[1:] == ((dt.date(2024, 6, 12), dt.date(2024, 6, 12)),)


@pytest.mark.parametrize("steps", [(_dropped, _copied, _late, _early), (_early, _late, _copied, _replayed)])
async def test_reading_again_keeps_the_day(database: Database, here: Site, steps: Sequence[Step]) -> None:
    """Read again from the stored originals, a page has the day that was told of it, and nothing differs."""
    async with Pool(1, 30) as pool:
        await _come(database, here, pool, steps, eager=True)
        before, dated = await fingerprint(database), await days(database)
        assert dt.date(2024, 6, 12) in dated
        found: list[object] = []
        for apply in (False, True):
            await again(database, pool, utc, lambda one: found.extend(one.changes), found.append, apply=apply)
    assert found == []
    assert (await fingerprint(database), await days(database)) == (before, dated)


async def test_a_day_told_while_a_page_is_read_is_not_lost(database: Database, here: Site) -> None:
    """A page that a worker is reading when its day is told is read once more."""
    here.give("/1", PAGE)
    async with Pool(1, 30) as pool:
        await _dropped(database, here, pool)
        worker = live_of(database, pool, Clock())  # type: ignore[arg-type]
        reading = await worker.read(await worker.claim(LIVE))
        await _early(database, here, pool)
        await worker.write(reading)
        assert await days(database) == [None]
        await read(database, pool)
    assert await days(database) == [dt.date(2024, 6, 12)]


async def test_a_replay_knows_the_day_of_what_waits(database: Database, here: Site) -> None:
    """A replay of the same page, which needs no worker, goes by the day that was told of it while it waits."""
    here.give("/1", PAGE)
    async with Pool(1, 30) as pool:
        await _early(database, here, pool)
        await _replayed(database, here, pool)
    assert await days(database) == [dt.date(2024, 6, 12)]


async def test_a_day_told_of_a_page_that_tells_its_own_costs_no_reading(database: Database, here: Site) -> None:
    """What knows its day is not read again for another's; what has one already neither, unless it is told an earlier one."""
    dated = PAGE.replace("<p>", "<p>发布时间：2024-06-10 09:00 来源：海宁日报</p><p>", 1)
    async with Pool(1, 30) as pool:
        await accept(database, [Incoming(RawDocument(source="d.html", data=dated.encode()))], utc())
        await read(database, pool)
        here.give("/1", dated)
        await _early(database, here, pool)
        here.give("/2", PAGE)
        await _late(database, here, pool)
        await read(database, pool)
        await named(database, here, "/later", rss(f"{here.root}/2", "Wed, 17 Jul 2024 08:00:00 +0800"))
    async with database.reading() as connection:
        assert not list(await connection.scalars(select(queue.c.document_id)))
    assert await days(database) == [dt.date(2024, 6, 10), dt.date(2024, 7, 10)]


async def test_two_that_tell_at_once(database: Database, here: Site) -> None:
    """Feeds that name the same page at the same time settle on the earliest day."""
    here.give("/1", PAGE)
    async with Pool(1, 30) as pool:
        await _dropped(database, here, pool)
        await read(database, pool)
        for number in range(4):
            here.give(f"/{number}.xml", rss(f"{here.root}/1", f"Wed, 1{number + 2} Jun 2024 08:00:00 +0800"))
            await add(database, "feed", f"{here.root}/{number}.xml")
        clock = Clock()
        async with fetching(database, clock) as fetcher:
            held = await claimed(database, clock())
            await asyncio.gather(*(look(database, fetcher, one, clock, 0.0, QUICK) for one in held))
            jobs = await pages_claimed(database, clock())
            await asyncio.gather(*(fetch(database, fetcher, job, clock, QUICK) for job in jobs))
        await read(database, pool)
    assert await days(database) == [dt.date(2024, 6, 12)]


async def test_copies_that_are_told_of_together(database: Database) -> None:
    """Two of three copies get a day each: the one of the earlier day stands for all, also for the one that got none."""
    async with Pool(1, 30) as pool:
        raws = [RawDocument(source=f"{n}", data=PAGE.replace("<p>", "<p >" * n, 1).encode()) for n in (1, 2, 3)]
        await accept(database, [Incoming(raw) for raw in raws], utc())
        await read(database, pool)
        async with database.writing() as connection:
            first = (await connection.scalars(select(documents.c.id).where(documents.c.state == "processed"))).one()
            second, _ = others = sorted({1, 2, 3} - {first})
            await told.tell(connection, first, dt.date(2024, 6, 12), utc())
            await told.tell(connection, second, dt.date(2024, 6, 10), utc())
        await read(database, pool)
    async with database.reading() as connection:
        stands = {row.id: row.duplicate_of for row in await connection.execute(select(documents))}
    assert stands == {first: second, second: None, others[1]: second}
