"""The settings: what is read, what is refused, and that all of it is documented."""

import re
from pathlib import Path

import pytest

from service.errors import BadSettings
from service.settings import SETTINGS, cores, load

DOCS = Path(__file__).parents[1] / "README.md"


def test_every_setting_is_documented() -> None:
    """The README has one row per setting, with its default and its meaning, and no other."""
    rows = re.findall(r"^\| `(GUATU_\w+)` \| `?([^|`]+)`? \| [^|]+ \| ([^|]+) \| `[^|]+` \|$", DOCS.read_text(), re.M)
    assert rows == [(s.variable, s.default, s.meaning) for s in SETTINGS.values()]


def test_every_documented_example_is_accepted() -> None:
    """The example that the documentation gives of a setting is a value it takes."""
    examples = dict(re.findall(r"^\| `(GUATU_\w+)` .*\| `([^|]+)` \|$", DOCS.read_text(), re.M))
    assert load(examples).workers == 4


def test_defaults() -> None:
    """Without any variable the database is an SQLite file in the working folder and all cores work."""
    settings = load({})
    assert settings.database_url.full == "sqlite+aiosqlite:///guatu.db"
    assert settings.workers == int(cores())


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("sqlite+aiosqlite:////srv/a.db", "sqlite+aiosqlite:////srv/a.db"),
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql://u:p%40ss@h:5433/d?host=/run", "postgresql+asyncpg://u:p%40ss@h:5433/d?host=/run"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_the_driver_is_chosen(given: str, full: str) -> None:
    """A plain URL of SQLite or PostgreSQL gets its asynchronous driver and stays as it is otherwise."""
    assert load({"GUATU_DATABASE_URL": given}).database_url.full == full


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GUATU_DATABASE_URL", "mysql://u:secret@h/d"),
        ("GUATU_DATABASE_URL", "guatu.db"),
        ("GUATU_DATABASE_URL", "sqlite://"),
        ("GUATU_DATABASE_URL", "sqlite:///:memory:"),
        ("GUATU_WORKERS", "0"),
        ("GUATU_WORKERS", "-1"),
        ("GUATU_WORKERS", "two"),
        ("GUATU_WORKERS", "２"),
        ("GUATU_DOCUMENT_SECONDS", "0.5"),
        ("GUATU_WORKER_MEGABYTES", "64"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(variable: str, value: str) -> None:
    """A wrong value stops the start with one line that names the setting and never shows a password."""
    with pytest.raises(BadSettings, match=variable) as error:
        load({variable: value})
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value)


def test_an_unknown_setting_is_refused() -> None:
    """A misspelt GUATU_ variable is named together with the one that was probably meant."""
    with pytest.raises(BadSettings, match=r"GUATU_WORKER: did you mean GUATU_WORKERS\?"):
        load({"GUATU_WORKER": "2"})


def test_variables_of_the_tests_and_of_others_are_left_alone() -> None:
    """GUATU_TEST_ variables belong to the tests, and other programs' variables are nobody's business."""
    load({"GUATU_TEST_REQUIRE_POSTGRES": "1", "PATH": "/bin", "WORKERS": "none"})


def test_a_password_is_never_shown() -> None:
    """However the settings are printed, the password of the database is not in it."""
    settings = load({"GUATU_DATABASE_URL": "postgresql://u:s3cret@h/d"})
    for shown in (str(settings), repr(settings), f"{settings.database_url}", repr(settings.database_url)):
        assert "s3cret" not in shown
    assert str(settings.database_url) == "postgresql+asyncpg://u:***@h/d"
    assert "s3cret" in settings.database_url.full
