"""Documents that wait, claimed, read and written."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from service.models import RawDocument
from service.pipeline.intake import LIVE, Incoming, accept
from service.pipeline.live import Live, Written
from service.pipeline.pool import Pool
from service.store.database import Database
from service.store.migrate import downgrade, upgrade
from service.store.tables import documents, records
from tests.pipeline import hostile
from tests.pipeline.pages import page, pages, story
from tests.pipeline.test_run import NOW, fingerprint, rows, take

LEASE = dt.timedelta(seconds=30)
ONE = page(story(1), "1.txt")
UNWRITABLE = "tests.pipeline.hostile:unwritable"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


async def put(database: Database, items: Sequence[RawDocument]) -> None:
    await accept(database, [Incoming(raw, source_id=7) for raw in items], NOW)


def live(database: Database, pool: Pool, clock: Clock | None = None, name: str = "a", tries: int = 3) -> Live:
    return Live(database, pool, clock or Clock(), name, tries, LEASE)


async def drained(one: Live) -> list[Written]:
    """All that is due, read and written."""
    written: list[Written] = []
    while claims := await one.claim(LIVE):
        written += await one.write(await one.read(claims))
    return written


async def test_the_queue_ends_as_a_replay_does(database: Database) -> None:
    """Taken in and read from the queue, documents say what a replay of them says, and the queue is empty."""
    taken = pages(30)
    async with Pool(2, 30) as pool:
        await take(database, taken, pool)
        expected, counted = await fingerprint(database), await rows(database)
        await downgrade(database)
        await upgrade(database)
        await put(database, taken)
        written = await drained(live(database, pool))
    assert await fingerprint(database) == expected
    after = await rows(database)
    assert after.pop("queue") == counted.pop("queue") == 0
    assert {name: after[name] for name in ("documents", "originals", "sightings", "records")} == {
        name: counted[name] for name in ("documents", "originals", "sightings", "records")
    }
    assert {one.reason for one in written if one.state == "rejected"} == {"not_text"}


async def test_facts_carry_the_source_that_gave_them(database: Database) -> None:
    """A document read from the queue keeps where it came from, and its records name the configured source."""
    async with Pool(1, 30) as pool:
        await put(database, [ONE])
        await drained(live(database, pool))
    async with database.reading() as connection:
        row = (await connection.execute(select(documents))).one()
        said = set(await connection.scalars(select(records.c.source_id)))
    assert (row.state, row.source, row.source_id) == ("processed", "1.txt", 7)
    assert said == {7}


async def test_a_lost_lease_voids_the_result(database: Database) -> None:
    """What a worker has read is not written where another has taken it meanwhile; the other's is, once."""
    clock = Clock()
    async with Pool(1, 30) as pool:
        await put(database, [ONE])
        slow, other = live(database, pool, clock, "slow"), live(database, pool, clock, "other")
        read = await slow.read(await slow.claim(LIVE))
        clock.now += LEASE
        again = await other.read(await other.claim(LIVE))
        assert [one.state for one in await slow.write(read)] == ["void"]
        assert (await rows(database))["records"] == 0
        assert [one.state for one in await other.write(again)] == ["new"]
        before = await rows(database)
        assert [one.state for one in await slow.write(read)] == ["void"]
    assert await rows(database) == before


async def test_a_replay_of_the_same_bytes_meanwhile_breaks_nothing(database: Database) -> None:
    """A document that a replay reads while a worker is at it is written once, and its place in the queue goes."""
    async with Pool(1, 30) as pool:
        await put(database, [ONE])
        one = live(database, pool)
        read = await one.read(await one.claim(LIVE))
        await take(database, [ONE], pool)
        before = await rows(database)
        assert [written.state for written in await one.write(read)] == ["known"]
    assert await rows(database) == {**before, "queue": 0}


async def test_what_may_pass_is_tried_again_and_then_fails(database: Database) -> None:
    """A document that kills its process is read again, later each time, and has failed after so many tries; others are not
    kept waiting."""
    clock, harm = Clock(), RawDocument(source="harm.txt", data=hostile.SEGFAULT * 20)
    waits = []
    async with Pool(1, 30, work=hostile.READ) as pool:
        await put(database, [harm, ONE])
        one = live(database, pool, clock)
        assert Counter(written.state for written in await drained(one)) == Counter(retried=1, new=1)
        assert not await one.claim(LIVE)
        for _ in range(2):
            since = clock.now
            while not (claims := await one.claim(LIVE)):
                clock.now += dt.timedelta(seconds=1)
            waits.append((clock.now - since).total_seconds())
            (last,) = await one.write(await one.read(claims))
    assert 7 <= waits[0] <= 13
    assert 15 <= waits[1] <= 26
    assert (last.state, last.reason) == ("failed", "crashed")
    async with database.reading() as connection:
        row = (await connection.execute(select(documents).where(documents.c.source == "harm.txt"))).one()
    assert (row.state, row.reason, row.tries) == ("failed", "crashed", 3)
    assert (await rows(database))["queue"] == 0


async def test_what_will_not_pass_goes_to_the_quarantine_at_once(database: Database) -> None:
    """A picture is rejected, a defect fails, each at its first try and with its reason."""
    picture = RawDocument(source="p.png", data=b"\x89PNG\r\n\x1a\n" + bytes(64))
    defect = RawDocument(source="defect.txt", data=hostile.DEFECT * 20)
    async with Pool(1, 30, work=hostile.READ) as pool:
        await put(database, [picture, defect])
        written = await drained(live(database, pool))
    assert {(one.state, one.reason) for one in written} == {("rejected", "not_text"), ("failed", "unexpected")}
    assert (await rows(database))["queue"] == 0


async def test_a_row_that_cannot_be_written_costs_only_its_document(database: Database) -> None:
    """Where the database refuses the rows of one document, that one fails and the others are written."""
    async with Pool(1, 30, work=UNWRITABLE) as pool:
        await put(database, [ONE, page(story(2), "unwritable.txt"), page(story(3), "3.txt")])
        written = await drained(live(database, pool))
    assert Counter(one.state for one in written) == Counter(new=2, failed=1)
    assert {one.reason for one in written} == {None, "unwritable"}
    assert (await rows(database))["queue"] == 0
