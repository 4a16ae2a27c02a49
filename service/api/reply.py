"""What a handler answers with, and how its bytes go out."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpVersion10
from aiohttp.web_request import BaseRequest
from pydantic_core import to_json

from service.api.headers import SECURITY
from service.api.negotiate import JSON
from service.api.problems import PROBLEM_JSON, Problem

NO_HEADERS: Mapping[str, str] = {}
REVALIDATE = "no-cache"
"""Keep it, but ask each time whether it is still good: what is new has to show at once."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. `etag` (without quotes) is of the bytes where none is given; `cache` is the header Cache-Control."""

    data: bytes = b""
    status: int = 200
    media_type: str = JSON
    etag: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cache: str = REVALIDATE


def as_json(
    value: object,
    status: int = 200,
    *,
    etag: str | None = None,
    headers: Mapping[str, str] = NO_HEADERS,
    cache: str = REVALIDATE,
) -> Reply:
    """Anything pydantic can write, by the aliases of its fields."""
    return Reply(to_json(value, by_alias=True), status, JSON, etag, headers, cache)


def nothing(headers: Mapping[str, str] = NO_HEADERS) -> Reply:
    """204: done, and there is nothing to say."""
    return Reply(status=204, headers=headers)


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The status line and headers. ValueError for a value that would not stay in its line."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"the header {name} cannot hold {value!r}")
        lines.append(f"{name}: {value}")
    return "\r\n".join([*lines, ""]).encode("ascii")


def problem_head(problem: Problem, data: bytes, *, vary: str = "") -> bytes:
    """The status line and headers of a problem whose body is `data`."""
    fields = {**SECURITY, "Content-Type": PROBLEM_JSON, "Content-Length": str(len(data)), "Cache-Control": "no-store"}
    return head(problem.kind.status, {**fields, **({"Vary": vary} if vary else {}), **problem.headers})


class Ready(web.StreamResponse):
    """An answer whose bytes are ready but for `own`, the lines that each request has of its own.

    aiohttp's Response makes and writes its headers anew for every request, which costs more than all else on the way of
    an answer from memory; here one write sends all. A client that does not take it within `seconds` is cut.
    """

    def __init__(self, status: int, head: bytes, body: bytes, own: str, seconds: float) -> None:
        # not StreamResponse's own: its headers and state would be made for nothing
        self._status = status
        self._ready = (head, body)
        self._own = own
        self._seconds = seconds
        self._stays = True
        self._to: BaseRequest | None = None
        self.call: Any = None
        """The request on its way, for the access log."""

    @property
    def keep_alive(self) -> bool:
        return self._stays

    def close(self) -> None:
        """Close the connection behind it."""
        self._stays = False

    @property
    def body_length(self) -> int:
        return len(self._ready[1])

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        self._stays = self._stays and request.keep_alive
        self._to = request
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        request, self._to = self._to, None
        if request is None:
            return
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client has gone")
        start, body = self._ready
        connection = "" if self._stays else "Connection: close\r\n"
        if self._stays and request.version == HttpVersion10:
            connection = "Connection: keep-alive\r\n"
        own = f"{self._own}Date: {now()}\r\n{connection}\r\n".encode("ascii")
        transport.write(start + own + body)
        if transport.get_write_buffer_size():
            await sent(request, self._seconds)


async def sent(request: BaseRequest, seconds: float) -> None:
    """Wait until the client has taken most of what was written; cut it where that takes too long."""
    try:
        async with asyncio.timeout(seconds):
            await request.writer.drain()
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("the client reads too slowly") from None


_date = (0, "")


def now() -> str:
    """The moment as HTTP writes it, made once a second."""
    global _date
    second = int(time.time())
    if _date[0] != second:
        _date = (second, formatdate(second, usegmt=True))
    return _date[1]
