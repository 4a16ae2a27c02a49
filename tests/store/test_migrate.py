"""The migrations, on SQLite and on PostgreSQL."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text, update
from sqlalchemy.engine.interfaces import ReflectedIndex

from service.errors import GuatuError
from service.store import deliveries, watches, webhooks
from service.store.admission import admit
from service.store.database import Database
from service.store.deliveries import Backlog, Told
from service.store.log import Wanted as Records
from service.store.migrate import Progress, downgrade, fit, folder, upgrade
from service.store.tables import metadata, projects
from service.store.terms import terms
from service.store.wanted import Wanted, conditions
from tests.store.articles import LIKENESS, NOW, arrival


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """FTS5 has tables of its own, which are no business of the metadata; what is searched is none on either database."""
    return kind != "table" or not (name or "").startswith(("search", "project_terms"))


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "include_name": _ours}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    others = {index.name for table in metadata.tables.values() for index in table.indexes if index._ddl_if}
    on_sqlite = connection.dialect.name == "sqlite"
    return [one for one in found if not (on_sqlite and one[0] == "add_index" and one[1].name in others)]


def _index(index: ReflectedIndex) -> str:
    options = sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items())
    return f"{index['name']} {index['column_names']} {index['unique']} {options}"


def _details(connection: Connection) -> dict[str, object]:
    """What compare_metadata does not look at: CHECK constraints, foreign keys' names, the columns' order."""
    inspector = inspect(connection)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
            sorted((check["name"] or "", check["sqltext"]) for check in inspector.get_check_constraints(table)),
            sorted(str(key) for key in inspector.get_foreign_keys(table)),
            sorted(_index(index) for index in inspector.get_indexes(table)),
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


async def test_migrations_sum_to_the_tables(database: Database) -> None:
    """After all migrations there is no difference between the database and the tables of the code."""
    async with database.reading() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrations_and_create_all_make_the_same_constraints(database: Database) -> None:
    """Checks, keys, indexes and the columns' order are those that the tables of the code would make."""
    async with database.reading() as connection:
        migrated = await connection.run_sync(_details)
    await downgrade(database)
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    async with database.reading() as connection:
        assert await connection.run_sync(_details) == migrated


async def test_downgrade_leaves_nothing(database: Database) -> None:
    """Downgrading to the base leaves no table but Alembic's own, and upgrading again works."""
    await downgrade(database)
    async with database.reading() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == ["alembic_version"]
    await upgrade(database)
    assert await fit(database) == "current"


async def test_fit_of_an_empty_database(empty_database: Database) -> None:
    """A database without tables is empty, with all of them current, and without Alembic's mark of it behind."""
    assert await fit(empty_database) == "empty"
    await upgrade(empty_database)
    assert await fit(empty_database) == "current"
    await downgrade(empty_database)
    assert await fit(empty_database) == "behind"


async def test_fit_of_a_newer_database(database: Database) -> None:
    """A database of a later Guatu is unknown to this one."""
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert await fit(database) == "unknown"


async def test_upgrade_twice(database: Database) -> None:
    """Upgrading what is current changes nothing."""
    async with database.reading() as connection:
        before = await connection.run_sync(_details)
    await upgrade(database)
    async with database.reading() as connection:
        assert await connection.run_sync(_details) == before


def test_migrations_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The migrations are found whatever the working folder is."""
    monkeypatch.chdir(tmp_path)
    assert (folder() / "env.py").is_file()


async def test_documents_of_an_older_guatu_wait_to_be_read(empty_database: Database) -> None:
    """Facts have one place from 0002 on: what was read before waits in the queue, and after the way back for a replay."""
    await upgrade(empty_database, "0001")
    async with empty_database.writing() as connection:
        await connection.execute(
            text(
                "INSERT INTO documents (raw_sha256, content_sha256, state, tries, first_seen)"
                " VALUES ('a', 'c', 'processed', 1, CURRENT_TIMESTAMP), ('b', NULL, 'new', 1, CURRENT_TIMESTAMP)"
            )
        )

    async def look() -> tuple[set[str], list[str]]:
        async with empty_database.reading() as connection:
            tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
            return set(tables), list(await connection.scalars(text("SELECT state FROM documents")))

    await upgrade(empty_database)
    tables, states = await look()
    assert not {"project_facts", "indicator_facts", "person_facts"} & tables
    assert states == ["new", "new"]
    async with empty_database.reading() as connection:
        assert list(await connection.scalars(text("SELECT document_id FROM queue ORDER BY 1"))) == [1, 2]
    await downgrade(empty_database, "0001")
    tables, states = await look()
    assert {"project_facts", "indicator_facts", "person_facts"} <= tables
    assert "records" not in tables
    assert states == ["new", "new"]


async def test_documents_outlive_days_told(empty_database: Database) -> None:
    """What is stored stays through 0008 and back, without a day that was told."""
    await upgrade(empty_database, "0007")
    async with empty_database.writing() as connection:
        await connection.execute(
            text(
                "INSERT INTO documents (raw_sha256, state, tries, first_seen, published)"
                " VALUES ('a', 'new', 1, CURRENT_TIMESTAMP, '2024-06-12')"
            )
        )

    async def look() -> list[dict[str, object]]:
        async with empty_database.reading() as connection:
            rows = await connection.execute(text("SELECT * FROM documents"))
            return [{str(name): value for name, value in row.items()} for row in rows.mappings()]

    before = await look()
    await upgrade(empty_database)
    assert await look() == [{**row, "told": None} for row in before]
    await downgrade(empty_database, "0007")
    assert await look() == before


async def test_projects_of_an_older_guatu_are_found(empty_database: Database) -> None:
    """What projects are found by is filled in by 0005 as the code would, and on the way back is what it was."""
    row = {
        "words": "海盐船配产业园b3\n某某（集团）公司",
        "province": "浙江省",
        "prefecture": "嘉兴市",
        "county": "海盐县",
    }
    row |= {"status": "signed", "stage": "signed", "section": "C"}
    tags = ("industry:装备制造", "programme:三个一批")
    await upgrade(empty_database, "0004")
    columns = {**row, "id": "1" * 12, "name": "海盐船配产业园b3", "owners": "某某（集团）公司", "investment_order": -1}
    columns |= {"first": "2025-01-01", "latest": "2025-01-01", "changed_at": "2025-01-01 00:00:00", "inferred": False}
    async with empty_database.writing() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        held = (
            {"tags": "\n" + "\n".join(tags) + "\n", "terms": "\n3公\n"} if on_sqlite else {"tags": "{}", "terms": "{}"}
        )
        values = ", ".join(f"'{value}'" for value in (columns | held).values())
        await connection.exec_driver_sql(f"INSERT INTO projects ({', '.join(columns | held)}) VALUES ({values})")
        await connection.execute(update(projects).values(tags=tags))
    await upgrade(empty_database)
    async with empty_database.reading() as connection:
        found = await connection.scalar(select(projects.c.terms))
        wanted = Wanted(
            industry="装备制造", statuses=("signed", "started"), words="配 b3", places=({"county": "海盐县"},)
        )
        assert list(await connection.scalars(select(projects.c.number).where(*conditions(connection, wanted)))) == [1]
    assert found == terms({**row, "tags": tags})
    await downgrade(empty_database, "0004")
    async with empty_database.reading() as connection:
        assert await connection.scalar(select(projects.c.terms)) == tuple(sorted(t for t in found if len(t) == 2))
    await upgrade(empty_database)


async def test_what_waits_for_webhooks_stays(empty_database: Database) -> None:
    """Messages on records outlive the way to watches and back; those on changes, and their webhooks, end with the watches."""
    database, everything = empty_database, webhooks.filters_of({}, Records())
    await upgrade(database)
    async with database.changing() as connection:
        await webhooks.add(connection, "https://example.com", everything, "whsec_", NOW)
    async with database.writing() as connection:
        await admit(connection, [arrival()], NOW, LIKENESS)
    async with database.reading() as connection:
        waiting = await deliveries.due(connection, 1, NOW, 10)
    async with database.changing() as connection:
        watch = await watches.add(connection, "x", watches.filters_of({}, Wanted()), NOW)
        hook = await webhooks.add(connection, "https://example.com", everything, "whsec_", NOW, watch.id)
        await deliveries.enqueue_changes(connection, [Told(hook.id, 1, "e98f334cf07a", b"{}")], NOW)
    await downgrade(database, "0006")
    await upgrade(database)
    async with database.reading() as connection:
        assert [one.id for one in await webhooks.all_of_them(connection)] == [1]
        assert len(waiting) == 3
        assert await deliveries.due(connection, 1, NOW, 10) == waiting
        assert await deliveries.backlogs(connection) == {1: Backlog(waiting=3)}


async def _older(url: str, projects_: int = 5001, documents: int = 501) -> None:
    """A database of 0003 with as many rows as two parts of each migration that rewrites them."""
    database = Database(url)
    await upgrade(database, "0003")
    counted = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
    async with database.writing() as connection:
        none = "{}" if connection.dialect.name == "postgresql" else "\n"
        await connection.exec_driver_sql(
            "INSERT INTO projects (id, name, inferred, tags, investment_order, first, latest, changed_at, owners, words, terms)"
            f" {counted.format(projects_)} SELECT 'p' || i, 'x', TRUE, '{none}', -1, '2025-01-01', '2025-01-01',"
            f" '2025-01-01 00:00:00', '', '海盐产业园' || i, '{none}' FROM n"
        )
        await connection.exec_driver_sql(
            "INSERT INTO documents (raw_sha256, content_sha256, state, tries, first_seen, title)"
            f" {counted.format(documents)} SELECT 'r' || i, 'c' || i, 'processed', 1, '2025-01-01 00:00:00', '嘉善' || i FROM n"
        )
    await database.close()


async def _is_whole(database: Database) -> None:
    """Each project and each article of an older database is found, once."""
    async with database.reading() as connection:
        words = conditions(connection, Wanted(words="海盐产业"))
        assert sorted(await connection.scalars(select(projects.c.number).where(*words))) == list(range(1, 5002))
        on_sqlite = connection.dialect.name == "sqlite"
        has = "search_articles MATCH '嘉善'" if on_sqlite else "tokens @@ '嘉善'::tsquery"
        found = await connection.scalars(text(f"SELECT rowid FROM search_articles WHERE {has} ORDER BY rowid"))
        assert list(found) == list(range(1, 502))
        assert "migrating" not in await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert await fit(database) == "current"


KILLED = """
import asyncio, os, signal, sys
from service.store.database import Database
from service.store.migrate import upgrade
def tell(progress):
    if (progress.revision, progress.last) == (sys.argv[2], int(sys.argv[3])):
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(upgrade(Database(sys.argv[1]), tell=tell))
"""


async def test_a_killed_migration_goes_on_where_it_was(database_url: str) -> None:
    """Killed after a part of a migration, the next upgrade does the parts that are left, and all is as without the kill."""
    await _older(database_url)
    for revision, last in (("0005", 5000), ("0006", 500)):
        killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, database_url, revision, str(last))
        assert await killed.wait() == -signal.SIGKILL
    told: list[Progress] = []
    database = Database(database_url)
    assert await fit(database) == "behind"
    await upgrade(database, tell=told.append)
    assert told[:2] == [Progress("0006", 501, 501), Progress("0006", None, None)]
    await _is_whole(database)
    await database.close()


async def test_no_way_back_from_half_way(database_url: str) -> None:
    """Where a migration was stopped half way, going back says what to do first, and changes nothing; that done, it works."""
    await _older(database_url)
    database = Database(database_url)

    def stop(progress: Progress) -> None:
        if progress.last:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await upgrade(database, tell=stop)
    with pytest.raises(GuatuError, match="migration 0005 was stopped half way: run guatu migrate"):
        await downgrade(database, "0003")
    await upgrade(database)
    await _is_whole(database)
    await downgrade(database, "0003")
    await database.close()


async def test_two_that_migrate_at_once_take_turns(database_url: str) -> None:
    """Of two upgrades at the same time each part is done by one, and both end with the newest tables."""
    await _older(database_url)
    told: list[Progress] = []
    one, other = Database(database_url), Database(database_url)
    await asyncio.gather(upgrade(one, tell=told.append), upgrade(other, tell=told.append))
    done = [Progress(revision, None, None) for revision in ("0004", "0005", "0006", "0007", "0008")]
    parts = [("0005", 5000, 5001), ("0005", 5001, 5001), ("0006", 500, 501), ("0006", 501, 501)]
    assert sorted(told, key=str) == sorted([*done, *(Progress(*part) for part in parts)], key=str)
    for database in (one, other):
        await _is_whole(database)
        await database.close()
