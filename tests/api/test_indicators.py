"""Indicators over HTTP, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from service.store import log
from service.store.database import Database
from service.store.migrate import downgrade, upgrade
from service.store.tables import indicators, records
from tests.api.serving import key_of, now, running
from tests.api.told import TOTALS, told

EARLY = (
    ("2026-02-06", "嘉兴市平湖市独山港氢能压缩机项目今日开工，总投资3亿元，由平湖氢压机械有限公司投资建设。"),
    ("2026-04-14", "嘉兴市海宁市尖山光伏银浆项目今日开工，总投资5亿元，由海宁银浆新材有限公司投资建设。"),
    ("2026-07-14", "嘉兴市桐乡市濮院数码印花项目今日开工，总投资2亿元，由桐乡印花科技有限公司投资建设。"),
)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    await told(database, EARLY)
    await told(database, TOTALS, "totals")
    async with running(database, key=await key_of(database)) as client:
        yield client


async def get(client: aiohttp.ClientSession, path: str) -> Any:  # noqa: ANN401
    async with client.get(path) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def test_reported_beside_itemised(client: aiohttp.ClientSession) -> None:
    """A reported total stands beside the projects that came there in that region and time, and the difference is shown."""
    (series,) = (await get(client, "/v1/indicators?region=330400&metric=investment_total"))["series"]
    assert (series["region"]["name"], series["stage"], series["unit"]) == ("嘉兴市", "started", "CNY")
    (point,) = series["points"]
    assert (point["since"], point["until"], point["value"]) == ("2026-01-01", "2026-06-30", 8_600_000_000)
    assert point["itemised"] == {
        "basis": "moved",
        "projects": 2,
        "priced": 2,
        "value": 800_000_000,
        "difference": 7_800_000_000,
    }


async def test_the_newest_value_stands(client: aiohttp.ClientSession) -> None:
    """Of what articles say of the same time the newest stands with its evidence, and what the other said is kept beside it."""
    (series,) = (await get(client, "/v1/indicators?metric=project_count&stage=started"))["series"]
    (point,) = series["points"]
    assert (point["value"], point["contradicted"]) == (14, True)
    assert [one["value"] for one in point["others"]] == [12]
    record = await get(client, f"/v1/records/{point['refs'][0]['record']}")
    assert (record["kind"], record["value"]) == ("indicator", 14)
    assert point["itemised"]["difference"] == 12


async def test_page_by_page(client: aiohttp.ClientSession) -> None:
    """Series one by one are the series at once."""
    every = (await get(client, "/v1/indicators"))["series"]
    page = await get(client, "/v1/indicators?limit=1")
    found = page["series"]
    while page["next"]:
        page = await get(client, page["next"])
        found += page["series"]
    assert found == every
    assert len(every) == 2


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("region=浙江省", 2),
        ("region=海宁市", 0),
        ("period=2026", 2),
        ("period=2026-Q1", 0),
        ("expected=true", 0),
        ("of=不存在", 0),
        ("stage=signed", 0),
    ],
)
async def test_filters(client: aiohttp.ClientSession, query: str, count: int) -> None:
    """Each filter means what it says."""
    assert len((await get(client, f"/v1/indicators?{query}"))["series"]) == count


async def test_what_cannot_be_meant(client: aiohttp.ClientSession) -> None:
    """A division that does not exist is not found; a metric or place that cannot be is refused."""
    for query, status in (("region=999999", 404), ("metric=colour", 400), ("after=WzFd", 404), ("period=W1", 400)):
        async with client.get(f"/v1/indicators?{query}") as response:
            assert response.status == status, query


async def test_what_stands_no_longer_leaves(client: aiohttp.ClientSession, database: Database) -> None:
    """The series have what stands in the log, also after a migration has filled them in."""
    standing = select(func.count()).where(records.c.kind == "indicator", records.c.standing)
    query = select(indicators).order_by(indicators.c.record)
    async with database.reading() as connection:
        rows = [tuple(row) for row in await connection.execute(query)]
        assert len(rows) == await connection.scalar(standing) == 3
    await downgrade(database, "0003")
    await upgrade(database)
    async with database.reading() as connection:
        assert [tuple(row) for row in await connection.execute(query)] == rows

    async with database.writing() as connection:
        await log.withdraw(connection, [rows[0][0]], now())
    async with database.reading() as connection:
        assert [tuple(row) for row in await connection.execute(query)] == rows[1:]
