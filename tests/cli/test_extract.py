"""`guatu extract`."""

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import ARTICLE, Guatu


def test_json(guatu: Guatu, article: Path) -> None:
    """One line of JSON an article, as the contract has it, with evidence that stands in the text."""
    done = guatu("extract", "--json", article)
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert set(said) == {"document", "projects", "indicators", "people", "rules_version", "engine"}
    assert said["document"]["source"] == str(article)
    assert said["document"]["published"] == "2024-06-12"
    (project,) = said["projects"]
    assert (project["stage"], project["investment_total"]) == ("construction", 1_200_000_000)
    for evidence in project["evidence"].values():
        for words in evidence:
            assert said["document"]["text"][words["start"] : words["end"]] == words["quote"]


def test_for_people(guatu: Guatu, article: Path) -> None:
    """Without --json the facts come as tables, amounts as the press writes them."""
    done = guatu("extract", article)
    assert done.returncode == 0
    for words in ("海宁半导体产业园主体封顶", "2024-06-12", "海宁日报", "12亿元", "10万m²", "23个", "王立平"):
        assert words in done.stdout


def test_rejected(guatu: Guatu, tmp_path: Path, article: Path) -> None:
    """What is rejected is one line on stderr with its reason; the rest is done; the exit code is 1."""
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\n" + b"x" * 100)
    (tmp_path / "c.zip").write_bytes(b"no zip")
    (tmp_path / "d.txt").write_bytes(b"")
    done = guatu("extract", "--json", tmp_path, tmp_path / "e.txt")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    reasons = [line.split(": ")[2] for line in done.stderr.splitlines()]
    assert reasons == ["not_text", "bad_archive", "empty", "not_found"]
    assert str(article) in done.stdout


def test_many(guatu_process: Guatu, tmp_path: Path) -> None:
    """Many files are read on all cores and come in the order of their names, the rejected among them."""
    for number in range(100):
        (tmp_path / f"{number:03}.txt").write_text(ARTICLE.replace("150亩", f"{number + 1}亩") if number != 50 else "")
    done = guatu_process("extract", "--json", tmp_path)
    assert done.returncode == 1
    sources = [Path(json.loads(line)["document"]["source"]).stem for line in done.stdout.splitlines()]
    assert sources == [f"{number:03}" for number in range(100) if number != 50]
    assert "050.txt: empty" in done.stderr


def test_steering_a_terminal(guatu: Guatu, tmp_path: Path) -> None:
    """Neither a file's name nor its text can steer the terminal of who reads."""
    (tmp_path / "\x1b[31mred.txt").write_text(ARTICLE.replace("半导体", "半\x1b[2J导体"))
    (tmp_path / "\x1b[31mred.zip").write_bytes(b"")
    done = guatu("extract", tmp_path)
    assert "\x1b" not in done.stdout + done.stderr


def test_closed_pipe(tmp_path: Path) -> None:
    """Who reads may stop reading: no traceback, no message."""
    for number in range(60):
        (tmp_path / f"{number}.txt").write_text(ARTICLE * 20)
    command = [sys.executable, "-c", "from service.cli import main; main()", "extract", "--json", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0
