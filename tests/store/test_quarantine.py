"""What was not taken, and its second chance."""

import pytest
from sqlalchemy import select

from service.errors import NotFound
from service.models import RawDocument
from service.pipeline.pool import Pool
from service.sources import Failure
from service.store import quarantine
from service.store.database import Database
from service.store.quarantine import Held, Which
from service.store.tables import documents, failures, queue
from tests.pipeline import hostile
from tests.pipeline.pages import page, story
from tests.pipeline.test_run import NOW, take

PICTURES = [RawDocument(source=f"{n}.png", data=b"\x89PNG\r\n\x1a\n" + bytes(40 + n)) for n in range(3)]
DEFECT = RawDocument(source="defect.txt", data=hostile.DEFECT * 20)
GONE = [Failure(f"{n}.zip", "bad_archive", "not an archive") for n in range(2)]


@pytest.fixture
async def held(database: Database) -> Database:
    """A database with three rejected documents, one that failed, two sources without bytes, and one good document."""
    async with Pool(1, 30, work=hostile.READ) as pool:
        await take(database, [*PICTURES, DEFECT, page(story(1), "good.txt"), *GONE], pool)
    return database


async def listed(database: Database, which: Which = Which(), limit: int = 50, after: str | None = None) -> list[Held]:  # noqa: B008
    async with database.reading() as connection:
        return await quarantine.page(connection, which, limit, after)


async def test_everything_is_listed_page_by_page(held: Database) -> None:
    """Documents come newest first, then sources by name; pages of any size join without a gap or a double."""
    everything = await listed(held)
    assert [one.source for one in everything if one.document_id is None] == ["0.zip", "1.zip"]
    ids = [one.document_id for one in everything if one.document_id is not None]
    assert ids == sorted(ids, reverse=True)
    assert {one.source for one in everything} == {f"{n}.png" for n in range(3)} | {"defect.txt", "0.zip", "1.zip"}
    for size in (1, 2, 5):
        paged: list[Held] = []
        while found := await listed(held, Which(), size, paged[-1].key if paged else None):
            paged += found
        assert paged == everything


async def test_it_is_filtered_and_counted(held: Database) -> None:
    """A state or a reason finds its own, and the counts add up to all."""
    assert {one.source for one in await listed(held, Which(state="failed"))} == {"defect.txt"}
    assert [one.source for one in await listed(held, Which(reason="bad_archive"))] == ["0.zip", "1.zip"]
    assert not await listed(held, Which(source_id=7))
    async with held.reading() as connection:
        assert await quarantine.reasons(connection) == [
            ("rejected", "not_text", 3),
            ("no_bytes", "bad_archive", 2),
            ("failed", "unexpected", 1),
        ]


async def test_one_is_shown_with_its_message(held: Database) -> None:
    """A key finds what it names, with the sentence that says why; a good document is not there."""
    (failed,) = await listed(held, Which(state="failed"))
    async with held.reading() as connection:
        assert await quarantine.one(connection, failed.key) == failed
        assert (await quarantine.one(connection, "source:0.zip")).message == "not an archive"
        assert "KeyError" in failed.message
        good = await connection.scalar(select(documents.c.id).where(documents.c.state == "processed"))
        for key in (f"document:{good}", "source:good.txt", "nonsense", "document:99999999999999999999"):
            with pytest.raises(NotFound):
                await quarantine.one(connection, key)


async def test_release_queues_documents_and_forgets_sources(held: Database) -> None:
    """What is released waits again as if it were new, once; a source's failure is forgotten; the rest stays."""
    (failed,) = await listed(held, Which(state="failed"))
    async with held.writing() as connection:
        assert await quarantine.release(connection, NOW, [failed.key, failed.key, "source:0.zip"]) == 2
        assert await quarantine.release(connection, NOW, [failed.key]) == 0
        assert list(await connection.scalars(select(queue.c.document_id))) == [failed.document_id]
        assert list(await connection.scalars(select(failures.c.source))) == ["1.zip"]
        row = (await connection.execute(select(documents).where(documents.c.id == failed.document_id))).one()
    assert (row.state, row.reason, row.message) == ("new", None, None)
    async with held.writing() as connection:
        assert await quarantine.release(connection, NOW, which=Which(reason="not_text")) == 3
    assert [one.source for one in await listed(held)] == ["1.zip"]
    async with held.writing() as connection:
        assert await quarantine.release(connection, NOW, which=Which()) == 1
    assert not await listed(held)
