"""A fleet on one PostgreSQL under attack: python -m benchmarks.fleet.

Two `guatu api` and four `guatu worker` processes share a database. Documents are pushed over HTTP while workers are killed
at random moments (SIGKILL) and started again, and while the database server is restarted, in good order and not.

The bar: 20,000 documents, every one processed exactly once, and the fingerprint of an undisturbed replay by one process.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.articles import write
from benchmarks.kills import Databases, fingerprint, replay
from benchmarks.replay import GUATU
from tests.postgres import account, binaries, server

_PUSHES = 8
"""Pushes at the same time."""
_SETTINGS = {"GUATU_WORKERS": "1", "GUATU_PORT": "0", "GUATU_RATE": "0", "GUATU_LEASE_SECONDS": "3"}
_STATES = "SELECT state, count(*) FROM documents GROUP BY state"
_FAULTS = """
SELECT 'never read' AS fault, count(*) FROM documents WHERE state NOT IN ('processed', 'duplicate')
UNION ALL SELECT 'still queued', count(*) FROM queue
UNION ALL SELECT 'read more than once', count(*) FROM documents WHERE tries <> 1
UNION ALL SELECT 'records taken back', count(*) FROM records WHERE withdraws IS NOT NULL OR NOT standing
UNION ALL SELECT 'numbers left out', max(id) - count(*) FROM records
UNION ALL SELECT 'records not searched', abs((SELECT count(*) FROM records) - (SELECT count(*) FROM search))
"""


@dataclass(frozen=True)
class Plan:
    """What is to be done: so many documents, processes and restarts, a kill `every` so many seconds, by these dice."""

    count: int
    apis: int
    workers: int
    restarts: int
    every: float
    seed: int


class Watch:
    """Looks at the database, which may be away."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url, pool_pre_ping=True)

    async def rows(self, query: str) -> list[tuple[str, int]]:
        """The answer; nothing while there is none."""
        try:
            async with self._engine.connect() as connection:
                return [(row[0], row[1]) for row in await connection.execute(text(query))]
        except (OSError, DBAPIError):
            return []

    async def close(self) -> None:
        await self._engine.dispose()


class Fleet:
    """The processes of one environment. A worker that has ended, killed or not, is started again."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log.open("ab")
        self._apis: list[Process] = []
        self._workers: list[Process] = []
        self.kills = 0
        self.ended = 0
        """Workers that ended by themselves: one that starts while the database is away."""

    async def start(self, apis: int, workers: int) -> list[str]:
        """The URLs of the APIs, when they are up."""
        self._apis = [await self._begin("api") for _ in range(apis)]
        self._workers = [await self._begin("worker") for _ in range(workers)]
        said = [(await process.stdout.readline()).decode() for process in self._apis if process.stdout]
        return [line.split()[-1] for line in said]

    async def _begin(self, command: str) -> Process:
        return await asyncio.create_subprocess_exec(
            *GUATU, command, env=self._environment, stdout=PIPE, stderr=self._log
        )

    async def kill(self, dice: random.Random) -> None:
        """Kill some worker."""
        process = dice.choice(self._workers)
        if process.returncode is None:
            process.kill()
            await process.wait()
            self.kills += 1

    async def tend(self) -> None:
        """Start workers in place of those that have ended. An API must not end."""
        for process in self._apis:
            if process.returncode is not None:
                sys.exit(f"an API ended with {process.returncode}")
        for at, process in enumerate(self._workers):
            if process.returncode is not None:
                self.ended += process.returncode != -signal.SIGKILL
                self._workers[at] = await self._begin("worker")

    async def all_begun(self, watch: Watch) -> None:
        """Wait until every worker has given a sign of life; one that is only starting ends by a signal itself."""
        waits = {f":{process.pid}:" for process in self._workers}
        while waits:
            names = await watch.rows("SELECT name, 1 FROM workers")
            waits = {pid for pid in waits if not any(pid in name for name, _ in names)}
            await asyncio.sleep(0.1)

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> list[int]:
        """Tell all to stop: their exit codes."""
        everyone = [process for process in (*self._apis, *self._workers) if process.returncode is None]
        for process in everyone:
            process.send_signal(how)
        return [await process.wait() for process in everyone]


def restart(url: str, mode: str) -> None:
    """Restart the PostgreSQL of `tests.postgres`: `fast` ends its connections, `immediate` ends it as a crash would."""
    folder, tools, who = Path(url.partition("host=")[2]), binaries(), account()
    assert tools
    subprocess.run(
        [tools / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-m", mode, "restart"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
        user=who.pw_uid if who else None,
        group=who.pw_gid if who else None,
        extra_groups=[] if who else None,
    )


async def push(urls: Sequence[str], key: str, files: Iterator[Path], refused: Counter[str]) -> None:
    """Push each file to the APIs in turn until it is accepted, counting why it was not at once."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/octet-stream"}
    turn = 0
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=60)) as session:
        for file in files:
            data = await asyncio.to_thread(file.read_bytes)
            while not await _accepted(session, urls[turn % len(urls)], file.name, data, refused):
                turn += 1
                await asyncio.sleep(0.2)
            turn += 1


async def _accepted(session: aiohttp.ClientSession, url: str, source: str, data: bytes, refused: Counter[str]) -> bool:
    try:
        async with session.post(f"{url}/v1/documents", params={"source": source}, data=data) as answer:
            if answer.status not in (200, 202):
                refused[f"status {answer.status}"] += 1
                return False
            return True
    except (aiohttp.ClientError, TimeoutError) as error:
        refused[type(error).__name__] += 1
        return False


async def attacked(fleet: Fleet, watch: Watch, url: str, plan: Plan) -> list[str]:
    """Kill and restart until all documents have been read; gives how the server was restarted."""
    done: list[str] = []
    dice = random.Random(plan.seed)
    while True:
        states = dict(await watch.rows(_STATES))
        kept, waits = sum(states.values()), states.get("new", 0)
        if kept - waits == plan.count:
            return done
        way = (2 * kept - waits) / (2 * plan.count)
        if len(done) < plan.restarts and way >= (len(done) + 1) / (plan.restarts + 1):
            done.append(("fast", "immediate")[len(done) % 2])
            await asyncio.to_thread(restart, url, done[-1])
        await asyncio.sleep(dice.uniform(0, 2 * plan.every))
        await fleet.kill(dice)
        await fleet.tend()


def prepared(environment: dict[str, str]) -> str:
    """Make the tables, and a key that may write."""
    subprocess.run([*GUATU, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    made = [*GUATU, "keys", "create", "--name", "fleet", "--scope", "write"]
    return subprocess.run(made, env=environment, check=True, capture_output=True, text=True).stdout.split()[-1]


async def run(folder: Path, url: str, plan: Plan) -> bool:
    """Print what happened; whether every document was processed once."""
    environment = {**os.environ, **_SETTINGS, "GUATU_DATABASE_URL": url}
    key = await asyncio.to_thread(prepared, environment)
    fleet, watch, refused = Fleet(environment, folder / "log"), Watch(url), Counter[str]()
    began = time.monotonic()
    files = (path for path in sorted((folder / "articles").rglob("*")) if path.is_file())
    try:
        urls = await fleet.start(plan.apis, plan.workers)
        async with asyncio.TaskGroup() as group:
            for _ in range(_PUSHES):
                group.create_task(push(urls, key, files, refused))
            restarted = await attacked(fleet, watch, url, plan)
        seconds = time.monotonic() - began
        await fleet.all_begun(watch)
        codes = await fleet.stop()
    finally:
        await fleet.stop(signal.SIGKILL)
    states, faults = await watch.rows(_STATES), [(fault, found) for fault, found in await watch.rows(_FAULTS) if found]
    await watch.close()
    print(f"{plan.count} documents in {seconds:.0f} s, {plan.count / seconds:.0f} a second; {dict(states)}")
    print(f"{plan.apis} API and {plan.workers} worker processes; {fleet.kills} workers killed, {fleet.ended} gave up")
    print(f"server restarted: {restarted}; pushes that had to be sent again: {dict(refused) or 'none'}")
    print(f"faults: {dict(faults) or 'none'}; exit codes at the end: {codes}")
    return not faults and set(codes) == {0}


def main() -> None:
    """Print what happened; exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--apis", type=int, default=2)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--restarts", type=int, default=6)
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two kills, on average")
    parser.add_argument("--seed", type=int, default=1)
    plan = Plan(**vars(parser.parse_args()))
    tools = binaries()
    if tools is None:
        sys.exit("this machine has no PostgreSQL (the Debian package postgresql)")
    with tempfile.TemporaryDirectory(prefix="guatu-fleet-") as name, server(tools) as pattern:
        folder, url = Path(name), pattern.format(name="postgres")
        write(folder / "articles", plan.count)
        held = asyncio.run(run(folder, url, plan))
        calm = Databases(f"sqlite:///{folder}/calm{{}}.db").next()
        replay(folder / "articles", {**calm, "GUATU_WORKERS": "1"})
        expected, found = fingerprint(calm), fingerprint({**os.environ, "GUATU_DATABASE_URL": url})
    print(f"one process {expected.strip()}\nthe fleet   {found.strip()}")
    sys.exit(0 if held and found == expected else 1)


if __name__ == "__main__":
    main()
