"""A simulated day of a thousand feeds: python -m benchmarks.day [FEEDS] [HOURS].

The real worker, fetcher and database; only the clock and the network are made up. The bars: no feed that answers is left
alone for longer than its rhythm allows, no host is asked more often or by more at a time than the manners say, nobody is
asked before the moment he named, every entry is taken exactly once, and memory stays flat.
"""

import asyncio
import datetime as dt
import itertools
import logging
import random
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import structlog
from sqlalchemy import delete, func, select
from yarl import URL

from benchmarks.virtual import OneAtATime, VirtualLoop, run
from service.models import SourceSpec
from service.pipeline.habits import Habits
from service.pipeline.hosts import SharedHosts
from service.sources.fetch.answer import Later, Response, Validators
from service.sources.fetch.client import Fetcher
from service.sources.fetch.exchange import Manners
from service.store import sources
from service.store.bell import Bell
from service.store.database import Database
from service.store.migrate import upgrade
from service.store.tables import documents, items, queue
from service.worker import Worker
from service.worker.claims import Places
from service.worker.fetches import Pages
from service.worker.poller import Polls

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
SPACING, CRAWL_DELAY = 1.0, 10.0
SLACK = dt.timedelta(minutes=5)
"""What a poll may be late beyond its rhythm: hosts that have many feeds are asked one after the other."""
BEHAVIOURS = ("etag", "etag", "plain", "plain", "plain", "max_age", "liar", "busy", "broken", "hangs")
TEXT = "海宁市{0}号半导体产业园项目主体封顶，该项目总投资12亿元，占地150亩，达产后年产值20亿元。" * 12
BAR_GROWTH = 1.15
ROUNDED = 1e-5
"""Seconds: the database keeps whole microseconds."""


@dataclass
class MadeUp:
    """A feed: what it publishes when, how its server behaves, and what was asked of it."""

    url: str
    behaviour: str
    full: bool
    publishes: list[float]
    asked: list[float] = field(default_factory=list)
    not_before: float = 0.0
    too_early: int = 0

    def body(self, now: float) -> str:
        """The latest 20 entries."""
        numbers = [n for n, at in enumerate(self.publishes) if at <= now][-20:]
        entries = "".join(self._entry(n) for n in reversed(numbers))
        return f'<rss version="2.0"><channel><title>{self.url}</title>{entries}</channel></rss>'

    def _entry(self, n: int) -> str:
        when = (START + dt.timedelta(seconds=self.publishes[n])).strftime("%a, %d %b %Y %H:%M:%S GMT")
        link = f"{self.url}/{n}"
        text = TEXT.format(f"{hash(self.url) % 10_000}-{n}") if self.full else ""
        body = f"<c:encoded xmlns:c='http://purl.org/rss/1.0/modules/content/'>{text}</c:encoded>" if text else ""
        return f"<item><title>{n}</title><link>{link}</link><guid>{link}</guid><pubDate>{when}</pubDate>{body}</item>"


class Sites:
    """The network: answers as the feeds' servers would, and sees who asks how often."""

    def __init__(self, feeds: list[MadeUp], dice: random.Random) -> None:
        self._feeds = {feed.url: feed for feed in feeds}
        self._dice = dice
        self.times: dict[str, list[float]] = defaultdict(list)
        self._open: Counter[str] = Counter()
        self.most_open = 0
        self.statuses: Counter[int] = Counter()

    async def close(self) -> None:
        pass

    async def ask(self, url: URL, known: Validators | None = None) -> Response:
        host, now = url.host or "", asyncio.get_running_loop().time()
        self.times[host].append(now)
        self._open[host] += 1
        self.most_open = max(self.most_open, self._open[host])
        try:
            await asyncio.sleep(self._dice.uniform(0.05, 2))
            answer = await self._answer(str(url), known, now)
        finally:
            self._open[host] -= 1
        self.statuses[answer.status] += 1
        return answer

    async def _answer(self, url: str, known: Validators | None, now: float) -> Response:
        if url.endswith("/robots.txt"):
            slow = url.startswith("https://slow")
            return Response(url, url, 200, {}, b"User-agent: *\nCrawl-delay: 10\n" if slow else b"")
        feed = self._feeds.get(url)
        if feed is None:
            text = TEXT.format(url)
            return Response(
                url, url, 200, {"Content-Type": "text/html"}, f"<html><body><p>{text}</p></body></html>".encode()
            )
        feed.asked.append(now)
        feed.too_early += now < feed.not_before
        return await self._feed(feed, known, now)

    async def _feed(self, feed: MadeUp, known: Validators | None, now: float) -> Response:
        url, body = feed.url, feed.body(now).encode()
        if feed.behaviour == "hangs" and self._dice.random() < 0.3:
            await asyncio.sleep(30)
            raise Later("timeout", "did not answer")
        if feed.behaviour == "broken" and self._dice.random() < 0.3:
            return Response(url, url, 500, {})
        if feed.behaviour == "busy" and self._dice.random() < 0.2:
            feed.not_before = now + 1800
            return Response(url, url, self._dice.choice((429, 503)), {"Retry-After": "1800"})
        tag = f'"{len([at for at in feed.publishes if at <= now])}"'
        if feed.behaviour == "liar":
            tag = f'"{now}"'
        if feed.behaviour == "etag" and known and known.etag == tag:
            return Response(url, url, 304, {"ETag": tag})
        headers = {"ETag": tag, "Content-Type": "application/rss+xml"}
        if feed.behaviour == "max_age":
            headers["Cache-Control"] = "max-age=900"
            feed.not_before = now + 900
        return Response(url, url, 200, headers, body)


class Simulated(Fetcher):
    """The real fetcher on a network that is made up."""

    def __init__(self, sites: Sites, database: Database, now: object) -> None:
        manners = Manners(spacing=dt.timedelta(seconds=SPACING))
        super().__init__(SharedHosts(database), manners, now=now)  # type: ignore[arg-type]
        self._sites = sites

    async def __aenter__(self) -> "Simulated":
        self._exchange = self._sites  # type: ignore[assignment]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


def make_feeds(count: int, hours: float, dice: random.Random) -> list[MadeUp]:
    """Feeds on hosts of which some have many; from one entry in two days to one in ten minutes."""
    feeds = []
    for n in range(count):
        host = "many" if n % 10 == 0 else f"slow{n % 7}" if n % 50 == 1 else f"h{n % max(count // 4, 1)}"
        every = dice.choice((600, 3600, 4 * 3600, 24 * 3600, 48 * 3600))
        at, publishes = -dice.uniform(0, 5) * every, list[float]()
        while at < hours * 3600:
            publishes.append(at)
            at += dice.expovariate(1 / every)
        feeds.append(MadeUp(f"https://{host}.example/{n}", dice.choice(BEHAVIOURS), dice.random() < 0.5, publishes))
    return feeds


@dataclass
class Report:
    """What came of a day."""

    polls: int
    requests: int
    statuses: dict[int, int]
    longest_gap: float
    """Minutes between two polls of a feed that answers."""
    starved: int
    """Feeds that were left alone for longer than their rhythm allows."""
    closest: float
    """Seconds between two requests to one host, of hosts without a Crawl-delay."""
    closest_slow: float
    """The same of those with one."""
    most_open: int
    too_early: int
    """Requests before the moment that a server named."""
    entries: int
    missing: int
    """Entries published until ten minutes before the longest interval that are not there."""
    doubled: int
    memory: list[float]
    """Megabytes, hour by hour."""

    def failures(self) -> list[str]:
        growth = self.memory[-1] / self.memory[len(self.memory) // 4]
        bars = {
            f"{self.starved} feeds were starved": self.starved == 0,
            f"a host was asked after {self.closest:.3f} s": self.closest >= SPACING - ROUNDED,
            f"a host with a Crawl-delay was asked after {self.closest_slow:.3f} s": self.closest_slow
            >= CRAWL_DELAY - ROUNDED,
            f"a host was asked by {self.most_open} at a time": self.most_open <= Manners().connections,
            f"{self.too_early} requests came before their time": self.too_early == 0,
            f"{self.missing} entries are missing": self.missing == 0,
            f"{self.doubled} entries were taken twice": self.doubled == 0,
            f"memory grew by {growth:.2f}": growth <= BAR_GROWTH,
        }
        return [said for said, holds in bars.items() if not holds]


async def simulate(count: int, hours: float, folder: Path, seed: int = 1) -> Report:
    """A day, or less of it."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)

    def now() -> dt.datetime:
        return START + dt.timedelta(seconds=loop.time())

    dice = random.Random(seed)
    feeds = make_feeds(count, hours, dice)
    database = OneAtATime(f"sqlite+aiosqlite:///{folder}/day.db")
    await upgrade(database)
    async with database.changing() as connection:
        for feed in feeds:
            spec = SourceSpec.model_validate({"kind": "feed", "address": feed.url})
            await sources.add(connection, spec, "api", now())
    habits, sites, memory = Habits(), Sites(feeds, dice), list[float]()
    worker = Worker(name="one", database=database, now=now)
    async with Simulated(sites, database, now) as fetcher, asyncio.TaskGroup() as group:
        pages = Bell()
        polls = Polls(worker, fetcher, habits, dice=dice.random)
        group.create_task(Places(worker, Bell(), polls).run())
        group.create_task(Places(worker, pages, Pages(worker, fetcher, habits)).run())
        for hour in range(1, int(hours * 60) + 1):
            await asyncio.sleep(60)
            async with database.changing() as connection:  # as if everything were read at once
                await connection.execute(delete(queue))
            if hour % 60 == 0:
                memory.append(resident())
                print(
                    f"hour {hour // 60}: {worker.counts.total()} done, {memory[-1]:.0f} MB", file=sys.stderr, flush=True
                )
        worker.stopping.set()
    report = await _report(feeds, sites, habits, database, hours, memory)
    await database.close()
    return report


async def _report(
    feeds: list[MadeUp], sites: Sites, habits: Habits, database: Database, hours: float, memory: list[float]
) -> Report:
    most = habits.rhythm.most.total_seconds() * 1.2 + SLACK.total_seconds()
    longest, starved = 0.0, 0
    for feed in feeds:
        asked = [0.0, *feed.asked, hours * 3600]
        gap = max(b - a for a, b in itertools.pairwise(asked))
        if feed.behaviour in ("hangs", "broken", "busy"):  # these wait longer each time they fail
            starved += not feed.asked
            continue
        longest = max(longest, gap)
        starved += gap > most
    gaps: dict[bool, list[float]] = {True: [float("inf")], False: [float("inf")]}
    for host, times in sites.times.items():
        gaps[host.startswith("slow")] += [b - a for a, b in itertools.pairwise(times)]
    async with database.reading() as connection:
        there = set(await connection.scalars(select(items.c.key).where(items.c.state == "taken")))
        stored = await connection.scalar(select(func.count()).select_from(documents)) or 0
    due = hours * 3600 - most - 600
    well = [feed for feed in feeds if feed.behaviour not in ("hangs", "broken", "busy")]
    expected = {f"{f.url}/{n}" for f in well for n, at in enumerate(f.publishes) if 0 <= at <= due}
    return Report(
        polls=sum(len(feed.asked) for feed in feeds),
        requests=sum(map(len, sites.times.values())),
        statuses=dict(sites.statuses),
        longest_gap=longest / 60,
        starved=starved,
        closest=min(gaps[False]),
        closest_slow=min(gaps[True]),
        most_open=sites.most_open,
        too_early=sum(feed.too_early for feed in feeds),
        entries=len(there),
        missing=len(expected - there),
        doubled=stored - len(there),
        memory=memory or [resident()],
    )


def resident() -> float:
    """Megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def quiet() -> None:
    """Nothing but what should never happen is logged."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def main(feeds: str = "1000", hours: str = "24") -> int:
    quiet()
    with tempfile.TemporaryDirectory(prefix="guatu-") as folder:
        report = run(simulate(int(feeds), float(hours), Path(folder)))
    for name, value in vars(report).items():
        print(f"{name:>14}  {value if not isinstance(value, list) else ' '.join(f'{one:.0f}' for one in value)}")
    failures = report.failures()
    print("\n".join(failures) or "all bars are held")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
