"""What a database that cannot be reached raises, whichever driver speaks to it."""

from asyncpg import PostgresError
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError

UNREACHABLE = (OSError, DatabaseError, InterfaceError, PostgresError)


def said(error: BaseException) -> str:
    """What the driver said, in one line, without the statement it was about."""
    told = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return " ".join(str(told).split())[:200] or type(told).__name__
