"""The ledger with many projects: python -m benchmarks.ledger [--count N] [--only projects|mention] [--on sqlite|postgresql].

projects: how long GET /v1/projects takes with N, by kind of question, nothing from memory; on PostgreSQL the bar is 100 ms for
99 of 100 and no sequential scan of a big table. All statements are explained; the slowest is shown with its plan.
mention: what one more mention costs with N projects stored beside 1,000, taken in turns; the bar is a factor of 2.
The rows are invented and written directly, as the ledger would. With --folder the databases are kept there and found again.
Exit code 1 where a bar is missed.
"""

import argparse
import asyncio
import datetime as dt
import random
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import aiohttp
from sqlalchemy import func, insert, select, update

from benchmarks.plans import Watched, report
from benchmarks.projects import CHAINS, NOW, STATUSES, TODAY, filled, generated, mention_of, name_of
from benchmarks.records import _FIRST, _THINGS, Place, places
from service.api.app import build, serve
from service.api.cache import Memory
from service.api.limits import Limits
from service.api.log import AccessLog
from service.api.parts import Parts
from service.ledger import Mention
from service.pipeline.ledger import Ledger
from service.store.database import Database
from service.store.tables import documents, ledger, mentions, projects, records

MOST_MS = 100
MOST_TIMES = 2
SECONDS = 240
"""Asking ends after so long, whatever rounds are left."""


def asked(dice: random.Random, where: Sequence[Place]) -> dict[str, str]:
    """One question of each kind."""
    place, thing, chain = dice.choice(where), dice.choice(_THINGS), dice.choice(CHAINS)[0]
    status, problem = dice.choice(STATUSES)[0], dice.choice(("overdue", "stalled", "contradictory"))
    section = dice.choice("CDGREP")
    month = TODAY - dt.timedelta(days=dice.randrange(1000))
    amount = dice.choice((50_000_000, 100_000_000, 500_000_000, 1_000_000_000, 10_000_000_000))
    brand = "".join(dice.choices(_FIRST, k=2))
    counts = "&facets=status,stage,region,section,industry,programme,problem"
    return {
        "all": counts,
        "status": f"&status={status}{counts}",
        "province": f"&region={place.code[:2]}0000{counts}",
        "prefecture": f"&region={place.code[:4]}00{counts}" if place.prefecture else f"&region={place.code}{counts}",
        "county": f"&region={place.code}&sort=investment{counts}",
        "industry, province": f"&region={place.code[:2]}0000&industry={chain}&sort=investment{counts}",
        "industry, problem": f"&industry={chain}&problem={problem}{counts}",
        "amount": f"&min_investment={amount}&sort=investment{counts}",
        "amount, status": f"&min_investment={amount}&max_investment={amount * 3}&status={status}{counts}",
        "words": f"&q={thing}{counts}",
        "words, status, amount": f"&q={thing}&status={status}&min_investment={amount}{counts}",
        "common word": f"&q=项目&status={status}&sort=name",
        "owner": f"&owner={brand}{counts}",
        "reached in a month": f"&reached=signed&reached_since={month}&reached_until={month + dt.timedelta(days=30)}{counts}",
        "due in a month": f"&due_since={month}&due_until={month + dt.timedelta(days=30)}&problem=overdue{counts}",
        "rare": f"&status=suspended&industry={chain}&section={section}&min_investment={amount}{counts}",
        "by first, section": f"&section={section}&sort=first",
    }


async def list_projects(database: Database, rounds: int) -> bool:
    """Percentiles of GET /v1/projects by kind of question; whether the bars are held."""
    dice, where = random.Random(11), places()
    quiet = AccessLog(BytesIO())
    parts = Parts(
        database=database, now=lambda: NOW, limits=Limits(rate=0), memory=Memory(lambda: None), access_log=quiet
    )
    took: dict[str, list[float]] = {}
    watched = Watched(database.engine)
    until = time.perf_counter() + SECONDS
    async with serve(build(parts, open_reading=True), "127.0.0.1", 0) as url, aiohttp.ClientSession(url) as client:
        for number in range(rounds + 3):
            for kind, query in asked(dice, where).items():
                following = f"/v1/projects?limit=20{quote(query, safe='&=,')}"
                for step in ("", ", next page"):
                    began = time.perf_counter()
                    async with client.get(following) as response:
                        page = await response.json()
                        assert response.status == 200, page
                    if number >= 3:
                        took.setdefault(kind + step, []).append((time.perf_counter() - began) * 1000)
                    if not page["next"]:
                        break
                    following = page["next"]
            if time.perf_counter() > until:
                break
    print(f"{'GET /v1/projects':<40}{'n':>5}{'p50':>8}{'p90':>8}{'p99':>8}{'most':>8}  ms")
    together = [one for some in took.values() for one in some]
    for kind, some in {**took, "together": together}.items():
        ranks = statistics.quantiles([*some, *some[-1:]], n=100, method="inclusive")
        shown = (*(ranks[p - 1] for p in (50, 90, 99)), max(some))
        print(f"{kind:<40}{len(some):>5}" + "".join(f"{one:>8.1f}" for one in shown), flush=True)
    scans = await report(database, watched)
    if database.engine.dialect.name == "sqlite":
        return True
    print(f"bars: p99 {ranks[98]:.1f} of {MOST_MS} ms, {scans} sequential scans of 0", flush=True)
    return ranks[98] <= MOST_MS and not scans


class Bench:
    """A database to which mentions come one at a time."""

    def __init__(self, database: Database, count: int) -> None:
        self._database = database
        self._keeper = Ledger(database, lambda: NOW)
        self._dice = random.Random(7)
        self._where = places()
        self._there = [row for made in generated(min(count, 1000)) for row in made[projects]]
        self._last = count
        self.took: dict[bool, list[float]] = {True: [], False: []}

    async def begin(self) -> None:
        """Go on behind what is there."""
        async with self._database.changing() as connection:
            newest = [func.max(column) for column in (mentions.c.record, documents.c.id, records.c.id)]
            self._last = max([await connection.scalar(select(one)) or 0 for one in newest])
            await connection.execute(update(ledger).values(position=self._last))

    async def one_more(self, *, new: bool, counts: bool) -> None:
        """A step with one mention more: of a new project, or of one that is there."""
        place = self._dice.choice(self._where)
        self._last += 1
        row = {**self._dice.choice(self._there), "number": self._last, "latest": TODAY}
        if new:
            name, owner = name_of(self._dice)
            levels = {"province": place.province, "prefecture": place.prefecture, "county": place.county}
            row |= {"name": name, "words": f"{name}\n{owner}", "region_code": place.code, **levels}
        await _record(self._database, mention_of(row))
        began = time.perf_counter()
        step = await self._keeper.step()
        if counts:
            self.took[new].append((time.perf_counter() - began) * 1000)
        assert step is not None
        assert step.written


async def _record(database: Database, mention: Mention) -> None:
    """A record of a document that says what the mention does."""
    place = mention.region
    assert place is not None
    levels = place.path.split("/")
    document = {
        "id": mention.record,
        "raw_sha256": mention.content_sha256,
        "content_sha256": mention.content_sha256,
        "state": "processed",
        "tries": 1,
        "first_seen": NOW,
        "published": mention.published,
        "outlet": mention.outlet,
        "region_code": place.code,
        "province": levels[0],
        "prefecture": levels[1] if len(levels) == 3 else None,
        "county": levels[-1],
        "text": mention.project.name,
    }
    said = {"recorded_at": NOW + dt.timedelta(seconds=mention.record), "kind": "project", "standing": True}
    async with database.changing() as connection:
        await connection.execute(insert(documents), document)
        row = {**said, "id": mention.record, "document_id": mention.record, "words": mention.project.name}
        body = mention.project.model_dump_json(by_alias=True).encode()
        await connection.execute(insert(records), {**row, "rules_version": "1", "body": body})


async def one_more(kind: str, count: int, rounds: int, folder: Path | None) -> bool:
    """What one more mention costs beside 1,000 and beside `count` projects, in turns; whether the bar is held."""
    async with AsyncExitStack() as stack:
        few, many = [Bench(await stack.enter_async_context(filled(kind, size, folder)), size) for size in (1000, count)]
        for bench in (few, many):
            await bench.begin()
        for number in range(2 * rounds + 6):
            for bench in (few, many):
                await bench.one_more(new=number % 2 == 0, counts=number >= 6)
    ratios = []
    for new, what in ((True, "a new project"), (False, "a known project")):
        less, more = (statistics.median(bench.took[new]) for bench in (few, many))
        ratios.append(more / less)
        print(
            f"{kind}, one more mention of {what}: {less:.1f} ms beside 1,000, {more:.1f} ms beside {count:,}:"
            f" {ratios[-1]:.2f} times as long (bar: {MOST_TIMES})",
            flush=True,
        )
    return max(ratios) <= MOST_TIMES


async def run(kind: str, count: int, only: str | None, rounds: int, folder: Path | None) -> bool:
    held = True
    if only != "mention":
        print(f"\n{kind}, {count:,} projects", flush=True)
        async with filled(kind, count, folder) as database:
            held = await list_projects(database, rounds)
    return (only == "projects" or await one_more(kind, count, rounds, folder)) and held


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--only", choices=("projects", "mention"))
    options.add_argument("--on", choices=("sqlite", "postgresql"))
    options.add_argument("--rounds", type=int, default=60)
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    kinds = [given.on] if given.on else ["postgresql", "sqlite"]
    held = [asyncio.run(run(kind, given.count, given.only, given.rounds, given.folder)) for kind in kinds]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
