"""`guatu digest` over one database of a few articles."""

import asyncio
import json
from pathlib import Path

import pytest

from service.store.database import Database
from service.store.migrate import upgrade
from tests.api.told import told
from tests.cli.conftest import Guatu


@pytest.fixture
def filled(tmp_path: Path, guatu: Guatu) -> None:
    """The database in the working folder of `guatu`."""

    async def fill() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'guatu.db'}")
        await upgrade(database)
        await told(database)
        await database.close()

    asyncio.run(fill())


@pytest.mark.usefixtures("filled")
def test_a_digest_in_each_form(guatu: Guatu) -> None:
    """The same digest is printed as Markdown, as JSON and as HTML, of one division, with links that lead to the service."""
    options = ("digest", "month", "2026-08-31", "--region", "嘉兴市")
    markdown = guatu(*options, "--base", "https://guatu.example/")
    assert markdown.stdout.startswith("# 嘉兴市重点项目月汇报（2026-08-01至2026-08-31）\n")
    assert "(https://guatu.example/v1/projects/" in markdown.stdout
    digest = json.loads(guatu(*options, "--json").stdout)
    assert {step: one["projects"] for step, one in digest["steps"].items()} == {
        "signed": 1,
        "started": 1,
        "completed": 0,
        "operational": 0,
    }
    assert "<h1>嘉兴市重点项目月汇报" in guatu(*options, "--html").stdout


@pytest.mark.usefixtures("filled")
def test_today(guatu: Guatu) -> None:
    """Without a day it is the term of today, in which nothing has happened here."""
    assert guatu("digest", "week").stdout.count("\n无\n") == 4


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("week", "yesterday"), 2, "no day"),
        (("day",), 2, "day"),
        (("week", "1900-01-01"), 2, "1950"),
        (("week", "--json", "--html"), 2, "exclude"),
        (("week", "--region", "无此市"), 1, "no division"),
        (("week", "--region", "龙华区"), 1, "may mean"),
    ],
)
def test_what_cannot_be_meant(guatu: Guatu, arguments: tuple[str, ...], code: int, said: str) -> None:
    """What cannot be meant is refused in one line that says what to do."""
    done = guatu("digest", *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
