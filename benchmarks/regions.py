"""Regions, lists and digests with many projects: python -m benchmarks.regions [--count N] [--on sqlite|postgresql].

How long each of their addresses takes, nothing from memory. The projects are those of benchmarks.projects, each with one step
of its timeline. With --folder the databases are kept there and found again, by benchmarks.ledger too.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import aiohttp

from benchmarks.plans import Watched, report
from benchmarks.projects import NOW, filled
from benchmarks.records import places
from service.api.app import build, serve
from service.api.cache import Memory
from service.api.limits import Limits
from service.api.log import AccessLog
from service.api.parts import Parts
from service.store.database import Database


def asked(dice: random.Random) -> dict[str, str]:
    """One address of each kind."""
    place = dice.choice(places())
    province, month = f"{place.code[:2]}0000", f"{dice.randrange(2022, 2026)}-{dice.randrange(1, 13):02}"
    return {
        "the provinces": "/v1/regions",
        "the tree to the prefectures": "/v1/regions?depth=2",
        "the country": "/v1/regions/000000",
        "a province": f"/v1/regions/{province}",
        "a county": f"/v1/regions/{place.code}",
        "list of projects, a province": f"/v1/lists/projects?region={province}",
        "list of problems": "/v1/lists/problems",
        "list of problems, a county": f"/v1/lists/problems?region={place.code}",
        "list of progress": f"/v1/lists/progress?period={month}",
        "list of progress, a province": f"/v1/lists/progress?region={province}&period={month[:4]}",
        "list of progress, a county": f"/v1/lists/progress?region={place.code}",
        "list of progress, an industry": f"/v1/lists/progress?industry=新能源&period={month}",
        "list of delivery": f"/v1/lists/delivery?period={month}",
        "list of delivery, a county": f"/v1/lists/delivery?region={place.code}",
        "digest of a week": f"/v1/digests/week/{month}-15",
        "digest of a month": f"/v1/digests/month/{month}-15",
        "digest of a year": f"/v1/digests/year/{month}-15",
        "digest of a year, a province": f"/v1/digests/year/{month}-15?region={province}",
    }


async def measure(database: Database, rounds: int) -> None:
    """Percentiles by kind of question."""
    dice = random.Random(3)
    parts = Parts(
        database=database,
        now=lambda: NOW,
        limits=Limits(rate=0),
        memory=Memory(lambda: None),
        access_log=AccessLog(BytesIO()),
    )
    took: dict[str, list[float]] = {}
    async with serve(build(parts, open_reading=True), "127.0.0.1", 0) as url, aiohttp.ClientSession(url) as client:
        for number in range(rounds + 2):
            for kind, path in asked(dice).items():
                began = time.perf_counter()
                async with client.get(quote(path, safe="/?=&")) as response:
                    said = await response.read()
                    assert response.status == 200, said
                if number >= 2:
                    took.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    print(f"{'':<34}{'p50':>9}{'p99':>9}  ms")
    for kind, some in took.items():
        ranks = statistics.quantiles([*some, some[-1]], n=100, method="inclusive")
        print(f"{kind:<34}{ranks[49]:>9.1f}{ranks[98]:>9.1f}", flush=True)


async def run(kind: str, count: int, rounds: int, folder: Path | None) -> None:
    print(f"\n{kind}, {count:,} projects", flush=True)
    async with filled(kind, count, folder) as database:
        watched = Watched(database.engine)
        await measure(database, rounds)
        await report(database, watched)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.regions", description=__doc__)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--on", choices=("sqlite", "postgresql"))
    options.add_argument("--rounds", type=int, default=30)
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    for kind in [given.on] if given.on else ["postgresql", "sqlite"]:
        asyncio.run(run(kind, given.count, given.rounds, given.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
