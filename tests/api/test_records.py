"""Records over HTTP, on SQLite and on PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from service.api.limits import Limits
from service.store.database import Database
from tests.api.serving import HAIYAN, QIONGHAI, TONGHUA, key_of, read_all, reading, running, take, told


@pytest.fixture
async def client(database: Database) -> AsyncIterator[aiohttp.ClientSession]:
    await take(database, [HAIYAN, TONGHUA, QIONGHAI])
    async with running(database) as client:
        yield client


async def get(client: aiohttp.ClientSession, path: str) -> Any:  # noqa: ANN401
    async with client.get(path) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def names(client: aiohttp.ClientSession, query: str) -> list[str]:
    return [record["name"] for record in (await get(client, f"/v1/records?{query}"))["records"]]


async def test_a_record_says_what_the_article_says(client: aiohttp.ClientSession) -> None:
    """A record has its kind, the contract's fields, its document, and evidence that stands in the document's text."""
    (record,) = (await get(client, "/v1/records?kind=project&region=330424"))["records"]
    assert (record["kind"], record["name"], record["stage"]) == ("project", "海盐县澉浦绿色船配产业园", "started")
    assert (record["investment_total"], record["land_area"], record["withdraws"]) == (1250000000, 120000, None)
    assert record["document"]["region"]["code"] == "330424"
    text = (await get(client, f"/v1/documents/{record['document']['id']}"))["text"]
    (evidence,) = record["evidence"]["investment_total"]
    assert text[evidence["start"] : evidence["end"]] == evidence["quote"]


async def test_one_record_in_context(client: aiohttp.ClientSession) -> None:
    """One record has the whole sentence around each quote."""
    (record,) = (await get(client, "/v1/records?kind=project&region=330424"))["records"]
    whole = await get(client, f"/v1/records/{record['id']}")
    assert whole["standing"]
    assert whole["context"]["investment_total"][0]["text"].startswith("海盐县澉浦绿色船配产业园昨日开工")
    async with client.get("/v1/records/999999") as response:
        assert response.status == 404
        assert (await response.json())["type"] == "/problems/not-found"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=project", ["琼海市嘉积中学改扩建", "中药饮片加工", "澉浦绿色船配产业园"]),
        ("kind=project&region=330000", ["澉浦绿色船配产业园"]),
        ("kind=project&region=通化县", ["中药饮片加工"]),
        ("kind=project&stage=signed&stage=operational", ["琼海市嘉积中学改扩建", "中药饮片加工"]),
        ("kind=project&min_investment=320000000", ["中药饮片加工", "澉浦绿色船配产业园"]),
        ("kind=project&min_investment=320000000.5", ["澉浦绿色船配产业园"]),
        ("kind=project&q=饮片", ["中药饮片加工"]),
        ("kind=person", ["陈立新"]),
        ("kind=project&source=1", []),
        ("kind=project&since=2024-01-01", []),
        ("q=%25 饮片", []),
        ("q='%3B DROP TABLE records%3B --", []),
    ],
)
async def test_filters(client: aiohttp.ClientSession, query: str, expected: list[str]) -> None:
    """Each filter gives what it says, the newest first, and a region takes its subtree."""
    found = await names(client, query)
    assert len(found) == len(expected)
    assert all(wanted in name for name, wanted in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("kind=projects", "kind.0"),
        ("limit=0", "limit"),
        ("min_investment=-1", "min_investment"),
        ("since=yesterday", "since"),
        ("colour=red", "colour"),
    ],
)
async def test_a_wrong_parameter_is_named(client: aiohttp.ClientSession, query: str, parameter: str) -> None:
    """A parameter that cannot be meant is refused by its name."""
    async with client.get(f"/v1/records?{query}") as response:
        problem = await response.json()
        assert (response.status, response.content_type) == (400, "application/problem+json")
        assert [error["parameter"] for error in problem["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("records?region=999999", "region"),
        ("records?q=，", "q"),
        ("stream?q=_", "q"),
        ("projects?q=·", "q"),
        ("projects?owner=%25", "owner"),
        ("export/csv?q=（）", "q"),
    ],
)
async def test_what_finds_nothing(client: aiohttp.ClientSession, address: str, parameter: str) -> None:
    """A division that does not exist is not found, and nothing is by punctuation alone; the problem names the parameter."""
    async with client.get(f"/v1/{address}") as response:
        assert response.status == 404
        assert [error["parameter"] for error in (await response.json())["errors"]] == [parameter]


async def test_paging_survives_what_comes_in(client: aiohttp.ClientSession, database: Database) -> None:
    """Browsed page by page, each record that was there comes once and in order, whatever comes in meanwhile."""
    expected = [record["id"] for record in (await get(client, "/v1/records?limit=100"))["records"]]
    seen: list[int] = []
    page = await get(client, "/v1/records?limit=2")
    await take(database, [HAIYAN.replace("船配", "锚链")], "later")
    while page["next"]:
        seen += [record["id"] for record in page["records"]]
        page = await get(client, page["next"])
    assert seen + [record["id"] for record in page["records"]] == expected


async def test_following_the_log(client: aiohttp.ClientSession, database: Database) -> None:
    """`after` gives every record once in the order of the log, and its `next` goes on with what comes later."""
    page = await get(client, "/v1/records?after=0&limit=3")
    seen = [record["id"] for record in page["records"]]
    while page["records"]:
        page = await get(client, page["next"])
        seen += [record["id"] for record in page["records"]]
    assert seen == list(range(1, page["head"] + 1))
    await take(database, [HAIYAN.replace("船配", "锚链")], "later")
    await told(client, page["head"] + 1)
    (record, *_) = (await get(client, page["next"]))["records"]
    assert record["name"] == "海盐县澉浦绿色锚链产业园"


async def test_a_range_of_the_log(client: aiohttp.ClientSession) -> None:
    """With both cursors a follower gets what lies between them, and then comes to an end."""
    page = await get(client, "/v1/records?after=1&before=4")
    assert ([record["id"] for record in page["records"]], page["next"]) == ([2, 3], None)


async def test_a_filtered_follower_need_not_look_twice(client: aiohttp.ClientSession) -> None:
    """The `next` of a follower whose filter found nothing stands at the head of the log."""
    page = await get(client, "/v1/records?after=0&kind=person&q=nobody")
    assert f"after={page['head']}&" in page["next"]


async def test_all_as_lines(client: aiohttp.ClientSession) -> None:
    """With Accept: application/x-ndjson all records come, a record a line, in the order of the page."""
    expected = (await get(client, "/v1/records?limit=100"))["records"]
    async with client.get("/v1/records?limit=1", headers={"Accept": "application/x-ndjson"}) as response:
        assert response.content_type == "application/x-ndjson"
        assert [json.loads(line) async for line in response.content] == expected


async def test_not_modified_until_something_is_new(client: aiohttp.ClientSession, database: Database) -> None:
    """What a client has is good until a record is added, and then it is not."""
    async with client.get("/v1/records") as response:
        mark = {"If-None-Match": response.headers["ETag"]}
    async with client.get("/v1/records", headers=mark) as response:
        assert (response.status, await response.read()) == (304, b"")
    await take(database, [HAIYAN.replace("船配", "锚链")], "later")
    await told(client, (await get(client, "/v1/stats"))["records"]["total"])
    async with client.get("/v1/records", headers=mark) as response:
        assert response.status == 200
    assert await names(client, "kind=project&limit=1") == ["海盐县澉浦绿色锚链产业园"]


class Events:
    """A client of the stream that reads event by event."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self) -> tuple[int, str, dict[str, Any]]:
        """The id, the name and the data of the next event."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(10):
            async for line in self._response.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name in ("id", "event", "data"):
                    fields[name] = value
                elif not name and fields:
                    return int(fields["id"]), fields["event"], json.loads(fields["data"])
        raise EOFError


async def test_the_stream_brings_what_is_new(client: aiohttp.ClientSession, database: Database) -> None:
    """A stream begins with what is new, and each event is the record as the list gives it."""
    async with client.get("/v1/stream?kind=project") as response:
        assert response.content_type == "text/event-stream"
        await take(database, [HAIYAN.replace("船配", "锚链")], "later")
        id_, name, record = await Events(response).next()
    assert (name, record["name"]) == ("record", "海盐县澉浦绿色锚链产业园")
    assert (await get(client, f"/v1/records?after={id_ - 1}&kind=project"))["records"] == [record]


async def test_the_stream_goes_on_where_it_was(client: aiohttp.ClientSession) -> None:
    """With Last-Event-ID, or `after`, a stream goes on behind that record, without a gap and without a double."""
    head = (await get(client, "/v1/records"))["head"]
    seen: list[int] = []
    for _ in range(head):  # a connection that breaks after every event
        mark = {"Last-Event-ID": str(seen[-1])} if seen else {}
        async with client.get("/v1/stream?after=0", headers=mark) as response:
            seen.append((await Events(response).next())[0])
    assert seen == list(range(1, head + 1))


async def test_a_last_event_id_that_is_none(client: aiohttp.ClientSession) -> None:
    """A Last-Event-ID that is no id of a record is refused."""
    async with client.get("/v1/stream", headers={"Last-Event-ID": "x"}) as response:
        assert response.status == 400


async def test_too_many_streams(database: Database) -> None:
    """Where as many streams are open as the server serves, another is told to come back later."""
    async with (
        running(database, Limits(rate=0, streams=1)) as client,
        client.get("/v1/stream"),
        client.get("/v1/stream") as refused,
    ):
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) > 0


async def test_what_is_taken_back(client: aiohttp.ClientSession, database: Database) -> None:
    """A fact that stands no longer leaves the list, and a follower is told which record was taken back."""
    head = (await get(client, "/v1/records"))["head"]
    (before,) = (await get(client, "/v1/records?kind=project&region=330424"))["records"]
    earlier = f"<html><head><meta name='publishdate' content='2019-05-06'></head><body><p>{HAIYAN}</p></body></html>"
    await take(database, [earlier], "copy")  # the copy that was published first stands for all, and dates what it says
    await told(client, head + 2)
    back, stated = (await get(client, f"/v1/records?after={head}&kind=project"))["records"]
    assert (back["withdraws"], back["name"]) == (before["id"], before["name"])
    assert (stated["withdraws"], stated["dates"]) == (None, {"started": "2019-05-05"})
    assert (await get(client, "/v1/records?kind=project&region=330424"))["records"] == [stated]
    assert not (await get(client, f"/v1/records/{before['id']}"))["standing"]


async def test_push_then_record_and_stream(database: Database) -> None:
    """What is pushed is in the list and on the stream as soon as it has been read."""
    async with running(database, key=await key_of(database)) as client, reading(database):
        async with client.get("/v1/stream?kind=project") as stream:
            async with client.post(
                "/v1/documents?wait=true", data=HAIYAN.encode("gb18030"), headers={"Content-Type": "text/plain"}
            ) as response:
                assert response.status == 200, await response.text()
                document = await response.json()
            assert document["encoding"] == "gb18030"
            id_, _, record = await Events(stream).next()
        assert record["document"]["id"] == document["id"]
        listed = await get(client, "/v1/records?kind=project")
        assert [one["id"] for one in listed["records"]] == [id_]
        assert all(newer["id"] > older["id"] for newer, older in pairwise(listed["records"]))
        await read_all(database)
