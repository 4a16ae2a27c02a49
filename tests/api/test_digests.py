"""Digests over HTTP, on SQLite and on PostgreSQL."""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import Any

import aiohttp
import pytest

from service.store.database import Database
from tests.api.serving import key_of, running
from tests.api.told import told

HOSTILE = (
    "2026-08-26",
    "吉林省集安市“<script>alert(1)</script>[点此](javascript:x)|`*&”人参冻干项目今日签约，总投资1亿元。",
)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    await told(database)
    async with running(database, key=await key_of(database)) as client:
        yield client


async def get(client: aiohttp.ClientSession, path: str) -> Any:  # noqa: ANN401
    async with client.get(path) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def text(client: aiohttp.ClientSession, path: str, media_type: str) -> str:
    async with client.get(path, headers={"Accept": media_type}) as response:
        assert (response.status, response.content_type) == (200, media_type)
        return await response.text()


async def test_a_week(client: aiohttp.ClientSession) -> None:
    """A week has what was signed, started, completed and put into operation in it, by province and project, with evidence."""
    digest = await get(client, "/v1/digests/week/2026-08-28")
    assert (digest["label"], digest["since"], digest["until"]) == ("2026-W35", "2026-08-24", "2026-08-30")
    assert {step: one["projects"] for step, one in digest["steps"].items()} == {
        "signed": 2,
        "started": 2,
        "completed": 0,
        "operational": 1,
    }
    assert digest["steps"]["started"]["investment"] == 1_500_000_000
    assert [row["region"]["name"] for row in digest["regions"]] == ["浙江省", "海南省", "西藏自治区"]
    assert digest["elsewhere"]["started"]["projects"] == 1  # nobody says where
    started = digest["parts"][1]["projects"]
    assert [(one["name"], one["before"]) for one in started] == [
        ("星河氢能装备制造", None),
        ("嘉兴市海盐县百步镇生物降解膜", "signed"),
    ]
    project = await get(client, f"/v1/projects/{started[1]['id']}")
    assert started[1]["refs"] == project["timeline"][1]["refs"]


@pytest.mark.parametrize(
    ("path", "signed", "started", "operational"),
    [
        ("month/2026-08-01", 2, 2, 1),
        ("month/2026-07-31", 0, 1, 0),
        ("quarter/2026-09-30", 2, 3, 1),
        ("year/2026-01-01", 3, 3, 2),
        ("year/2025-12-31", 0, 2, 0),
        ("week/2026-08-31", 0, 0, 0),
        ("year/2026-01-01?region=330400", 2, 1, 0),
        ("year/2026-01-01?region=469002", 1, 0, 0),
    ],
)
async def test_terms(client: aiohttp.ClientSession, path: str, signed: int, started: int, operational: int) -> None:
    """Each term has what lies between its first and last day; the parts by division and by project agree with the sum."""
    digest = await get(client, f"/v1/digests/{path}")
    counts = {step: one["projects"] for step, one in digest["steps"].items()}
    assert counts == {"signed": signed, "started": started, "completed": 0, "operational": operational}
    assert {part["step"]: len(part["projects"]) for part in digest["parts"]} == counts
    parts = [row["steps"] for row in digest["regions"]] + [digest["elsewhere"]]
    assert {step: sum(one[step]["projects"] for one in parts) for step in counts} == counts


@pytest.mark.parametrize(
    ("term", "heading"), [("week", "周例会"), ("month", "月汇报"), ("quarter", "季观摩"), ("year", "年考评")]
)
async def test_headings(client: aiohttp.ClientSession, term: str, heading: str) -> None:
    """As Markdown and as HTML a digest is headed by the meeting that it is for, and every project leads to its evidence."""
    path = f"/v1/digests/{term}/2026-08-28"
    digest = await get(client, path)
    markdown = await text(client, path, "text/markdown")
    page = await text(client, path, "text/html")
    assert markdown.splitlines()[0].startswith(f"# 全国重点项目{heading}（")
    assert f"<h1>全国重点项目{heading}（" in page
    for one in (one for part in digest["parts"] for one in part["projects"]):
        for made in (markdown, page):
            assert f"/v1/projects/{one['id']}" in made
            assert f"/v1/records/{one['refs'][0]['record']}" in made
    for address in set(re.findall(r"\((/[^)]*)\)", markdown)):
        await get(client, address)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {
            tag,
            *(value or "" for name, value in attrs if name == "href" and not (value or "").startswith("/")),
        }


async def test_words_of_articles_stay_words(client: aiohttp.ClientSession, database: Database) -> None:
    """What an article says is neither markup nor a link, whatever it holds."""
    await told(database, [HOSTILE], "hostile")
    path = "/v1/digests/week/2026-08-28?region=220000"
    page, markdown = await text(client, path, "text/html"), await text(client, path, "text/markdown")
    assert "集安市" in page
    tags = Tags()
    tags.feed(page)
    assert tags.seen <= set(
        "html head meta title body main h1 h2 p table thead tbody tr th td ol li a strong q".split()
    )
    assert not re.search(r"(?<!\\)\]\(javascript", markdown)
    assert "<script" not in markdown


async def test_what_is_not_there(client: aiohttp.ClientSession) -> None:
    """A division or a term that does not exist is not found; a day that is none is refused."""
    for path, status in (
        ("week/2026-08-28?region=999999", 404),
        ("day/2026-08-28", 404),
        ("week/2026-02-30", 404),
        ("week/1900-01-01", 404),
        ("week/2026-08-28?region=zj", 400),
    ):
        async with client.get(f"/v1/digests/{path}") as response:
            assert response.status == status, path


async def test_not_modified(client: aiohttp.ClientSession) -> None:
    """Each form of a digest has a tag of its own, and a client that has it gets 304."""
    tags = set()
    for media_type in ("application/json", "text/html", "text/markdown"):
        headers = {"Accept": media_type}
        async with client.get("/v1/digests/week/2026-08-28", headers=headers) as response:
            tags.add(response.headers["ETag"])
        headers["If-None-Match"] = response.headers["ETag"]
        async with client.get("/v1/digests/week/2026-08-28", headers=headers) as response:
            assert response.status == 304
    assert len(tags) == 3
