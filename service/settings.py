"""The only reader of the environment: every setting is one row of SETTINGS, and docs/settings.md has a row for each."""

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from service.errors import BadSettings

PREFIX = "GUATU_"
FOR_TESTS = "GUATU_TEST_"


@dataclass(frozen=True)
class Setting:
    """One setting: its variable, its default as a person would write it, what it means, and how its text is read."""

    variable: str
    default: str
    meaning: str
    read: Callable[[str], object]


class DatabaseUrl(str):
    """A database URL with its asynchronous driver. Printing it never shows the password; only `.full` holds it."""

    @property
    def full(self) -> str:
        return str.__str__(self)

    @property
    def redacted(self) -> str:
        parts = urlsplit(self.full)
        if parts.password is None:
            return self.full
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:***@{host}"))

    def __str__(self) -> str:
        return self.redacted

    __repr__ = __str__


DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def database_url(text: str) -> DatabaseUrl:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in DRIVERS:
        raise ValueError("a URL such as sqlite:///guatu.db or postgresql://user@host/name")
    if scheme.startswith("sqlite") and (not rest.startswith("/") or rest in ("/", "/:memory:")):
        raise ValueError("a file: sqlite:///guatu.db in the working folder, sqlite:////path/guatu.db elsewhere")
    return DatabaseUrl(f"{DRIVERS[scheme]}://{rest}")


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def cores() -> str:
    return str(min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 256))


SETTINGS: dict[str, Setting] = {
    "database_url": Setting(
        "GUATU_DATABASE_URL",
        "sqlite:///guatu.db",
        "where the database is: an SQLite file or a PostgreSQL",
        database_url,
    ),
    "workers": Setting("GUATU_WORKERS", "all cores", "worker processes that read documents", whole(1, 256)),
    "document_seconds": Setting(
        "GUATU_DOCUMENT_SECONDS", "30", "seconds one document may take before it is rejected", whole(1, 3600)
    ),
    "worker_megabytes": Setting(
        "GUATU_WORKER_MEGABYTES", "2048", "address space of one worker process, in MB", whole(512, 65536)
    ),
}


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked."""

    database_url: DatabaseUrl
    workers: int
    document_seconds: int
    worker_megabytes: int


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of `environment` (the process's own by default).

    Raises BadSettings for a GUATU_ variable that does not exist or a value that cannot be meant; the message never
    holds the value of the database URL.
    """
    given = os.environ if environment is None else environment
    known = {setting.variable for setting in SETTINGS.values()}
    for variable in given:
        if variable.startswith(PREFIX) and not variable.startswith(FOR_TESTS) and variable not in known:
            near = difflib.get_close_matches(variable, known, 1) or sorted(known)
            raise BadSettings(f"there is no setting {variable}: did you mean {' or '.join(near)}?")
    return Settings(**{name: _value(setting, given) for name, setting in SETTINGS.items()})  # type: ignore[arg-type]


def _value(setting: Setting, given: Mapping[str, str]) -> object:
    text = given.get(setting.variable, "").strip()
    if not text:
        text = cores() if setting.default == "all cores" else setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        shown = "" if setting.read is database_url else f", not {text!r}"
        raise BadSettings(f"{setting.variable} must be {error}{shown}") from None
