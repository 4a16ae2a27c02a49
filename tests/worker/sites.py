"""A worker with a fetcher that may go to loopback, and what it leaves in the database."""

import asyncio
import datetime as dt
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import select

from service.models import SourceSpec
from service.pipeline.habits import Habits
from service.pipeline.hosts import SharedHosts
from service.sources.fetch.client import Fetcher
from service.sources.fetch.exchange import Manners
from service.sources.fetch.policy import Rhythm
from service.store import items, sources
from service.store.database import Database
from service.store.sources import Source
from service.store.tables import documents
from service.store.tables import items as items_table
from service.worker import Worker

LOOPBACK = (ipaddress.ip_network("127.0.0.1/32"),)
QUICK = Habits(spacing=dt.timedelta(0), rhythm=Rhythm(alarm_after=3))
BODY = "6月12日，海宁市半导体产业园项目主体封顶，该项目总投资12亿元，占地150亩，达产后年产值20亿元。" * 10


def utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Clock:
    """The real time, and what was added to it."""

    def __init__(self) -> None:
        self.ahead = dt.timedelta(0)

    def __call__(self) -> dt.datetime:
        return utc() + self.ahead


def rss(*entries: str, head: str = "") -> str:
    return f'<rss version="2.0"><channel><title>海宁新闻</title>{head}{"".join(entries)}</channel></rss>'


def entry(number: int, link: str, body: str = "") -> str:
    """An entry of a feed: with a body of its own, or with the page at its link."""
    inside = f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{body}</content:encoded>"
    return f"<item><title>新闻{number}</title><link>{link}</link><guid>e{number}</guid>{inside if body else ''}</item>"


def page(number: int) -> str:
    return f"<html><head><title>第{number}号项目开工</title></head><body><p>{number}：{BODY}</p></body></html>"


@asynccontextmanager
async def fetching(database: Database, clock: Callable[[], dt.datetime] = utc) -> AsyncIterator[Fetcher]:
    manners = Manners(networks=LOOPBACK, spacing=dt.timedelta(0))
    async with Fetcher(SharedHosts(database), manners, now=clock) as fetcher:
        yield fetcher


def worker(database: Database, clock: Callable[[], dt.datetime] = utc, name: str = "one") -> Worker:
    return Worker(name=name, database=database, now=clock)


async def add(database: Database, kind: str, address: str, **options: object) -> int:
    spec = SourceSpec.model_validate({"kind": kind, "address": address, **options})
    async with database.changing() as connection:
        return await sources.add(connection, spec, "api", utc())


async def source(database: Database, id_: int) -> Source:
    async with database.reading() as connection:
        return await sources.one(connection, id_)


async def claimed(database: Database, now: dt.datetime, name: str = "one") -> list[Source]:
    async with database.changing() as connection:
        ids = [id_ for id_, _ in await sources.due(connection, now, 100)]
        return await sources.claim(connection, ids, name, now, QUICK.lease)


async def pages_claimed(database: Database, now: dt.datetime, name: str = "one") -> list[items.Item]:
    async with database.changing() as connection:
        keys = [key for key, _ in await items.due(connection, now, 100)]
        return await items.claim(connection, keys, name, now, QUICK.lease)


async def kept(database: Database) -> list[str]:
    """Where the documents came from, in the order in which they came."""
    async with database.reading() as connection:
        return list(await connection.scalars(select(documents.c.source).order_by(documents.c.id)))


async def named(database: Database) -> dict[str, str]:
    """The states of the items by their keys."""
    async with database.reading() as connection:
        found = await connection.execute(select(items_table.c.key, items_table.c.state).order_by(items_table.c.key))
        return {row.key: row.state for row in found}


async def until(true: Callable[[], Awaitable[object]], seconds: float = 10) -> None:
    """Wait until it is true; fails where it never is."""
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110 - the database tells of nothing
            await asyncio.sleep(0.02)
