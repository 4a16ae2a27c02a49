"""The sender against real receivers: what arrives, in which order, and who holds up whom."""

import asyncio
import datetime as dt
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import orjson
import pytest
from aiohttp import web

from service.pipeline.messages import Bounds, Messenger, new_secret
from service.store import deliveries, log, webhooks
from service.store.admission import admit
from service.store.database import Database
from service.store.deliveries import Backlog
from service.store.log import Wanted
from service.store.webhooks import Webhook, filters_of
from service.worker import Worker, sender
from service.worker.retries import Law
from service.worker.sender import Sender
from tests.receivers import LOOPBACK, Inbox, receiver
from tests.store.articles import LIKENESS, NOW, arrival

QUICK = Law(
    first=dt.timedelta(milliseconds=5), longest=dt.timedelta(milliseconds=40), probe=dt.timedelta(milliseconds=20)
)
EVERYTHING = filters_of({}, Wanted())
LEASE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "LOOK", 0.01)


class Clock:
    """Goes on by a second each time it is asked."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> dt.datetime:
        self.at += dt.timedelta(seconds=1)
        return self.at


def real() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@asynccontextmanager
async def sending(
    database: Database,
    *,
    law: Law = QUICK,
    bounds: Bounds = Bounds(),  # noqa: B008
    now: Callable[[], dt.datetime] = real,
    name: str = "a",
    seconds: float = 5,
    cut_off: bool = False,
) -> AsyncIterator[Worker]:
    """A worker that sends while the block runs, and then is told to stop, or to stop at once."""
    worker = Worker(name=name, database=database, now=now)
    running = asyncio.create_task(Sender(Messenger("Guatu", LOOPBACK, seconds), bounds, law)(worker))
    try:
        yield worker
    finally:
        worker.stopping.set()
        if cut_off:
            running.cancel()
        (error,) = await asyncio.gather(running, return_exceptions=True)
        assert error is None or cut_off, repr(error)


@asynccontextmanager
async def inbox(database: Database, answer: Callable[[int], int | None] = lambda _: 200) -> AsyncIterator[Inbox]:
    """A receiver with a webhook for all records."""
    found = Inbox(new_secret(), answer)
    async with receiver(found.take) as url:
        async with database.changing() as connection:
            await webhooks.add(connection, url, EVERYTHING, found.secret, NOW)
        yield found


async def add_records(database: Database, articles: int, since: int = 0) -> None:
    """Three records an article."""
    texts = [chr(0x4E00 + since + number) * 90 for number in range(articles)]
    async with database.writing() as connection:
        await admit(connection, [arrival(text) for text in texts], NOW, LIKENESS)


async def until(true: Callable[[], Awaitable[bool] | bool], seconds: float = 20) -> None:
    """Wait until it is true; fails where it never is."""
    async with asyncio.timeout(seconds):
        while not (found if isinstance(found := true(), bool) else await found):  # noqa: ASYNC110 - it lies elsewhere
            await asyncio.sleep(0.01)


async def backlog(database: Database, webhook_id: int = 1) -> Backlog:
    async with database.reading() as connection:
        return (await deliveries.backlogs(connection)).get(webhook_id, Backlog())


async def emptied(database: Database) -> bool:
    async with database.reading() as connection:
        return not await deliveries.backlogs(connection)


async def stored(database: Database, webhook_id: int = 1) -> Webhook:
    async with database.reading() as connection:
        return await webhooks.one(connection, webhook_id)


async def test_records_arrive_once_and_in_the_order_of_the_log(database: Database) -> None:
    """What enters the log before and while the worker runs arrives signed, once, in its order, as the API shows it."""
    async with inbox(database) as box:
        await add_records(database, 10)
        async with sending(database) as worker:
            await add_records(database, 10, since=10)
            await until(lambda: emptied(database))
        async with database.reading() as connection:
            entries = await log.follow(connection, Wanted(), 0, 100)
    assert [message.said["data"] for message in box.got] == [orjson.loads(entry.json) for entry in entries]
    assert [message.id for message in box.got] == [f"msg_1_{entry.id}" for entry in entries]
    assert worker.counts["messages_delivered"] == (await stored(database)).delivered == 60


async def test_a_receiver_that_fails_half_the_time_gets_everything(database: Database) -> None:
    """Each record is taken exactly once, however often it fails before; first tries come in the order of the log; a try
    again has the id of the first."""
    dice = random.Random(1)
    async with inbox(database, lambda _: dice.choice([200, 500])) as box:
        await add_records(database, 30)
        async with sending(database):
            await until(lambda: emptied(database))
    assert sorted(box.taken()) == list(range(1, 91))
    assert box.first_tries() == list(range(1, 91))
    assert {(message.id, message.record) for message in box.got} == {(f"msg_1_{n}", n) for n in range(1, 91)}
    assert len(box.got) > 120


async def test_a_receiver_that_hangs_holds_up_nobody_else(database: Database) -> None:
    """While one webhook does not answer, another gets all its records."""
    async with inbox(database, lambda _: None) as hangs, inbox(database) as box:
        await add_records(database, 5)
        async with sending(database, seconds=60, cut_off=True):
            await until(lambda: len(box.got) == 15)
            assert len(hangs.got) == 1
            assert (await backlog(database, 1)).waiting == 15


async def test_a_message_that_the_receiver_chokes_on_holds_up_no_other(database: Database) -> None:
    """A record that always fails becomes dead after its tries, all others arrive meanwhile; sent again it arrives too."""
    async with inbox(database, lambda record: 500 if record == 2 else 200) as box:
        await add_records(database, 2)
        async with sending(database):
            await until(lambda: len(box.taken()) == 5)
            await until(lambda: _is(backlog(database), Backlog(dead=1)))
            await add_records(database, 1, since=2)
            await until(lambda: len(box.taken()) == 8)
            assert sum(message.record == 2 for message in box.got) == QUICK.tries
            box.answer = lambda _: 200
            async with database.changing() as connection:
                (dead,) = await deliveries.page(connection, "dead", 1, None, 10)
                await deliveries.resend(connection, dead.id, real())
            await until(lambda: emptied(database))
    assert box.taken() == [1, 3, 4, 5, 6, 7, 8, 9, 2]
    assert (dead.record_id, dead.tries, dead.status, dead.error) == (2, QUICK.tries, 500, "answered 500")


async def _is(found: Awaitable[object], expected: object) -> bool:
    return await found == expected


async def test_a_receiver_that_is_down_is_asked_ever_more_rarely(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After five messages that failed one message at a time is tried, each time after a longer rest; the error is shown.
    When the receiver is back, everything arrives."""
    monkeypatch.setattr(sender, "TURN", dt.timedelta(minutes=1))  # of this clock, which a message takes some seconds of
    async with inbox(sqlite, lambda _: 503) as box:
        await add_records(sqlite, 10)
        law = Law(probe=dt.timedelta(seconds=40))
        async with sending(sqlite, law=law, now=Clock()):
            await until(lambda: len(box.got) == 10)
            down = await stored(sqlite)
            box.answer = lambda _: 200
            await until(lambda: emptied(sqlite))
    assert down.failures >= 5
    assert (down.error, down.state, down.delivered) == ("answered 503", "active", 0)
    rests = [after.timestamp - before.timestamp for before, after in itertools.pairwise(box.got[4:10])]
    assert all(rest >= least for rest, least in zip(rests, (5, 10, 20, 40, 40), strict=True))
    assert [message.record for message in box.got[:9]] == list(range(1, 10))
    assert sorted(box.taken()) == list(range(1, 31))
    after = await stored(sqlite)
    assert (after.failures, after.error, after.delivered) == (0, None, 30)


async def test_a_receiver_that_asks_for_patience_gets_it(sqlite: Database) -> None:
    """After 429 with Retry-After nothing at all is sent to this webhook until then."""
    answers = iter([429])
    async with inbox(sqlite, lambda _: next(answers, 200)) as box:
        box.headers = {"Retry-After": "90"}
        await add_records(sqlite, 1)
        async with sending(sqlite, now=Clock()):
            await until(lambda: emptied(sqlite))
    assert [message.record for message in box.got] == [1, 1, 2, 3]
    assert box.got[1].timestamp - box.got[0].timestamp >= 90


async def test_a_receiver_that_is_gone_pauses_its_webhook(sqlite: Database) -> None:
    """After 410 nothing more is sent and the reason is shown; made active again, it gets what waited."""
    async with inbox(sqlite, lambda _: 410) as box:
        await add_records(sqlite, 1)
        async with sending(sqlite):
            await until(lambda: len(box.got) == 1)
            await until(lambda: _is(_state(sqlite), "paused"))
            assert (await stored(sqlite)).error == "answered 410: it is gone, so the webhook was paused"
            box.answer = lambda _: 200
            async with sqlite.changing() as connection:
                await webhooks.change(connection, 1, real(), state="active")
            await until(lambda: emptied(sqlite))
    assert [message.record for message in box.got] == [1, 1, 2, 3]


async def _state(database: Database) -> str:
    return (await stored(database)).state


async def test_a_worker_that_dies_loses_nothing(sqlite: Database) -> None:
    """What a dead worker had claimed is sent by another when the lease is over: the records waited in the outbox."""
    async with inbox(sqlite) as box:
        await add_records(sqlite, 2)
        clock = Clock()
        async with sqlite.changing() as connection:
            assert await webhooks.claim(connection, "dead", clock(), LEASE, 1)
        async with sending(sqlite, now=clock):
            await until(lambda: emptied(sqlite))
    assert box.taken() == [1, 2, 3, 4, 5, 6]
    assert box.got[0].timestamp >= (NOW + LEASE).timestamp()


async def test_a_worker_that_is_told_to_stop_ends_after_the_message_at_work(sqlite: Database) -> None:
    """The message at work is finished and written down, no other is begun, and the webhook is free for the next worker."""
    stop: list[Worker] = []

    def answer(record: int) -> int:
        if record == 3:
            stop[0].stopping.set()
        return 200

    async with inbox(sqlite, answer) as box:
        await add_records(sqlite, 2)
        async with sending(sqlite) as worker:
            stop.append(worker)
            await worker.stopping.wait()
        assert box.taken() == [1, 2, 3]
        assert await backlog(sqlite) == Backlog(waiting=3)
        async with sending(sqlite, name="b") as stop[0]:
            await until(lambda: emptied(sqlite))
    assert box.taken() == [1, 2, 3, 4, 5, 6]


async def test_a_worker_that_is_cut_off_knows_what_was_delivered(sqlite: Database) -> None:
    """Cancelled while a receiver hangs, the worker writes down what was delivered before, and gives the webhook back."""
    async with inbox(sqlite, lambda record: None if record == 3 else 200) as box:
        await add_records(sqlite, 2)
        async with sending(sqlite, seconds=60, cut_off=True):
            await until(lambda: len(box.got) == 3)
        assert await backlog(sqlite) == Backlog(waiting=4)
        box.answer = lambda _: 200
        async with sending(sqlite, name="b"):
            await until(lambda: emptied(sqlite))
    assert [message.record for message in box.got] == [1, 2, 3, 3, 4, 5, 6]


async def test_a_webhook_that_is_paused_or_removed_gets_no_more(sqlite: Database) -> None:
    """Who is paused or removed while messages wait gets none of them, and the worker goes on with the others."""
    async with inbox(sqlite) as paused, inbox(sqlite) as removed, inbox(sqlite) as box:
        await add_records(sqlite, 1)
        async with sqlite.changing() as connection:
            await webhooks.change(connection, 1, NOW, state="paused")
            await webhooks.remove(connection, 2)
        async with sending(sqlite):
            await until(lambda: len(box.got) == 3)
    assert (paused.got, removed.got) == ([], [])


async def test_more_than_one_message_at_a_time(sqlite: Database) -> None:
    """As many messages as allowed are under way to a webhook at once, and no more."""
    under_way, most = 0, 0

    async def slow(_: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        return web.Response()

    async with receiver(slow) as url:
        async with sqlite.changing() as connection:
            await webhooks.add(connection, url, EVERYTHING, new_secret(), NOW)
        await add_records(sqlite, 5)
        async with sending(sqlite, bounds=Bounds(concurrency=3)):
            await until(lambda: emptied(sqlite))
    assert most == 3


async def test_the_backlog_is_bounded(sqlite: Database) -> None:
    """Of a webhook that fails no more than the setting allows waits; what is above is dead, the oldest first."""
    async with inbox(sqlite, lambda _: 500) as box:
        await add_records(sqlite, 10)
        async with sending(sqlite, law=Law(), bounds=Bounds(backlog=12)):
            await until(lambda: _is(backlog(sqlite), Backlog(waiting=12, dead=18)))
            async with sqlite.reading() as connection:
                dead = await deliveries.page(connection, "dead", 1, None, 100)
    assert len(box.got) == 5
    assert [one.record_id for one in dead] == list(range(18, 0, -1))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_workers_beside_each_other_send_nothing_twice(database: Database) -> None:
    """Three workers and four webhooks: every webhook gets every record once and in the order of the log."""
    async with AsyncExitStack() as stack:
        boxes = [await stack.enter_async_context(inbox(database)) for _ in range(4)]
        for name in ("1", "2", "3"):
            await stack.enter_async_context(sending(database, name=name))
        for since in range(0, 20, 2):
            await add_records(database, 2, since)
        await until(lambda: emptied(database))
    for box in boxes:
        assert [message.record for message in box.got] == list(range(1, 61))
