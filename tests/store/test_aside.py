"""A copy of the database, to be written to in vain."""

import asyncio
import resource
import signal
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from service.errors import RetryLater
from service.store.admission import admit
from service.store.aside import aside
from service.store.database import Database, Storage
from service.store.facts import fingerprint
from service.store.failures import record
from service.store.tables import documents, touched
from tests.store.articles import LIKENESS, NOW, STORY, arrival


async def enter(storage: Storage, text: str) -> None:
    async with storage.writing() as connection:
        await admit(connection, [arrival(text)], NOW, LIKENESS)


async def said(storage: Storage) -> tuple[str, list[str]]:
    async with storage.reading() as connection:
        titles = await connection.scalars(select(documents.c.raw_sha256).order_by(documents.c.id))
        return await fingerprint(connection), list(titles)


async def test_the_copy_and_the_database_go_their_own_ways(database: Database) -> None:
    """The copy has what was there when it was made. Nothing that is written to one is in the other, and neither waits: both
    write while a transaction of the other is open."""
    await enter(database, STORY)
    before = await said(database)
    async with aside(database) as copy:
        assert await said(copy) == before
        async with asyncio.timeout(10):
            async with database.writing() as live, copy.writing() as mine:
                await mine.execute(update(documents).values(title="x"))
                await admit(live, [arrival(STORY + "县委书记出席。")], NOW, LIKENESS)
            async with copy.writing() as mine:
                await mine.execute(update(documents).values(title="y"))
                await enter(database, STORY + "副县长出席。")
        assert len((await said(copy))[1]) == 1
        async with copy.reading() as connection:
            assert await connection.scalar(select(documents.c.title)) == "y"
    async with database.reading() as connection:
        assert set(await connection.scalars(select(documents.c.title))) == {"海盐集中开工"}
    assert len((await said(database))[1]) == 3


async def test_rows_of_the_copy_are_numbered_behind_those_it_has(database: Database) -> None:
    """What is new in the copy gets numbers of its own, and takes none from the database."""

    async def add(storage: Storage) -> int | None:
        async with storage.writing() as connection:
            number: int | None = await connection.scalar(
                insert(touched).values(content_sha256="a").returning(touched.c.id)
            )
            return number

    assert [await add(database), await add(database)] == [1, 2]
    async with aside(database) as copy:
        assert [await add(copy), await add(copy)] == [3, 4]
    assert await add(database) == 3


async def test_postgresql_itself_refuses_to_write_to_what_is_only_read(database: Database) -> None:
    """What has no copy on PostgreSQL cannot be written to; on SQLite everything is a copy."""
    async with aside(database) as copy:
        if database.file is None:
            with pytest.raises(RetryLater, match="read-only"):
                async with copy.writing() as connection:
                    await record(connection, [("a", "empty", "x")], NOW)
            async with copy.reading() as connection:
                assert await connection.scalar(select(documents.c.id)) is None


@contextmanager
def no_room(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    told = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, told)


async def test_no_room_for_the_copy(sqlite: Database) -> None:
    """Where a copy has no room, the error says where it was to be and how to name another place."""
    with pytest.raises(RetryLater, match="TMPDIR"), no_room(100_000):
        async with aside(sqlite):
            pass


async def test_no_folder_for_the_copy(sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no folder for temporary files, the error says how to name one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(RetryLater, match="TMPDIR names one"):
        async with aside(sqlite):
            pass


async def test_a_copy_beside_a_writer(sqlite: Database, tmp_path: Path) -> None:
    """A database that is written to all the time is copied all the same, as it was at one moment."""
    assert sqlite.file
    with closing(sqlite3.connect(sqlite.file)) as filling:
        filling.execute("CREATE TABLE large (n INTEGER, value BLOB)")
        filling.executemany("INSERT INTO large VALUES (0, ?)", [(bytes(100_000),)] * 1500)
        filling.commit()
    over = threading.Event()

    def write(file: Path) -> None:
        with closing(sqlite3.connect(file, timeout=30)) as writing:
            while not over.is_set():
                writing.execute("UPDATE large SET n = n + 1")
                writing.commit()

    thread = threading.Thread(target=write, args=(sqlite.file,))
    thread.start()
    try:
        async with asyncio.timeout(60), aside(sqlite) as copy, copy.reading() as connection:
            seen = set((await connection.exec_driver_sql("SELECT n FROM large")).scalars())
            assert (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar() == "ok"
    finally:
        over.set()
        thread.join()
    assert len(seen) == 1
