"""What an SQLite file needs now and then; PostgreSQL looks after itself."""

import sqlite3
from contextlib import closing
from pathlib import Path

LOG_BYTES = 64 << 20
"""A write-ahead log that has grown beyond this, since somebody read for long, is emptied."""
_WAIT = 5
"""Seconds to wait for readers; they go before."""


def upkeep(file: Path) -> None:
    """Tell the query planner how the tables have grown, and empty a large write-ahead log. Raises sqlite3.Error."""
    with closing(sqlite3.connect(file, timeout=_WAIT)) as connection:
        connection.execute("PRAGMA analysis_limit = 1000")
        connection.execute("PRAGMA optimize")
        log = file.with_name(file.name + "-wal")
        if log.exists() and log.stat().st_size > LOG_BYTES:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
