"""The database's own version: upgrade, downgrade, and whether it fits this Guatu.

The migrations lie in the folder `migrations` beside the package, in a checkout and in an installation alike, so that
they are found from any working folder.

Each is a transaction of its own. One that rewrites many rows has, beside `upgrade`, what comes before it: `begin`, then
`fill(last)` for a part of the rows at a time, each part a transaction too, with its last row in the table `migrating`.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, insert, inspect, select, text, update

import service
from service.errors import GuatuError
from service.store.database import Database

Fit = Literal["empty", "behind", "current", "unknown"]
_MARK = Table("migrating", MetaData(), Column("revision", String(32), primary_key=True), Column("last", BigInteger))


class Progress(NamedTuple):
    """How far a migration is: the last row that is filled in, and the highest there is; both None where it is done."""

    revision: str
    last: int | None
    highest: int | None


Tell = Callable[[Progress], None]


def folder() -> Path:
    return Path(service.__file__).resolve().parents[1] / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def _scripts() -> ScriptDirectory:
    """All migrations, found once a process."""
    return ScriptDirectory.from_config(_config())


async def upgrade(database: Database, revision: str = "head", tell: Tell = lambda _: None) -> None:
    """Bring the tables to `revision`, part by part, and `tell` of each when it is kept.

    Each transaction looks anew where the tables are: so it goes on where a kill ended it, and processes that migrate at the
    same time take turns. What is empty is made in one transaction.
    """
    done: list[Progress] | None = None
    while done is None or done:
        async with database.writing() as connection:
            done = await connection.run_sync(_forward, revision)
        for progress in done:
            tell(progress)


def _forward(connection: Connection, target: str) -> list[Progress]:
    """Do the next part of the way, or all of it where there is nothing yet."""
    empty = _fit(connection) == "empty"
    done: list[Progress] = []
    while (empty or not done) and (part := _part(connection, target)):
        done.append(part)
    return done


def _part(connection: Connection, target: str) -> Progress | None:
    at = MigrationContext.configure(connection).get_current_revision()
    ahead = list(_scripts().iterate_revisions(target, at or "base"))
    if not ahead:
        return None
    step = ahead[-1]
    filled = _filled(connection, step) if hasattr(step.module, "fill") else None
    if filled is None:
        command.upgrade(_config(connection), step.revision)
        return Progress(step.revision, None, None)
    return Progress(step.revision, filled, connection.scalar(text(step.module.HIGHEST)))


def _filled(connection: Connection, step: Script) -> int | None:
    """Fill in the next rows of a migration; gives the last of them, None where no more are left."""
    with Operations.context(MigrationContext.configure(connection)):
        _MARK.create(connection, checkfirst=True)
        last = connection.scalar(select(_MARK.c.last).where(_MARK.c.revision == step.revision))
        if last is None:
            step.module.begin()
            connection.execute(insert(_MARK).values(revision=step.revision, last=0))
        filled: int | None = step.module.fill(last or 0)
    if filled is None:
        _MARK.drop(connection)
    else:
        connection.execute(update(_MARK).values(last=filled))
    return filled


async def downgrade(database: Database, revision: str = "base") -> None:
    """Take the tables back to `revision`, in one transaction; what they hold beyond it is lost. GuatuError where a migration
    was stopped half way."""
    async with database.writing() as connection:
        await connection.run_sync(_back, revision)


def _back(connection: Connection, revision: str) -> None:
    if inspect(connection).has_table(_MARK.name):
        begun = connection.scalar(select(_MARK.c.revision))
        raise GuatuError(f"migration {begun} was stopped half way: run guatu migrate to its end, then go back")
    command.downgrade(_config(connection), revision)


async def fit(database: Database) -> Fit:
    """How the tables stand to this Guatu: none yet, older, right, or of a version it does not know."""
    async with database.reading() as connection:
        return await connection.run_sync(_fit)


def _fit(connection: Connection) -> Fit:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision == _scripts().get_current_head():
        return "current"
    if revision is None:
        return "behind" if inspect(connection).get_table_names() else "empty"
    return "behind" if revision in {known.revision for known in _scripts().walk_revisions()} else "unknown"
