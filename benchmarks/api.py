"""The list of records over HTTP with 10,000 and 1,000,000 records: python -m benchmarks.api [--sqlite] [--postgresql].

For each database and size, `guatu api` on one core and the client on another, in turns with a bare aiohttp handler that
returns the same bytes: the same request from memory, its 304, queries that were never asked before, and the slowest of a
hundred requests while `guatu replay` takes articles in. Needs wrk and taskset. Exit code 1 where a bar is missed.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from aiohttp import web

from benchmarks.articles import write
from benchmarks.records import fill, places
from service.extract.divisions import table
from service.store.database import Database
from service.store.migrate import upgrade
from tests.postgres import binaries, server

GUATU = ("-c", "from service.cli import main; main()")
PATH = "/v1/records?limit=20"
SMALL, LARGE = 10_000, 1_000_000
ROUNDS = 5
QUERIES = 400
CONNECTIONS = 16
ARTICLES = 6_000


class Speed(NamedTuple):
    """Requests a second, and the milliseconds within which 99 of a hundred were answered."""

    rate: float
    slowest: float


class Result(NamedTuple):
    """Of one database at one size: shares of a bare handler's rate, milliseconds of queries, growth of the slowest."""

    memory: float
    unchanged: float
    rate: float
    query: float
    query_slowest: float
    idle: float
    busy: float
    taken: float
    """Articles a second that came in during `busy`."""


def wrk(url: str, seconds: float, *headers: str) -> Speed:
    options = [option for header in headers for option in ("-H", header)]
    command = ["taskset", "-c", "1", "wrk", "--latency", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", *options, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, slowest = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate, said
    assert slowest, said
    return Speed(float(rate[1]), float(slowest[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slowest[2]])


def _bare(body: bytes, ready: Connection) -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/v1/records", handler)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ready.send(site.name)
        await asyncio.Event().wait()

    os.sched_setaffinity(0, {0})
    asyncio.run(serve())


@contextmanager
def bare(body: bytes) -> Iterator[str]:
    """A handler of aiohttp's own that returns these bytes."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_bare, args=(body, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


@contextmanager
def api(database: str, folder: Path) -> Iterator[str]:
    """`guatu api` on the database, on core 0; gives its URL."""
    environment = {**os.environ, "GUATU_DATABASE_URL": database, "GUATU_PORT": "0", "GUATU_RATE": "0"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["taskset", "-c", "0", sys.executable, *GUATU, "api"], env=environment, stdout=log, stderr=log
        )
    try:
        yield _url(folder / "log")
    finally:
        process.terminate()
        process.wait()


def _url(log: Path) -> str:
    for _ in range(300):
        for line in log.read_text().splitlines():
            if '"listening"' in line:
                return str(json.loads(line)["url"])
        time.sleep(0.1)
    raise SystemExit(log.read_text())


def queries(count: int) -> Iterator[str]:
    """What people ask, each never asked before: places, kinds, stages, days, sums, words, and older pages of them."""
    dice, where, known, seen = random.Random(7), places(), table().by_code, set[str]()
    while len(seen) < count:
        place = dice.choice(where)
        division = dice.choice(known[place.code].line)
        asked: dict[str, object] = {"limit": dice.randint(10, 50)}
        asked |= dice.choice(
            (
                {"region": division},
                {"kind": dice.choice(("project", "indicator", "person")), "region": place.code[:2] + "0000"},
                {"kind": "project", "stage": dice.choice(("planned", "signed", "started", "construction"))},
                {"kind": "project", "min_investment": dice.randrange(10**7, 10**10)},
                {"source": dice.randint(1, 300)},
                {"q": dice.choice(("冷链物流", "光伏", "齿轮", "铜箔", "医用敷料", "抽水蓄能"))},
                {"before": dice.randint(1000, 10_000_000)},
                {"after": dice.randint(0, 10_000)},
            )
        )
        query = urlencode(asked)
        if query not in seen:
            seen.add(query)
            yield query


def asked(url: str) -> tuple[float, float]:
    """Milliseconds of queries that were never asked before, on one connection: the median, and that within which 99 of a
    hundred are."""
    took = []
    connection = HTTPConnection(urlsplit(url).netloc)
    for query in queries(QUERIES):
        began = time.perf_counter()
        connection.request("GET", f"/v1/records?{query}")
        response = connection.getresponse()
        response.read()
        assert response.status == 200, query
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return median(took), took[len(took) * 99 // 100]


def measured(database: str, folder: Path, articles: Path) -> Result:
    with ExitStack() as stack:
        url = stack.enter_context(api(database, folder))
        with urlopen(url + PATH) as response:
            body, tag = response.read(), response.headers["ETag"]
        plain = stack.enter_context(bare(body))
        mark = f"If-None-Match: {tag}"
        with urlopen(Request(url + PATH, headers={"Accept-Encoding": "identity"})) as response:
            assert response.read() == body
        runs = [(wrk(plain + PATH, 2), wrk(url + PATH, 2), wrk(url + PATH, 2, mark)) for _ in range(ROUNDS)]
        rates = [median(run[at].rate for run in runs) for at in range(3)]
        query, slowest = asked(url)
        idle = median(run[1].slowest for run in runs)
        environment = {**os.environ, "GUATU_DATABASE_URL": database}
        command = [sys.executable, *GUATU, "replay", "--json", str(articles)]
        began = time.monotonic()
        taking = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(3)
        busy = []
        while taking.poll() is None:
            busy.append(wrk(url + PATH, 2).slowest)
        taken = ARTICLES / (time.monotonic() - began)
        return Result(rates[1] / rates[0], rates[2] / rates[0], rates[1], query, slowest, idle, median(busy), taken)


async def _filled(url: str, count: int) -> None:
    database = Database(url)
    await upgrade(database)
    await fill(database, count)
    await database.close()


def databases(kinds: list[str], folder: Path, stack: ExitStack) -> Iterator[tuple[str, int, str]]:
    """Each kind of database, filled with each number of records."""
    for kind, count in itertools.product(kinds, (SMALL, LARGE)):
        if kind == "sqlite":
            url = f"sqlite+aiosqlite:///{folder}/{count}.db"
        else:
            found = binaries()
            assert found, "needs the package postgresql"
            url = stack.enter_context(server(found)).format(name="postgres")
        began = time.monotonic()
        asyncio.run(_filled(url, count))
        print(f"{kind}: {count:,} records in {time.monotonic() - began:.0f} s", flush=True)
        yield kind, count, url.replace("+aiosqlite", "").replace("+asyncpg", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    chosen = parser.parse_args()
    kinds = [kind for kind in ("sqlite", "postgresql") if getattr(chosen, kind)] or ["sqlite", "postgresql"]
    missed = False
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        rates: dict[str, list[Result]] = {}
        for kind, count, url in databases(kinds, folder, stack):
            articles = folder / f"articles-{kind}-{count}"
            write(articles, ARTICLES)
            got = measured(url, folder, articles)
            rates.setdefault(kind, []).append(got)
            print(
                f"  from memory {got.rate:,.0f}/s, {got.memory:.0%} of a bare handler; 304 {got.unchanged:.0%}\n"
                f"  never asked before: median {got.query:.2f} ms, 99 of 100 within {got.query_slowest:.1f}\n"
                f"  99 of 100 within {got.idle:.2f} ms idle, {got.busy:.2f} while {got.taken:.0f} articles a second come in: "
                f"{got.busy / got.idle:.1f}",
                flush=True,
            )
            missed |= got.memory < 0.8 or got.unchanged < 0.8 or got.query > 2 or got.busy > 3 * got.idle
        for kind, (small, large) in rates.items():
            ratio = small.rate / large.rate
            print(
                f"{kind}: {SMALL:,} to {LARGE:,} records: {ratio:.2f} times the time; queries {large.query / small.query:.2f}"
            )
            missed |= ratio > 1.5
    sys.exit(missed)


if __name__ == "__main__":
    main()
