"""The one way in."""

import asyncio

from sqlalchemy import select

from service.models import RawDocument
from service.pipeline.intake import BULK, LIVE, Accepted, Incoming, accept
from service.pipeline.pool import Pool
from service.sources import Failure
from service.store import failures, sightings
from service.store.database import Database
from service.store.tables import documents, queue
from tests.pipeline.pages import page, pages, story
from tests.pipeline.test_run import LATER, NOW, rows, take

ONE, TWO = page(story(1), "https://one.example/1"), page(story(2), "https://two.example/2")


async def test_what_comes_in_is_kept_and_queued(database: Database) -> None:
    """A document that is accepted lies there with its bytes, its sighting and its place in the queue, still unread."""
    raw = RawDocument(source="push:1", data=ONE.data, media_type="text/plain", charset="utf-8")
    (accepted,) = await accept(database, [Incoming(raw, source_id=7, priority=BULK)], NOW)
    assert (accepted.state, accepted.new) == ("new", True)
    async with database.reading() as connection:
        stored = (await connection.execute(select(documents))).one()
        waits = (await connection.execute(select(queue))).one()
        seen = await sightings.of(connection, accepted.id)
    assert (stored.id, stored.source, stored.source_id) == (accepted.id, "push:1", 7)
    assert (stored.media_type, stored.charset, stored.first_seen) == ("text/plain", "utf-8", NOW)
    assert (waits.document_id, waits.priority, waits.due, waits.worker) == (accepted.id, BULK, NOW, None)
    assert [one["source"] for one in seen] == ["push:1"]


async def test_the_same_bytes_again_are_a_sighting(database: Database) -> None:
    """Bytes that came before, in this call or an earlier one, give the first id and add where they were seen now."""
    again = RawDocument(source="https://copy.example/1", data=ONE.data)
    first, copy, other = await accept(database, [Incoming(ONE), Incoming(again), Incoming(TWO, priority=LIVE)], NOW)
    assert copy == Accepted(first.id, first.raw_sha256, "new", False)
    assert other.new
    assert other.id != first.id
    (later,) = await accept(database, [Incoming(again)], LATER)
    assert later == copy
    async with database.reading() as connection:
        seen = await sightings.of(connection, first.id)
    assert [(one["source"], one["first_seen"], one["last_seen"]) for one in seen] == [
        (again.source, NOW, LATER),
        (ONE.source, NOW, NOW),
    ]
    counts = await rows(database)
    assert (counts["documents"], counts["originals"], counts["queue"]) == (2, 2, 2)


async def test_what_was_read_before_is_not_queued_again(database: Database) -> None:
    """Bytes that a replay has read are answered with the state they are in."""
    async with Pool(1, 30) as pool:
        await take(database, [ONE], pool)
    (accepted,) = await accept(database, [Incoming(ONE)], LATER)
    assert (accepted.state, accepted.new) == ("processed", False)
    assert (await rows(database))["queue"] == 0


async def test_what_gave_no_bytes_is_noted(database: Database) -> None:
    """A source that failed lies among the failures until it gives its bytes."""
    await accept(database, [Incoming(TWO)], NOW, [Failure(ONE.source, "too_large", "larger than allowed")])
    async with database.reading() as connection:
        noted = await failures.all_of_them(connection)
    assert [(one["source"], one["reason"], one["tries"]) for one in noted] == [(ONE.source, "too_large", 1)]
    await accept(database, [Incoming(ONE)], LATER)
    assert (await rows(database))["failures"] == 0


async def test_many_at_once_take_in_the_same_bytes(database: Database) -> None:
    """However many take in the same documents at the same moment, in whatever order, each is kept once and all are answered."""
    came = [Incoming(raw) for raw in {raw.data: raw for raw in pages(12)}.values()]
    orders = [came, came[::-1], came[5:] + came[:5], came[9:] + came[:9]] * 2
    answers = await asyncio.gather(*(accept(database, order, NOW) for order in orders))
    assert {frozenset(one.id for one in answer) for answer in answers} == {frozenset(one.id for one in answers[0])}
    assert sum(one.new for answer in answers for one in answer) == len(came)
    counts = await rows(database)
    assert counts["documents"] == counts["originals"] == counts["queue"] == counts["sightings"] == len(came)


async def test_large_documents_are_packed_beside_the_loop(sqlite: Database) -> None:
    """A large document is taken in like a small one."""
    large = RawDocument(source="large", data=b"\0\xff" * 100_000)
    (accepted,) = await accept(sqlite, [Incoming(large)], NOW)
    assert accepted.new
