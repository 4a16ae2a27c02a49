"""The database's own version: upgrade, downgrade, and whether it fits this Guatu.

The migrations lie in the folder `migrations` beside the package, in a checkout and in an installation alike, so that
they are found from any working folder.
"""

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

import service
from service.store.database import Database

Fit = Literal["empty", "behind", "current", "unknown"]


def folder() -> Path:
    return Path(service.__file__).resolve().parents[1] / "migrations"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables to `revision`, in one transaction."""
    async with database.writing() as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def downgrade(database: Database, revision: str = "base") -> None:
    """Take the tables back to `revision`, in one transaction; what they hold beyond it is lost."""
    async with database.writing() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))


async def fit(database: Database) -> Fit:
    """How the tables stand to this Guatu: none yet, older, right, or of a version it does not know."""
    async with database.reading() as connection:
        return await connection.run_sync(_fit)


def _fit(connection: Connection) -> Fit:
    script = ScriptDirectory.from_config(_config(connection))
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision == script.get_current_head():
        return "current"
    if revision is None:
        return "behind" if inspect(connection).get_table_names() else "empty"
    return "behind" if revision in {known.revision for known in script.walk_revisions()} else "unknown"
