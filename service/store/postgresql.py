"""PostgreSQL as the store uses it: what its planner is told, what is asked of a connection that has lain idle, and how many
rows it is given at once."""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExecutionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import ConnectionPoolEntry

WRITERS = 0x67756174
"""The advisory lock that makes writers take turns, as SQLite's own write lock does."""
PLANNER = {"jit": "off", "random_page_cost": "1.1", "plan_cache_mode": "force_custom_plan", "work_mem": "32MB"}
"""For short queries on a disk that seeks at no cost: compiling one takes longer than running it. What is asked for tells which
index has least, so that each run is planned, which takes less than a millisecond. An index of a million projects names rows
and no whole pages only where there is memory for it."""
READS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""The execution options of a connection whose transactions read, each one view of the database."""
_IDLE = 1.0
"""Seconds after which a connection is asked whether it still lives; that takes as long as a query."""
_ROWS = 4
"""Rows that go to the server at once. Its processes have no lower priority: with many rows they keep their core for as long,
and who shares it, an API on the same machine, waits."""


async def by_index(connection: AsyncConnection) -> None:
    """Let this transaction read from end to end only what has no index: for a page of what is rare a planner that takes it
    for common would begin at the first row."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET LOCAL enable_seqscan = off"))


def attend(engine: Engine) -> None:
    """Let no connection that died while it lay idle reach who asks for one, and write many rows a few at a time."""

    @event.listens_for(engine, "checkin")
    def _given_back(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _taken(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        since = entry.info.get("since")
        if since is None or time.monotonic() - since < _IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except (OSError, engine.dialect.loaded_dbapi.Error) as error:
            raise InvalidatePoolError from error

    @event.listens_for(engine, "do_executemany")
    def _a_few_at_a_time(
        cursor: DBAPICursor, statement: str, parameters: Sequence[Any], _context: ExecutionContext
    ) -> bool:
        for at in range(0, len(parameters), _ROWS):
            cursor.executemany(statement, parameters[at : at + _ROWS])
        return True
