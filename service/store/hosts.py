"""What all fetchers share: whose turn it is at a host, and each site's robots.txt."""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.inserts import inserting, upsert
from service.store.rows import Row
from service.store.tables import hosts, robots


async def reserve(connection: AsyncConnection, host: str, spacing: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """Take the turn of a host: `now` where the last one is `spacing` ago; else nothing is taken, and the moment to ask again.

    A last turn in the future (a clock was set back) is taken for one just now, so that nobody waits for that future.
    """
    free = hosts.c.asked_at <= now - spacing
    turn = inserting(connection.dialect, hosts).values(host=host, asked_at=now)
    turn = turn.on_conflict_do_update(index_elements=[hosts.c.host], set_={"asked_at": now}, where=free)
    if (await connection.execute(turn.returning(hosts.c.host))).first() is not None:
        return now
    last: dt.datetime = (await connection.execute(select(hosts.c.asked_at).where(hosts.c.host == host))).scalar_one()
    if last > now:
        await connection.execute(update(hosts).where(hosts.c.host == host).values(asked_at=now))
    return min(last, now) + spacing


async def robots_of(connection: AsyncConnection, origin: str) -> Row | None:
    """The `body`, `expires` and `unreachable_since` that were stored for the site last."""
    columns = (robots.c.body, robots.c.expires, robots.c.unreachable_since)
    row = (await connection.execute(select(*columns).where(robots.c.origin == origin))).mappings().first()
    return dict(row) if row else None


async def keep_robots(connection: AsyncConnection, origin: str, row: Row) -> None:
    """Replace what is stored for the site."""
    statement = upsert(connection.dialect, robots, "body", "expires", "unreachable_since")
    await connection.execute(statement, [{"origin": origin, **row}])
