"""Exports of many projects: python -m benchmarks.exports [--count N] [--on sqlite|postgresql].

For each format with N/10 and with N projects: seconds, megabytes, and by how much the memory of the process rose at its peak,
each in a process of its own. The projects are those of benchmarks.projects, each with an article.
"""

import argparse
import asyncio
import datetime as dt
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.projects import NOW, copied, empty, fill
from service.export import FORMATS, About, Format
from service.pipeline.exports import pieces
from service.store.database import Database
from service.store.tables import documents, mentions, records
from service.store.wanted import Wanted

PART = 20_000


async def tell(database: Database, count: int) -> None:
    """An article, a record and a mention for each project, as the export asks for them."""
    for begin in range(1, count + 1, PART):
        numbers = range(begin, min(begin + PART, count + 1))
        shared = {"state": "processed", "tries": 1, "first_seen": NOW, "published": NOW.date(), "outlet": "新闻网"}
        told = [
            {
                **shared,
                **{"id": n, "raw_sha256": f"{n:064x}", "content_sha256": f"{n:064x}", "title": f"重点项目巡礼之{n}"},
                **{"source": f"https://news.example/{n}.html", "text": "开工"},
            }
            for n in numbers
        ]
        await copied(database, documents, told)
        fact = {
            "recorded_at": NOW,
            "kind": "project",
            "standing": True,
            "words": "",
            "rules_version": "1",
            "body": b"{}",
        }
        await copied(database, records, [{**fact, "id": n, "document_id": n} for n in numbers])
        mention = {"name": "", "spelling": "", "day": NOW.date(), "standing": True, "body": b"{}"}
        rows = [
            {**mention, "record": n, "content_sha256": f"{n:064x}", "project": f"{n * 0x9E3779B97F4A7C15 % 2**48:012x}"}
            for n in numbers
        ]
        await copied(database, mentions, rows)


def peak() -> int:
    """The most memory that this process ever had, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


async def one(url: str, format_: Format) -> None:
    """One export in this process; its figures as a line."""
    database = Database(url)
    format_.writer()  # so that its library is in memory before
    async with database.reading() as connection:
        await connection.exec_driver_sql("SELECT 1")
    before, began, size = peak(), time.perf_counter(), 0

    def about(moment: dt.datetime) -> About:
        return About(base="https://guatu.example", url="https://guatu.example/v1/export/x", asof=moment)

    async for piece in pieces(database, Wanted(), format_, about):
        size += len(piece)
    print(f"{time.perf_counter() - began:>9.1f}{size / 1e6:>9.1f}{(peak() - before) / 1024:>9.1f}")
    await database.close()


async def run(kind: str, count: int) -> None:
    print(f"\n{kind}: seconds, MB written, MB by which memory rose", flush=True)
    for size in (count // 10, count):
        async with empty(kind) as database:
            await fill(database, size, with_mentions=False)
            await tell(database, size)
            url = database.engine.url.render_as_string(hide_password=False)
            for name in FORMATS:
                command = [sys.executable, "-m", "benchmarks.exports", "--url", url, "--format", name]
                said = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
                assert said.returncode == 0, said.stderr
                print(f"{name:<10}{size:>9,}{said.stdout.rstrip()}", flush=True)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.exports", description=__doc__)
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--on", choices=("sqlite", "postgresql"))
    options.add_argument("--url", help=argparse.SUPPRESS)
    options.add_argument("--format", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.url:
        asyncio.run(one(given.url, FORMATS[given.format]))
        return 0
    for kind in [given.on] if given.on else ["postgresql", "sqlite"]:
        asyncio.run(run(kind, given.count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
