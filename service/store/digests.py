"""The projects that got somewhere in a time, the largest first."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.lists import Move, shown_of
from service.store.regions import of, within
from service.store.tables import project_steps, projects
from service.store.wanted import Wanted


async def largest(
    connection: AsyncConnection,
    code: str,
    status: str,
    since: dt.date,
    until: dt.date,
    limit: int,
    wanted: Wanted | None = None,
) -> list[Move]:
    """Of the projects in the division that are wanted and came to the status for the first time between these days those
    with the largest totals; those without a total are the last."""
    c = project_steps.c
    some = (
        select(c.since, c.number, c.ordinal)
        .where(c.fresh, c.status == status, c.since >= since, c.since <= until, c.until <= until)
        .where(within(c.region_code, code), *of(connection, wanted))
        .order_by(c.investment_total.desc().nulls_last(), c.number.desc())
        .limit(limit)
        .subquery()
    )
    query = shown_of(some, some.c.since, some.c.number, some.c.ordinal)
    query = query.order_by(projects.c.investment_order.desc(), projects.c.number.desc())
    return [Move(*row) for row in await connection.execute(query)]
