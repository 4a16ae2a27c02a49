"""The column types mean the same on both databases."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select

from service.store.database import Database
from service.store.exact import LIMIT, exact, plain
from service.store.types import Exact, UtcTime

sample = Table(
    "sample", MetaData(), Column("id", Integer, primary_key=True), Column("amount", Exact), Column("moment", UtcTime)
)
AMOUNTS = [
    Decimal(text) for text in ("0", "0.1", "0.2", "0.001", "12.35", "5600000000", "-3.5", "8999999999999999.999")
]


async def _fill(database: Database, **columns: list[object]) -> None:
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    async with database.writing() as connection:
        await connection.run_sync(sample.create)
        await connection.execute(insert(sample), rows)


async def test_amounts_come_back_exactly(empty_database: Database) -> None:
    """A figure with up to three places comes back as it went in, however large within the limit."""
    await _fill(empty_database, amount=[*AMOUNTS])
    async with empty_database.reading() as connection:
        assert list(await connection.scalars(select(sample.c.amount).order_by(sample.c.id))) == AMOUNTS
    assert max(AMOUNTS) < LIMIT


async def test_amounts_compare_and_add_exactly(empty_database: Database) -> None:
    """The database compares, sorts and adds the figures as decimals: 0.1 and 0.2 make 0.3."""
    await _fill(empty_database, amount=[*AMOUNTS])
    amount = sample.c.amount
    async with empty_database.reading() as connection:
        assert list(await connection.scalars(select(amount).order_by(amount))) == sorted(AMOUNTS)
        assert list(await connection.scalars(select(amount).where(amount > Decimal("0.1"), amount < 12))) == [
            Decimal("0.2")
        ]
        small = select(func.sum(amount)).where(amount.in_([Decimal("0.1"), Decimal("0.2")]))
        assert await connection.scalar(small) == Decimal("0.3")


async def test_moments_come_back_in_utc(empty_database: Database) -> None:
    """A moment of any zone comes back as the same moment in UTC, and moments sort as time does."""
    china = dt.timezone(dt.timedelta(hours=8))
    moments = [dt.datetime(2024, 6, 21, 1, tzinfo=china), dt.datetime(2024, 6, 20, 17, 0, 0, 5, tzinfo=dt.UTC)]
    await _fill(empty_database, moment=[*moments])
    async with empty_database.reading() as connection:
        found = list(await connection.scalars(select(sample.c.moment).order_by(sample.c.moment)))
    assert found == moments
    assert {moment.tzinfo for moment in found} == {dt.UTC}


@pytest.mark.parametrize(("number", "text"), [("1E+3", "1000"), ("1.500", "1.5"), ("0.00", "0"), ("12.35", "12.35")])
def test_equal_numbers_print_equally(number: str, text: str) -> None:
    """A number is printed without trailing zeros and without an exponent."""
    assert str(plain(Decimal(number))) == text


@pytest.mark.parametrize(("number", "stored"), [("666.6666666", "666.667"), ("0.0005", "0"), ("-1.2345", "-1.234")])
def test_figures_are_rounded_to_three_places(number: str, stored: str) -> None:
    """A figure with more places than the tables hold is rounded before it is stored, the same on both databases."""
    assert str(exact(Decimal(number))) == stored


@pytest.mark.parametrize("number", ["9E+15", "-1E+30", "NaN", "Infinity"])
def test_a_figure_that_cannot_be_held_is_refused(number: str) -> None:
    """A figure beyond the limit, which only damage makes, raises instead of being stored wrongly."""
    with pytest.raises(ValueError, match="beyond"):
        exact(Decimal(number))
