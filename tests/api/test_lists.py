"""The four lists over HTTP, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from service.store.database import Database
from tests.api.serving import key_of, running
from tests.api.told import told

MORE = (
    ("2026-08-03", "通化县林下参深加工项目总投资5亿元，今日签约，由通化林参生物有限公司投资建设。"),
    ("2026-08-10", "通化县林下参深加工项目，总投资7.5亿元，昨日签约，由通化林参生物有限公司投资建设。"),
)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    await told(database)
    await told(database, MORE, "more")
    async with running(database, key=await key_of(database)) as client:
        yield client


async def get(client: aiohttp.ClientSession, path: str) -> Any:  # noqa: ANN401
    async with client.get(path) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def items(client: aiohttp.ClientSession, path: str) -> list[Any]:
    """All of a list, asked for one by one."""
    page = await get(client, f"{path}{'&' if '?' in path else '?'}limit=1")
    found: list[Any] = page["items"]
    while page["next"]:
        page = await get(client, page["next"])
        found += page["items"]
    return found


def names(found: list[Any]) -> list[str]:
    return [one["project"]["name"] for one in found]


@pytest.mark.parametrize("name", ["projects", "problems", "progress", "delivery"])
async def test_page_by_page(client: aiohttp.ClientSession, name: str) -> None:
    """Each list one by one is the list at once, with nothing left out and nothing twice."""
    at_once = (await get(client, f"/v1/lists/{name}?limit=100"))["items"]
    assert await items(client, f"/v1/lists/{name}") == at_once
    assert len(at_once) > 1


async def test_all_projects(client: aiohttp.ClientSession) -> None:
    """The list of projects has all, or those of a region, an industry, a time."""
    assert len(await items(client, "/v1/lists/projects")) == 9
    assert len(await items(client, "/v1/lists/projects?region=浙江省")) == 3
    assert len(await items(client, "/v1/lists/projects?region=000000&industry=新材料")) == 1
    assert len(await items(client, "/v1/lists/projects?period=2026-W35")) == 5


async def test_problems_with_reasons(client: aiohttp.ClientSession) -> None:
    """What is wrong is said in words and in parts, with who says it: overdue, contradictory, unplaced."""
    found = {one["project"]["name"]: one["reasons"] for one in await items(client, "/v1/lists/problems")}
    overdue = found["黑龙江省肇东市玉米淀粉糖"]
    assert [(one["problem"], one["text"]) for one in overdue] == [
        ("overdue", "预计2026-05竣工（2025-04-08公布），期满未见竣工报道")
    ]
    assert [overdue[0][name] for name in ("code", "day", "expected")] == ["missed", "2025-04-08", "2026-05"]
    record = await get(client, f"/v1/records/{overdue[0]['refs'][0]['record']}")
    assert "玉米淀粉糖" in record["name"]
    (unplaced,) = found["星河氢能装备制造"]
    assert (unplaced["problem"], unplaced["text"]) == ("unplaced", "没有报道写明在哪个行政区")
    (contradictory,) = next(reasons for name, reasons in found.items() if "林下参" in name)
    assert contradictory["field"] == "investment_total"
    assert "5亿元" in contradictory["text"]
    assert "7.5亿元" in contradictory["text"]
    assert contradictory["code"] == "differ"
    assert sorted(one["value"] for one in contradictory["values"]) == [500_000_000, 750_000_000]
    assert len({ref["record"] for ref in contradictory["refs"]}) == 2
    assert names(await items(client, "/v1/lists/problems?problem=unplaced")) == ["星河氢能装备制造"]
    assert names(await items(client, "/v1/lists/problems?region=黑龙江省")) == ["黑龙江省肇东市玉米淀粉糖"]


async def test_stalled_by_silence(client: aiohttp.ClientSession, database: Database) -> None:
    """Of a project that has been silent for two years the reason says since when."""
    await told(database, [("2023-02-01", "西藏自治区那曲市色尼区牦牛乳粉项目今日开工，总投资2亿元。")], "old")
    (one,) = await items(client, "/v1/lists/problems?problem=stalled")
    assert one["reasons"][0]["text"] == "最后一次见报是2023-02-01，此后两年没有消息，推定停滞"
    assert (one["reasons"][0]["code"], one["reasons"][0]["day"]) == ("silent", "2023-02-01")


async def test_reported_suspended(client: aiohttp.ClientSession, database: Database) -> None:
    """Of a project that was reported suspended the reason says when, in the words of the article."""
    halted = "杭州市桐庐县富春智能传感器项目因资金未到位已停工，项目总投资4亿元，桐庐富感电子有限公司称正在筹款。"
    await told(database, [("2026-08-21", halted)], "halted")
    (one,) = await items(client, "/v1/lists/problems?region=桐庐县")
    (reason,) = one["reasons"]
    assert (one["project"]["status"], reason["problem"]) == ("suspended", "stalled")
    assert reason["text"].startswith("2026-08-21报道停工：“")
    assert reason["refs"][0]["quote"] in halted
    assert (reason["code"], reason["day"]) == ("halted", "2026-08-21")
    assert reason["quote"] in halted


async def test_progress(client: aiohttp.ClientSession) -> None:
    """What moved in a time is listed with from where, to where, and who says so; what moved before or after is not."""
    found = await items(client, "/v1/lists/progress?region=嘉兴市&period=2026-08")
    moves = {one["project"]["name"]: one["move"] for one in found}
    film = moves["嘉兴市海盐县百步镇生物降解膜"]
    assert (film["before"], film["after"], film["day"]) == ("signed", "started", "2026-08-25")
    assert film["refs"][0]["quote"] == "开工"
    assert moves["嘉兴市平湖市独山港精密轴承"]["before"] is None
    assert len(found) == 2
    assert await items(client, "/v1/lists/progress?region=嘉兴市&period=2026-07") == []
    assert names(await items(client, "/v1/lists/progress?industry=电子信息")) == ["杭州市桐庐县富春智能传感器"]


async def test_delivery(client: aiohttp.ClientSession) -> None:
    """What was due in a time is listed with whether it was reached: ahead of schedule, or overdue, or still open."""
    found = await items(client, "/v1/lists/delivery?period=2026")
    assert [(one["project"]["region"]["name"], one["due"], one["outcome"]) for one in found] == [
        ("肇东市", "2026-05-31", "overdue"),
        ("通化县", "2026-06-30", "ahead"),
    ]
    assert found[1]["announced"]["completed"] == "2026-05-20"
    assert names(await items(client, "/v1/lists/delivery?outcome=open")) == ["嘉兴市海盐县百步镇生物降解膜"]
    assert len(await items(client, "/v1/lists/delivery?region=吉林省&industry=医药")) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("projects?region=999999", 404),
        ("progress?region=没有的市", 404),
        ("progress?period=2026-13", 400),
        ("progress?period=2026-02-30", 404),
        ("progress?period=2026-03/2026-02", 404),
        ("delivery?outcome=moved", 400),
        ("progress?after=x", 404),
        ("progress?after=WzEsMiwzXQ", 404),
        ("delivery?after=WyIyMDI2LTA4LTI1IiwyMDAwMDAwMDAwMDAwMDAwMDAwMF0", 404),
        ("problems?sort=name", 400),
    ],
)
async def test_what_cannot_be_meant(client: aiohttp.ClientSession, path: str, status: int) -> None:
    """A division or a time that does not exist is not found; a period, a place or a filter that cannot be is refused."""
    async with client.get(f"/v1/lists/{path}") as response:
        assert (response.status, response.content_type) == (status, "application/problem+json")
