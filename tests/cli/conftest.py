"""The command as people run it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from service.cli import run


class Done(NamedTuple):
    """What a command said."""

    returncode: int
    stdout: str
    stderr: str


Guatu = Callable[..., Done]
ARTICLE = (
    "海宁半导体产业园主体封顶\n2024年6月12日 来源：海宁日报\n"
    "6月12日，海宁市半导体产业园项目主体封顶，，该项目总投资12亿元，占地150亩，达产后年产值20亿元。"
    "今年前5个月，全市共开工重点项目23个。海宁市委书记王立平参加活动。\n"
)


@pytest.fixture
def guatu_process(tmp_path: Path) -> Guatu:
    """Runs `guatu` as a process of its own in an empty folder, without the settings of whoever runs the tests."""

    def start(*arguments: object, **environment: str) -> Done:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GUATU_")}
        options: dict[str, Any] = {"cwd": tmp_path, "env": {**kept, "PYTHONUTF8": "1", **environment}}
        command = [sys.executable, "-P", "-c", "from service.cli import main; main()", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)
        return Done(done.returncode, done.stdout, done.stderr)

    return start


@pytest.fixture
def guatu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Guatu:
    """The same within the tests' process, which is quicker."""
    for name in [name for name in os.environ if name.startswith("GUATU_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, **environment: str) -> Done:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        code = run([str(argument) for argument in arguments])
        return Done(code, *capsys.readouterr())

    return call


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE)
    return path
