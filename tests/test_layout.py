"""Holds the rooms of the house against what their files really import and do."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICE = Path(__file__).resolve().parents[1] / "service"
PURE = ("steps", "text", "extract", "ledger")
_FIRST = {"errors", "models"}
_BELOW_PIPELINE = {*_FIRST, "steps", "text", "extract", "ledger", "export", "sources", "store"}
_DOOR = {*_BELOW_PIPELINE, "pipeline", "bootstrap"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "models": {"errors"},
    "steps": set(),
    "settings": {"errors"},
    "text": {*_FIRST, "steps"},
    "extract": {"models", "steps"},
    "ledger": {"models"},
    "export": {*_FIRST, "ledger"},
    "sources": _FIRST,
    "store": _FIRST,
    "pipeline": _BELOW_PIPELINE,
    "bootstrap": {*_BELOW_PIPELINE, "pipeline", "settings"},
    "worker": _DOOR,
    "api": _DOOR,
    "web": {*_DOOR, "api"},  # pages are served in the same process and frame
    "cli": {*_DOOR, "worker", "api", "web"},  # the commands that open the other doors
}
ONLY_IN = {
    "jieba": "extract/words.py",
    "rjieba": "extract/words.py",
    "ahocorasick_rs": "extract/search.py",
    "sqlalchemy": "store/",
    "alembic": "store/",
    "aiosqlite": "store/",
    "asyncpg": "store/",
    "typer": "cli/",
    "rich": "cli/",
    "xlsxwriter": "export/xlsx.py",
    "pyarrow": "export/parquet.py",
    "jinja2": "web/",
    "markupsafe": "web/",
}
IMPURE = {
    *("aiohttp", "asyncio", "concurrent", "http", "io", "logging", "multiprocessing", "os", "pathlib"),
    *("secrets", "shutil", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid"),
}
ALLOWED = {("extract/words.py", "logging")}  # jieba logs on its own: only to turn that off
IMPURE_CALLS = {"now", "today", "utcnow", "open", "print", "input"}


def files() -> list[Path]:
    return sorted(SERVICE.rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(SERVICE).parts
    return parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """The absolute names of all modules a file imports, wherever in it, with their lines."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def parametrized(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=[str(path.relative_to(SERVICE)) for path in paths])


@parametrized([path for path in files() if path != SERVICE / "__init__.py"])
def test_rooms(path: Path) -> None:
    """A file lies in a room of the design, and imports only its own room and those its room may import."""
    room = room_of(path)
    assert room in MAY_IMPORT, f"{room} is no room of the design"
    allowed = {room, *MAY_IMPORT[room]}
    for line, name in imports(path):
        module = name.split(".")
        if module[0] == "service" and len(module) > 1:
            assert module[1] in allowed, f"{path}:{line}: {room} may not import {module[1]}"


@parametrized(files())
def test_libraries(path: Path) -> None:
    """A library that has a room of its own is imported nowhere else."""
    here = path.relative_to(SERVICE).as_posix()
    for line, name in imports(path):
        home = ONLY_IN.get(name.split(".")[0])
        assert home is None or here.startswith(home), f"{path}:{line}: {name} belongs to {home}"


@parametrized([path for path in files() if room_of(path) in PURE])
def test_pure(path: Path) -> None:
    """A pure file knows no clock, file, network, async or logging."""
    here = path.relative_to(SERVICE).as_posix()
    for line, name in imports(path):
        assert name.split(".")[0] not in IMPURE or (here, name) in ALLOWED, f"{path}:{line}: {name} in a pure room"
    for node in ast.walk(ast.parse(path.read_bytes())):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), f"{path}:{node.lineno}: async in a pure room"
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            opens_data = called == "open" and isinstance(node.func, ast.Attribute)  # a packaged file, gzip.open
            assert called not in IMPURE_CALLS or opens_data, f"{path}:{node.lineno}: {called}() in a pure room"


@parametrized([path for path in files() if path != SERVICE / "settings.py"])
def test_environment(path: Path) -> None:
    """Only the settings read the environment."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"environ", "getenv"}, f"{path}:{node.lineno}: reads the environment"
