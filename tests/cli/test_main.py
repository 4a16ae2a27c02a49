"""The command as a whole: help, wrong use, colours, speed."""

import re
import shlex
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import typer

import service
from service.cli import app
from service.cli.terminal import amount, figure, safe
from tests.cli.conftest import Guatu


def test_help(guatu_process: Guatu) -> None:
    """The help names every command."""
    done = guatu_process("--help")
    assert done.returncode == 0
    for command in ("extract", "explain", "rules", "show", "fingerprint", "migrate"):
        assert command in done.stdout


def documented() -> list[str]:
    """The commands that the documentation and the empty pages show, each on a line of its own."""
    root = Path(service.__file__).parents[1]
    files = [*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob("service/web/templates/*.html")]
    said = re.compile(r"^(?:\$ |    |.*<code>)?(guatu [^|;>#<\n]+)", re.MULTILINE)
    return sorted({line.strip() for path in files for line in said.findall(path.read_text())})


@pytest.mark.parametrize("line", documented())
def test_documented_commands(line: str) -> None:
    """What the documentation says one should type is understood."""
    command, words = typer.main.get_command(app), shlex.split(line)[1:]
    context = command.make_context("guatu", [*words])
    while hasattr(command, "resolve_command"):
        name, command, words = command.resolve_command(context, words)
        context = command.make_context(name, [*words], parent=context)


def test_version(guatu_process: Guatu) -> None:
    """The version is one line."""
    done = guatu_process("--version")
    assert (done.returncode, done.stdout.split()[0], done.stdout.count("\n")) == (0, "guatu", 1)


@pytest.mark.parametrize("wrong", [["nonsense"], ["extract"], ["extract", "--nonsense", "x"], ["rules", "--json=5"]])
def test_wrong_use(guatu: Guatu, wrong: list[str]) -> None:
    """Wrong use is one line that says where to look, and exit code 2."""
    done = guatu(*wrong)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("guatu: ")
    assert done.stderr.count("\n") == 1
    assert "--help" in done.stderr


def test_quick() -> None:
    """Help is there at once: it loads none of the libraries that take long to load."""
    script = "import sys; from service.cli import run; run(['--help']); print(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    slow = {"aiohttp", "alembic", "jieba", "jinja2", "lxml", "pyarrow", "pydantic", "rich", "sqlalchemy", "structlog"}
    assert loaded & slow <= {"rich"}


def test_quick_to_end() -> None:
    """A command ends when it has ended: Python does not look through what it has loaded once more."""
    script = (
        "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count())); from service.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script, "--version"], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) > 1000


def test_colours(guatu_process: Guatu) -> None:
    """Colours where they are wanted, none under NO_COLOR."""
    assert "\x1b[" in guatu_process("rules", "money", FORCE_COLOR="1").stdout
    assert "\x1b[3" not in guatu_process("rules", "money", FORCE_COLOR="1", NO_COLOR="1").stdout


def test_safe() -> None:
    """Control characters and marks that turn the direction of writing are shown as unknown; lines and tabs stay."""
    assert safe("a\x1b[0m\x00\x9b\u202eb\n\t中") == "a\ufffd[0m\ufffd\ufffd\ufffdb\n\t中"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "元", ""),
        ("1200000000", "元", "12亿元"),
        ("823456789", "元", "8.2346亿元"),
        ("12000", "元", "1.2万元"),
        ("99.5", "%", "99.5%"),
        ("-3", "%", "-3%"),
        ("0", "个", "0个"),
    ],
)
def test_amount(value: str | None, unit: str, text: str) -> None:
    """Figures as the press writes them."""
    assert amount(None if value is None else Decimal(value), unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("3", "rank", "第3"),
        ("90.5", "percent", "90.5%"),
        ("27", "project", "27个"),
        ("823000", "CNY", "82.3万元"),
        ("5", "次", "5次"),
    ],
)
def test_figure(value: str, unit: str, text: str) -> None:
    """Figures of indicators in their units."""
    assert figure(Decimal(value), unit) == text
