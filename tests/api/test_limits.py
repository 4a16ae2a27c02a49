"""Limits: rates, sizes, and clients that stall."""

import asyncio
import gzip
import ipaddress
import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.access import household
from service.api.limits import Limits, Rate
from service.store.database import Database
from tests.api.framed import framed
from tests.api.serving import key_of

SLOW = Limits(rate=0, request_seconds=0.3, idle_seconds=0.4)


@given(st.integers(1, 100), st.lists(st.floats(0, 30), max_size=200))
def test_rate(a_minute: int, waits: list[float]) -> None:
    """However requests fall, no more pass than the bucket held and time gave back; who waits as told passes."""
    clock = [0.0]
    rate = Rate(a_minute, lambda: clock[0])
    passed = 0
    for wait in waits:
        clock[0] += wait
        seconds = rate.wait("a")
        passed += not seconds
        assert passed <= a_minute + clock[0] * a_minute / 60 + 1e-6
        if seconds:
            clock[0] += seconds + 1e-6
            assert not rate.wait("a")
            passed += 1


def test_buckets_are_bounded() -> None:
    """Callers without number take no memory without bound, and one that asks all the time is not forgotten."""
    rate = Rate(2, lambda: 0.0, buckets=10)
    assert [bool(rate.wait("busy")) for _ in range(3)] == [False, False, True]
    for number in range(1000):
        rate.wait(number)
        assert rate.wait("busy")
    assert len(rate) == 10


async def test_too_many_requests(sqlite: Database) -> None:
    """Above the rate an address gets 429 with Retry-After, from memory too; a key has a bucket of its own."""
    key = await key_of(sqlite, "read")
    async with framed(sqlite, Limits(rate=5)) as served:
        seen = []
        for _ in range(7):
            async with served.client.get("/v1/things") as response:
                seen.append(response.status)
        assert seen == [200] * 5 + [429] * 2
        assert 1 <= int(response.headers["Retry-After"]) <= 12
        async with served.client.get("/nowhere") as response:
            assert response.status == 429
    async with framed(sqlite, Limits(rate=5), key=key) as served:
        seen = []
        for _ in range(7):
            async with served.client.get("/v1/things") as response:
                seen.append(response.status)
        assert seen == [200] * 5 + [429] * 2


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        ((), "9.9.9.9", "127.0.0.1"),
        (("10.0.0.0/8",), "9.9.9.9", "127.0.0.1"),
        (("127.0.0.0/8",), "9.9.9.9", "9.9.9.9"),
        (("127.0.0.0/8",), "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        (("127.0.0.0/8", "10.0.0.0/8"), "1.1.1.1, 9.9.9.9, 10.1.1.1", "9.9.9.9"),
        (("127.0.0.0/8",), "2001:db8::7", "2001:db8::7"),
        (("127.0.0.0/8",), "rubbish", "127.0.0.1"),
        (("127.0.0.0/8",), "", "127.0.0.1"),
    ],
)
async def test_forwarded(sqlite: Database, proxies: tuple[str, ...], forwarded: str, client: str) -> None:
    """X-Forwarded-For counts only from a trusted proxy, and of it the last address that is no such proxy."""
    networks = tuple(ipaddress.ip_network(network) for network in proxies)
    named = {"X-Forwarded-For": forwarded}
    async with framed(sqlite, proxies=networks) as served, served.client.get("/healthz", headers=named) as response:
        assert response.status == 200
    assert json.loads(served.output.getvalue())["client"] == client


async def test_body_size(sqlite: Database) -> None:
    """A body above the limit is refused, whether its length was announced or not, and packed ones by what they unpack to."""
    text = {"Content-Type": "text/plain"}

    async def pieces(count: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
        for _ in range(count):
            yield b"x" * 1000

    async with framed(sqlite, Limits(rate=0, body_bytes=10_000), key=await key_of(sqlite)) as served:
        for data, headers, status in (
            (b"x" * 10_000, {}, 200),
            (b"x" * 10_001, {}, 413),
            (pieces(10), {}, 200),
            (pieces(11), {}, 413),
            (gzip.compress(b"x" * 10_000), {"Content-Encoding": "gzip"}, 200),
            (gzip.compress(b"x" * 50_000_000), {"Content-Encoding": "gzip"}, 413),
        ):
            async with served.client.post("/v1/bytes", data=data, headers={**text, **headers}) as response:
                assert response.status == status
                answer = await response.json()
                assert answer.get("bytes", 10_000) == 10_000


async def test_continue_comes_after_the_key(sqlite: Database) -> None:
    """A client that asks before it sends a body is told no at once where its key is not good, and to go on where it is."""
    key = await key_of(sqlite)
    start = b"POST /v1/bytes HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nExpect: 100-continue\r\n"
    async with framed(sqlite) as served:
        for own, status in ((b"", b"401"), (f"Authorization: Bearer {key}\r\n".encode(), b"100")):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(start + own + b"\r\n")
            assert (await reader.readline()).split()[1] == status
            if status == b"100":
                await reader.readline()
                writer.write(b"abc")
                assert (await reader.readline()).split()[1] == b"200"
            writer.close()
            await writer.wait_closed()


async def test_slow_body(sqlite: Database) -> None:
    """Who sends a body too slowly gets 408, and the connection is closed."""
    key = await key_of(sqlite)
    async with framed(sqlite, SLOW) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(
            f"POST /v1/bytes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: text/plain\r\n"
            "Content-Length: 100\r\n\r\nabc".encode()
        )
        async with asyncio.timeout(5):
            answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"Connection: close" in answer
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("start", [b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"])
async def test_idle(sqlite: Database, start: bytes) -> None:
    """A connection that sends nothing, half of a head, or nothing more is closed after the time for idling."""
    async with framed(sqlite, SLOW) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(start)
        async with asyncio.timeout(5):
            await reader.read()
        writer.close()
        await writer.wait_closed()


async def knock(deaf: socket.socket) -> None:
    """Send until the other end has gone."""
    while True:
        await asyncio.sleep(0.05)
        await asyncio.get_running_loop().sock_sendall(deaf, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")


async def test_slow_reader(sqlite: Database) -> None:
    """Who asks for much and takes nothing is cut, and everybody else is served meanwhile."""
    async with framed(sqlite, SLOW) as served:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", served.port))
        await loop.sock_sendall(deaf, b"GET /v1/things?limit=200 HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500)
        async with served.client.get("/healthz") as response:
            assert response.status == 200
        async with asyncio.timeout(20):
            with pytest.raises(ConnectionError):
                await knock(deaf)
        deaf.close()


async def test_connections(sqlite: Database) -> None:
    """A connection above the limit is answered with 503 and closed; when another has gone there is room again."""
    async with framed(sqlite, Limits(rate=0, connections=2)) as served:
        opened = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(3)]
        async with asyncio.timeout(5):
            assert (await opened[2][0].read()).startswith(b"HTTP/1.1 503 ")
        for _, writer in opened:
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(5):
            while True:
                async with served.client.get("/healthz") as response:
                    if response.status == 200:
                        break


def testhouseholds() -> None:
    """A client of IPv6 does not get a new bucket by taking another of its addresses; one of IPv4 is the same either way."""
    assert household("2001:db8:0:1::7") == household("2001:db8:0:1:ffff::9") != household("2001:db8:0:2::7")
    assert household("::ffff:192.0.2.7") == household("192.0.2.7") != household("::ffff:192.0.2.8")
    assert household("fe80::1%eth0") == "fe80::/64"
