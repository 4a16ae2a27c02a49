"""What one search costs with few and with many articles stored: python -m benchmarks.search [--database postgresql].

Articles are generated (benchmarks.articles) and written with their index, first a twentieth of --count, then all. Each
question is asked over and over at both sizes; the median at the larger over that at the smaller is what growth costs.
"""

import argparse
import asyncio
import datetime as dt
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from benchmarks.articles import article
from service.pipeline.search import search
from service.store import articles
from service.store.database import Database
from service.store.migrate import upgrade
from service.store.rows import found_by
from service.store.tables import documents
from tests.postgres import binaries, server

BAR = 2.0
"""So many times as long one question may take with twenty times the articles, or else FLOOR milliseconds: of few articles fewer are found and ranked."""
FLOOR = 50.0
ROUNDS = 15
BATCH = 1000
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
QUESTIONS = {
    "in every article": "项目",
    "in one of twenty": "动力电池",
    "two together": "亚麻面料 公主岭市",
    "rare among frequent": "项目 瑞丰华光伏支架 今年",
    "in none": "航天发射",
}


def row(number: int) -> dict[str, Any]:
    """A document as it stands once it was read."""
    _, page = article(number)
    title, _, body = re.sub("<[^>]+>", "\n", page).strip().partition("\n")
    name = sha256(f"{number}".encode()).hexdigest()
    return {
        **{"raw_sha256": name, "content_sha256": name, "state": "processed", "tries": 1, "first_seen": NOW},
        **{"title": title, "text": body, "published": dt.date(2021, 1, 1) + dt.timedelta(number % 1500)},
        **{"province": "浙江省", "prefecture": None, "county": None, "source": f"{number}.txt", "outlet": "报"},
    }


async def fill(database: Database, first: int, last: int) -> float:
    """Write articles with their index; the seconds that the index took."""
    spent = 0.0
    for at in range(first, last, BATCH):
        rows = [row(number) for number in range(at, min(at + BATCH, last))]
        async with database.writing() as connection:
            await connection.execute(insert(documents), [{"id": at + n + 1, **one} for n, one in enumerate(rows)])
            began = time.perf_counter()
            await articles.enter(connection, {}, {at + n + 1: found_by(one) for n, one in enumerate(rows)})
            spent += time.perf_counter() - began
    async with database.changing() as connection:
        await connection.execute(text("ANALYZE"))
    return spent


async def asked(database: Database, question: str) -> float:
    """The median of the milliseconds that a question takes."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        async with database.reading() as connection:
            await search(connection, question)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[1:])


async def run(url: str, count: int) -> bool:
    database = Database(url)
    await upgrade(database)
    few = count // 20
    took = await fill(database, 0, few)
    small = {name: await asked(database, question) for name, question in QUESTIONS.items()}
    took += await fill(database, few, count)
    large = {name: await asked(database, question) for name, question in QUESTIONS.items()}
    await database.close()
    print(f"{database.engine.dialect.name}: {count} articles; the index took {took / count * 1000:.2f} ms an article")
    held = True
    for name in QUESTIONS:
        good = large[name] <= max(BAR * small[name], FLOOR)
        held &= good
        ratio = large[name] / small[name]
        print(
            f"{name:20} {small[name]:7.1f} ms at {few}, {large[name]:7.1f} ms at {count}: {ratio:.2f}{'' if good else ' !'}"
        )
    return held


@contextmanager
def place(kind: str) -> Iterator[str]:
    """The URL of an empty database of this kind."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="guatu-bench-") as folder:
            yield f"sqlite+aiosqlite:///{Path(folder)}/guatu.db"
    else:
        found = binaries()
        if found is None:
            sys.exit("this machine has no PostgreSQL")
        with server(found) as url:
            yield url.format(name="postgres")


def main() -> None:
    """Print the times; exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with place(given.database) as url:
        held = asyncio.run(run(url, given.count))
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
