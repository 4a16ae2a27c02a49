"""Messages to webhooks: what is signed, what is sent, and what of the answer counts."""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import socket
from dataclasses import replace

import orjson
import pytest
from aiohttp import web

from service.pipeline.messages import Answer, Messenger, message, message_id, new_secret, ping, signature
from service.store.deliveries import Delivery
from service.store.log import Entry
from tests.receivers import LOOPBACK, receiver
from tests.store.articles import NOW

KEY = bytes(range(32))
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
BODY = b'{"type":"ping","timestamp":"2025-03-01T08:30:00Z","data":{}}'


def entry(withdraws: int | None = None) -> Entry:
    return Entry(
        id=41,
        recorded_at=NOW,
        kind="project",
        withdraws=withdraws,
        standing=withdraws is None,
        stage=None,
        investment_total=None,
        published=None,
        source_id=None,
        province=None,
        prefecture=None,
        county=None,
        words="",
        json='{"id":41,"name":"澉浦"}'.encode(),
    )


async def sent(url: str, seconds: float = 5) -> Answer:
    async with Messenger("Guatu", LOOPBACK, seconds) as messenger:
        return await messenger.send(url, [SECRET], "msg_1_41", BODY, NOW)


def test_a_signature_is_the_one_of_the_specification() -> None:
    """It is the HMAC-SHA256 over id, timestamp and body with the key that the secret holds in base64; as openssl has it."""
    expected = hmac.new(KEY, b"msg_1_41.1740817800." + BODY, hashlib.sha256).digest()
    assert signature(SECRET, "msg_1_41", 1740817800, BODY) == "v1," + base64.b64encode(expected).decode()
    assert signature(SECRET, "msg_1_41", 1740817800, BODY) == "v1,rbBqR/Qzikv/IDUaxZrMNeajVogYMg6yQd9N2tPgtXc="


def test_a_new_secret_is_random_and_has_32_bytes() -> None:
    """A secret is whsec_ and base64 of 32 bytes, which is within the 24 to 64 of the specification."""
    assert new_secret() != new_secret()
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"), validate=True)) == 32


def test_a_message_holds_the_record_as_the_api_gives_it() -> None:
    """The type tells what is said from what is taken back; the data is the record, byte for byte; the id is of both."""
    said = message(entry())
    assert said == '{"type":"record.stated","timestamp":"2025-03-01T08:30:00Z","data":{"id":41,"name":"澉浦"}}'.encode()
    assert orjson.loads(message(entry(withdraws=7)))["type"] == "record.withdrawn"
    waits = Delivery(9, 1, 41, "waits", NOW, NOW, 0, None, None, None, None, None)
    assert message_id(waits) == "msg_1_41"
    assert message_id(replace(waits, record_id=None, change_id=7, project="e98f334cf07a")) == "msg_1_p7"
    assert ping(NOW) == BODY


async def test_a_request_is_one_that_a_receiver_can_verify() -> None:
    """A message is a POST with its id, the moment, one signature a secret, and who sends it; the body is what was signed."""
    got: list[tuple[str, str, dict[str, str], bytes]] = []

    async def handler(request: web.Request) -> web.Response:
        got.append((request.method, request.path_qs, dict(request.headers), await request.read()))
        return web.Response(status=204)

    other = new_secret()
    async with receiver(handler) as url, Messenger("Guatu (+mailto:a@b.example)", LOOPBACK) as messenger:
        answer = await messenger.send(f"{url}/in?to=us", [other, SECRET], "msg_1_41", BODY, NOW)
    assert answer == Answer(204)
    ((method, path, headers, body),) = got
    assert (method, path, body) == ("POST", "/in?to=us", BODY)
    assert (headers["Content-Type"], headers["User-Agent"]) == ("application/json", "Guatu (+mailto:a@b.example)")
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_1_41", "1740817800")
    signatures = headers["webhook-signature"].split(" ")
    for secret, given in zip((other, SECRET), signatures, strict=True):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = hmac.new(key, b"msg_1_41.1740817800." + body, hashlib.sha256).digest()
        assert given == "v1," + base64.b64encode(signed).decode()


@pytest.mark.parametrize(
    ("status", "headers", "answer"),
    [
        (200, {}, Answer(200)),
        (202, {"Retry-After": "9"}, Answer(202)),
        (404, {}, Answer(404, "answered 404")),
        (410, {}, Answer(410, "answered 410")),
        (429, {"Retry-After": "120"}, Answer(429, "answered 429", NOW + dt.timedelta(seconds=120))),
        (
            503,
            {"Retry-After": "Sat, 01 Mar 2025 09:00:00 GMT"},
            Answer(503, "answered 503", NOW.replace(hour=9, minute=0)),
        ),
        (503, {"Retry-After": "soon"}, Answer(503, "answered 503")),
    ],
)
async def test_the_status_says_what_became_of_it(status: int, headers: dict[str, str], answer: Answer) -> None:
    """2xx is taken, anything else is not; a failure may say when to come back."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers)

    async with receiver(handler) as url:
        assert await sent(url) == answer


async def test_a_redirect_is_not_followed() -> None:
    """A redirect is a failure that says what to do, and what it leads to is never asked."""
    asked = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=308, headers={"Location": "/elsewhere"})

    async with receiver(handler) as url:
        answer = await sent(f"{url}/in")
    assert (answer.status, asked) == (308, ["/in"])
    assert answer.error == "answered 308: redirects are not followed, change the URL of the webhook"


async def test_a_receiver_that_hangs_is_given_up() -> None:
    """A receiver that does not answer in time has failed."""

    async def handler(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async with receiver(handler) as url:
        assert await sent(url, seconds=0.2) == Answer(None, "no answer within 0.2 seconds")


async def test_an_endless_answer_costs_nothing() -> None:
    """The status counts; of a body no more is read than a little, so one without end neither holds up nor fills anything."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    async with receiver(handler) as url:
        assert await sent(url) == Answer(200)


async def test_a_connection_is_used_again() -> None:
    """Messages to one receiver share a connection where its answers are short."""
    ports = set()

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername")[1])
        return web.Response(text="thanks")

    async with receiver(handler) as url, Messenger("Guatu", LOOPBACK) as messenger:
        for _ in range(5):
            await messenger.send(url, [SECRET], "msg_1_41", BODY, NOW)
    assert len(ports) == 1


@pytest.mark.parametrize(
    ("url", "error"),
    [
        (
            "http://127.0.0.1:{port}/",
            "127.0.0.1 is a loopback address: the operator may allow its network by GUATU_FETCH_NETWORKS, for webhooks by",
        ),
        ("http://[::ffff:127.0.0.1]:{port}/", "is a loopback address"),
        ("http://localhost:{port}/", "is a loopback address"),
        ("http://169.254.169.254/latest", "is a link-local (cloud metadata) address"),
        ("ftp://receiver.example/", "the URL must start with http:// or https://"),
    ],
)
async def test_only_public_addresses_are_told(url: str, error: str) -> None:
    """Without a network of the operator's a message goes to no inner address, whatever name it goes by."""
    asked = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    async with receiver(handler) as own, Messenger("Guatu") as messenger:
        port = own.rpartition(":")[2]
        answer = await messenger.send(url.format(port=port), [SECRET], "msg_1_41", BODY, NOW)
    assert answer.status is None
    assert error in (answer.error or "")
    assert asked == []


async def test_a_receiver_that_is_not_there_is_named() -> None:
    """Where nobody listens, where the answer is no HTTP and where the connection is closed, the error says so."""

    async def garbage(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-x\r\n")
        writer.close()

    with socket.socket() as bound:  # which does not listen
        bound.bind(("127.0.0.1", 0))
        answer = await sent(f"http://127.0.0.1:{bound.getsockname()[1]}/")
    assert (answer.error or "").startswith("cannot be reached: Cannot connect to host 127.0.0.1")
    server = await asyncio.start_server(garbage, "127.0.0.1", 0)
    async with server:
        answer = await sent(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert answer.error == "answered with something that is not HTTP"
