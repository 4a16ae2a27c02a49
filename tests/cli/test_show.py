"""`guatu migrate`, `show` and `fingerprint`, over one database of two articles and a picture."""

import asyncio
import csv
import datetime as dt
import io
import json
import re
from pathlib import Path

import pytest

from service.models import RawDocument
from service.pipeline.pool import read
from service.store import sightings
from service.store.admission import admit
from service.store.database import Database
from service.store.migrate import upgrade
from service.store.rows import Arrival, original
from tests.cli.conftest import ARTICLE, Guatu
from tests.store.articles import LIKENESS

OTHER = (
    "=通化医药园竣工\n2023年3月5日 来源：通化日报\n"
    "3月5日，位于吉林省通化市二道江区的长白山医药园项目竣工，该项目总投资3.5亿元，由通化医药集团有限公司投资建设。\n"
)


@pytest.fixture
def filled(tmp_path: Path) -> None:
    """The database in the working folder of `guatu`, with the facts of the real articles."""
    asyncio.run(_fill(tmp_path / "guatu.db"))


async def _fill(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    await upgrade(database)
    raws = [
        RawDocument(source=name, data=data)
        for name, data in (("a.txt", ARTICLE.encode()), ("b.txt", OTHER.encode()), ("c.png", b"\x89PNG\r\n\x1a\n"))
    ]
    now = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)
    async with database.writing() as connection:
        verdicts = await admit(connection, [Arrival(original(raw), read(raw)) for raw in raws], now, LIKENESS)
        places = [(verdicts[original(raw).raw_sha256].id, raw.source) for raw in raws]
        await sightings.record(connection, places, now)
    await database.close()


def test_migrate(guatu: Guatu, tmp_path: Path) -> None:
    """Migrating makes the database and tells of each migration, migrating again changes nothing; without a database, the other
    commands say what to do."""
    for command in (["show", "projects"], ["fingerprint"]):
        done = guatu(*command)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "there is no database guatu.db yet: guatu replay" in done.stderr
    assert not (tmp_path / "guatu.db").exists()
    for said in ("brought up to date", "is up to date"):
        done = guatu("migrate")
        assert (done.returncode, done.stderr) == (0, "")
        assert said in done.stdout
        assert ("migration 0006: done\n" in done.stdout) == ("brought" in said)
    assert (tmp_path / "guatu.db").exists()
    assert guatu("show", "projects").stdout == "no projects found\n"


@pytest.mark.usefixtures("filled")
def test_projects(guatu: Guatu) -> None:
    """The projects as a table, the latest first, sums as the press writes them."""
    done = guatu("show", "projects")
    assert (done.returncode, done.stderr) == (0, "")
    head, first, second = done.stdout.splitlines()
    assert head.split() == ["published", "region", "project", "stage", "investment", "article"]
    assert [part in first for part in ("2024-06-12", "海宁市", "半导体产业园", "construction", "12亿元")] == [True] * 5
    assert [part in second for part in ("2023-03-05", "二道江区", "医药园", "completed", "3.5亿元")] == [True] * 5


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["--region", "330481"], ["半导体产业园"]),
        (["--region", "海宁"], ["半导体产业园"]),
        (["--region", "浙江省/嘉兴市"], ["半导体产业园"]),
        (["--region", "220000"], ["医药园"]),
        (["--stage", "completed"], ["医药园"]),
        (["--min-investment", "10亿"], ["半导体产业园"]),
        (["--min-investment", "350000000"], ["半导体产业园", "医药园"]),
        (["--since", "2024-01-01"], ["半导体产业园"]),
        (["--until", "2024-01-01"], ["医药园"]),
        (["--q", "通化"], ["医药园"]),
        (["--limit", "1"], ["半导体产业园"]),
    ],
)
def test_filters(guatu: Guatu, asked: list[str], found: list[str]) -> None:
    """The filters of the command, and JSON lines that hold the contract's fields and the document."""
    done = guatu("show", "projects", "--json", *asked)
    facts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [any(name in fact["name"] for fact in facts) for name in found] == [True] * len(found)
    assert len(facts) == len(found)
    for fact in facts:
        assert {"name", "stage", "investment_total", "region", "evidence", "rules_version", "document"} <= set(fact)
        assert set(fact["document"]) == {"id", "source", "title", "published", "outlet"}


@pytest.mark.usefixtures("filled")
def test_csv(guatu: Guatu) -> None:
    """CSV has one row a fact under a header, and no text that a spreadsheet would run."""
    rows = list(csv.DictReader(io.StringIO(guatu("show", "projects", "--csv").stdout)))
    assert [row["investment_total"] for row in rows] == ["1200000000", "350000000"]
    assert [row["region.code"] for row in rows] == ["330481", "220503"]
    assert json.loads(rows[1]["evidence"])["investment_total"][0]["quote"]
    (document,) = csv.DictReader(io.StringIO(guatu("show", "documents", "--csv", "--q", "医药园").stdout))
    assert document["title"] == "'=通化医药园竣工"


@pytest.mark.usefixtures("filled")
def test_more(guatu: Guatu) -> None:
    """A table that does not show all says so."""
    assert "and more" in guatu("show", "projects", "--limit", "1").stdout
    assert "and more" not in guatu("show", "projects", "--limit", "2").stdout


@pytest.mark.usefixtures("filled")
def test_indicators_and_documents(guatu: Guatu) -> None:
    """Indicators and documents, the rejected with its reason."""
    assert "23个" in guatu("show", "indicators", "--region", "海宁市").stdout
    lines = guatu("show", "documents").stdout.splitlines()
    assert len(lines) == 4
    assert "not_text" in lines[3]
    said = [json.loads(line) for line in guatu("show", "documents", "--json").stdout.splitlines()]
    assert [(one["state"], one["reason"]) for one in said] == [("processed", None)] * 2 + [("rejected", "not_text")]


@pytest.mark.usefixtures("filled")
def test_fingerprint(guatu: Guatu) -> None:
    """One hash on one line, the same each time."""
    first, second = guatu("fingerprint").stdout, guatu("fingerprint").stdout
    assert re.fullmatch(r"[0-9a-f]{64}\n", first)
    assert first == second


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (["--stage", "finished"], 2),
        (["--since", "gestern"], 2),
        (["--min-investment", "viel"], 2),
        (["--limit", "0"], 2),
        (["--json", "--csv"], 2),
        (["--region", "火星"], 1),
        (["--q", "，"], 1),
    ],
)
def test_wrong_use(guatu: Guatu, wrong: list[str], code: int) -> None:
    """A filter that means nothing is one line that says what is allowed."""
    done = guatu("show", "projects", *wrong)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/guatu.db", "there is no database"),
        ("sqlite:///broken.db", "does not open"),
        ("postgresql://guatu:secret@127.0.0.1:9/guatu", "does not open"),
        ("mysql://guatu", "GUATU_DATABASE_URL must be"),
    ],
)
def test_no_database(guatu: Guatu, tmp_path: Path, url: str, said: str) -> None:
    """A database that is not there, is none or does not answer is one line, without the password."""
    (tmp_path / "broken.db").write_text("this is no database, it only has such a name" * 100)
    done = guatu("show", "projects", GUATU_DATABASE_URL=url)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert said in done.stderr
    assert "secret" not in done.stderr
