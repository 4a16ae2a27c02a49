"""What is wrong is said as a problem (RFC 9457), and nothing a client sends is a defect."""

import asyncio
import gzip
import json
import zlib
from html import escape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from service.api.parameters import read_query
from service.api.problems import INVALID_PARAMETER, KINDS, Problem
from service.store.database import Database
from tests.api.framed import ThingQuery, framed
from tests.api.serving import key_of

JSON = {"Content-Type": "application/json"}
GET = [
    ("/v1/things?limit=0", 400, "invalid-parameter", "limit"),
    ("/v1/things?limit=201", 400, "invalid-parameter", "limit"),
    ("/v1/things?limit=%201", 400, "invalid-parameter", "limit"),
    ("/v1/things?limit=1_0", 400, "invalid-parameter", "limit"),
    ("/v1/things?limit=2.0", 400, "invalid-parameter", "limit"),
    ("/v1/things?limit=99999999999999999999", 400, "invalid-parameter", "limit"),
    ("/v1/things?limit=", 400, "invalid-parameter", "limit"),
    ("/v1/things?limit=1&limit=2", 400, "invalid-parameter", "limit"),
    ("/v1/things?limits=1", 400, "invalid-parameter", "limits"),
    ("/v1/things?stage=begun", 400, "invalid-parameter", "stage"),
    ("/v1/things?since=1654041600", 400, "invalid-parameter", "since"),
    ("/v1/things?since=2022-02-30", 400, "invalid-parameter", "since"),
    ("/v1/things?wait=yes", 400, "invalid-parameter", "wait"),
    ("/v1/things?q=%00", 400, "invalid-parameter", "q"),
    ("/v1/things?q=%ED%A0%80", 400, "invalid-parameter", None),
    ("/v1/things?q=%FF", 400, "invalid-parameter", None),
    ("/v1/things?q=%zz", 400, "invalid-parameter", None),
    ("/v1/things?" + "q=1&" * 101, 400, "invalid-parameter", None),
    ("/v1/things/x", 404, "not-found", None),
    ("/v1/things/0", 404, "not-found", None),
    ("/v1/things/99999999999999999999", 404, "not-found", None),
    ("/v1/things/%00", 404, "not-found", None),
    ("/v1/things/%FF", 404, "not-found", None),
    ("/v1/things/101", 404, "not-found", None),
    ("/v1/things/102", 503, "unavailable", None),
    ("/v1/things/103", 422, "rejected", None),
    ("/v1/things/104", 500, "internal", None),
    ("/v1/nothing", 404, "not-found", None),
    ("/problems/nothing", 404, "not-found", None),
    ("//", 404, "not-found", None),
]


@pytest.mark.parametrize(("path", "status", "name", "parameter"), GET)
async def test_get(sqlite: Database, path: str, status: int, name: str, parameter: str | None) -> None:
    """A problem has its type, its status and a line for a person, and names the parameter and what is allowed."""
    async with framed(sqlite) as served, served.client.get(URL(served.url + path, encoded=True)) as response:
        assert response.status == status
        assert response.content_type == "application/problem+json"
        problem = await response.json()
    assert (problem["type"], problem["status"]) == (f"/problems/{name}", status)
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"]
    assert "secret" not in json.dumps(problem)
    if parameter:
        assert [error["parameter"] for error in problem["errors"]] == [parameter]
        assert problem["errors"][0]["message"]
    if status == 503:
        assert int(response.headers["Retry-After"]) > 0


async def test_unknown_parameters_name_the_known(sqlite: Database) -> None:
    """Who mistypes a parameter is told which there are."""
    async with framed(sqlite) as served, served.client.get("/v1/things?stages=planned") as response:
        errors = (await response.json())["errors"]
    assert errors[0]["allowed"] == ["limit", "q", "since", "stage", "tag", "wait"]


async def test_every_type_answers(sqlite: Database) -> None:
    """The `type` of every problem is the address of a page that explains it."""
    async with framed(sqlite) as served:
        for kind in KINDS.values():
            async with served.client.get(kind.type) as response:
                assert response.status == 200
                assert escape(kind.title) in await response.text()


POST: list[tuple[bytes, dict[str, str], int, str]] = [
    (b'{"name": "x"}', {}, 201, ""),
    (b'{"name": "x"}', {"Content-Type": "Application/JSON; charset=utf-8"}, 201, ""),
    (b'{"name": "x"', {}, 400, "malformed"),
    (b"", {}, 400, "malformed"),
    (b'{"name": "\xff"}', {}, 400, "malformed"),
    (b'{"name": "\\ud800"}', {}, 400, "malformed"),
    (b'{"name": "a\\u0000"}', {}, 400, "malformed"),
    (b'{"name": "x", "number": NaN}', {}, 400, "malformed"),
    (b"[" * 100_000, {}, 400, "malformed"),
    (b"[]", {}, 422, "invalid-body"),
    (b'{"name": 7}', {}, 422, "invalid-body"),
    (b'{"name": "x", "number": "1"}', {}, 422, "invalid-body"),
    (b'{"name": "x", "number": 1.5}', {}, 422, "invalid-body"),
    (b'{"name": "x", "number": 1.0}', {}, 201, ""),
    (b'{"name": "x", "colour": 1}', {}, 422, "invalid-body"),
    (b'{"name": "x"}', {"Content-Type": "text/html"}, 415, "unsupported-media-type"),
    (b'{"name": "x"}', {"Content-Encoding": "zstd"}, 415, "unsupported-media-type"),
    (gzip.compress(b'{"name": "x"}'), {"Content-Encoding": "gzip"}, 201, ""),
    (zlib.compress(b'{"name": "x"}'), {"Content-Encoding": "deflate"}, 201, ""),
    (b"no gzip at all", {"Content-Encoding": "gzip"}, 400, "malformed"),
    (gzip.compress(b'{"name": "x"}' * 100)[:40], {"Content-Encoding": "gzip"}, 400, "malformed"),
]


@pytest.mark.parametrize(("data", "headers", "status", "name"), POST, ids=map(str, range(len(POST))))
async def test_post(sqlite: Database, data: bytes, headers: dict[str, str], status: int, name: str) -> None:
    """A body that is broken, of another type or of another shape is refused with its reason."""
    async with framed(sqlite, key=await key_of(sqlite)) as served:
        async with served.client.post("/v1/things", data=data, headers={**JSON, **headers}) as response:
            assert response.status == status
            answer: dict[str, Any] = await response.json()
        assert answer.get("type", "") == (f"/problems/{name}" if name else "")
        if status == 422:
            assert answer["errors"][0]["field"]
        async with served.client.get("/v1/things/1") as response:
            assert response.status == 200


async def test_missing_content_type(sqlite: Database) -> None:
    """A body without a type is not guessed at."""
    async with framed(sqlite, key=await key_of(sqlite)) as served:
        async with served.client.post("/v1/things", data=b"{}", skip_auto_headers=["Content-Type"]) as response:
            assert response.status == 415
        async with served.client.post(
            "/v1/bytes", data=b"x", headers={"Content-Type": "text/plain;charset=gbk"}
        ) as response:
            assert await response.json() == {"bytes": 1, "media_type": "text/plain", "charset": "gbk"}


RAW = [
    (b"GARBAGE\r\n\r\n", 400),
    (b"GET / HTTP/9.9\r\n\r\n", 400),
    (b"GET /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    (b"GET /v1/things HTTP/1.1\r\nHost: x\r\nA\x00: b\r\n\r\n", 400),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 9000 + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: a\r\n" * 70 + b"\r\n", 431),
    (b"GET / HTTP/1.1\r\nHost: x\r\nExpect: the worst\r\n\r\n", 400),
    (b"POST /v1/things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
]


@pytest.mark.parametrize(("sent", "status"), RAW)
async def test_no_http(sqlite: Database, sent: bytes, status: int) -> None:
    """What is no HTTP, or too much of it, is answered with a problem too."""
    async with framed(sqlite) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        problem = json.loads(await reader.readexactly(size))
        writer.close()
        await writer.wait_closed()
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert (problem["status"], problem["type"][:10]) == (status, "/problems/")


@given(st.text(max_size=200))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_query(raw: str) -> None:
    """Any query string is read or refused; nothing else happens."""
    try:
        read_query(ThingQuery, raw)
    except Problem as problem:
        kind = problem.kind
    else:
        kind = INVALID_PARAMETER
    assert kind is INVALID_PARAMETER


@given(st.integers(1, 200), st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"))), st.dates())
def test_read_back(limit: int, tags: list[str], since: object) -> None:
    """What a client writes into a query is what the handler reads."""
    url = URL("/").with_query([("limit", str(limit)), ("since", str(since)), *(("tag", tag) for tag in tags)])
    assert read_query(ThingQuery, url.raw_query_string) == ThingQuery(limit=limit, since=since, tag=tags)  # type: ignore[arg-type]
