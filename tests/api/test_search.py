"""The search over HTTP: projects and articles, ranked, with their matches marked."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from service.pipeline import search
from service.pipeline.ledger import Ledger
from service.store.database import Database
from tests.api.serving import HAIYAN, QIONGHAI, TONGHUA, now, running, take

QUIET = "昨夜大雪，海盐县农户连夜给大棚除雪。干部们带着铁锹赶到田头，船配厂的工人也来帮忙，天亮前大棚全部清理完毕。"
HOSTILE = "海南省琼海市嘉积中学昨日<mark>开学</mark>，<script>alert(1)</script>校长说&lt;新楼&gt;已经完工，学生们搬进了新教室，家长们都很满意。"


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    await take(database, [HAIYAN, TONGHUA, QIONGHAI, QUIET, HOSTILE])
    await Ledger(database, now).catch_up()
    async with running(database) as client:
        yield client


async def found(client: aiohttp.ClientSession, q: str, more: str = "", status: int = 200) -> Any:  # noqa: ANN401
    async with client.get(f"/v1/search?q={quote(q)}{more}") as response:
        assert response.status == status, await response.text()
        return await response.json()


def matches(pieces: list[dict[str, Any]]) -> list[str]:
    return [piece["text"] for piece in pieces if piece["match"]]


async def test_projects_and_articles(client: aiohttp.ClientSession) -> None:
    """Two characters find the project by its name and all articles that say them, the one that is about them first."""
    said = await found(client, "船配")
    (project,) = said["projects"]
    assert matches(project["marked"]) == ["船配"]
    assert [matches(name) for name in project["also"]] == [["船配"]]  # its owner
    assert [matches(one["excerpt"]["marked"]) for one in said["articles"]] == [["船配", "船配"], ["船配"]]
    assert (said["next"], said["more_projects"]) == (None, None)
    async with client.get(project["link"]) as shown:
        assert (await shown.json())["id"] == project["id"]
    async with client.get(said["articles"][1]["link"]) as shown:
        text, excerpt = (await shown.json())["text"], said["articles"][1]["excerpt"]
    assert text[excerpt["start"] : excerpt["end"]] == "".join(piece["text"] for piece in excerpt["marked"])


async def test_words_must_all_be_there(client: aiohttp.ClientSession) -> None:
    """Words with blanks between them are found together, in any order and in traditional script; other than that nothing is."""
    assert [one["id"] for one in (await found(client, "大雪 海盐"))["articles"]] == [4]
    traditional = await found(client, "海鹽縣　大棚")
    assert traditional["words"] == ["海盐县", "大棚"]
    assert [one["id"] for one in traditional["articles"]] == [4]
    assert (await found(client, "大雪 通化"))["articles"] == []
    assert [one["id"] for one in (await found(client, "雪 海盐"))["articles"]] == [4]


async def test_a_place_narrows_both(client: aiohttp.ClientSession) -> None:
    """A region narrows projects and articles; one that does not exist is not found."""
    said = await found(client, "嘉积中学", "&region=海南省")
    assert [one["region"]["name"] for one in said["projects"]] == ["琼海市"]
    assert [one["id"] for one in said["articles"]] == [3, 5]
    elsewhere = await found(client, "嘉积中学", "&region=浙江省")
    assert (elsewhere["projects"], elsewhere["articles"]) == ([], [])
    await found(client, "项目", "&region=无此地", status=404)


async def test_what_comes_from_outside_is_pieces(client: aiohttp.ClientSession) -> None:
    """What an article holds stays what it is, also where it looks like the mark of a match."""
    (one,) = (await found(client, "开学"))["articles"]
    assert "<mark>" in "".join(piece["text"] for piece in one["excerpt"]["marked"])
    assert matches(one["excerpt"]["marked"]) == ["开学"]
    assert (await found(client, "alert(1)</script>"))["articles"][0]["id"] == one["id"]


@pytest.mark.parametrize("q", ["光 伏", "。、", "\" '", "*(", " a "])
async def test_no_two_characters(client: aiohttp.ClientSession, q: str) -> None:
    """Where no two characters stand side by side the problem says so."""
    problem = await found(client, q, status=404)
    assert problem["errors"][0]["parameter"] == "q"
    assert "side by side" in problem["detail"]


async def test_next_leads_through_all(
    client: aiohttp.ClientSession, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`next` gives every article once, whatever comes in meanwhile; projects are on the first page alone."""
    monkeypatch.setattr(search, "LOOKED", 2)
    said = await found(client, "投资", "&limit=1")
    seen = [one["id"] for one in said["articles"]]
    await take(database, ["海南省东方市感城镇风电项目今日签约，总投资9亿元，由东方感城风电有限公司投资建设。"], "later")
    while said["next"]:
        async with client.get(said["next"]) as response:
            said = await response.json()
        seen += [one["id"] for one in said["articles"]]
        assert said["projects"] == []
    assert sorted(seen) == [1, 2, 3]
    await found(client, "投资", "&after=nowhere", status=404)


async def test_more_projects_than_are_shown(client: aiohttp.ClientSession, database: Database) -> None:
    """Those come first of whose names the words are the largest part, and an address leads to all of them."""
    told = "海南省东方市{name}项目今日签约，总投资9亿元，由东方新能源有限公司投资建设。"
    await take(database, [told.format(name=name) for name in ("感城镇海上风电场二期配套码头", "板桥镇风电场")], "more")
    await Ledger(database, now).catch_up()
    said = await found(client, "風電場", "&limit=1")
    (first,) = said["projects"]
    assert "板桥镇风电场" in first["name"]
    async with client.get(said["more_projects"]) as response:
        assert len((await response.json())["projects"]) == 2
