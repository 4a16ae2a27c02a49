"""Folders in which things are dropped: real files, real events, real databases."""

import asyncio
import datetime as dt
import errno
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from service.pipeline import inbox as inbox_of
from service.pipeline.habits import Habits
from service.sources.inbox import Stamp
from service.store import queue, sources
from service.store.database import Database
from service.store.tables import documents, failures, files
from service.store.tables import queue as queue_table
from service.worker.folders import Folders
from tests.sources.helpers import zip_bytes
from tests.worker.sites import QUICK, add, kept, source, until, utc, worker

ARTICLE = "海宁市半导体产业园项目主体封顶，总投资{}亿元。"
SLOW = replace(QUICK, scan=dt.timedelta(hours=1))
SOON = replace(QUICK, scan=dt.timedelta(seconds=0.2))


@asynccontextmanager
async def watching(database: Database, habits: Habits = SLOW, name: str = "one") -> AsyncIterator[None]:
    """A worker that watches folders; cancelled in the end, as when it is stopped."""
    one = worker(database, name=name)
    task = asyncio.create_task(Folders(one, habits).run())
    try:
        yield
    finally:
        one.stopping.set()
        await asyncio.wait_for(task, 10)


async def taken(database: Database) -> set[str]:
    return {Path(where).name for where in await kept(database)}


async def scanned(database: Database, id_: int) -> bool:
    return (await source(database, id_)).last_success is not None


async def reasons(database: Database) -> dict[str, str]:
    async with database.reading() as connection:
        return {Path(row.source).name: row.reason for row in await connection.execute(select(failures))}


def write(path: Path, number: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ARTICLE.format(number))
    return path


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def old(*paths: Path) -> None:
    """As if they had been written long ago."""
    for path in paths:
        os.utime(path, (1e9, 1e9))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


async def test_what_lies_there_and_what_is_dropped(database: Database, inbox: Path) -> None:
    """Files that lie in the folder are taken at the start, and by their events those that are dropped, also in new folders,
    moved in or renamed."""
    write(inbox / "old.txt", 1)
    id_ = await add(database, "folder", str(inbox))
    async with watching(database):
        await until(lambda: scanned(database, id_))
        await until(lambda: _has(database, {"old.txt"}))
        write(inbox / "new.txt", 2)
        write(inbox / "deep" / "er" / "deep.txt", 3)
        write(inbox / "renamed.txt.part", 4).rename(inbox / "renamed.txt")
        whole = write(inbox.parent / "elsewhere" / "moved.txt", 5).parent
        whole.rename(inbox / "moved")
        await until(lambda: _has(database, {"old.txt", "new.txt", "deep.txt", "renamed.txt", "moved.txt"}))
    async with database.reading() as connection:
        rows = (await connection.execute(select(queue_table.c.priority))).scalars().all()
        given = set(await connection.scalars(select(documents.c.source_id)))
    assert set(rows) == {queue.LIVE}
    assert given == {id_}


async def _has(database: Database, names: set[str]) -> bool:
    return await taken(database) == names


async def test_taken_once_and_again_when_it_changes(sqlite: Database, inbox: Path) -> None:
    """What was taken is remembered over a restart; a file that changes is taken again."""
    one, two = write(inbox / "one.txt", 1), write(inbox / "two.txt", 2)
    id_ = await add(sqlite, "folder", str(inbox))
    async with watching(sqlite):
        await until(lambda: _count(sqlite, 2))
    async with sqlite.reading() as connection:
        before = {row.path: row.taken_at for row in await connection.execute(select(files))}
    write(two, 22)
    async with watching(sqlite, SOON):
        await until(lambda: _count(sqlite, 3))
        at = (await source(sqlite, id_)).last_success
        await until(lambda: _scanned_since(sqlite, id_, at))
    async with sqlite.reading() as connection:
        after = {row.path: row.taken_at for row in await connection.execute(select(files))}
    assert after[str(one)] == before[str(one)]
    assert after[str(two)] > before[str(two)]


async def _count(database: Database, count: int) -> bool:
    return len(await kept(database)) == count


async def _scanned_since(database: Database, id_: int, at: dt.datetime | None) -> bool:
    last = (await source(database, id_)).last_success
    return last is not None and (at is None or last > at)


async def test_hidden_partial_and_sidecar_files_are_left_alone(sqlite: Database, inbox: Path) -> None:
    """Names that say hidden, still being written, or beside an article are never taken; unknown kinds are noted once."""
    for name in (".hidden.txt", "a.txt.part", "b.tmp", "c.txt~", "~$d.txt", "e.crdownload", "README.md", "odd.bin"):
        write(inbox / name)
    write(inbox / "article.html", 7)
    (inbox / "article.json").write_text('{"title": "beside", "content": "an article"}')
    write(inbox / ".git" / "inside.txt")
    id_ = await add(sqlite, "folder", str(inbox))
    async with watching(sqlite, SOON):
        await until(lambda: _has(sqlite, {"article.html"}))
        at = (await source(sqlite, id_)).last_success
        await until(lambda: _scanned_since(sqlite, id_, at))
    assert await taken(sqlite) == {"article.html"}
    assert await reasons(sqlite) == {"odd.bin": "unsupported"}


async def test_a_file_that_is_still_written_is_waited_for(sqlite: Database, inbox: Path) -> None:
    """A file that grows is taken when it is whole, and only then."""
    id_ = await add(sqlite, "folder", str(inbox))
    async with watching(sqlite):
        await until(lambda: scanned(sqlite, id_))
        for number in range(8):
            append(inbox / "grows.txt", ARTICLE.format(number))
            await asyncio.sleep(0.1)
        await until(lambda: _count(sqlite, 1))
    async with sqlite.reading() as connection:
        (size,) = await connection.scalars(select(files.c.size))
    assert size == (inbox / "grows.txt").stat().st_size


async def test_containers_go_behind(database: Database, inbox: Path) -> None:
    """An archive's members, a feed's entries and the lines of an NDJSON are documents of their own; more than a few of
    them wait behind what is live."""
    (inbox / "many.zip").write_bytes(zip_bytes({f"{n}.txt": ARTICLE.format(n).encode() for n in range(40)}))
    (inbox / "lines.ndjson").write_text("\n".join(f'{{"title": "t{n}", "content": "正文{n}"}}' for n in range(3)))
    write(inbox / "live.txt", 1000)
    old(inbox / "many.zip", inbox / "lines.ndjson", inbox / "live.txt")
    await add(database, "folder", str(inbox))
    async with watching(database):
        await until(lambda: _count(database, 44))
    async with database.reading() as connection:
        rows = await connection.execute(
            select(documents.c.source, queue_table.c.priority).join_from(documents, queue_table)
        )
        priorities = {row.source: row.priority for row in rows}
    assert {p for where, p in priorities.items() if "many.zip" in where} == {queue.BULK}
    assert priorities[str(inbox / "live.txt")] == queue.LIVE


async def test_bulk_waits_for_the_queue(sqlite: Database, inbox: Path) -> None:
    """While much waits to be read, an archive waits too, and a file dropped beside it does not."""
    (inbox / "many.zip").write_bytes(zip_bytes({f"{n}.txt": ARTICLE.format(n).encode() for n in range(200)}))
    old(inbox / "many.zip")
    id_ = await add(sqlite, "folder", str(inbox))
    async with watching(sqlite, replace(SLOW, queue=40)):
        await until(lambda: scanned(sqlite, id_))
        await until(lambda: _count(sqlite, 64))
        write(inbox / "live.txt", 1000)
        await until(lambda: _count(sqlite, 65))
        assert "live.txt" in await taken(sqlite)
        async with sqlite.changing() as connection:
            await connection.execute(queue_table.delete())
        await until(lambda: _more_than(sqlite, 65))


async def _more_than(database: Database, count: int) -> bool:
    return len(await kept(database)) > count


async def test_an_unreadable_archive_is_noted_and_tried_when_it_changes(sqlite: Database, inbox: Path) -> None:
    """A damaged archive is a failure with its reason; mended, it is taken and the failure is gone."""
    good = zip_bytes({"a.txt": ARTICLE.format(1).encode()})
    (inbox / "bad.zip").write_bytes(good[:-30])
    old(inbox / "bad.zip")
    await add(sqlite, "folder", str(inbox))

    async def noted() -> bool:
        return await reasons(sqlite) == {"bad.zip": "bad_archive"}

    async with watching(sqlite):
        await until(noted)
        (inbox / "mended").write_bytes(good)
        (inbox / "mended").rename(inbox / "bad.zip")
        await until(lambda: _count(sqlite, 1))


async def test_nothing_is_deleted_unless_it_is_wished(sqlite: Database, inbox: Path) -> None:
    """With `remove` a file is deleted once its documents are stored; one that was not read well stays, and so do all
    without the option."""
    stays, goes = inbox / "stays", inbox / "goes"
    write(stays / "a.txt", 1), write(goes / "b.txt", 2), write(goes / "odd.bin")
    await add(sqlite, "folder", str(stays))
    await add(sqlite, "folder", str(goes), remove=True)

    async def gone() -> bool:
        return not (goes / "b.txt").exists()

    async with watching(sqlite):
        await until(gone)
        await until(lambda: _has(sqlite, {"a.txt", "b.txt"}))
    assert (stays / "a.txt").exists()
    assert (goes / "odd.bin").exists()


async def test_taken_files_are_moved_where_the_operator_wants_them(sqlite: Database, inbox: Path) -> None:
    """With `move_to` a file goes there once it is stored, the record beside it too, to its place below the folder and under
    another name where that is taken; what lies there is not taken, though it lies within the folder."""
    done = inbox / "done"
    done.mkdir()
    (done / "a.txt").write_text("an older one")
    write(inbox / "a.txt", 1), write(inbox / "deep" / "b.html", 2), write(inbox / "odd.bin")
    (inbox / "deep" / "b.json").write_text('{"title": "beside"}')
    await add(sqlite, "folder", str(inbox), move_to=str(done))

    async with watching(sqlite, SOON):
        await until(lambda: _there(done / "a-2.txt", done / "deep" / "b.html"))
        write(inbox / "c.txt", 3)
        await until(lambda: _there(done / "c.txt"))
        await asyncio.sleep(0.5)  # another scan, and the events of the moves
    assert await taken(sqlite) == {"a.txt", "b.html", "c.txt"}
    assert await reasons(sqlite) == {"odd.bin": "unsupported"}
    assert (done / "a.txt").read_text() == "an older one"
    assert (done / "a-2.txt").read_text() == ARTICLE.format(1)
    assert (done / "deep" / "b.json").exists()
    assert sorted(os.listdir(inbox)) == ["deep", "done", "odd.bin"]
    assert os.listdir(inbox / "deep") == []


async def test_a_crash_before_the_move_loses_nothing(sqlite: Database, inbox: Path) -> None:
    """A file whose documents are stored and that was not moved is found again, moved, and gives no second document."""
    done = inbox.parent / "done"
    write(inbox / "a.txt", 1)
    id_ = await add(sqlite, "folder", str(inbox))
    found = [(inbox / "a.txt", Stamp(*_stamp(inbox / "a.txt")))]
    count, _ = await inbox_of.take(sqlite, id_, found, utc, _room, bulk=False, keep=False)
    assert (count, len(await kept(sqlite))) == (1, 1)
    async with sqlite.changing() as connection:
        spec = (await sources.one(connection, id_)).spec.model_copy(update={"move_to": str(done)})
        await sources.change(connection, id_, spec, utc())

    async def alarmed() -> bool:
        return "is no folder" in ((await source(sqlite, id_)).error or "")

    async with watching(sqlite, SOON):
        await until(alarmed)
        assert (inbox / "a.txt").exists()
        done.mkdir()
        await until(lambda: _there(done / "a.txt"))
    assert len(await kept(sqlite)) == 1
    assert not (inbox / "a.txt").exists()


async def test_a_move_that_fails_is_an_alarm(sqlite: Database, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a stored file cannot be moved the source says why; once it can be, the file is moved and gives nothing new."""
    done = inbox.parent / "done"
    done.mkdir()
    write(inbox / "a.txt", 1)
    id_ = await add(sqlite, "folder", str(inbox), move_to=str(done))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "a.txt")

    async def alarmed() -> bool:
        one = await source(sqlite, id_)
        return bool(one.poll.get("alarm")) and f"cannot be moved to {done}: No space" in (one.error or "")

    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", full)
        async with watching(sqlite, SOON):
            await until(alarmed)
    assert (inbox / "a.txt").exists()
    async with watching(sqlite, SOON):
        await until(lambda: _there(done / "a.txt"))
    assert len(await kept(sqlite)) == 1


async def _there(*paths: Path) -> bool:
    return all(path.exists() for path in paths)


def _stamp(path: Path) -> tuple[int, int]:
    return path.stat().st_size, path.stat().st_mtime_ns


async def _room() -> None: ...


async def test_a_folder_that_is_not_there_is_an_alarm(sqlite: Database, inbox: Path) -> None:
    """A folder that vanishes raises the alarm and is taken up again when it is back; others go on."""
    other = inbox.parent / "other"
    other.mkdir()
    gone, well = await add(sqlite, "folder", str(inbox)), await add(sqlite, "folder", str(other))

    async def alarmed() -> bool:
        one = await source(sqlite, gone)
        failed = one.failures > 0 and "no folder" in (one.error or "") and one.poll.get("reason") == "folder"
        return bool(one.poll.get("alarm")) and failed

    async with watching(sqlite, SOON):
        await until(lambda: scanned(sqlite, gone))
        shutil.rmtree(inbox)
        await until(alarmed)
        write(other / "a.txt", 1)
        await until(lambda: _has(sqlite, {"a.txt"}))
        write(inbox / "b.txt", 2)
        await until(lambda: _has(sqlite, {"a.txt", "b.txt"}))
    assert (await source(sqlite, gone)).error is None
    assert (await source(sqlite, well)).failures == 0


async def test_pausing_ends_the_watch_and_resuming_begins_it(sqlite: Database, inbox: Path) -> None:
    """A folder that is paused gives nothing, and what was dropped meanwhile when it is resumed."""
    id_ = await add(sqlite, "folder", str(inbox))

    async def set_state(state: sources.State) -> None:
        async with sqlite.changing() as connection:
            await sources.set_state(connection, id_, state, utc())

    async def free() -> bool:
        return (await source(sqlite, id_)).worker is None

    async with watching(sqlite):
        await until(lambda: scanned(sqlite, id_))
        await set_state("paused")
        await until(free)
        write(inbox / "a.txt", 1)
        await asyncio.sleep(0.6)
        assert await kept(sqlite) == []
        await set_state("active")
        await until(lambda: _count(sqlite, 1))


async def test_one_worker_has_a_folder(database: Database, inbox: Path) -> None:
    """Of two workers one watches a folder; when it stops the other takes over."""
    id_ = await add(database, "folder", str(inbox))
    async with watching(database, name="two"):
        async with watching(database, name="one"):
            await until(lambda: scanned(database, id_))
            first = (await source(database, id_)).worker
            if first == "one":
                write(inbox / "a.txt", 1)
                await until(lambda: _count(database, 1))
        write(inbox / "b.txt", 2)
        await until(lambda: _holds(database, id_, "two"))
        await until(lambda: _more_than(database, 0))
    assert first in ("one", "two")


async def _holds(database: Database, id_: int, name: str) -> bool:
    return (await source(database, id_)).worker == name
