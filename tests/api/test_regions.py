"""Regions and their sums over HTTP, on SQLite and on PostgreSQL; and that the sums are right whatever happens to projects."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from service.extract.divisions import table
from service.pipeline.ledger import Ledger
from service.pipeline.regions import Sum, region
from service.store import regions
from service.store.database import Database
from service.store.migrate import downgrade, upgrade
from service.store.tables import project_steps, projects, region_tallies
from tests.api.serving import key_of, running
from tests.api.told import NOW, told


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    await told(database)
    async with running(database, key=await key_of(database)) as client:
        yield client


async def get(client: aiohttp.ClientSession, path: str) -> Any:  # noqa: ANN401
    async with client.get(path) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def counted_anew(database: Database) -> dict[tuple[str, str], regions.Figures]:
    """The tallies as all projects together make them."""
    async with database.reading() as connection:
        numbers = list(await connection.scalars(select(projects.c.number)))
        return await regions.counted(connection, numbers)


async def kept(database: Database) -> dict[tuple[str, str], regions.Figures]:
    c = region_tallies.c
    async with database.reading() as connection:
        rows = await connection.execute(select(c.code, c.what, *(c[name] for name in regions.Figures._fields)))
        return {(code, what): regions.Figures(*values) for code, what, *values in rows}


async def test_the_tree(client: aiohttp.ClientSession) -> None:
    """The tree goes as deep as asked for, each division behind the one that it lies in, with all that lies in it."""
    provinces = (await get(client, "/v1/regions"))["regions"]
    assert [(one["region"]["name"], one["projects"]) for one in provinces] == [
        ("全国", 8),
        ("吉林省", 1),
        ("黑龙江省", 1),
        ("浙江省", 3),
        ("海南省", 1),
        ("西藏自治区", 1),
    ]
    assert provinces[3]["investment"] == 1_250_000_000
    assert {stage: one["projects"] for stage, one in provinces[3]["stages"].items()} == {"signed": 1, "started": 2}
    below = (await get(client, "/v1/regions?root=330000&depth=2"))["regions"]
    assert [(one["region"]["name"], one["parent"]) for one in below] == [
        ("浙江省", None),
        ("杭州市", "330000"),
        ("桐庐县", "330100"),
        ("嘉兴市", "330000"),
        ("海盐县", "330400"),
        ("平湖市", "330400"),
    ]
    under_province = (await get(client, "/v1/regions?root=460000&depth=1"))["regions"]
    assert [(one["region"]["name"], one["parent"]) for one in under_province][1:] == [("琼海市", "460000")]
    every = (await get(client, "/v1/regions?empty=true"))["regions"]
    assert len(every) == 1 + sum(one.level == 1 for one in table().by_code.values())


async def test_the_league_table(client: aiohttp.ClientSession) -> None:
    """Sub-regions compare by projects, investment and rates, each with the counts behind it, null where there are none."""
    zhejiang = await get(client, "/v1/regions/330000")
    assert zhejiang["rates"]["kept"] == {"of": 2, "reached": 1, "percent": 50}
    assert zhejiang["rates"]["started"] == {"of": 3, "reached": 2, "percent": 66.7}
    assert zhejiang["rates"]["operational"] == {"of": 2, "reached": 0, "percent": 0}
    assert zhejiang["rates"]["yields"] == {"of": 0, "reached": 0, "percent": None}
    assert [one["region"]["name"] for one in zhejiang["league"]][:3] == ["嘉兴市", "杭州市", "宁波市"]
    assert zhejiang["league"][2]["rates"]["started"]["percent"] is None
    whole = await get(client, "/v1/regions/000000")
    assert whole["rates"]["yields"] == {"of": 2, "reached": 1, "percent": 50}  # 达产 in Tibet, only 投产 in Jilin
    jiaxing = await get(client, "/v1/regions/330400")
    assert [one["name"] for one in jiaxing["above"]] == ["全国", "浙江省"]


async def test_the_quarter(database: Database) -> None:
    """What was started in the quarter of today counts in the region and in that of its sub-regions where it was."""
    await told(database)
    async with database.reading() as connection:
        zhejiang = await region(connection, "330000", NOW.date())
        nation = await region(connection, "000000", NOW.date())
    assert zhejiang.quarter.label == "2026-Q3"
    assert zhejiang.moved["started"] == Sum(projects=2, priced=2, investment=Decimal(1_000_000_000))
    assert {one.region.name: one.moved["started"].projects for one in zhejiang.league[:2]} == {"嘉兴市": 1, "杭州市": 1}
    assert nation.moved["started"].projects == 3  # and one of which nobody says where it is


async def test_what_is_not_there(client: aiohttp.ClientSession) -> None:
    """A division that does not exist is not found, nor what is no code."""
    for path, status in (("/v1/regions/999999", 404), ("/v1/regions?root=330999", 404), ("/v1/regions/zj", 404)):
        async with client.get(path) as response:
            assert (response.status, response.content_type) == (status, "application/problem+json"), path


async def test_not_modified(client: aiohttp.ClientSession) -> None:
    """A client that has the answer gets 304."""
    for path in ("/v1/regions", "/v1/regions/330000"):
        async with client.get(path) as response:
            mark = {"If-None-Match": response.headers["ETag"]}
        async with client.get(path, headers=mark) as response:
            assert response.status == 304


async def test_sums_follow_projects(client: aiohttp.ClientSession, database: Database) -> None:
    """After news, a move to another place, a merger and its end the sums are those of the projects that there are."""
    assert await kept(database) == await counted_anew(database)
    found = {one["name"]: one["id"] for one in (await get(client, "/v1/projects?limit=20"))["projects"]}
    film, bearing, school = (next(i for name, i in found.items() if part in name) for part in ("膜", "轴承", "中学"))
    place = {"kind": "value", "field": "region", "value": "540124"}
    for path, body in (
        (f"/v1/projects/{school}/corrections", place),
        (f"/v1/projects/{bearing}/corrections", {"kind": "value", "field": "investment_total", "value": None}),
        ("/v1/projects/merge", {"projects": [film, bearing]}),
    ):
        async with client.post(path, json=body) as response:
            assert response.status == 201, await response.text()
        await Ledger(database, lambda: NOW).catch_up()
        assert await kept(database) == await counted_anew(database)
    await told(database, [("2026-08-29", "海南省琼海市嘉积中学改扩建项目昨日开工，总投资9000万元。")], "later")
    assert await kept(database) == await counted_anew(database)
    assert ("460000", "") not in await kept(database)


async def test_a_stored_ledger_is_counted_by_the_migration(database: Database) -> None:
    """A database that had its projects before is filled in: the sums and the steps are as the ledger would write them."""
    await told(database)
    before, steps = await kept(database), await _steps(database)
    await downgrade(database, "0003")
    await upgrade(database)
    assert await kept(database) == before
    assert await _steps(database) == steps


async def _steps(database: Database) -> list[tuple[Any, ...]]:
    async with database.reading() as connection:
        query = select(project_steps).order_by(project_steps.c.number, project_steps.c.ordinal)
        return [tuple(row) for row in await connection.execute(query)]
