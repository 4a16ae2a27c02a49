"""Receivers of webhooks on loopback: a server for any handler, and one that keeps what it got."""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def receiver(handler: Handler) -> AsyncIterator[str]:
    """A receiver on loopback, and its URL."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass(frozen=True)
class Message:
    """One request that came: the record's id and all that was said, and what was answered."""

    id: str
    timestamp: int
    said: dict[str, Any]
    status: int

    @property
    def record(self) -> int:
        return int(self.said["data"]["id"])


@dataclass
class Inbox:
    """A receiver that checks the signature of what comes and answers as `answer` has it (None: not at all)."""

    secret: str
    answer: Callable[[int], int | None] = lambda _: 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[Message] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        id_, timestamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        body = await request.read()
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = hmac.new(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        assert request.headers["webhook-signature"] == "v1," + base64.b64encode(signed).decode()
        said = orjson.loads(body)
        status = self.answer(said["data"]["id"])
        self.got.append(Message(id_, int(timestamp), said, status or 0))
        if status is None:
            await asyncio.sleep(3600)
        return web.Response(status=status or 500, headers=self.headers)

    def taken(self) -> list[int]:
        """The records that were taken, in the order in which they came."""
        return [message.record for message in self.got if 200 <= message.status < 300]

    def first_tries(self) -> list[int]:
        """The records in the order in which they came for the first time."""
        return list(dict.fromkeys(message.record for message in self.got))
