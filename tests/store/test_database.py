"""How a database is opened and written."""

import asyncio
import threading
from collections.abc import Sequence

import asyncpg
import pytest
from sqlalchemy import event, text

from service.errors import RetryLater
from service.store import documents, mentions, postgresql
from service.store.database import Database, Unwritable
from tests.api.serving import take


async def test_sqlite_is_set_up(sqlite: Database) -> None:
    """SQLite writes ahead, checks foreign keys and waits for a writer instead of failing."""
    async with sqlite.reading() as connection:
        found = {
            pragma: await connection.scalar(text(f"PRAGMA {pragma}"))
            for pragma in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000, "synchronous": 1}


async def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    """What was written before an error in the same transaction is not there afterwards."""
    add = text("INSERT INTO failures VALUES ('a', 'r', 'm', 1, '2024-01-01 00:00:00', '2024-01-01 00:00:00')")

    async def write_and_fail() -> None:
        async with database.writing() as connection:
            await connection.execute(add)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM failures")) == 0


async def test_writers_take_turns(database: Database) -> None:
    """Writers that read first and write what they computed never overwrite each other."""
    async with database.writing() as connection:
        await connection.execute(
            text("INSERT INTO failures VALUES ('a', 'r', 'm', 0, '2024-01-01 00:00:00', '2024-01-01 00:00:00')")
        )

    async def add_one() -> None:
        async with database.writing() as connection:
            tries = await connection.scalar(text("SELECT tries FROM failures"))
            await asyncio.sleep(0.005)
            await connection.execute(text("UPDATE failures SET tries = :tries"), {"tries": tries + 1})

    await asyncio.gather(*(add_one() for _ in range(10)))
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT tries FROM failures")) == 10


async def test_a_row_at_fault_is_told_from_a_database_at_fault(database: Database) -> None:
    """A value that no database takes is the row's fault, whichever driver notices."""

    async def write() -> None:
        async with database.writing() as connection:
            await connection.execute(text("UPDATE failures SET reason = :reason"), {"reason": "\ud800"})

    with pytest.raises(Unwritable):
        await write()


async def test_reading_is_one_view(database: Database) -> None:
    """What others commit while one reads is not seen before the next reading."""
    add = text("INSERT INTO failures VALUES ('a', 'r', 'm', 1, '2024-01-01 00:00:00', '2024-01-01 00:00:00')")
    count = text("SELECT count(*) FROM failures")
    async with database.reading() as reader:
        before = await reader.scalar(count)
        async with database.writing() as connection:
            await connection.execute(add)
        assert (before, await reader.scalar(count)) == (0, 0)
    async with database.reading() as reader:
        assert await reader.scalar(count) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_connection_that_died_idle_is_replaced(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that the server has ended while they lay idle are replaced before anyone uses them."""
    monkeypatch.setattr(postgresql, "_IDLE", 0.0)
    async with database.reading() as one, database.reading() as two:
        ends = [await connection.scalar(text("SELECT pg_backend_pid()")) for connection in (one, two)]
    other = Database(database.engine.url.render_as_string(hide_password=False))
    async with other.changing() as connection:
        for end in ends:
            await connection.execute(text("SELECT pg_terminate_backend(:end)"), {"end": end})
    await other.close()
    for _ in range(3):
        async with database.reading() as connection:
            assert await connection.scalar(text("SELECT pg_backend_pid()")) not in ends


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("count", [1, 4, 5, 10])
async def test_many_rows_go_a_few_at_a_time(database: Database, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """However many rows are written at once, by SQLAlchemy or past it, so many at the most go to the server, each once."""
    sent: list[int] = []
    executemany = asyncpg.Connection.executemany

    async def seen(self: object, command: str, args: Sequence[object], **more: object) -> None:
        sent.append(len(args))
        await executemany(self, command, args, **more)

    monkeypatch.setattr(asyncpg.Connection, "executemany", seen)
    rows = [{"id": number, "again": number} for number in range(count)]
    async with database.changing() as connection:
        await connection.exec_driver_sql("CREATE TEMPORARY TABLE few (id bigint PRIMARY KEY, again bigint)")
        await connection.execute(text("INSERT INTO few VALUES (:id, :again)"), rows)
        if count > 1:
            assert sent == [
                *[postgresql._ROWS] * (count // postgresql._ROWS),
                *filter(None, [count % postgresql._ROWS]),
            ]
        await connection.exec_driver_sql("INSERT INTO few VALUES ($1 + 100, $2)", [(n, n) for n in range(count)])
        assert list(await connection.scalars(text("SELECT id FROM few ORDER BY id"))) == [
            *range(count),
            *range(100, 100 + count),
        ]
    assert max(sent, default=0) <= postgresql._ROWS


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_row_at_fault_among_many_spoils_them_all(database: Database) -> None:
    """Where one of many rows is at fault, those that went before it are not kept either."""
    rows = [{"source": str(number), "tries": number if number < 9 else None} for number in range(10)]
    add = text("INSERT INTO failures VALUES (:source, 'r', 'm', :tries, '2024-01-01 00:00:00', '2024-01-01 00:00:00')")

    async def write() -> None:
        async with database.changing() as connection:
            await connection.execute(add, rows)

    with pytest.raises(Unwritable):
        await write()
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM failures")) == 0


async def test_opening_that_is_cut_off_leaves_nothing_open(sqlite: Database) -> None:
    """A client that leaves while a connection for it is being opened costs neither the connection nor its thread."""
    running = set(threading.enumerate())

    async def read() -> None:
        async with sqlite.reading() as connection:
            await connection.execute(text("SELECT 1"))

    for step in range(100):
        reading = asyncio.ensure_future(read())
        await asyncio.wait({reading}, timeout=step / 20_000)
        reading.cancel()
        await asyncio.wait({reading})
        await sqlite.close()
    for thread in set(threading.enumerate()) - running:
        thread.join(1)
    assert set(threading.enumerate()) <= running


async def test_closing_is_never_cut_off(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """A client that leaves while its connection is being closed, once or twice, costs no connection, and nothing is logged."""
    opened: list[object] = []
    event.listen(database.engine.sync_engine, "connect", lambda connection, _record: opened.append(connection))

    async def read(asked: asyncio.Event) -> None:
        async with database.reading() as connection:
            await connection.execute(text("SELECT 1"))
            asked.set()

    for step in range(100):
        asked = asyncio.Event()
        reading = asyncio.ensure_future(read(asked))
        await asked.wait()
        for _ in range(2):
            for _ in range(step % 10):
                await asyncio.sleep(0)
            reading.cancel()
        await asyncio.wait({reading})
    assert len(opened) <= 1
    assert not caplog.records


async def test_a_transaction_that_does_nothing_leaves_nothing(sqlite: Database) -> None:
    """A reading that asks nothing, and a statement that fails, leave the connection as it was for the next."""
    async with sqlite.reading():
        pass
    for _ in range(2):
        with pytest.raises(RetryLater, match="no such table"):
            async with sqlite.reading() as connection:
                await connection.execute(text("SELECT * FROM nowhere"))
        async with sqlite.writing() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM failures")) == 0


async def test_few_are_found_among_many_that_stand(sqlite: Database) -> None:
    """A document is found by its content in the index of contents, without statistics too, though nearly all documents stand."""
    plans = []

    @event.listens_for(sqlite.engine.sync_engine, "before_cursor_execute", retval=True)
    def explained(
        _c: object, _cur: object, statement: str, given: tuple[str, ...], _x: object, _m: object
    ) -> tuple[str, tuple[str, ...]]:
        if statement.startswith("SELECT documents.id"):
            plans.append((statement, given))
        return statement, given

    await take(sqlite, ["海南省琼海市嘉积中学改扩建项目今日签约，总投资8600万元。"])
    async with sqlite.reading() as connection:
        record = await connection.scalar(text("SELECT min(id) FROM records WHERE kind = 'project'"))
        assert (told := await mentions.told(connection, [record]))
        asked = [plans[-1]]
        assert await documents.standing_for(connection, [told[0]["content_sha256"]])
        for statement, given in (*asked, plans[-1]):
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            assert "USING INDEX uq_documents_standing (content_sha256=?)" in plan.mappings().all()[0]["detail"]
