"""`guatu export` over one database of a few articles."""

import csv
import json
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Guatu, guatu, guatu_process
from tests.cli.test_projects import filled

__all__ = ["filled", "guatu", "guatu_process"]


def test_to_the_standard_output(guatu_process: Guatu, filled: None) -> None:
    """Without a file all goes to the standard output, and the filters are those of guatu projects find."""
    done = guatu_process("export", "csv")
    assert len(list(csv.DictReader(done.stdout.splitlines()))) == 3, done.stderr
    (line,) = guatu_process(
        "export", "ndjson", "船配", "--region", "330424", "--min-investment", "12亿"
    ).stdout.splitlines()
    assert json.loads(line)["owners"] == ["浙江澉浦船配有限公司"]


def test_to_a_file(guatu: Guatu, filled: None, tmp_path: Path) -> None:
    """A file is written whole or not at all."""
    file = tmp_path / "projects.xlsx"
    assert guatu("export", "xlsx", "-o", file).returncode == 0
    assert openpyxl.load_workbook(file).worksheets[0].max_row == 4
    package = tmp_path / "package.json"
    assert guatu("export", "oc4ids", "--prefix", "oc4ids-abc123", "-o", package).returncode == 0
    assert json.loads(package.read_bytes())["projects"][0]["id"].startswith("oc4ids-abc123-")
    before = package.read_bytes()
    done = guatu("export", "oc4ids", "nothing", "-o", package)
    assert (done.returncode, package.read_bytes()) == (1, before)
    assert not list(tmp_path.glob(".*.part"))


def test_what_cannot_be(guatu: Guatu, filled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be done says why in one line."""
    assert guatu("export", "pdf").returncode == 2
    assert guatu("export", "csv", "--status", "begun").returncode == 2
    done = guatu("export", "csv", "-o", tmp_path / "none" / "a.csv")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    monkeypatch.delitem(sys.modules, "service.export.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = guatu("export", "parquet", "-o", tmp_path / "a.parquet")
    assert "guatu[parquet]" in done.stderr
