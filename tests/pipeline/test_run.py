"""Documents through the whole pipeline, with real readers, worker processes and databases."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.models import RawDocument
from service.pipeline import parts
from service.pipeline.pool import Pool
from service.pipeline.run import Outcome, Pipeline
from service.sources import Failure
from service.store import documents, facts, failures, sightings
from service.store.database import Database, Storage
from service.store.migrate import upgrade
from service.store.tables import metadata
from tests.pipeline import hostile
from tests.pipeline.pages import page, pages, story

NOW = dt.datetime(2025, 3, 1, 8, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
PAGES = pages(60)


async def take(
    storage: Storage, items: Sequence[RawDocument | Failure], pool: Pool, now: dt.datetime = NOW
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    await Pipeline(storage, pool, lambda: now).take(iter(items), outcomes.append)
    return outcomes


def states(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return dict(Counter(outcome.state for outcome in outcomes))


async def fingerprint(database: Database) -> str:
    async with database.reading() as connection:
        return await facts.fingerprint(connection)


async def rows(database: Database) -> dict[str, int]:
    async with database.reading() as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


async def test_documents_are_taken_with_their_facts(database: Database) -> None:
    """Every document has an outcome; articles have facts, copies and pictures have none."""
    async with Pool(2, 30) as pool:
        outcomes = await take(database, PAGES, pool)
    assert len(outcomes) == len(PAGES)
    found = states(outcomes)
    assert found["new"] + found["near"] == 60 + 9
    assert found["near"] == 9
    assert found["duplicate"] == 12
    assert {(o.source[-4:], o.reason) for o in outcomes if o.state == "rejected"} == {(".bin", "not_text")}
    assert all(o.facts["projects"] for o in outcomes if o.state in ("new", "near"))
    assert (await rows(database))["originals"] == len(PAGES)


async def test_a_second_replay_changes_nothing(database: Database) -> None:
    """The same documents again are known, the rejected ones rejected with the same reason, and nothing is read anew."""
    async with Pool(1, 30) as pool:
        first = await take(database, PAGES, pool)
    before = await rows(database), await fingerprint(database)
    async with Pool(1, 30, work="tests.pipeline.absent:read") as none:
        second = await take(database, PAGES, none, LATER)
    assert (await rows(database), await fingerprint(database)) == before
    rejected = [(o.source, o.reason, o.message) for o in first if o.state == "rejected"]
    assert [(o.source, o.reason, o.message) for o in second if o.state == "rejected"] == rejected
    assert states(second) == {"known": len(PAGES) - len(rejected), "rejected": len(rejected)}


@pytest.mark.parametrize(("workers", "seed"), [(1, 1), (3, 2)])
async def test_neither_order_nor_workers_matter(sqlite: Database, tmp_path: Path, workers: int, seed: int) -> None:
    """Shuffled documents, taken in two replays by another number of workers, make the same fingerprint."""
    other = Database(f"sqlite+aiosqlite:///{tmp_path}/other.db")
    await upgrade(other)
    shuffled = random.Random(seed).sample(PAGES, len(PAGES))
    async with Pool(2, 30) as pool:
        await take(sqlite, PAGES, pool)
    async with Pool(workers, 30) as pool:
        await take(other, shuffled[:40], pool)
        await take(other, shuffled, pool)
    assert await fingerprint(other) == await fingerprint(sqlite)
    await other.close()


async def test_both_databases_hold_the_same(database: Database) -> None:
    """The fingerprint of the same documents is the same on SQLite and on PostgreSQL."""
    async with Pool(2, 30) as pool:
        await take(database, PAGES[:20], pool)
    assert await fingerprint(database) == await _expected()


async def _expected() -> str:
    """The fingerprint that reading in this process makes."""
    import tempfile

    from service.pipeline.pool import read
    from service.pipeline.run import LIKENESS
    from service.store.admission import admit
    from service.store.rows import Arrival, original

    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/guatu.db")
        await upgrade(database)
        async with database.writing() as connection:
            await admit(connection, [Arrival(original(raw), read(raw)) for raw in PAGES[:20]], NOW, LIKENESS)
        found = await fingerprint(database)
        await database.close()
    return found


async def test_where_and_when_copies_were_seen(database: Database) -> None:
    """Each copy is seen at its sources, first and last; the copies of a content are listed with the document."""
    one, copy = page(story(1), "a.txt"), page(story(1), "b.txt")
    gbk = page(story(1), "c.txt", "gb18030")
    async with Pool(2, 30) as pool:
        assert states(await take(database, [one, copy, gbk], pool)) == {"new": 1, "duplicate": 2}
        assert states(await take(database, [one, page(story(1), "d.txt")], pool, LATER)) == {"known": 1, "duplicate": 1}
    async with database.reading() as connection:
        known = await documents.by_raw(connection, [one_hash(one), one_hash(gbk)])
        [first] = [document.id for document in known.values() if document.state == "processed"]
        seen = [(row["source"], row["first_seen"], row["last_seen"]) for row in await sightings.of(connection, first)]
    assert seen == [("a.txt", NOW, LATER), ("b.txt", NOW, NOW), ("c.txt", NOW, NOW), ("d.txt", LATER, LATER)]


def one_hash(raw: RawDocument) -> str:
    from hashlib import sha256

    return sha256(raw.data).hexdigest()


async def test_harmful_documents_do_not_stop_a_replay(sqlite: Database) -> None:
    """Documents that crash their reader or meet a defect are refused with their reason, tried again, and all others are taken."""
    harm = {hostile.SEGFAULT: "crashed", hostile.DEFECT: "unexpected"}
    bad = [RawDocument(source=f"{reason}.txt", data=data * 20) for data, reason in harm.items()]
    items = [*PAGES[:10], *bad, *PAGES[10:20]]
    async with Pool(2, 30, work=hostile.READ) as pool:
        first, second = await take(sqlite, items, pool), await take(sqlite, bad, pool)
    for outcomes in (first, second):
        assert {(o.source, o.reason) for o in outcomes if o.source[0] in "ctu"} == {
            (f"{reason}.txt", reason) for reason in harm.values()
        }
    assert states(second) == {"rejected": 1, "failed": 1}
    pictures = sum(raw.source.endswith(".bin") for raw in items)
    assert states(first)["rejected"] == pictures + 1
    assert len(first) == len(items)
    async with sqlite.reading() as connection:
        found = await documents.by_raw(connection, [one_hash(raw) for raw in bad])
    assert {known.tries for known in found.values()} == {2}
    async with Pool(1, 30) as pool:
        assert "failed" not in states(await take(sqlite, bad, pool))


async def test_a_row_that_cannot_be_written_costs_only_its_document(database: Database) -> None:
    """Where a database refuses the row of a document, that one is kept as failed and the rest of its batch is written."""
    items = [*PAGES[:3], page(story(500), "unwritable.txt"), *PAGES[3:6]]
    async with Pool(1, 30, work="tests.pipeline.hostile:unwritable") as pool:
        outcomes = await take(database, items, pool)
    assert [(o.source, o.reason) for o in outcomes if o.state == "failed"] == [("unwritable.txt", "unwritable")]
    assert (await rows(database))["documents"] == 7
    async with Pool(1, 30) as pool:
        assert states(await take(database, items[3:4], pool)) == {"new": 1}


async def test_what_gave_no_bytes_is_kept_until_it_does(database: Database) -> None:
    """A source that cannot be read is kept with its reason and tries, and forgotten when it gives its bytes."""
    failure = Failure("a.txt", "unreadable", "cannot be read")
    async with Pool(1, 30) as pool:
        assert states(await take(database, [failure], pool)) == {"rejected": 1}
        await take(database, [failure, PAGES[0]], pool, LATER)
        async with database.reading() as connection:
            [kept] = await failures.all_of_them(connection)
        assert (kept["reason"], kept["tries"], kept["first_seen"], kept["last_seen"]) == ("unreadable", 2, NOW, LATER)
        await take(database, [page(story(3), "a.txt")], pool)
    assert (await rows(database))["failures"] == 0


async def test_a_rehearsal_writes_nothing(database: Database) -> None:
    """A rehearsed replay says what a real one would, and leaves the database as it was."""
    async with Pool(2, 30) as pool:
        await take(database, PAGES[:20], pool)
        before = await rows(database), await fingerprint(database)
        async with database.rehearsal() as storage:
            rehearsed = await take(storage, PAGES, pool)
        assert (await rows(database), await fingerprint(database)) == before
        real = await take(database, PAGES, pool)
    assert states(rehearsed) == states(real)


async def test_no_more_than_a_few_parts_are_on_their_way(sqlite: Database) -> None:
    """However many documents there are, only a bounded number is read ahead of what is written."""
    taken = written = ahead = 0

    def items() -> Iterator[RawDocument]:
        nonlocal taken, ahead
        for number in range(1500):
            taken += 1
            ahead = max(ahead, taken - written)
            yield page(f"第{number}篇没有项目的短文，只为了数一数有多少篇在路上。", f"{number}.txt")

    def report(_: Outcome) -> None:
        nonlocal written
        written += 1

    async with Pool(1, 30) as pool:
        await Pipeline(sqlite, pool, lambda: NOW).take(items(), report)
    assert written == 1500
    assert ahead <= parts.WRITTEN + (3 + 2) * parts.PART


async def test_a_source_that_breaks_ends_the_replay(sqlite: Database) -> None:
    """A defect of a source is not swallowed: the replay ends with it, and no worker is left behind."""

    def items() -> Iterator[RawDocument]:
        yield from PAGES[:40]
        raise ZeroDivisionError

    async with Pool(2, 30) as pool:
        with pytest.raises(ZeroDivisionError):
            await Pipeline(sqlite, pool, lambda: NOW).take(items(), lambda _: None)
        await take(sqlite, PAGES, pool)
