"""The statements that a database is asked, with their plans."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.store.database import Database

ROWS = 10_000
"""From so many rows on a table is big: nobody may read it from end to end."""
_BIG = {
    "postgresql": f"SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > {ROWS}",
    "sqlite": f"SELECT tbl FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) > {ROWS}",
}


@dataclass
class Asked:
    """A statement with the parameters of its slowest run, and what was set before in its transaction."""

    statement: str
    parameters: Any
    took: float
    settings: tuple[str, ...]
    runs: int = 1


class Watched:
    """Takes the time of every query."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.asked: dict[str, Asked] = {}
        event.listen(engine.sync_engine, "begin", self._anew)
        event.listen(engine.sync_engine, "before_cursor_execute", self._begins)
        event.listen(engine.sync_engine, "after_cursor_execute", self._ends)
        self._engine: Engine = engine.sync_engine

    def stop(self) -> None:
        event.remove(self._engine, "begin", self._anew)
        event.remove(self._engine, "before_cursor_execute", self._begins)
        event.remove(self._engine, "after_cursor_execute", self._ends)

    def _anew(self, connection: Connection) -> None:
        connection.info["guatu_set"] = ()

    def _begins(self, *given: Any) -> None:  # noqa: ANN401 - what SQLAlchemy tells of a statement
        given[4].guatu_began = time.perf_counter()

    def _ends(self, *given: Any) -> None:  # noqa: ANN401
        connection, _, statement, parameters, context, _ = given
        if statement.startswith("SET LOCAL"):
            connection.info["guatu_set"] += (statement,)
        took = time.perf_counter() - context.guatu_began
        known = self.asked.get(statement)
        if known is None:
            self.asked[statement] = Asked(statement, parameters, took, connection.info["guatu_set"])
            return
        known.runs += 1
        if took > known.took:
            known.took, known.parameters = took, parameters


async def report(database: Database, watched: Watched) -> int:
    """Explain all that was asked, and show the slowest with its plan; how many read a big table from end to end."""
    watched.stop()
    found = sorted(watched.asked.values(), key=lambda one: -one.took)
    found = [one for one in found if one.statement.lstrip().startswith(("SELECT", "WITH"))]
    scans = 0
    async with database.reading() as connection:
        big = {row[0] for row in await connection.exec_driver_sql(_BIG[connection.dialect.name])}
    for place, one in enumerate(found):
        async with database.reading() as connection:
            plan = await explain(connection, one)
        scanned = [line.strip(" ->") for line in plan if _from_end_to_end(line, big)]
        scans += len(scanned)
        if not place or scanned:
            why = "the slowest statement" if not place else "a statement with a sequential scan"
            print(f"{why}, {one.took * 1000:.1f} ms at the most in {one.runs} runs:\n    {one.statement}")
            print(f"    {one.parameters}", *plan, sep="\n    ", flush=True)
    print(f"{len(found)} statements explained, {scans} sequential scans of a big table", flush=True)
    return scans


async def explain(connection: AsyncConnection, one: Asked) -> list[str]:
    """The plan, of PostgreSQL with what running it took."""
    for setting in one.settings:
        await connection.exec_driver_sql(setting)
    if connection.dialect.name == "postgresql":
        rows = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {one.statement}", one.parameters)
        return [str(row[0]) for row in rows.all()]
    rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one.statement}", one.parameters)
    return [str(row.detail) for row in rows.all()]


def _from_end_to_end(line: str, big: Collection[str]) -> bool:
    said = line.strip(" ->")
    return any(said.startswith(f"Seq Scan on {name} ") or said == f"SCAN {name}" for name in big)
