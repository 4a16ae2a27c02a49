"""What the settings build."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from service import bootstrap
from service.errors import GuatuError, NotFound
from service.store.migrate import fit, upgrade


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, empty: the default database is a file of it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GUATU_DATABASE_URL", raising=False)
    return tmp_path


async def test_a_database_that_is_not_there_is_made_only_for_who_fills_it(folder: Path) -> None:
    """Reading makes no empty file; writing makes one with its tables."""
    with pytest.raises(NotFound, match="guatu replay"):
        async with bootstrap.database():
            pass
    assert os.listdir(folder) == []
    async with bootstrap.database(create=True) as made:
        assert await fit(made) == "current"
    async with bootstrap.database() as found:
        assert await fit(found) == "current"


@pytest.mark.parametrize(("version", "said"), [("0000", "newer"), (None, "older")])
async def test_a_database_of_another_version_is_refused(version: str | None, said: str) -> None:
    """Tables of another Guatu are not touched; the message says what to do."""
    async with bootstrap.database(create=True) as made, made.writing() as connection:
        await connection.execute(text("DELETE FROM alembic_version"))
        if version:
            await connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
    with pytest.raises(GuatuError, match=said):
        async with bootstrap.database(create=True):
            pass


async def test_an_empty_postgresql_is_not_migrated_by_the_way(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only an SQLite file is made ready on the way; a PostgreSQL is migrated by `guatu migrate` alone."""
    monkeypatch.setenv("GUATU_DATABASE_URL", database_url)
    if "sqlite" in database_url:
        async with bootstrap.database(create=True) as opened:
            assert await fit(opened) == "current"
        return
    with pytest.raises(GuatuError, match="guatu migrate"):
        async with bootstrap.database(create=True):
            pass
    async with bootstrap.database(ready=False) as opened:
        await upgrade(opened)
    async with bootstrap.database():
        pass


async def test_a_rehearsal_makes_no_file(folder: Path) -> None:
    """A rehearsal without a database works and leaves none behind."""
    async with bootstrap.rehearsal() as storage, storage.writing() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM documents")) == 0
    assert os.listdir(folder) == []


def test_workers_are_as_many_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of worker processes comes from the settings unless the command says another."""
    monkeypatch.setenv("GUATU_WORKERS", "3")
    assert bootstrap.workers().size == 3
    assert bootstrap.workers(5).size == 5
