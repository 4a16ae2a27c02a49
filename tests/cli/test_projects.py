"""`guatu projects` and `guatu ledger` over one database of a few articles."""

import asyncio
import json
from pathlib import Path

import pytest

from service.store.database import Database
from service.store.migrate import upgrade
from tests.api.serving import HAIYAN, QIONGHAI, TONGHUA, take
from tests.cli.conftest import Guatu


@pytest.fixture
def filled(tmp_path: Path, guatu: Guatu) -> None:
    """The database in the working folder of `guatu`, with its ledger built."""

    async def fill() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'guatu.db'}")
        await upgrade(database)
        await take(database, [HAIYAN, TONGHUA, QIONGHAI])
        await database.close()

    asyncio.run(fill())
    assert guatu("ledger", "rebuild").returncode == 0


def found(guatu: Guatu, *arguments: str) -> list[dict[str, object]]:
    done = guatu("projects", "find", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_find(guatu: Guatu, filled: None) -> None:
    """Projects are found by words and filters, as a table or as JSON lines."""
    assert len(found(guatu)) == 3
    (one,) = found(guatu, "船配", "--region", "330424", "--status", "started", "--min-investment", "12亿")
    assert one["investment_total"] == 1250000000
    table = guatu("projects", "find", "船配").stdout
    assert "12.5亿元" in table
    assert str(one["id"]) in table
    assert "no projects found" in guatu("projects", "find", "nothing").stdout
    assert guatu("projects", "find", "--status", "begun").returncode == 2
    for nothing in (["，"], ["--owner", "（）"]):
        assert "a letter, a digit or a Chinese character" in guatu("projects", "find", *nothing).stderr


def test_show(guatu: Guatu, filled: None) -> None:
    """A project is shown with its steps, values and articles; JSON has all that is known."""
    (one,) = found(guatu, "船配")
    text = guatu("projects", "show", one["id"]).stdout
    for words in ("浙江省/嘉兴市/海盐县", "started", "investment_total", "12.5亿元", "news/0.txt"):
        assert words in text
    assert json.loads(guatu("projects", "show", one["id"], "--json").stdout)["articles"][0]["record"]
    missing = guatu("projects", "show", "0123456789ab")
    assert (missing.returncode, missing.stdout) == (1, "")


def test_correct_and_undo(guatu: Guatu, filled: None) -> None:
    """What a person corrects shows at once, is listed with who and why, and can be undone."""
    (one,) = found(guatu, "船配")
    assert guatu("projects", "correct", one["id"], "name", "澉浦船园", "--by", "anna").returncode == 0
    assert guatu("projects", "correct", one["id"], "investment_total", "13亿", "--why", "approved").returncode == 0
    (now,) = found(guatu, "澉浦船园")
    assert (now["id"], now["investment_total"]) == (one["id"], 1300000000)
    listed = guatu("projects", "corrections").stdout
    assert "anna" in listed
    assert "approved" in listed
    assert guatu("projects", "undo", "1").returncode == 0
    assert [p["name"] for p in found(guatu, "船配")] == [one["name"]]
    assert guatu("projects", "correct", one["id"], "colour", "red").returncode == 2


def test_merge_and_split(guatu: Guatu, filled: None) -> None:
    """Projects are merged, and records split off again."""
    ids = [str(p["id"]) for p in found(guatu)][:2]
    assert guatu("projects", "merge", *ids).returncode == 0
    assert len(found(guatu)) == 2
    (both,) = [json.loads(guatu("projects", "show", i, "--json").stdout) for i in ids[:1]]
    assert len(both["records"]) == 2
    assert guatu("projects", "split", both["id"], both["records"][0]).returncode == 0
    assert len(found(guatu)) == 3


def test_ledger(guatu: Guatu, filled: None) -> None:
    """The ledger says how far it is; built anew it is the same."""
    assert "3 projects" in guatu("ledger", "status").stdout
    before = guatu("ledger", "fingerprint").stdout
    assert guatu("ledger", "rebuild").stdout == "0 projects changed\n"
    assert guatu("ledger", "fingerprint").stdout == before
