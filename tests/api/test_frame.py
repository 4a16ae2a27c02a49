"""What every GET, HEAD and OPTIONS gets from the frame, whatever the noun."""

import asyncio
import gzip
import io
import json
import logging
from typing import Any

import aiohttp
import pytest
import structlog

from service.api.app import build, serve
from service.api.cache import Memory, Remembered
from service.api.limits import Limits
from service.api.log import configure
from service.api.news import News
from service.api.operation import Answer, Call, operation
from service.api.parts import Parts
from service.api.problems import NOT_FOUND, Problem
from service.api.reply import Reply, as_json
from service.api.routes import Route
from service.store.database import Database
from tests.api.framed import framed
from tests.api.serving import HAIYAN, now, take

THINGS = "/v1/things?limit=20"


async def test_etag_and_304(sqlite: Database) -> None:
    """A GET has a strong ETag; with it in If-None-Match comes 304 without a body, from the handler and from memory alike."""
    async with framed(sqlite) as served:
        for _ in range(3):
            async with served.client.get(THINGS) as first:
                tag = first.headers["ETag"]
                assert tag.startswith('"')
            for known in (tag, f'"other", W/{tag}', "*"):
                async with served.client.get(THINGS, headers={"If-None-Match": known}) as again:
                    assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", tag)
            async with served.client.get(THINGS, headers={"If-None-Match": '"other"'}) as other:
                assert other.status == 200


async def test_memory(sqlite: Database) -> None:
    """An answer comes from memory as long as the log has the same version, and from the handler behind a new one."""
    async with framed(sqlite) as served:
        async with served.client.get(THINGS) as response:
            first = await response.read()
        assert len(served.parts.memory) == 1
        async with served.client.get(THINGS) as response:
            assert await response.read() == first
        for version in (2, None, 3):
            served.version[0] = version
            assert served.parts.memory.get((THINGS, "gzip", "*/*")) is None
            async with served.client.get(THINGS) as response:
                assert await response.read() == first


async def test_memory_keeps_forms_apart(sqlite: Database) -> None:
    """What is remembered for a client that takes gzip is not sent to one that does not; their ETags differ."""
    async with framed(sqlite) as served, aiohttp.ClientSession(served.url, auto_decompress=False) as client:
        seen = {}
        for _ in range(2):
            for encoding in ("gzip", "identity", "gzip;q=0", "br, *;q=0.1"):
                async with client.get(THINGS, headers={"Accept-Encoding": encoding}) as response:
                    data = await response.read()
                    packed = response.headers.get("Content-Encoding") == "gzip"
                    assert packed == (encoding in ("gzip", "br, *;q=0.1"))
                    assert "Accept-Encoding" in response.headers["Vary"]
                    seen[packed] = (gzip.decompress(data) if packed else data, response.headers["ETag"])
        assert seen[True][0] == seen[False][0]
        assert seen[True][1] != seen[False][1]


async def test_small_answers_are_not_packed(sqlite: Database) -> None:
    """What fits in a packet goes out as it is."""
    async with framed(sqlite) as served, served.client.get("/v1/things/7") as response:
        assert "Content-Encoding" not in response.headers
        assert response.headers["ETag"] == '"t7"'


@pytest.mark.parametrize("path", [THINGS, "/v1/things/7", "/docs", "/openapi.json", "/v1/things/101", "/nowhere"])
async def test_head(sqlite: Database, path: str) -> None:
    """HEAD answers with the status and headers of GET, and no body."""
    async with framed(sqlite) as served:
        for _ in range(2):
            async with served.client.get(path) as get, served.client.head(path) as head:
                own = {"Date", "X-Request-ID"}
                headers = [{k: v for k, v in r.headers.items() if k not in own} for r in (get, head)]
                if get.status >= 400:  # the request id in a problem has a length of its own
                    headers = [{k: v for k, v in one.items() if k != "Content-Length"} for one in headers]
                assert headers[0] == headers[1]
                assert (get.status, await head.read()) == (head.status, b"")


async def test_request_ids(sqlite: Database) -> None:
    """A sane X-Request-ID is kept, any other is replaced; each request has one of its own, problems name it."""
    async with framed(sqlite) as served:
        async with served.client.get(THINGS, headers={"X-Request-ID": "trace-1/a"}) as response:
            assert response.headers["X-Request-ID"] == "trace-1/a"
        seen = set()
        for given in ({}, {}, {"X-Request-ID": "a b"}, {"X-Request-ID": "x" * 101}, {"X-Request-ID": '"}'}):
            async with served.client.get("/v1/things/101", headers=given) as response:
                made = response.headers["X-Request-ID"]
                assert (await response.json())["request_id"] == made
                seen.add(made)
        assert len(seen) == 5


async def test_methods(sqlite: Database) -> None:
    """405 names the methods that are allowed, and OPTIONS answers with the same."""
    async with framed(sqlite) as served:
        async with served.client.delete("/v1/things") as response:
            assert response.status == 405
            assert (await response.json())["type"] == "/problems/method-not-allowed"
            allowed = response.headers["Allow"]
        assert allowed == "GET, HEAD, OPTIONS, POST"
        async with served.client.options("/v1/things") as response:
            assert (response.status, response.headers["Allow"]) == (204, allowed)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("application/*;q=0.1", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
    ],
)
async def test_accept(sqlite: Database, accept: str, status: int) -> None:
    """A media type that is not offered is 406, and the problem names those that are."""
    async with framed(sqlite) as served, served.client.get(THINGS, headers={"Accept": accept}) as response:
        assert response.status == status
        if status == 406:
            assert (await response.json())["errors"] == [{"allowed": ["application/json"]}]


async def test_cors(sqlite: Database) -> None:
    """Only pages of the origins of the settings may read, and a preflight tells what may be sent."""
    async with framed(sqlite, cors=("https://map.example",)) as served:
        for _ in range(2):
            for origin, allowed in (("https://map.example", True), ("https://evil.example", False)):
                async with served.client.get(THINGS, headers={"Origin": origin}) as response:
                    assert response.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
                    assert "Origin" in response.headers["Vary"]
        asks = {"Origin": "https://map.example", "Access-Control-Request-Method": "POST"}
        async with served.client.options("/v1/things", headers=asks) as response:
            assert response.status == 204
            assert "POST" in response.headers["Access-Control-Allow-Methods"]
    async with (
        framed(sqlite) as served,
        served.client.get(THINGS, headers={"Origin": "https://map.example"}) as response,
    ):
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("path", [THINGS, "/docs", "/nowhere", "/v1/things/104"])
async def test_security_headers(sqlite: Database, path: str) -> None:
    """No answer lets a browser guess a type or run anything."""
    async with framed(sqlite) as served, served.client.get(path) as response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_access_log(sqlite: Database) -> None:
    """Every request leaves one line with its id, status and duration, also those just before the stop."""
    async with framed(sqlite) as served:
        for number in range(30):
            async with served.client.get(THINGS, headers={"X-Request-ID": f"n{number}"}) as response:
                await response.read()
        async with served.client.get("/v1/things/104") as response:
            assert response.status == 500
    lines: list[dict[str, Any]] = [json.loads(line) for line in served.output.getvalue().splitlines()]
    assert [line["request_id"] for line in lines[:30]] == [f"n{number}" for number in range(30)]
    assert {line["status"] for line in lines[:30]} == {200}
    assert lines[-1]["status"] == 500
    assert all(line["ms"] > 0 and line["client"] == "127.0.0.1" and line["path"] for line in lines)


async def test_metrics(sqlite: Database) -> None:
    """Requests are counted by route and status, whether they came from memory or not, and watchers are asked."""
    async with framed(sqlite) as served:

        async def broken() -> list[Any]:
            raise ValueError

        served.parts.metrics.watch(broken)
        for path in (THINGS, THINGS, THINGS, "/v1/things/101", "/a", "/b"):
            async with served.client.get(path) as response:
                await response.read()
        async with served.client.get("/metrics") as response:
            text = await response.text()
    assert 'guatu_http_requests_total{method="GET",route="/v1/things",status="200"} 3.0' in text
    assert 'guatu_http_requests_total{method="GET",route="/v1/things/{id}",status="404"} 1.0' in text
    assert 'guatu_http_requests_total{method="GET",route="(none)",status="404"} 2.0' in text
    assert 'guatu_http_request_seconds_bucket{le="+Inf",route="/v1/things"} 3.0' in text
    assert "guatu_metrics_failed_total 1.0" in text


async def test_http_1_0(sqlite: Database) -> None:
    """A client of HTTP/1.0 gets its answer and the end of the connection, which stays open only where it asks for that."""
    async with framed(sqlite) as served:
        for ask, stays in ((b"", False), (b"Connection: keep-alive\r\n", True)):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            for _ in range(2 if stays else 1):
                writer.write(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n" + ask + b"\r\n")
                head = await reader.readuntil(b"\r\n\r\n")
                assert (b"Connection: keep-alive" in head) == stays
                assert json.loads(await reader.readexactly(15)) == {"status": "ok"}
            if not stays:
                assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()


async def test_pipelined(sqlite: Database) -> None:
    """Requests that are sent without waiting are answered in their order."""
    async with framed(sqlite) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        for number in range(1, 50):
            writer.write(f"GET /v1/things/{number} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        for number in range(1, 50):
            head = await reader.readuntil(b"\r\n\r\n")
            size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            assert json.loads(await reader.readexactly(size))["number"] == number
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("target", ["/v1/things?q=海盐", "/v1/things/海", "/v1/things?q=\xe9"])
async def test_a_url_that_is_not_encoded(sqlite: Database, target: str) -> None:
    """Who writes Chinese into a URL as it is, which HTTP does not allow, is told to percent-encode it."""
    async with framed(sqlite) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    assert head.startswith(b"HTTP/1.1 400 ")
    assert "application/problem+json" in head.decode()
    assert "percent-encode it as UTF-8, 海 as %E6%B5%B7" in json.loads(body)["detail"]


def test_logs_are_json() -> None:
    """Whatever is logged, by us, by a library, with a trace, is one JSON object a line."""
    output = io.BytesIO()
    before = structlog.get_config()
    configure(output)
    try:
        structlog.get_logger().info("started", at_port=1)
        try:
            raise ValueError("编辑部\nline two")
        except ValueError:
            logging.getLogger("asyncio").exception("a task %s", "failed")
    finally:
        structlog.configure(**before)
        logging.basicConfig(force=True)
    first, second = (json.loads(line) for line in output.getvalue().splitlines())
    assert (first["event"], first["level"], first["at_port"]) == ("started", "info", 1)
    assert (second["logger"], second["message"]) == ("asyncio", "a task failed")
    assert "line two" in second["exception"]


async def test_the_same_asked_at_once_is_made_once(sqlite: Database) -> None:
    """Many who ask for the same while it is being made wait for the one answer."""
    made = []

    @operation(Answer(bytes, "the bytes"), cached=True)
    async def slow(call: Call) -> Reply:
        """Bytes, after a while."""
        made.append(call.id)
        await asyncio.sleep(0.1)
        return Reply(b'"once"')

    parts = Parts(database=sqlite, now=now, limits=Limits(rate=0), memory=Memory(lambda: 7))
    app = build(parts, open_reading=True, routes=(Route("GET", "/slow", slow, "read", "Test"),))
    async with serve(app, "127.0.0.1", 0) as url, aiohttp.ClientSession(url) as client:

        async def ask() -> str:
            async with client.get("/slow") as response:
                return await response.text()

        assert set(await asyncio.gather(*(ask() for _ in range(30)))) == {'"once"'}
    assert len(made) == 1


async def test_what_many_ask_for_is_made_before_the_news_are_told(database: Database) -> None:
    """What is asked for again and again is made anew when something new is written, and then told of: the next who asks
    has it from memory."""
    made: list[int] = []

    @operation(Answer(dict[str, int], "the head"), cached=True)
    async def heads(call: Call) -> Reply:
        """How far the log is."""
        async with call.parts.database.reading() as connection:
            made.append(await call.parts.news.head_in(connection))
        return as_json({"head": made[-1]})

    parts = Parts(database=database, now=now, limits=Limits(rate=0))
    app = build(parts, open_reading=True, routes=(Route("GET", "/heads", heads, "read", "Test"),))
    async with serve(app, "127.0.0.1", 0) as url, aiohttp.ClientSession(url) as client:

        async def ask(times: int) -> list[int]:
            said = []
            for _ in range(times):
                async with client.get("/heads") as response:
                    said.append((await response.json())["head"])
            return said

        await parts.news.look()
        assert await ask(4) == [0, 0, 0, 0]
        assert made == [0]
        await take(database, [HAIYAN])
        await parts.news.look()
        assert len(made) == 2
        assert await ask(3) == [made[1]] * 3
        assert made[1] > 0
        assert len(made) == 2


async def test_a_defect_in_making_anew_stops_no_news(sqlite: Database) -> None:
    """Where making an answer anew fails, what is new is told all the same, and who asks next is told of the failure."""
    broken = asyncio.Event()

    @operation(Answer(dict[str, int], "a number"), cached=True)
    async def number(call: Call) -> Reply:
        """A number, for a while."""
        return as_json({"inverse": 1 // (not broken.is_set())})

    parts = Parts(database=sqlite, now=now, limits=Limits(rate=0))
    app = build(parts, open_reading=True, routes=(Route("GET", "/number", number, "read", "Test"),))
    async with serve(app, "127.0.0.1", 0) as url, aiohttp.ClientSession(url) as client:
        await parts.news.look()
        for _ in range(4):
            async with client.get("/number") as response:
                assert response.status == 200
        broken.set()
        await take(sqlite, [HAIYAN])
        await parts.news.look()
        assert parts.news.head
        async with client.get("/number") as response:
            assert response.status == 500


async def test_what_is_gone_is_not_made_anew(sqlite: Database, caplog: pytest.LogCaptureFixture) -> None:
    """What many ask for and is somewhere else now, or nowhere, is no defect, and not kept in memory: who asks is told."""
    gone = asyncio.Event()

    @operation(Answer(dict[str, int], "a number"), problems=(NOT_FOUND,), cached=True)
    async def nowhere(call: Call) -> Reply:
        """A number, for a while."""
        if gone.is_set():
            raise Problem(NOT_FOUND, "it is gone")
        return as_json({"number": 1})

    @operation(Answer(dict[str, int], "a number"), cached=True)
    async def elsewhere(call: Call) -> Reply:
        """A number, for a while."""
        return Reply(status=308, headers={"Location": "/nowhere"}) if gone.is_set() else as_json({"number": 1})

    parts = Parts(database=sqlite, now=now, limits=Limits(rate=0))
    routes = (
        Route("GET", "/nowhere", nowhere, "read", "Test"),
        Route("GET", "/elsewhere", elsewhere, "read", "Test"),
    )
    app = build(parts, open_reading=True, routes=routes)
    async with serve(app, "127.0.0.1", 0) as url, aiohttp.ClientSession(url) as client:

        async def ask(path: str) -> int:
            async with client.get(path, allow_redirects=False) as response:
                return response.status

        await parts.news.look()
        for _ in range(4):
            assert [await ask("/nowhere"), await ask("/elsewhere")] == [200, 200]
        gone.set()
        await take(sqlite, [HAIYAN])
        await parts.news.look()
        assert [await ask("/nowhere"), await ask("/elsewhere")] == [404, 308]
        assert len(parts.memory) == 0
    assert "not_renewed" not in caplog.text


async def test_another_time_is_not_taken_for_this_one(sqlite: Database) -> None:
    """An answer of an older log and a newer ledger is none of a newer log and an older ledger."""
    news = News(sqlite, 10, 4)
    memory = Memory(lambda: news.version)
    old = Remembered(200, b"", b"", b"of 10", "tag", "/", None)
    then = News(sqlite, 10, 5).version
    assert then
    memory.prepare(then, {("/",): old})
    news.head = 11
    assert memory.get(("/",)) is None
