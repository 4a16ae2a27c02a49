"""Projects and corrections over HTTP, on SQLite and on PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from service.api.project_shapes import ChangePage, CorrectionShown, ProjectPage, ProjectShown
from service.pipeline.ledger import Ledger
from service.store.database import Database
from tests.api.serving import HAIYAN, QIONGHAI, TONGHUA, key_of, now, running, take

FILM = "嘉兴市海盐县百步镇生物降解膜项目今日开工，总投资6亿元，由嘉兴百膜新材料有限公司投资建设，预计2030年12月竣工。"
ARTICLES = [HAIYAN, TONGHUA, QIONGHAI, FILM]


async def caught_up(database: Database) -> None:
    await Ledger(database, now).catch_up()


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    await take(database, ARTICLES)
    await caught_up(database)
    async with running(database, key=await key_of(database)) as client:
        yield client


async def get(client: aiohttp.ClientSession, path: str) -> Any:  # noqa: ANN401
    async with client.get(path) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def post(client: aiohttp.ClientSession, path: str, body: object, status: int = 201) -> Any:  # noqa: ANN401
    async with client.post(path, json=body) as response:
        assert response.status == status, await response.text()
        return await response.json()


async def names(client: aiohttp.ClientSession, query: str = "") -> list[str]:
    return [one["name"] for one in (await get(client, f"/v1/projects?{query}"))["projects"]]


async def test_a_project_with_all_that_is_known(client: aiohttp.ClientSession) -> None:
    """A project has its values with evidence that leads to records, its timeline and its articles."""
    page = await get(client, "/v1/projects?q=降解膜&facets=status")
    assert ProjectPage.model_validate_json(json.dumps(page)).facets
    (line,) = page["projects"]
    assert (line["investment_total"], line["status"], line["completion_expected"]) == (600000000, "started", "2030-12")
    project = await get(client, f"/v1/projects/{line['id']}")
    assert project["id"] == line["id"]
    assert ProjectShown.model_validate_json(json.dumps(project)).articles
    ref = project["fields"]["investment_total"]["current"]["refs"][0]
    record = await get(client, f"/v1/records/{ref['record']}")
    assert record["investment_total"] == 600000000
    assert [article["record"] for article in project["articles"]] == project["records"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("region=330000", 2),
        ("region=330424", 2),
        ("region=通化县", 1),
        ("status=signed&status=operational", 2),
        ("stage=started", 2),
        ("min_investment=600000000", 2),
        ("min_investment=600000000.5", 1),
        ("max_investment=600000000", 3),
        ("min_investment=320000000&max_investment=600000000", 2),
        ("owner=百膜", 1),
        ("owner=公司", 2),
        ("industry=医药", 1),
        ("section=P", 1),
        ("programme=省重点", 0),
        ("problem=overdue", 0),
        ("reached=operational", 1),
        ("reached=started&reached_since=2100-01-01", 0),
        ("reached_since=2020-01-01&reached_until=2100-01-01", 4),
        ("since=2100-01-01", 0),
        ("until=2100-01-01", 4),
        ("due_since=2030-12-31&due_until=2030-12-31", 1),
        ("q=中药 饮片", 1),
        ("q=学", 1),
        ("q=%25 降解", 0),
        ("q=_ 降解", 0),
        ("q='; DROP TABLE projects; --", 0),
        ('q="降解"', 0),
        ("region=330000&status=started&section=C&min_investment=1&q=降解", 1),
    ],
)
async def test_filters(client: aiohttp.ClientSession, query: str, count: int) -> None:
    """Each filter means what it says, alone and with others, and the counts agree with the list."""
    page = await get(client, f"/v1/projects?{query}&facets=status,region")
    assert len(page["projects"]) == count
    assert page["facets"]["total"] == count
    assert page["facets"]["exact"]
    assert sum(page["facets"]["counts"]["status"].values()) == count


async def test_facets(client: aiohttp.ClientSession) -> None:
    """Facets count what is meant, regions those one level below the one asked for."""
    facets = (await get(client, "/v1/projects?facets=region,status,section"))["facets"]
    assert facets["counts"]["region"] == {"浙江省": 2, "吉林省": 1, "海南省": 1}
    assert facets["counts"]["status"] == {"started": 2, "operational": 1, "signed": 1}
    below = (await get(client, "/v1/projects?region=浙江省&facets=region"))["facets"]
    assert below["counts"] == {"region": {"嘉兴市": 2}}


@pytest.mark.parametrize("sort", ["latest", "investment", "name", "first"])
async def test_pages_of_every_sort(client: aiohttp.ClientSession, database: Database, sort: str) -> None:
    """Page by page each project that was there comes once and in order, whatever comes in meanwhile."""
    expected = [one["id"] for one in (await get(client, f"/v1/projects?sort={sort}"))["projects"]]
    seen: list[str] = []
    page = await get(client, f"/v1/projects?sort={sort}&limit=1")
    later = "<html><head><meta name='publishdate' content='2019-05-06'></head><body><p>{}</p></body></html>"
    await take(database, [later.format("浙江省桐乡市精密齿轮项目开工，总投资6亿元。")], "later")
    await caught_up(database)
    while page["next"]:
        seen += [one["id"] for one in page["projects"]]
        page = await get(client, page["next"])
    seen += [one["id"] for one in page["projects"]]
    assert [one for one in seen if one in expected] == expected
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("sort=size", 400),
        ("facets=colour", 400),
        ("problem=none", 400),
        ("after=x", 404),
        ("after=WzEsMl0", 404),
        ("sort=investment&after=WyJOYU4iLDFd", 404),
        ("region=999999", 404),
        ("q=，。", 404),
        ("q=%25", 404),
        ("q=%20", 404),
        ("owner=（）", 404),
    ],
)
async def test_what_cannot_be_meant(client: aiohttp.ClientSession, query: str, status: int) -> None:
    """A value that cannot be meant is refused; a place in the list or a division that does not exist is not found, and neither
    is anything by words without a letter, digit or character."""
    async with client.get(f"/v1/projects?{query}") as response:
        assert (response.status, response.content_type) == (status, "application/problem+json")


async def test_not_modified_until_the_ledger_moves(client: aiohttp.ClientSession, database: Database) -> None:
    """What a client has is good until the ledger has changed, and then it is not."""
    async with client.get("/v1/projects?q=降解") as response:
        mark = {"If-None-Match": response.headers["ETag"]}
    async with client.get("/v1/projects?q=降解", headers=mark) as response:
        assert response.status == 304
    await take(database, [FILM.replace("今日开工", "已竣工").replace("预计2030年12月竣工", "用地60亩")], "later")
    await caught_up(database)
    async with asyncio.timeout(5):
        while True:
            async with client.get("/v1/projects?q=降解", headers=mark) as response:
                if response.status == 200:
                    assert (await response.json())["projects"][0]["status"] == "completed"
                    break
            await asyncio.sleep(0.05)


async def test_changes(client: aiohttp.ClientSession, database: Database) -> None:
    """Who follows the changes is told of each project that is new and of what changed in it."""
    page = await get(client, "/v1/projects/changes?limit=3")
    seen = page["changes"]
    while page["changes"]:
        page = await get(client, page["next"])
        seen += page["changes"]
    assert [change["kind"] for change in seen] == ["new"] * 4
    assert ChangePage.model_validate_json(json.dumps(page)).head
    assert page["head"] == seen[-1]["id"]
    async with client.get("/v1/projects/stream") as stream:
        await take(database, [FILM.replace("今日开工", "已竣工")], "later")
        await caught_up(database)
        async with asyncio.timeout(10):
            lines = [line async for line in _until_data(stream)]
    (change,) = (await get(client, page["next"]))["changes"]
    assert "status" in change["fields"]
    assert json.loads(lines[-1].removeprefix("data: ")) == change


async def _until_data(stream: aiohttp.ClientResponse) -> AsyncIterator[str]:
    async for line in stream.content:
        yield line.decode().rstrip("\n")
        if line.startswith(b"data:"):
            return


async def test_corrections(client: aiohttp.ClientSession, database: Database) -> None:
    """A correction shows with who and why, holds, and ends when it is taken back, of which the trail stays."""
    (line,) = (await get(client, "/v1/projects?q=降解膜"))["projects"]
    address = f"/v1/projects/{line['id']}/corrections"
    value = {"kind": "value", "field": "investment_total", "value": 700000000, "reason": "the approval"}
    made = await post(client, address, value)
    assert CorrectionShown.model_validate_json(json.dumps(made)).kind == "value"
    assert (made["by"], made["reason"], made["value"], made["project"]) == (
        "test",
        "the approval",
        700000000,
        line["id"],
    )
    await post(client, address, {"kind": "value", "field": "region", "value": "330402"})
    await post(client, address, {"kind": "value", "field": "owners", "value": ["某公司"]})
    await post(client, address, {"kind": "rename", "value": "百步膜谷"})
    await caught_up(database)
    (now_,) = (await get(client, "/v1/projects?q=百步膜谷&limit=2"))["projects"]
    assert (now_["id"], now_["investment_total"], now_["region"]["code"]) == (line["id"], 700000000, "330402")
    assert now_["owners"] == ["某公司"]
    for correction in (await get(client, f"/v1/corrections?project={line['id']}"))["corrections"]:
        async with client.delete(f"/v1/corrections/{correction['id']}?reason=wrong") as response:
            assert response.status == 200
            assert (await response.json())["withdrawn_reason"] == "wrong"
    await caught_up(database)
    (then,) = (await get(client, "/v1/projects?q=降解膜&limit=3"))["projects"]
    assert then == line
    assert len((await get(client, "/v1/corrections?limit=2"))["corrections"]) == 2


async def test_merge_leads_to_what_is_left(client: aiohttp.ClientSession, database: Database) -> None:
    """Merged projects are one, and the address of the other leads to it; a split makes them two again."""
    two = [one["id"] for one in (await get(client, "/v1/projects?region=330424"))["projects"]]
    await post(client, "/v1/projects/merge", {"projects": two, "reason": "one park"})
    await caught_up(database)
    (kept,) = (await get(client, "/v1/projects?region=330424&limit=5"))["projects"]
    (gone,) = set(two) - {kept["id"]}
    async with client.get(f"/v1/projects/{gone}", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (308, f"/v1/projects/{kept['id']}")
    await post(client, "/v1/projects/merge", {"projects": two}, 409)
    records = (await get(client, f"/v1/projects/{kept['id']}"))["records"]
    await post(client, f"/v1/projects/{gone}/corrections", {"kind": "split", "records": records[-1:]})
    await caught_up(database)
    assert len((await get(client, "/v1/projects?region=330424&limit=6"))["projects"]) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "value", "field": "investment_total", "value": "much"}, 422),
        ({"kind": "value", "field": "colour", "value": 1}, 422),
        ({"kind": "value", "field": "region", "value": "999999"}, 409),
        ({"kind": "value", "field": "stage", "value": "unheard"}, 422),
        ({"kind": "split", "records": [999999]}, 409),
        ({"kind": "rename", "value": ""}, 422),
        ({"kind": "merge"}, 422),
    ],
)
async def test_a_correction_that_cannot_be(client: aiohttp.ClientSession, body: object, status: int) -> None:
    """A correction that does not fit is refused and leaves no trace."""
    (line,) = (await get(client, "/v1/projects?q=降解膜"))["projects"]
    await post(client, f"/v1/projects/{line['id']}/corrections", body, status)
    assert (await get(client, "/v1/corrections"))["corrections"] == []


async def test_who_may_correct(client: aiohttp.ClientSession, database: Database) -> None:
    """Correcting needs the scope write; what is not there is not found."""
    async with client.get("/v1/projects/0123456789ab") as response:
        assert response.status == 404
    await post(client, "/v1/projects/0123456789ab/corrections", {"kind": "rename", "value": "x"}, 404)
    async with running(database, key=await key_of(database, "read")) as reader:
        await post(reader, "/v1/projects/merge", {"projects": ["0123456789ab", "0123456789ac"]}, 403)
