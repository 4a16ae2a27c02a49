"""`guatu replay`: files and folders into the database."""

import asyncio
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from service.pipeline.pool import Pool
from service.store.database import Database
from service.store.migrate import upgrade
from tests.cli.conftest import ARTICLE, Guatu
from tests.pipeline.pages import pages, story
from tests.pipeline.test_run import take

OTHER = (
    ARTICLE.replace("半导体", "光伏").replace("12亿元", "31亿元").replace("150亩", "410亩")
    + "该园区另有三家企业入驻。\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles, a copy in another encoding, one in an archive, a picture and an empty file."""
    place = tmp_path / "news"
    (place / "deep").mkdir(parents=True)
    (place / "a.txt").write_text(ARTICLE)
    (place / "deep" / "b.txt").write_text(OTHER)
    (place / "c.txt").write_bytes(ARTICLE.encode("gb18030"))
    (place / "d.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    (place / "e.txt").write_bytes(b"")
    with zipfile.ZipFile(place / "f.zip", "w") as archive:
        archive.writestr("a.txt", ARTICLE.replace("王立平", "周雪梅"))
    return place


def summary(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(text)
    return found


def test_a_folder_becomes_rows(guatu: Guatu, folder: Path) -> None:
    """Everything in a folder is taken or refused with a reason; the summary counts it and the exit code tells."""
    done = guatu("replay", folder, "--json")
    said = summary(done.stdout)
    assert done.returncode == 1
    assert said["states"] == {"new": 2, "near": 1, "duplicate": 1, "known": 0, "rejected": 2, "failed": 0}
    assert said["reasons"] == {"empty": 1, "not_text": 1}
    assert {Path(one["source"]).name for one in said["refused"]} == {"d.txt", "e.txt"}  # type: ignore[attr-defined]
    assert said["repairs"]["doubled_punctuation"] >= 3  # type: ignore[index]
    assert said["facts"]["projects"] >= 3  # type: ignore[index]
    shown = guatu("show", "documents", "--json").stdout.splitlines()
    assert len(shown) == 6


def test_again_and_again(guatu: Guatu, folder: Path) -> None:
    """A second replay finds all known, and the fingerprint stays; a dry one says the same and makes no database."""
    dry = summary(guatu("replay", folder, "--json", "--dry-run").stdout)
    assert guatu("fingerprint").returncode == 1
    first = summary(guatu("replay", folder, "--json").stdout)
    assert {**dry, "seconds": 0, "dry_run": False} == {**first, "seconds": 0}
    fingerprint = guatu("fingerprint").stdout
    second = summary(guatu("replay", folder, "--json").stdout)
    assert second["states"] == {"new": 0, "near": 0, "duplicate": 0, "known": 4, "rejected": 2, "failed": 0}
    assert guatu("fingerprint").stdout == fingerprint


def test_verbose_is_a_line_a_document(guatu: Guatu, folder: Path) -> None:
    """With --verbose each document has a line with its state, its facts or its reason."""
    lines = guatu("replay", folder, "--verbose").stdout.splitlines()
    assert any(line.startswith("new ") and "b.txt" in line and "projects" in line for line in lines)
    assert any(line.startswith("rejected ") and "d.txt" in line and "not_text" in line for line in lines)
    assert sum(line.split(" ")[0] in ("new", "near", "duplicate", "rejected") for line in lines) == 6


def test_stored_originals_are_read_again(guatu: Guatu, folder: Path) -> None:
    """--again reads what is stored, without the files, and finds no difference by the same rules."""
    guatu("replay", folder)
    for path in folder.rglob("*.*"):
        path.unlink()
    said = summary(guatu("replay", "--again", "--json").stdout)
    assert (said["documents"], said["differing"], said["applied"], said["rules"]) == (6, 0, False, {})
    done = guatu("replay", "--again", "--apply")
    assert (done.returncode, done.stdout) == (0, "6 documents read again, 0 differ\n")


async def _filled(path: Path) -> None:
    """Pages as rules read them that did not understand all of them yet."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    await upgrade(database)
    async with Pool(1, 30, work="tests.pipeline.hostile:partly") as pool:
        await take(database, pages(12), pool)
    await database.close()


def test_the_difference_is_listed_by_rule_and_by_project(guatu: Guatu) -> None:
    """--again names each project that comes out otherwise, with the fields and the rules; with --apply once more, and then
    no more."""
    asyncio.run(_filled(Path("guatu.db").absolute()))
    said = summary(guatu("replay", "--again", "--json").stdout)
    changed, first = said["projects"]["changed"], said["moved"][0]  # type: ignore[index]
    fields = {one["field"]: one for one in first["fields"]}
    assert said["projects"] == {"changed": len(said["moved"])}  # type: ignore[arg-type]
    assert said["fields"]["annual_output"] == changed  # type: ignore[index]
    assert (fields["annual_output"]["before"], fields["annual_output"]["rules"]) == (None, ["output"])
    total = fields["investment_total"]
    shown = guatu("replay", "--again", "--apply").stdout
    assert f"{changed} projects come out otherwise: changed {changed}\n" in shown
    line = (
        f"  {first['id']} {first['name']}: investment_total: {total['before']} -> {total['after']} (total_investment)\n"
    )
    assert line in shown
    assert guatu("replay", "--again").stdout.endswith(" documents read again, 0 differ\n")


@pytest.mark.parametrize(
    "wrong",
    [["replay"], ["replay", "x", "--again"], ["replay", "x", "--apply"], ["replay", "--again", "--dry-run"]],
    ids=" ".join,
)
def test_wrong_use(guatu: Guatu, wrong: list[str]) -> None:
    """Options that contradict each other are wrong use, and nothing is made."""
    done = guatu(*wrong)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("guatu: ")
    assert not Path("guatu.db").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////no/such/folder/guatu.db", "does not open: unable to open database file: check GUATU_DATABASE_URL"),
        ("sqlite:////etc/passwd", "does not open: file is not a database: check GUATU_DATABASE_URL"),
        ("postgresql://u:s3cret@127.0.0.1:9/guatu", "check GUATU_DATABASE_URL"),
        ("oracle://u:s3cret@h/x", "GUATU_DATABASE_URL must be"),
    ],
)
def test_a_database_that_does_not_open(guatu: Guatu, folder: Path, url: str, said: str) -> None:
    """A database that cannot be used is one line that says what to do, without the password."""
    done = guatu("replay", folder, GUATU_DATABASE_URL=url)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "s3cret" not in done.stderr


def test_a_database_of_an_older_guatu_is_left_alone(guatu: Guatu, folder: Path, database_url: str) -> None:
    """Without its tables a database that is not a new file says that it wants migrating, and is not changed."""
    if "sqlite" in database_url:
        guatu("migrate", GUATU_DATABASE_URL=database_url)
        import sqlite3

        with sqlite3.connect(database_url.partition("///")[2]) as connection:
            connection.execute("DELETE FROM alembic_version")
    done = guatu("replay", folder, GUATU_DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "guatu migrate" in done.stderr


def test_a_bar_on_a_terminal(folder: Path, tmp_path: Path) -> None:
    """On a terminal a bar shows how far the replay is; the summary stays alone on standard output."""
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GUATU_")}
    done = subprocess.run(
        [sys.executable, "-P", "-c", "from service.cli import main; main()", "replay", str(folder)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        cwd=tmp_path,
        env={**environment, "TERM": "xterm"},
        timeout=60,
        check=False,
        text=True,
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "replay" in shown
    assert "━" in shown
    assert done.stdout.startswith("6 documents in ")


def _stopped(tmp_path: Path, *arguments: str) -> tuple[int, str, str, float]:
    """What a replay says that gets Ctrl-C once it has said something of a document, and how long it takes to end then."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GUATU_")}
    with subprocess.Popen(
        [sys.executable, "-P", "-c", "from service.cli import main; main()", "replay", *arguments, "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**environment, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
        text=True,
    ) as process:
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, err = process.communicate(timeout=60)
        return process.returncode, first + out, err, time.monotonic() - began


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A file of more articles than are read in a moment."""
    file = tmp_path / "many.ndjson"
    file.write_text("".join(json.dumps({"text": story(number)}) + "\n" for number in range(3000)))
    return file


def test_stopped_by_ctrl_c(guatu: Guatu, many: Path, tmp_path: Path) -> None:
    """Ctrl-C ends a replay soon with the summary of what it has done, which is stored, and how to go on: by the same command
    again, which takes the rest."""
    code, out, err, seconds = _stopped(tmp_path, str(many), "--verbose")
    assert code == 130, err
    counted = re.search(r"^(\d+) documents in ", out, re.M)
    assert counted
    assert 0 < (done := int(counted[1])) < 3000
    assert err == "guatu: stopped: what is counted here is stored; the same command again goes on there\n"
    assert seconds < 10
    said = summary(guatu("replay", many, "--json").stdout)
    states: dict[str, int] = said["states"]  # type: ignore[assignment]
    assert done <= states["known"] <= done + 256  # a transaction that ended as the signal came
    assert sum(states.values()) == 3000
    assert said["stopped"] is False


def test_what_writes_nothing_says_so_when_stopped(guatu: Guatu, many: Path, tmp_path: Path) -> None:
    """A rehearsal, and reading again without --apply, say that nothing was written; --json tells it to programs."""
    code, out, err, _ = _stopped(tmp_path, str(many), "--dry-run", "--verbose")
    assert (code, err) == (130, "guatu: stopped: nothing was written; the same command again begins anew\n")
    assert "(dry run: nothing was written)" in out
    guatu("migrate")
    assert guatu("replay", many).returncode == 0
    with closing(sqlite3.connect(tmp_path / "guatu.db")) as database:
        other = "CAST(replace(CAST(body AS TEXT), 'started', 'signed') AS BLOB)"
        database.execute(f"UPDATE records SET body = {other} WHERE kind = 'project'")
        database.commit()
    code, out, err, _ = _stopped(tmp_path, "--again", "--verbose")
    assert code == 130, err
    assert re.search(r"^\d+ documents read again", out, re.M)
    assert err.startswith("guatu: stopped: nothing was written, and not all that differs is counted")
    assert "Traceback" not in err
