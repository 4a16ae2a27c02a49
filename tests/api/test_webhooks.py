"""Webhooks over HTTP: made, changed, tried out, and what did not arrive."""

import base64
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from service.api.app import build, serve
from service.api.limits import Limits
from service.api.parts import Parts
from service.pipeline.messages import Messenger
from service.store import deliveries, webhooks
from service.store.database import Database
from service.store.deliveries import Outcome
from tests.api.serving import HAIYAN, TONGHUA, key_of, now, running, take
from tests.receivers import LOOPBACK, Inbox, receiver

URL = "https://example.com/hook"


@pytest.fixture
async def client(sqlite: Database) -> AsyncIterator[aiohttp.ClientSession]:
    """A client with a key that may do everything, of an API that may send to loopback."""
    parts = Parts(
        database=sqlite, now=now, limits=Limits(rate=0, page=2), messenger=lambda: Messenger("Guatu", LOOPBACK, 5)
    )
    headers = {"Authorization": f"Bearer {await key_of(sqlite, 'admin')}"}
    async with (
        serve(build(parts, open_reading=True), "127.0.0.1", 0) as url,
        aiohttp.ClientSession(url, headers=headers) as session,
    ):
        yield session


async def ask(client: aiohttp.ClientSession, method: str, path: str, status: int = 200, json: object = None) -> Any:  # noqa: ANN401
    async with client.request(method, path, json=json) as response:
        body = await response.json(content_type=None) if response.status != 204 else None
        assert response.status == status, body
        return body


async def fail_all(database: Database, webhook_id: int) -> None:
    """Everything that waits for a webhook is dead."""
    async with database.changing() as connection:
        waiting = await deliveries.due(connection, webhook_id, now(), 100)
        dead = [Outcome(one.id, 17, 500, "answered 500", None) for one in waiting]
        await deliveries.settle(connection, webhook_id, dead, {"error": "answered 500"}, now())


async def test_a_webhook_from_its_making_to_its_end(client: aiohttp.ClientSession) -> None:
    """It is made with its filters and a secret that is shown once, listed, changed, paused, and removed."""
    filters = {
        "kind": ["project"],
        "source": 7.0,
        "region": "330000",
        "since": "2025-01-01",
        "min_investment": 100000000,
        "q": "阀门",
    }
    async with client.post("/v1/webhooks", json={"url": URL, "filters": filters}) as response:
        assert (response.status, response.headers["Location"]) == (201, "/v1/webhooks/1")
        assert response.headers["Cache-Control"] == "no-store"
        made = await response.json()
    assert len(base64.b64decode(made.pop("secret").removeprefix("whsec_"), validate=True)) == 32
    assert (made["filters"], made["state"], made["failures"], made["error"]) == (filters, "active", 0, None)
    assert await ask(client, "GET", "/v1/webhooks") == {"webhooks": [made]}
    assert await ask(client, "GET", "/v1/webhooks/1") == made
    changed = await ask(client, "PATCH", "/v1/webhooks/1", json={"state": "paused", "filters": {"stage": ["started"]}})
    assert changed == {**made, "state": "paused", "filters": {"stage": ["started"]}}
    assert (await ask(client, "PATCH", "/v1/webhooks/1", json={"url": URL + "2"}))["url"] == URL + "2"
    await ask(client, "DELETE", "/v1/webhooks/1", 204)
    assert (await ask(client, "GET", "/v1/webhooks/1", 404))["detail"] == "there is no webhook 1"
    assert await ask(client, "GET", "/v1/webhooks") == {"webhooks": []}


@pytest.mark.parametrize(
    ("body", "status", "field", "message"),
    [
        ({"url": "http://10.0.0.1/"}, 409, "url", "10.0.0.1 is a private address"),
        ({"url": "http://[::1]:8080/"}, 409, "url", "::1 is a loopback address"),
        ({"url": "https://example.com:25/"}, 409, "url", "port 25 belongs to another protocol"),
        ({"url": URL, "filters": {"region": "火星"}}, 409, "filters.region", "there is no division '火星'"),
        ({"url": "ftp://example.com/"}, 422, "url", "must be an http:// or https:// URL in ASCII"),
        ({"url": "https://u:p@example.com/"}, 422, "url", "must be an http:// or https:// URL in ASCII"),
        ({"url": URL, "filters": {"stage": ["bought"]}}, 422, "filters.stage.0", "Input should be 'planned'"),
        ({"url": URL, "filters": {"color": "red"}}, 422, "filters.color", "Extra inputs are not permitted"),
        ({}, 422, "url", "Field required"),
    ],
)
async def test_what_cannot_be_told_is_refused(
    client: aiohttp.ClientSession, body: dict[str, object], status: int, field: str, message: str
) -> None:
    """An address that nothing would be sent to, or a filter that fits nothing, is refused by the name of its field."""
    problem = await ask(client, "POST", "/v1/webhooks", status, json=body)
    (error,) = problem["errors"]
    assert error["field"] == field
    assert message in error["message"]
    assert await ask(client, "GET", "/v1/webhooks") == {"webhooks": []}


async def test_filters_mean_what_they_mean_in_the_api(client: aiohttp.ClientSession, sqlite: Database) -> None:
    """A webhook is told of just those records that /v1/records gives for the same filters."""
    asked: list[dict[str, object]] = [
        {},
        {"region": "330000"},
        {"region": "海盐县", "kind": ["person"]},
        {"stage": ["started", "completed"]},
        {"min_investment": 320000000, "kind": ["project"]},
        {"min_investment": 320000001},
        {"q": "中药饮片"},
        {"source": 1},
    ]
    for filters in asked:
        await ask(client, "POST", "/v1/webhooks", 201, json={"url": URL, "filters": filters})
    await take(sqlite, [HAIYAN, TONGHUA])
    counts = []
    for number, filters in enumerate(asked, 1):
        query = "&".join(f"{name}={one}" for name, v in filters.items() for one in (v if isinstance(v, list) else [v]))
        told = []
        path = f"/v1/records?after=0&{query}"
        while (page := await ask(client, "GET", path))["records"]:
            told += [record["id"] for record in page["records"]]
            path = page["next"]
        async with sqlite.reading() as connection:
            waiting = [one.record_id for one in await deliveries.due(connection, number, now(), 100)]
        assert waiting == told, filters
        counts.append(len(told))
    assert counts[0] > counts[1] > counts[2] > 0 == counts[-1]
    assert all(counts[:-1])


async def test_a_test_is_sent_at_once_and_counts_for_nothing(client: aiohttp.ClientSession) -> None:
    """A ping is sent, signed, to the webhook; the answer says what became of it, and the webhook is as it was."""
    box = Inbox("")

    async def take_ping(request: aiohttp.web.Request) -> aiohttp.web.Response:
        body = await request.json()
        assert (body["type"], body["data"]) == ("ping", {})
        assert request.headers["webhook-id"].startswith("msg_1_ping_")
        return aiohttp.web.Response(status=box.answer(0) or 500)

    async with receiver(take_ping) as url:
        made = await ask(client, "POST", "/v1/webhooks", 201, json={"url": url})
        told = await ask(client, "POST", "/v1/webhooks/1/test")
        assert told == {"delivered": True, "status": 200, "error": None, "milliseconds": told["milliseconds"]}
        box.answer = lambda _: 503
        told = await ask(client, "POST", "/v1/webhooks/1/test")
        assert (told["delivered"], told["status"], told["error"]) == (False, 503, "answered 503")
    told = await ask(client, "POST", "/v1/webhooks/1/test")
    assert (told["delivered"], told["status"]) == (False, None)
    assert told["error"].startswith("cannot be reached")
    assert await ask(client, "GET", "/v1/webhooks/1") == {name: made[name] for name in made if name != "secret"}


async def test_a_secret_is_rotated(client: aiohttp.ClientSession) -> None:
    """A rotation shows a new secret once, and says until when the old one signs too: a day."""
    made = await ask(client, "POST", "/v1/webhooks", 201, json={"url": URL})
    rotated = await ask(client, "POST", "/v1/webhooks/1/rotate")
    assert rotated["secret"] != made["secret"]
    until = dt.datetime.fromisoformat((await ask(client, "GET", "/v1/webhooks/1"))["old_secret_until"])
    assert dt.timedelta(hours=23) < until - now() <= dt.timedelta(hours=24)


async def test_what_did_not_arrive_is_listed_and_sent_again(client: aiohttp.ClientSession, sqlite: Database) -> None:
    """Dead messages are listed page by page with their reason; one, or all of a webhook, wait again after a resend."""
    await ask(client, "POST", "/v1/webhooks", 201, json={"url": URL, "filters": {"region": "330000"}})
    await take(sqlite, [HAIYAN])
    (waiting, *_) = (await ask(client, "GET", "/v1/deliveries?state=waits"))["deliveries"]
    assert (waiting["state"], waiting["tries"], waiting["error"]) == ("waits", 0, None)
    await fail_all(sqlite, 1)
    hook = await ask(client, "GET", "/v1/webhooks/1")
    assert (hook["dead"], hook["waiting"], hook["error"]) == (2, 0, "answered 500")
    async with client.get("/metrics") as response:
        metrics = await response.text()
    assert 'guatu_webhook_messages{state="dead",webhook="1"} 2.0' in metrics
    page = await ask(client, "GET", "/v1/deliveries")
    assert [(one["record_id"], one["error"], one["tries"], one["next_attempt"]) for one in page["deliveries"]] == [
        (2, "answered 500", 17, None),
        (1, "answered 500", 17, None),
    ]
    assert page["deliveries"][0]["message_id"] == "msg_1_2"
    assert (await ask(client, "GET", page["next"])) == {"deliveries": [], "next": None}
    again = await ask(client, "POST", f"/v1/deliveries/{page['deliveries'][0]['id']}/resend", 202)
    assert (again["state"], again["tries"]) == ("waits", 0)
    assert await ask(client, "POST", "/v1/webhooks/1/resend", 202) == {"resent": 1}
    assert (await ask(client, "GET", "/v1/deliveries?webhook=1"))["deliveries"] == []
    assert (await ask(client, "GET", "/v1/webhooks/1"))["waiting"] == 2
    for path in (
        "/v1/deliveries/99/resend",
        "/v1/webhooks/99/resend",
        "/v1/webhooks/99/test",
        "/v1/webhooks/99/rotate",
    ):
        await ask(client, "POST", path, 404)


async def test_there_is_a_limit(client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above so many webhooks no more can be made."""
    monkeypatch.setattr(webhooks, "MOST", 1)
    await ask(client, "POST", "/v1/webhooks", 201, json={"url": URL})
    await ask(client, "POST", "/v1/webhooks", 409, json={"url": URL})


async def test_only_an_admin_sees_or_changes_webhooks(sqlite: Database) -> None:
    """Without a key of the scope admin not even the list can be read."""
    async with running(sqlite, key=await key_of(sqlite, "write")) as client:
        for method, path in (("GET", "/v1/webhooks"), ("POST", "/v1/webhooks"), ("GET", "/v1/deliveries")):
            await ask(client, method, path, 403)
