"""What projects cost together, division by division, where so few are meant that each can be looked at."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store.facets import COUNTED, below
from service.store.postgresql import by_index
from service.store.regions import Moved
from service.store.tables import projects
from service.store.wanted import Wanted, conditions


async def sums(connection: AsyncConnection, wanted: Wanted) -> dict[str | None, Moved]:
    """How many projects are meant and what they cost, by the divisions one level below the one asked for, by their names.
    For COUNTED projects at the most: of more, some are left out."""
    await by_index(connection)
    c = projects.c
    few = select(c[below(wanted.places)].label("place"), c.investment_total).where(*conditions(connection, wanted))
    one = few.limit(COUNTED).cte("few").c
    query = select(one.place, func.count(), func.count(one.investment_total), func.sum(one.investment_total))
    return {
        place: Moved(count, priced, investment or Decimal(0))
        for place, count, priced, investment in await connection.execute(query.group_by(one.place))
    }
