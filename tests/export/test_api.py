"""Exports over HTTP, on SQLite and on PostgreSQL: what each says is what the API says of its projects."""

import asyncio
import csv
import io
import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import aiohttp
import feedparser
import openpyxl
import pyarrow.parquet as pq
import pytest

from service.pipeline import exports
from service.pipeline.ledger import Ledger
from service.store.database import Database
from tests.api.serving import HAIYAN, QIONGHAI, TONGHUA, key_of, now, running, take

FILM = "嘉兴市海盐县百步镇生物降解膜项目今日开工，总投资6亿元，由嘉兴百膜新材料有限公司投资建设，预计2030年12月竣工。"
FORMULA = "浙江省海盐县<b>=HYPERLINK</b>&精密齿轮项目开工，总投资3亿元。"
ARTICLES = [HAIYAN, TONGHUA, QIONGHAI, FILM, FORMULA]
FILES = ("csv", "xlsx", "ndjson", "parquet", "oc4ids")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two, so that there are several."""
    monkeypatch.setattr(exports, "PAGE", 2)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    await take(database, ARTICLES)
    await Ledger(database, now).catch_up()
    async with running(database, key=await key_of(database)) as client:
        yield client


async def got(client: aiohttp.ClientSession, path: str) -> bytes:
    async with client.get(path) as response:
        assert response.status == 200, await response.text()
        return await response.read()


async def shown(client: aiohttp.ClientSession, query: str = "") -> dict[str, dict[str, Any]]:
    page = json.loads(await got(client, f"/v1/projects?limit=200&{query}"))
    return {one["id"]: one for one in page["projects"]}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


QUERIES = (
    *("", "region=330424", "status=started&min_investment=400000000", "q=项目", "owner=百膜", "industry=医药"),
    *("stage=started", "reached=operational", "since=2020-01-01&until=2100-01-01", "due_since=2030-01-01"),
    "problem=stalled",
)


async def test_csv_has_what_is_meant(client: aiohttp.ClientSession) -> None:
    """The filters of /v1/projects mean the same here, and every value is that of the list."""
    for query in QUERIES:
        expected = await shown(client, query)
        found = {row["id"]: row for row in rows(await got(client, f"/v1/export/csv?{query}"))}
        assert found.keys() == expected.keys(), query
        for id_, row in found.items():
            assert_same(row, expected[id_])


def assert_same(row: dict[str, str], one: dict[str, Any]) -> None:
    assert row["name"].removeprefix("'") == one["name"].removeprefix("'")
    assert row["status"] == (one["status"] or "")
    assert json.loads(row["owners"]) == one["owners"]
    assert row["completion_expected"] == (one["completion_expected"] or "")
    assert row["outcome"] == (one["outcome"] or "")
    assert (Decimal(row["investment_total"]) if row["investment_total"] else None) == one["investment_total"]
    assert row["region_code"] == (one["region"]["code"] if one["region"] else "")


async def test_every_file_has_every_project(client: aiohttp.ClientSession) -> None:
    """Opened with its own library, each format has each project once, with the API's figures."""
    expected = {id_: one["investment_total"] for id_, one in (await shown(client)).items()}
    assert len(expected) == 5
    sheet = openpyxl.load_workbook(io.BytesIO(await got(client, "/v1/export/xlsx"))).worksheets[0]
    heads = [cell.value.split("\n")[1] for cell in sheet[1]]
    at = heads.index("investment_total")
    assert {row[0]: row[at] for row in sheet.iter_rows(min_row=2, values_only=True)} == expected
    table = pq.read_table(io.BytesIO(await got(client, "/v1/export/parquet"))).to_pylist()
    assert {row["id"]: row["investment_total"] for row in table} == expected
    package = json.loads(await got(client, "/v1/export/oc4ids?prefix=oc4ids-abc123&publisher=发布者"))
    told = {one["id"]: one["budget"]["amount"]["amount"] for one in package["projects"]}
    assert told == {f"oc4ids-abc123-{id_}": total for id_, total in expected.items()}
    assert package["publisher"]["name"] == "发布者"
    assert package["uri"].startswith("http://127.0.0.1")
    lines = [json.loads(line) for line in (await got(client, "/v1/export/ndjson")).splitlines()]
    assert len(lines) == len(expected)
    for line in lines:
        assert line == json.loads(await got(client, f"/v1/projects/{line['id']}"))


async def test_feeds(client: aiohttp.ClientSession) -> None:
    """Feeds have the projects that are meant, those that changed last first, with links to their pages."""
    expected = await shown(client, "region=330000")
    path = "/v1/export/atom?region=浙江省&title=浙江"
    data = await got(client, path)
    feed = feedparser.parse(data)
    assert not feed.bozo
    assert (feed.feed.title, len(feed.entries)) == ("浙江", 3)
    assert {entry.link.rpartition("/")[2] for entry in feed.entries} == expected.keys()
    (self_,) = [link.href for link in feed.feed.links if link.rel == "self"]
    assert await got(client, self_) == data
    updated = [entry.updated for entry in feed.entries]
    assert updated == sorted(updated, reverse=True)
    ET.fromstring(data)
    items = json.loads(await got(client, "/v1/export/jsonfeed?region=浙江省&limit=2"))["items"]
    assert [item["id"] for item in items] == [entry.id for entry in feed.entries][:2]


async def test_a_feed_tells_of_changes(client: aiohttp.ClientSession, database: Database) -> None:
    """Whoever watches a feed sees a project that changed first, under the id that it had, and until then is told 304."""
    path = "/v1/export/atom?q=降解膜"
    async with client.get(path) as response:
        before, mark = feedparser.parse(await response.read()), {"If-None-Match": response.headers["ETag"]}
    async with client.get(path, headers=mark) as response:
        assert response.status == 304
    await take(database, [FILM.replace("今日开工", "已竣工")], "later")
    await Ledger(database, now).catch_up()
    async with client.get(path, headers=mark) as response:
        after = feedparser.parse(await response.read())
    assert after.entries[0].id == before.entries[0].id
    assert "竣工" in after.entries[0].title
    assert feedparser.parse(await got(client, "/v1/export/atom?limit=1")).entries[0].id == after.entries[0].id


async def test_headers(client: aiohttp.ClientSession, database: Database) -> None:
    """A file has a name and a tag, which is good until the ledger moves; HEAD says the same and sends nothing."""
    marks = {}
    for name in FILES:
        async with client.get(f"/v1/export/{name}") as response:
            fields = response.headers
            assert await response.read()
        assert fields["Content-Disposition"].startswith('attachment; filename="guatu-projects-')
        async with client.head(f"/v1/export/{name}") as response:
            assert (response.status, await response.read()) == (200, b"")
            assert response.headers["Content-Type"] == fields["Content-Type"]
        marks[name] = {"If-None-Match": fields["ETag"]}
        async with client.get(f"/v1/export/{name}", headers=marks[name]) as response:
            assert response.status == 304
    await take(database, [FILM.replace("今日开工", "已竣工")], "later")
    await Ledger(database, now).catch_up()
    for name, mark in marks.items():
        async with client.get(f"/v1/export/{name}", headers=mark) as response:
            assert response.status == 200
            assert response.headers["ETag"] != mark["If-None-Match"]
            assert await response.read()


async def test_nothing_is_meant(client: aiohttp.ClientSession) -> None:
    """Where no project is meant a file is empty but sound, and there is no package of OC4IDS."""
    query = "q=没有这个"
    assert rows(await got(client, f"/v1/export/csv?{query}")) == []
    assert await got(client, f"/v1/export/ndjson?{query}") == b""
    assert openpyxl.load_workbook(io.BytesIO(await got(client, f"/v1/export/xlsx?{query}"))).worksheets[0].max_row == 1
    assert pq.read_table(io.BytesIO(await got(client, f"/v1/export/parquet?{query}"))).num_rows == 0
    assert not feedparser.parse(await got(client, f"/v1/export/atom?{query}")).bozo
    async with client.get(f"/v1/export/oc4ids?{query}") as response:
        assert (response.status, (await response.json())["type"]) == (404, "/problems/not-found")


async def test_what_cannot_be_meant(client: aiohttp.ClientSession) -> None:
    """What cannot be meant is refused, never guessed."""
    for path in ("csv?bom=perhaps", "oc4ids?prefix=x", "atom?limit=0", "xlsx?colour=red", "atom?title="):
        async with client.get(f"/v1/export/{path}") as response:
            assert response.status == 400, path
    async with client.get("/v1/export/pdf") as response:
        assert response.status == 404


async def test_bom(client: aiohttp.ClientSession) -> None:
    """Excel gets a byte order mark where it is asked for."""
    assert (await got(client, "/v1/export/csv?bom=true")).startswith(b"\xef\xbb\xbfid,")


async def test_without_pyarrow(client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyarrow is not installed Parquet is not acceptable, and the answer says how to get it."""
    monkeypatch.delitem(sys.modules, "service.export.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    async with client.get("/v1/export/parquet") as response:
        assert response.status == 406
        assert "guatu[parquet]" in (await response.json())["detail"]
    assert rows(await got(client, "/v1/export/csv"))


async def test_what_comes_meanwhile(client: aiohttp.ClientSession, database: Database) -> None:
    """A project that has news while it is read is neither missed nor told twice."""
    expected = await shown(client)
    async with client.get("/v1/export/ndjson") as response:
        first = await response.content.readline()
        await take(database, [QIONGHAI.replace("今日签约", "今日开工"), FILM.replace("今日开工", "已竣工")], "later")
        await Ledger(database, now).catch_up()
        async with asyncio.timeout(20):
            rest = (await response.content.read()).splitlines()
    assert sorted(json.loads(line)["id"] for line in [first, *rest]) == sorted(expected)
