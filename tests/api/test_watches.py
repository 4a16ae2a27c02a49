"""Watches over HTTP, on SQLite and on PostgreSQL: made, changed, removed, and what they give."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from service.store.database import Database
from tests.api.serving import key_of, running
from tests.api.told import told

ZHEJIANG = {"name": "浙江大项目", "filters": {"region": "330000", "min_investment": 500000000}}


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    await told(database)
    async with running(database, key=await key_of(database, "admin")) as client:
        yield client


async def ask(client: aiohttp.ClientSession, method: str, path: str, status: int = 200, json: object = None) -> Any:  # noqa: ANN401
    async with client.request(method, path, json=json, allow_redirects=False) as response:
        assert response.status == status, await response.text()
        return await response.json() if await response.read() else dict(response.headers)


async def test_a_watch_from_its_making_to_its_end(client: aiohttp.ClientSession) -> None:
    """It is made with a name and filters, listed, changed and removed; its webhooks go with it."""
    made = await ask(client, "POST", "/v1/watches", 201, ZHEJIANG)
    kept = {name: value for name, value in made["filters"].items() if value is not None}
    assert (made["name"], kept) == (ZHEJIANG["name"], ZHEJIANG["filters"])
    path = f"/v1/watches/{made['id']}"
    assert await ask(client, "GET", path) == made
    assert await ask(client, "GET", "/v1/watches") == {"watches": [made]}
    hook = await ask(client, "POST", "/v1/webhooks", 201, {"url": "https://example.com/hook", "watch": made["id"]})
    assert hook["watch"] == made["id"]
    changed = await ask(client, "PATCH", path, 200, {"name": "海南", "filters": {"region": "海南省"}})
    assert (changed["name"], changed["filters"]["region"]) == ("海南", "海南省")
    await ask(client, "DELETE", path, 204)
    assert await ask(client, "GET", "/v1/webhooks") == {"webhooks": []}
    for method in ("GET", "DELETE"):
        await ask(client, method, path, 404)
    await ask(client, "PATCH", path, 404, {"name": "x"})


async def test_what_a_watch_gives(client: aiohttp.ClientSession) -> None:
    """Its list and its page are those of the filter, its feed leads to the filter's, its digest counts nothing else."""
    made = await ask(client, "POST", "/v1/watches", 201, ZHEJIANG)
    links = made["links"]
    ours = (await ask(client, "GET", links["projects"]))["projects"]
    names = {one["name"] for one in ours}
    assert ours
    assert all(one["region"]["path"].startswith("浙江省") for one in ours)
    assert (await ask(client, "GET", links["feed"], 307))["Location"].startswith("/v1/export/atom?")
    async with client.get(links["feed"]) as response:
        feed = await response.text()
    assert feed.count("<entry>") == len(ours)
    assert "<title>浙江大项目</title>" in feed
    day = "2026-08-28"
    whole = await ask(client, "GET", f"/v1/digests/week/{day}")
    digest = await ask(client, "GET", f"/v1/watches/{made['id']}/digests/week/{day}")
    assert digest["watch"]["name"] == "浙江大项目"
    assert digest["region"]["code"] == "330000"
    found = {one["name"] for part in digest["parts"] for one in part["projects"]}
    everything = {one["name"] for part in whole["parts"] for one in part["projects"]}
    assert found == everything & names
    assert found < everything
    assert {part["step"]: part["total"]["projects"] for part in digest["parts"]} == {
        part["step"]: sum(one["name"] in names for one in part["projects"]) for part in whole["parts"]
    }
    headers = {"Accept": "text/markdown"}
    async with client.get(f"/v1/watches/{made['id']}/digests/week/{day}", headers=headers) as response:
        assert (await response.text()).startswith("# 浙江大项目：浙江省重点项目周例会")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/watches", {"name": "x", "filters": {"region": "999999"}}, "filters.region"),
        ("/v1/watches", {"name": "x", "filters": {"q": "，"}}, "filters.q"),
        ("/v1/watches", {"name": "x", "filters": {"owner": "（）"}}, "filters.owner"),
        ("/v1/webhooks", {"url": "https://example.com/", "filters": {"q": "·"}}, "filters.q"),
        ("/v1/webhooks", {"url": "https://example.com/", "watch": 7}, "watch"),
        ("/v1/webhooks", {"url": "https://example.com/", "watch": 1, "filters": {"kind": ["project"]}}, "filters"),
    ],
)
async def test_what_cannot_be(client: aiohttp.ClientSession, path: str, body: object, field: str) -> None:
    """A division or a watch that does not exist, words by which nothing is found, and filters beside those of a watch, are
    conflicts that name the field."""
    await ask(client, "POST", "/v1/watches", 201, ZHEJIANG)
    problem = await ask(client, "POST", path, 409, body)
    assert [one["field"] for one in problem["errors"]] == [field]
