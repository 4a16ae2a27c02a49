"""`guatu search` over a database of a few articles."""

import asyncio
import json
from pathlib import Path

import pytest

from service.store.database import Database
from service.store.migrate import upgrade
from tests.api.serving import HAIYAN, TONGHUA, take
from tests.cli.conftest import Guatu


@pytest.fixture
def filled(tmp_path: Path, guatu: Guatu) -> None:
    """The database in the working folder of `guatu`, with its ledger built."""

    async def fill() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'guatu.db'}")
        await upgrade(database)
        await take(database, [HAIYAN, TONGHUA])
        await database.close()

    asyncio.run(fill())
    assert guatu("ledger", "rebuild").returncode == 0


def test_search(guatu: Guatu, filled: None) -> None:
    """Projects and articles are found by two characters, as a table and as JSON."""
    table = guatu("search", "船配").stdout
    assert table.count("project") == 1
    assert "澉浦绿色船配产业园昨日开工" in table
    said = json.loads(guatu("search", "船配", "澉浦", "--json").stdout)
    assert said["words"] == ["船配", "澉浦"]
    assert [one["id"] for one in said["articles"]] == [1]
    assert {"text": "澉浦", "match": True} in said["projects"][0]["marked"]
    assert guatu("search", "船配", "--region", "吉林省").stdout == "nothing has 船配\n"


def test_what_cannot_be_searched(guatu: Guatu, filled: None) -> None:
    """A single character is refused with what to do, and so is a region that does not exist."""
    for arguments in (["船"], ["船配", "--region", "nowhere"]):
        done = guatu("search", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1
