"""Eight writers beside each other on PostgreSQL, and three kinds of consumer: python -m benchmarks.consumers.

The writers add and take back records in transactions of uneven length, so that ids which are given early are committed
late. One consumer polls with `after`, one follows the stream and is cut off again and again, one is a webhook whose
receiver fails half the time; two processes serve the API, two send, and both of these are killed on the way.

The bar: each sees every record exactly once (the webhook at least once, with the id to tell), in one order.
`--no-turns` lets the writers commit as they like, which shows that the bar can be missed.
"""

import argparse
import asyncio
import datetime as dt
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from benchmarks.articles import article
from benchmarks.replay import GUATU
from service.models import RawDocument
from service.pipeline.messages import Bounds, Messenger, new_secret
from service.pipeline.pool import read
from service.pipeline.run import LIKENESS
from service.store import deliveries, log, webhooks
from service.store.admission import admit
from service.store.database import Database
from service.store.log import Wanted
from service.store.rows import Arrival, Digest, original
from service.store.webhooks import filters_of
from service.worker import Worker
from service.worker.retries import Law
from service.worker.sender import Sender
from tests.postgres import binaries, server
from tests.receivers import LOOPBACK, Inbox, receiver

WRITERS = 8
SENDERS = 2
APIS = 2
KILLED_EVERY = 300
LAW = Law(first=dt.timedelta(milliseconds=50), longest=dt.timedelta(seconds=1), tries=60)
"""The webhook's failures are made up, so a day need not pass between them."""
Record = dict[str, Any]
Processes = multiprocessing.get_context("spawn")


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def arrivals(number: int) -> list[Arrival]:
    """An article, and for every fifth a copy with an older date, which takes its place: its facts are taken back."""
    name, text = article(number)
    raws = [RawDocument(source=name, data=text.encode())]
    if number % 5 == 0:
        raws.append(RawDocument(source=f"older/{name}", data=text.encode() + b"\n \n"))
    found = [Arrival(original(raw), read(raw)) for raw in raws]
    for older in found[1:]:
        assert isinstance(older.result, Digest)
        older.result.document["published"] = dt.date(2015, 1, 1)
    return found


def write(url: str, number: int, count: int, turns: bool) -> None:
    """One writer: a transaction an arrival, held open for up to 20 ms after its last row."""

    async def run() -> None:
        database, dice = Database(url), random.Random(number)
        for one in (one for nth in range(count) for one in arrivals(nth * WRITERS + number)):
            async with database.writing() if turns else database.changing() as connection:
                await admit(connection, [one], now(), LIKENESS)
                await asyncio.sleep(dice.uniform(0, 0.02))
        await database.close()

    asyncio.run(run())


def send(url: str, number: int) -> None:
    """One worker that sends to webhooks, until it is killed."""

    async def run() -> None:
        sender = Sender(Messenger("Guatu", LOOPBACK, seconds=2), Bounds(), LAW)
        await sender(Worker(name=f"sender-{number}", database=Database(url), now=now))

    asyncio.run(run())


@contextmanager
def api(url: str) -> Iterator[str]:
    """A process that serves the API on a port of its own, and its URL."""
    environment = {**os.environ, "GUATU_DATABASE_URL": url, "GUATU_PORT": "0", "GUATU_RATE": "0"}
    process = subprocess.Popen([*GUATU, "api"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout
        yield process.stdout.readline().decode().split()[-1].rstrip("/")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@dataclass
class Seen:
    """What a consumer has seen, in its order. It ends when it has seen the record `last`, once that is known."""

    records: list[Record] = field(default_factory=list)
    cuts: int = 0
    last: int | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def all(self) -> bool:
        return self.last is not None and bool(self.records) and self.records[-1]["id"] >= self.last


async def poll(urls: list[str], seen: Seen) -> None:
    """Ask for what comes after, of one or the other process, in steps of uneven size."""
    dice, place = random.Random(101), 0
    async with aiohttp.ClientSession() as session:
        while not seen.all:
            address = f"{dice.choice(urls)}/v1/records?after={place}&limit={dice.randint(1, 50)}"
            async with session.get(address) as response:
                page = orjson.loads(await response.read())
            seen.records += page["records"]
            place = int(page["next"].rpartition("after=")[2].partition("&")[0])
            await asyncio.sleep(dice.uniform(0, 0.03))


async def follow(urls: list[str], seen: Seen) -> None:
    """Follow the stream; after a few events hang up, and go on where it was with one or the other process."""
    dice = random.Random(102)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        while not seen.all:
            headers = {"Last-Event-ID": str(seen.records[-1]["id"] if seen.records else 0)}
            events = dice.randint(1, 120)
            async with session.get(f"{dice.choice(urls)}/v1/stream", headers=headers) as response:
                async for line in response.content:
                    if line.startswith(b"data: "):
                        seen.records.append(orjson.loads(line[6:]))
                        events -= 1
                    if not events or seen.all:
                        break
            seen.cuts += 1


async def committed(database: Database) -> list[Record]:
    """The whole log, in its order."""
    async with database.reading() as connection:
        return [orjson.loads(one.json) for one in await log.follow(connection, Wanted(), 0, 10_000_000)]


async def emptied(database: Database) -> None:
    """Wait until every message was delivered, or given up."""
    while True:
        async with database.reading() as connection:
            waiting = [one for one in (await deliveries.backlogs(connection)).values() if one.waiting]
        if not waiting:
            return
        await asyncio.sleep(0.2)


async def kill_each(url: str, senders: list[Any], inbox: Inbox) -> None:
    """Kill each sender after so many messages more, and start another in its place: one of them has the webhook."""
    for nth in range(SENDERS):
        while len(inbox.got) < KILLED_EVERY * (nth + 1):  # noqa: ASYNC110 - it is filled by other processes
            await asyncio.sleep(0.01)
        senders[nth].kill()
        senders.append(start(send, url, SENDERS + nth))


async def watched(url: str, urls: list[str], count: int, turns: bool) -> bool:
    """Run writers and consumers; whether every consumer saw what it has to."""
    database, dice = Database(url), random.Random(103)
    polled, followed, inbox = Seen(), Seen(), Inbox(new_secret(), lambda _: dice.choice([200, 500]))
    async with receiver(inbox.take) as address:
        if turns:
            async with database.changing() as connection:
                await webhooks.add(connection, address, filters_of({}, Wanted()), inbox.secret, now())
        senders = [start(send, url, number) for number in range(SENDERS)]
        consumers = [asyncio.create_task(poll(urls, polled)), asyncio.create_task(follow(urls, followed))]
        began = time.monotonic()
        writers = [start(write, url, number, count, turns) for number in range(WRITERS)]
        ending = [asyncio.to_thread(one.join) for one in writers]
        killing = asyncio.create_task(kill_each(url, senders, inbox)) if turns else None
        await asyncio.gather(*ending)
        wrote = time.monotonic() - began
        if any(one.exitcode for one in writers):
            sys.exit("a writer failed")
        truth = await committed(database)
        polled.last = followed.last = truth[-1]["id"]
        await asyncio.gather(*consumers)
        await emptied(database)
        if killing:
            await killing
        told = time.monotonic() - began
        for one in senders:
            one.kill()
            one.join()
    taken = sum(record["withdraws"] is not None for record in truth)
    print(
        f"{WRITERS} writers: {len(truth)} records, {taken} of them taking one back, in {wrote:.1f} s; last told: {told:.1f} s"
    )
    good = [compared("polling", polled.records, truth)]
    good.append(compared(f"the stream, cut {followed.cuts} times", followed.records, truth))
    if turns:
        good.append(delivered(inbox, truth))
    await database.close()
    return all(good)


def start(target: Any, *arguments: object) -> Any:  # noqa: ANN401 - a function, a process of the context
    process = Processes.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def compared(consumer: str, seen: list[Record], truth: list[Record]) -> bool:
    ids, true = [one["id"] for one in seen], [one["id"] for one in truth]
    missed, twice, ordered = set(true) - set(ids), len(ids) - len(set(ids)), ids == sorted(ids)
    print(f"{consumer}: {len(ids)} records, {len(missed)} missed, {twice} twice, {'in' if ordered else 'out of'} order")
    return seen == truth


def delivered(inbox: Inbox, truth: list[Record]) -> bool:
    """Whether the webhook took every record, told twins by their id, and was first told of each in the order of the log."""
    taken = {one.id: one.said["data"] for one in inbox.got if one.status == 200}
    failures, twins = sum(one.status != 200 for one in inbox.got), len(inbox.taken()) - len(taken)
    print(f"a webhook: {len(inbox.got)} messages, {failures} of them failed, {twins} came twice (the same id)")
    first = inbox.first_tries() == [one["id"] for one in truth]
    print(f"  of {len(truth)} records {len(taken)} were taken; first tries came {'in' if first else 'out of'} order")
    return first and sorted(taken.values(), key=lambda record: record["id"]) == truth


def main() -> None:
    """Exit code 1 where a consumer missed something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=40, help="of each writer")
    parser.add_argument("--no-turns", action="store_true", help="the writers do not take turns")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ends what was started
    folder = binaries()
    if folder is None:
        sys.exit("this machine has no PostgreSQL (the Debian package postgresql)")
    with server(folder) as pattern, ExitStack() as stack:
        url = pattern.format(name="postgres")
        subprocess.run([*GUATU, "migrate"], env={**os.environ, "GUATU_DATABASE_URL": url}, check=True)
        urls = [stack.enter_context(api(url)) for _ in range(APIS)]
        good = asyncio.run(watched(url, urls, asked.articles, not asked.no_turns))
    print("all good" if good else "NOT good")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
