"""How rows are inserted: over those that are there, beside them, and many at once."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.rows import Row

_Adapt = Callable[[Any], Any] | None


def inserting(dialect: Dialect, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can be told what to do where a row is there already (`on_conflict_do_…`)."""
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)


def upsert(dialect: Dialect, table: Table, *replaced: str, **computed: ColumnElement[Any]) -> Insert:
    """An insert that changes the row with the same primary key, where there is one: the columns `replaced` take the new
    values, those in `computed` what is computed from the row that is there."""
    statement = inserting(dialect, table)
    new = {name: statement.excluded[name] for name in replaced}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_={**new, **computed})


def insert_missing(dialect: Dialect, table: Table, *unique: ColumnElement[Any]) -> Insert:
    """An insert that leaves out the rows for which there is one with the same values of the `unique` columns."""
    return inserting(dialect, table).on_conflict_do_nothing(index_elements=unique)


async def insert_rows(connection: AsyncConnection, table: Table, rows: Sequence[Row], *replaced: str) -> None:
    """Insert rows, which all name the same columns of the table; what else they name is passed over.

    The values are made ready column by column and go to the driver: SQLAlchemy, which does it row by row, takes several
    times as long. Where there is a row with the same primary key, its columns `replaced` take the new values.
    """
    if rows:
        names = tuple(column.name for column in table.columns if column.name in rows[0])
        statement, adapts = _prepared(connection.dialect, table, names, replaced)
        columns = [_adapted([row[name] for row in rows], adapt) for name, adapt in adapts]
        await connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


async def insert_numbers(
    connection: AsyncConnection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[int, ...]]
) -> None:
    """Insert many small rows of integers, each in the order of `columns`."""
    if rows:
        statement, _ = _prepared(connection.dialect, table, columns, ())
        await connection.exec_driver_sql(statement, list(rows))


@lru_cache(64)
def _prepared(
    dialect: Dialect, table: Table, names: tuple[str, ...], replaced: tuple[str, ...]
) -> tuple[str, list[tuple[str, _Adapt]]]:
    """The statement, and the columns in the order of its parameters, each with what makes its values those of the driver."""
    made = upsert(dialect, table, *replaced) if replaced else insert(table)
    compiled: Any = made.compile(dialect=dialect, column_keys=names)
    kinds = {name: table.columns[name].type.dialect_impl(dialect) for name in names}
    return str(compiled), [(name, kinds[name].bind_processor(dialect)) for name in compiled.positiontup]


def _adapted(values: list[Any], adapt: _Adapt) -> Iterable[Any]:
    if adapt is None:
        return values
    first = values[0]
    if all(value is first for value in values):  # such as the moment at which all are written
        return [adapt(first)] * len(values)
    return map(adapt, values)
