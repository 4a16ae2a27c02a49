"""Messages to webhooks, signed after the Standard Webhooks specification, and the one request that carries each.

A message is signed with every secret that is valid, so that a receiver may change to a new one when it likes.
"""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
import orjson
from aiohttp.abc import AbstractResolver

from service.errors import Rejected
from service.sources.fetch.address import Forbidden, Guard, Network, Resolver, checked
from service.sources.fetch.headers import retry_after
from service.store.deliveries import Delivery
from service.store.log import Entry

PREFIX = "whsec_"
_KEY_BYTES = 32
_BODY = b'{"type":"%b","timestamp":%b,"data":%b}'
_ANSWER_BYTES = 16 << 10
"""Bytes of an answer that are read, so that its connection can be used again; a longer one is cut."""
_ANSWER_SECONDS = 1.0
GONE = 410


def new_secret() -> str:
    """A random secret as its receiver gets it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def signature(secret: str, id_: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, timestamp and body, in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = b"%s.%d.%s" % (id_.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def message_id(delivery: Delivery) -> str:
    """The id of a message, the same at every try: of a record by its id, of a change of the ledger by that and a p."""
    of = delivery.record_id if delivery.change_id is None else f"p{delivery.change_id}"
    return f"msg_{delivery.webhook_id}_{of}"


def message(entry: Entry) -> bytes:
    """The body that tells of a row of the log: `data` is the record as GET /v1/records gives it."""
    kind = b"record.stated" if entry.withdraws is None else b"record.withdrawn"
    return _BODY % (kind, _moment(entry.recorded_at), entry.json)


def project_message(kind: str, now: dt.datetime, data: bytes) -> bytes:
    """The body that tells of a change of a project."""
    return _BODY % (b"project." + kind.encode(), _moment(now), data)


def ping(now: dt.datetime) -> bytes:
    """The body of a message that only tries out the way."""
    return _BODY % (b"ping", _moment(now), b"{}")


def _moment(moment: dt.datetime) -> bytes:
    return orjson.dumps(moment, option=orjson.OPT_UTC_Z)


@dataclass(frozen=True)
class Answer:
    """What a receiver made of a message: `error` is None where it took it, `status` where there was no answer of HTTP."""

    status: int | None
    error: str | None = None
    not_before: dt.datetime | None = None
    """When it wants to be asked again (Retry-After)."""


@dataclass(frozen=True)
class Bounds:
    """How much is sent at once: to all webhooks of one worker, to one of them; and how much may wait for one."""

    connections: int = 32
    concurrency: int = 1
    backlog: int = 100_000

    @property
    def webhooks(self) -> int:
        """So many one worker sends to at once."""
        return max(1, self.connections // self.concurrency)


class Messenger:
    """Sends messages to public addresses, or to those in a network of the operator's; follows no redirect."""

    def __init__(
        self,
        user_agent: str,
        networks: tuple[Network, ...] = (),
        seconds: float = 15,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._networks = networks
        self.seconds = seconds
        self._user_agent = user_agent
        self._resolver = resolver

    async def __aenter__(self) -> Self:
        guard = Guard(self._networks)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=Resolver(self._resolver or aiohttp.ThreadedResolver(), guard), socket_factory=guard, limit=0
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"User-Agent": self._user_agent, "Content-Type": "application/json", "Accept-Encoding": "identity"},
            timeout=aiohttp.ClientTimeout(total=self.seconds),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def check(self, url: str) -> str:
        """The URL as it is asked for; Rejected where nothing would ever be sent to it. Nothing is looked up."""
        return str(checked(url, self._networks))

    async def send(self, url: str, signing: Iterable[str], id_: str, body: bytes, now: dt.datetime) -> Answer:
        """Send one message, once. `id_` is the same at every try of it; `signing` are the secrets that are valid."""
        timestamp = int(now.timestamp())
        headers = {
            "webhook-id": id_,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(signature(secret, id_, timestamp, body) for secret in signing),
        }
        try:
            target = checked(url, self._networks)
            async with self._session.post(target, data=body, headers=headers, allow_redirects=False) as answer:
                await _drain(answer)
                return _answer(answer, now)
        except (aiohttp.ClientError, TimeoutError, Rejected) as error:
            return Answer(None, self._failure(error))

    def _failure(self, error: Exception) -> str:
        cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else None
        match error:
            case _ if isinstance(cause, Forbidden):
                return f"the address is forbidden: {cause}"
            case Rejected():
                return str(error)
            case aiohttp.ClientConnectorDNSError():
                return "the host has no address, or the DNS does not answer"
            case aiohttp.ClientSSLError():
                return f"the certificate or the TLS is not right: {error}"
            case TimeoutError():
                return f"no answer within {self.seconds:g} seconds"
            case aiohttp.ClientConnectionError():
                return f"cannot be reached: {str(error) or type(error).__name__}"
            case _:
                return "answered with something that is not HTTP"


def _answer(answer: aiohttp.ClientResponse, now: dt.datetime) -> Answer:
    status = answer.status
    if 200 <= status < 300:
        return Answer(status)
    if 300 <= status < 400:
        return Answer(status, f"answered {status}: redirects are not followed, change the URL of the webhook")
    return Answer(status, f"answered {status}", retry_after(answer.headers, now))


async def _drain(answer: aiohttp.ClientResponse) -> None:
    """Take a short body off the connection. The status has said all that counts, so whatever goes wrong is nothing."""
    with suppress(aiohttp.ClientError, TimeoutError):
        async with asyncio.timeout(_ANSWER_SECONDS):
            size = 0
            async for part in answer.content.iter_any():
                size += len(part)
                if size > _ANSWER_BYTES:
                    return
