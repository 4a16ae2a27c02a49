"""Documents over HTTP: what came in, its copies and bytes, and the push."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from service.api.limits import Limits
from service.store.database import Database
from tests.api.serving import HAIYAN, TONGHUA, key_of, read_all, reading, running, take

TRADITIONAL = "海鹽縣澉浦綠色船配產業園昨日開工，，項目總投資12.5億元，用地180畝，由浙江澉浦船配有限公司投資建設。縣委書記陳立新出席儀式。"


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    async with running(database, key=await key_of(database)) as client:
        yield client


async def get(client: aiohttp.ClientSession, path: str, status: int = 200) -> Any:  # noqa: ANN401
    async with client.get(path) as response:
        assert response.status == status, await response.text()
        return await response.json()


async def push(
    client: aiohttp.ClientSession, data: bytes | str, media_type: str = "text/plain", query: str = ""
) -> tuple[int, Any]:
    body = data.encode() if isinstance(data, str) else data
    async with client.post(f"/v1/documents{query}", data=body, headers={"Content-Type": media_type}) as response:
        return response.status, await response.json()


async def test_a_push_is_taken_and_then_read(client: aiohttp.ClientSession, database: Database) -> None:
    """A push is answered with 202, an id and a status URL, which says what became of it; again it is 200 with the same id."""
    status, taken = await push(client, HAIYAN)
    assert (status, taken["state"]) == (202, "new")
    waiting = await get(client, taken["status_url"])
    assert (waiting["state"], waiting["extraction"]) == ("new", None)
    assert waiting["due"] is not None
    await read_all(database)
    read = await get(client, taken["status_url"])
    assert (read["state"], read["due"]) == ("processed", None)
    assert [project["name"] for project in read["extraction"]["projects"]] == ["海盐县澉浦绿色船配产业园"]
    assert await push(client, HAIYAN) == (200, {**taken, "state": "processed"})


async def test_the_same_content_in_other_bytes(client: aiohttp.ClientSession, database: Database) -> None:
    """Other bytes with the same content become a duplicate, and each shows where the other was seen."""
    _, first = await push(client, HAIYAN, query="?source=https://a.example/1.html")
    await read_all(database)
    _, second = await push(client, TRADITIONAL, query="?source=https://b.example/2.html")
    await read_all(database)
    copy = await get(client, second["status_url"])
    assert {first["id"], second["id"]} == {copy["id"], copy["duplicate_of"] or first["id"]}
    sources = [sighting["source"] for sighting in copy["copies"]]
    assert sources == ["https://a.example/1.html", "https://b.example/2.html"]
    assert copy["extraction"]["projects"] == (await get(client, first["status_url"]))["extraction"]["projects"]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (HAIYAN.encode("gb18030"), "text/plain; charset=gb2312"),
        (TRADITIONAL.encode("big5"), "application/octet-stream"),
        (f"<html><body><p>{HAIYAN}</p></body></html>".encode(), "text/html"),
        (json.dumps({"title": "开工", "content": HAIYAN, "published": "2025-03-01"}).encode(), "application/json"),
        (json.dumps({"headline": "开工", "正文": HAIYAN}).encode("gb18030"), "application/json"),
        (HAIYAN.encode("utf-16"), "text/x-unknown"),
    ],
    ids=["gb18030", "big5", "page", "record", "record in gb18030", "utf-16"],
)
async def test_one_document_in_any_form(
    client: aiohttp.ClientSession, database: Database, data: bytes, media_type: str
) -> None:
    """A text, a page, a record or mere bytes, in any encoding: with `wait` the answer has the facts."""
    async with reading(database):
        status, document = await push(client, data, media_type, "?wait=true")
    assert (status, document["state"]) == (200, "processed")
    assert document["extraction"]["projects"]


async def test_a_batch(client: aiohttp.ClientSession, database: Database) -> None:
    """In a batch each line is taken by itself; one that cannot be read is refused with its reason and loses nothing else."""
    lines = [json.dumps({"content": HAIYAN}), "{", json.dumps({"n": 1}), json.dumps({"content": TONGHUA})]
    status, answer = await push(client, "\n".join(lines), "application/x-ndjson", "?source=inbox")
    assert status == 202
    assert len(answer["documents"]) == 2
    assert [(one["source"], one["reason"]) for one in answer["refused"]] == [
        ("inbox#2", "bad_json"),
        ("inbox#3", "bad_record"),
    ]
    await read_all(database)
    listed = await get(client, "/v1/documents?state=processed")
    assert {one["source"] for one in listed["documents"]} == {"inbox#1", "inbox#4"}


async def test_a_list_of_records(client: aiohttp.ClientSession) -> None:
    """A JSON list is a batch too."""
    status, answer = await push(client, json.dumps([{"content": HAIYAN}, {"content": TONGHUA}]), "application/json")
    assert (status, len(answer["documents"]), answer["refused"]) == (202, 2, [])


@pytest.mark.parametrize(
    ("data", "media_type", "status", "reason"),
    [
        ("{", "application/json", 422, "bad_json"),
        ('{"n": 1}', "application/json", 422, "bad_record"),
        ("", "application/x-ndjson", 422, None),
        ("[]", "application/json", 422, None),
    ],
)
async def test_what_is_no_document(
    client: aiohttp.ClientSession, data: str, media_type: str, status: int, reason: str | None
) -> None:
    """What holds no document is refused at once, with the reason."""
    got, problem = await push(client, data, media_type)
    assert got == status
    assert [error.get("reason") for error in problem.get("errors", [])] == ([reason] if reason else [])


async def test_what_cannot_be_read_is_in_the_quarantine(client: aiohttp.ClientSession, database: Database) -> None:
    """Bytes that are no text are taken, rejected with the reason, listed in the quarantine, and released from it."""
    _, taken = await push(client, b"\x89PNG\r\n\x1a\n" + bytes(200), "application/octet-stream")
    await read_all(database)
    document = await get(client, taken["status_url"])
    assert (document["state"], document["extraction"]) == ("rejected", None)
    page = await get(client, "/v1/quarantine")
    (item,) = page["items"]
    assert (item["document_id"], item["reason"], item["state"]) == (taken["id"], document["reason"], "rejected")
    assert page["reasons"] == [{"state": "rejected", "reason": document["reason"], "count": 1}]
    async with client.post("/v1/quarantine/release", json={"keys": [item["key"]]}) as response:
        assert await response.json() == {"released": 1}
    assert (await get(client, taken["status_url"]))["state"] == "new"
    assert (await get(client, "/v1/quarantine"))["items"] == []


async def test_too_large_a_batch(database: Database) -> None:
    """A batch of more documents than the limit, or a larger body, is refused whole, saying how much is allowed."""
    async with running(database, Limits(rate=0, batch=2, body_bytes=10_000), await key_of(database)) as client:
        status, problem = await push(client, json.dumps([{"content": HAIYAN}] * 3), "application/json")
        assert (status, problem["type"]) == (413, "/problems/too-large")
        status, problem = await push(client, "开" * 10_000)
        assert (status, problem["type"]) == (413, "/problems/too-large")


async def test_a_push_needs_a_key(database: Database) -> None:
    """Without a key, or with one that may only read, nothing is taken."""
    async with running(database) as client:
        assert (await push(client, HAIYAN))[0] == 401
    async with running(database, key=await key_of(database, "read")) as client:
        assert (await push(client, HAIYAN))[0] == 403
        assert (await get(client, "/v1/documents"))["documents"] == []


async def test_the_bytes_as_they_came(client: aiohttp.ClientSession) -> None:
    """The original is what was sent, to the byte, as a file that no browser runs."""
    data = f"<script>alert(1)</script>{HAIYAN}".encode("gb18030")
    _, taken = await push(client, data, "text/html; charset=gbk")
    async with client.get(f"{taken['status_url']}/original") as response:
        assert await response.read() == data
        assert response.content_type == "application/octet-stream"
        assert response.headers["X-Media-Type"] == "text/html; charset=gbk"
        assert "attachment" in response.headers["Content-Disposition"]


async def test_edited_reposts(client: aiohttp.ClientSession, database: Database) -> None:
    """An edited copy of a story is a document of its own, and each names the other."""
    long = "".join(HAIYAN.replace("船配", name) for name in ("船配", "锚链", "轴承", "阀门", "齿轮"))
    await take(database, [long, long.replace("昨日", "近日")])
    newer, older = (await get(client, "/v1/documents"))["documents"]
    first = newer["near_duplicate_of"] or older["near_duplicate_of"]
    assert first in (newer["id"], older["id"])
    for one, other in ((newer, older), (older, newer)):
        reposts = (await get(client, f"/v1/documents/{one['id']}"))["reposts"]
        assert [repost["id"] for repost in reposts] == [other["id"]]


async def test_paging_documents(client: aiohttp.ClientSession, database: Database) -> None:
    """Documents come page by page, the last first, each once."""
    await take(database, [HAIYAN.replace("船配", name) for name in "甲乙丙丁戊"])
    page, seen = await get(client, "/v1/documents?limit=2"), []
    while True:
        seen += [one["id"] for one in page["documents"]]
        if not page["next"]:
            break
        page = await get(client, page["next"])
    assert seen == [5, 4, 3, 2, 1]


async def test_unknown_documents(client: aiohttp.ClientSession) -> None:
    """A document that does not exist is not found."""
    for path in ("/v1/documents/99", "/v1/documents/99/original", "/v1/documents/x"):
        assert (await get(client, path, 404))["type"] == "/problems/not-found"


async def test_statistics(client: aiohttp.ClientSession, database: Database) -> None:
    """The statistics count what came in, what waits and what failed; Prometheus is told the same."""
    await take(database, [HAIYAN, TONGHUA])
    await push(client, b"\x89PNG\r\n\x1a\n" + bytes(200), "application/octet-stream")
    await read_all(database)
    await push(client, HAIYAN.replace("船配", "锚链"))
    stats = await get(client, "/v1/stats")
    assert stats["documents"]["by_state"] == {"new": 1, "processed": 2, "rejected": 1}
    assert stats["documents"]["last"] == {"hour": 4, "day": 4}
    assert stats["records"]["total"] == stats["records"]["last"]["day"] > 2
    assert (stats["queue"]["documents"], stats["queue"]["due"]) == (1, 1)
    assert sum(stats["quarantine"]["by_reason"].values()) == 1
    async with client.get("/metrics") as response:
        said = await response.text()
    assert 'guatu_documents{state="processed"} 2.0' in said
    assert "guatu_queue_documents 1.0" in said
