"""What waits, and who is at it."""

import datetime as dt

from sqlalchemy import select

from service.models import RawDocument
from service.pipeline.intake import BULK, LIVE, Incoming, accept
from service.store import queue, workers
from service.store.database import Database
from service.store.queue import Claim, Retry
from service.store.tables import documents
from service.store.tables import queue as table
from service.store.workers import Sign

NOW = dt.datetime(2025, 3, 1, 8, tzinfo=dt.UTC)
LEASE = dt.timedelta(seconds=30)
PAST = NOW + LEASE + dt.timedelta(seconds=1)


async def filled(database: Database, count: int, priority: int = LIVE, size: int = 10) -> list[int]:
    """Queue documents; gives their ids in order."""
    items = [Incoming(RawDocument(source="s", data=b"%d %d" % (priority, n) + b" " * size)) for n in range(count)]
    return sorted(one.id for one in await accept(database, [one._replace(priority=priority) for one in items], NOW))


async def claim(
    database: Database, worker: str = "a", some: int = 4, at: dt.datetime = NOW, **more: int
) -> list[Claim]:
    async with database.changing() as connection:
        return await queue.claim(
            connection, worker, at, LEASE, some=some, size=more.get("size", 1 << 20), first=more.get("first", LIVE)
        )


def ids(claims: list[Claim]) -> list[int]:
    return [one.document_id for one in claims]


async def test_what_is_live_goes_first_and_bulk_has_its_turn(database: Database) -> None:
    """Live documents are taken before bulk ones, whenever they came, unless bulk is asked for first; each fills up the other."""
    bulk = await filled(database, 4, BULK)
    live = await filled(database, 3, LIVE)
    assert ids(await claim(database, some=2)) == live[:2]
    assert ids(await claim(database, some=2, first=BULK)) == bulk[:2]
    assert ids(await claim(database, some=9)) == [live[2], *bulk[2:]]


async def test_a_claim_has_a_size(database: Database) -> None:
    """A claim ends before the document with which it would be too large, but has at least one."""
    waiting = await filled(database, 3, size=1000)
    assert ids(await claim(database, size=2500)) == waiting[:2]
    assert ids(await claim(database, size=1)) == waiting[2:]


async def test_claims_are_exclusive_until_the_lease_ends(database: Database) -> None:
    """What one worker has, no other gets before its lease ends; renewing holds it for longer, giving back frees it at once."""
    waiting = await filled(database, 2)
    assert ids(await claim(database, "a")) == waiting
    assert not await claim(database, "b")
    async with database.changing() as connection:
        await queue.renew(connection, "a", PAST + LEASE)
        assert not await queue.any_free(connection, PAST)
    assert not await claim(database, "b", at=PAST)
    assert ids(await claim(database, "b", at=PAST + LEASE)) == waiting
    async with database.changing() as connection:
        await queue.release(connection, "b")
    assert ids(await claim(database, "c", at=NOW)) == waiting


async def test_two_claim_at_once(database: Database) -> None:
    """Two transactions that claim at the same moment get different documents, and neither waits for the other."""
    waiting = await filled(database, 4)
    if database.file:
        assert ids(await claim(database, "a", 2)) + ids(await claim(database, "b", 2)) == waiting
        return
    async with database.changing() as one, database.changing() as other:
        first = await queue.claim(one, "a", NOW, LEASE, some=2, size=1000)
        second = await queue.claim(other, "b", NOW, LEASE, some=2, size=1000)
    assert ids(first) + ids(second) == waiting


async def test_a_lost_lease_is_noticed(database: Database) -> None:
    """Only what a worker still holds is finished by it: what another took meanwhile stays in the queue."""
    waiting = await filled(database, 2)
    await claim(database, "a")
    await claim(database, "b", 1, PAST)
    async with database.writing() as connection:
        assert await queue.finish(connection, "a", waiting) == set(waiting[1:])
        assert set(await connection.scalars(select(table.c.document_id))) == set(waiting[:1])
        assert await queue.finish(connection, "b", waiting) == set(waiting[:1])


async def test_what_may_pass_waits_until_it_is_due(database: Database) -> None:
    """A document that is put back is not claimed before its time, counts its tries, and shows why it waits."""
    (waiting,) = await filled(database, 1)
    await claim(database, "a")
    later = NOW + dt.timedelta(minutes=1)
    async with database.writing() as connection:
        await queue.retry(connection, "b", [Retry(waiting, NOW, "crashed", "not b's")])
        await queue.retry(connection, "a", [Retry(waiting, later, "timeout", "too long")])
        shown = (await connection.execute(select(documents))).one()
    assert (shown.state, shown.reason, shown.message) == ("new", "timeout", "too long")
    assert not await claim(database, "b", at=later - dt.timedelta(seconds=1))
    (again,) = await claim(database, "b", at=later)
    assert (again.document_id, again.tries) == (waiting, 1)


async def test_workers_are_seen_and_forgotten(database: Database) -> None:
    """A worker is there from its first sign of life until it leaves or has been silent for too long."""
    async with database.changing() as connection:
        for name, seen in (("a", NOW), ("b", PAST), ("c", PAST)):
            await workers.beat(connection, Sign(name, NOW, NOW, {}))
            await workers.beat(connection, Sign(name, NOW, seen, {"new": 3}))
        await workers.forget(connection, PAST)
        await workers.leave(connection, "c")
        assert await workers.all_of_them(connection) == [Sign("b", NOW, PAST, {"new": 3})]


async def test_who_knows_to_be_alone_frees_everything(database: Database) -> None:
    """A worker that is alone need not wait for the leases of one that died."""
    waiting = await filled(database, 2)
    await claim(database, "dead")
    async with database.changing() as connection:
        await workers.beat(connection, Sign("dead", NOW, NOW, {}))
        await workers.alone(connection)
        assert not await workers.all_of_them(connection)
    assert ids(await claim(database, "a")) == waiting
