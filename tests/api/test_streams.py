"""Answers that go on: they end when they should, and cost nobody else anything."""

import asyncio
import socket
from collections.abc import Callable

import aiohttp
import pytest

from service.api.limits import Limits
from service.store.database import Database
from tests.api.framed import framed

EVENTS = {"Accept": "text/event-stream"}


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.01)


async def test_stream(sqlite: Database) -> None:
    """Pieces come as they are made, with an id, unpacked and without a length; the stream is counted while it is open."""
    async with framed(sqlite) as served:
        async with served.client.get("/v1/events?limit=3", headers={**EVENTS, "Accept-Encoding": "gzip"}) as response:
            assert response.headers["Content-Type"] == "text/event-stream"
            assert response.headers["X-Request-ID"]
            assert not {"ETag", "Content-Length", "Content-Encoding"} & response.headers.keys()
            for number in range(3):
                assert await response.content.readline() == f"id: {number}\n".encode()
                await response.content.readuntil(b"\n\n")
            async with served.client.get("/metrics") as metrics:
                assert "guatu_http_streams 1.0" in await metrics.text()
        async with served.client.head("/v1/events?limit=3", headers=EVENTS) as response:
            assert (response.status, response.headers["Content-Type"]) == (200, "text/event-stream")


async def test_stop(sqlite: Database) -> None:
    """When the server stops, a stream that is open ends in good order, and its line is in the log."""
    async with framed(sqlite) as served:
        client = aiohttp.ClientSession(served.url)
        response = await client.get("/v1/events?limit=1", headers=EVENTS)
        await response.content.readuntil(b"\n\n")
    assert await response.content.read() == b""
    await client.close()
    assert b"/v1/events" in served.output.getvalue()


async def test_too_many(sqlite: Database) -> None:
    """One stream too many is 503 with Retry-After; when another has gone there is room again."""
    async with framed(sqlite, Limits(rate=0, streams=1, request_seconds=5)) as served:
        async with aiohttp.ClientSession(served.url) as other:
            first = await other.get("/v1/events?limit=1", headers=EVENTS)
            assert first.status == 200
            async with served.client.get("/v1/events?limit=1", headers=EVENTS) as second:
                assert (second.status, second.content_type) == (503, "application/problem+json")
                assert int(second.headers["Retry-After"]) > 0
            served.parts.stopping.set()
            await first.content.read()
        served.parts.stopping.clear()
        async with served.client.get("/v1/events?limit=1", headers=EVENTS) as third:
            assert third.status == 200


async def test_failure(sqlite: Database) -> None:
    """A stream that fails is cut, so that nobody takes a part for the whole."""
    async with framed(sqlite) as served, served.client.get("/v1/events?limit=1&wait=true", headers=EVENTS) as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.content.read()


async def test_slow_reader(sqlite: Database) -> None:
    """Who opens a stream and takes nothing is cut, and its place is free again."""
    async with framed(sqlite, Limits(rate=0, request_seconds=0.3)) as served:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", served.port))
        ask = b"GET /v1/events?limit=200 HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
        await loop.sock_sendall(deaf, ask)
        async with asyncio.timeout(10):
            await until(lambda: served.parts.streams == 1)
            await until(lambda: served.parts.streams == 0)
        deaf.close()
