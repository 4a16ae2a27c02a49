"""A place aside for what is too much to keep in memory: a database of SQLite without a name, which is gone when it is closed."""

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from types import TracebackType
from typing import Any, NamedTuple, Self

_TABLES = (
    "CREATE TABLE kept (id INTEGER PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE projects (id TEXT PRIMARY KEY, before BLOB, after BLOB) WITHOUT ROWID",
)
_SEEN = (
    "INSERT INTO projects (id, before, after) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET after = excluded.after"
)


class BeforeAfter(NamedTuple):
    """A project as it was when it was seen first and as it was left: the JSON of its ProjectView, None where there was none."""

    id: str
    before: bytes | None
    after: bytes | None


class Spool:
    """`keep` and `kept` are a list of anything that this process made itself; `see` and `seen` projects that changed."""

    def __enter__(self) -> Self:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        for statement in _TABLES:
            self._connection.execute(statement)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def __bool__(self) -> bool:
        """Whether anything was kept."""
        return self._connection.execute("SELECT 1 FROM kept LIMIT 1").fetchone() is not None

    def keep(self, value: object) -> None:
        self._connection.execute("INSERT INTO kept (value) VALUES (?)", (pickle.dumps(value),))

    def kept(self) -> Iterator[Any]:
        """What was kept, in its order."""
        with closing(self._connection.execute("SELECT value FROM kept ORDER BY id")) as rows:
            for (value,) in rows:
                yield pickle.loads(value)

    def see(self, id_: str, before: bytes | None, after: bytes | None) -> None:
        """A project changed; seen again, what it was before that first time stays."""
        self._connection.execute(_SEEN, (id_, before, after))

    def seen(self) -> Iterator[BeforeAfter]:
        """The projects that are not what they were, by their ids."""
        with closing(self._connection.execute("SELECT * FROM projects WHERE before IS NOT after ORDER BY id")) as rows:
            yield from map(BeforeAfter._make, rows)
