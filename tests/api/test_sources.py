"""/v1/sources, /v1/opml and /v1/websub on a real database and a real site."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from service.api.app import build, serve
from service.api.limits import Limits
from service.api.parts import Parts
from service.pipeline.poll import look
from service.pipeline.subscription import Hubs, is_due
from service.sources.fetch.client import Fetcher
from service.sources.fetch.exchange import Manners
from service.sources.fetch.hosts import MemoryHosts
from service.store import sources
from service.store.database import Database
from service.store.keys import Scope
from tests.api.serving import key_of, now
from tests.sources.fetch.site import Clock, Site, site
from tests.worker.sites import BODY, LOOPBACK, QUICK, add, claimed, entry, fetching, kept, page, rss, source, utc

MANNERS = Manners(networks=LOOPBACK, spacing=QUICK.spacing)
FEED = {"kind": "feed", "address": "https://a.example/rss", "name": "甲", "category": "浙江/海宁"}


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site(Clock()) as running:
        yield running


@asynccontextmanager
async def serving(database: Database, scope: Scope | None = "admin") -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the API with a key of that scope; the API may fetch from loopback."""
    parts = Parts(
        database=database,
        now=now,
        limits=Limits(rate=0),
        fetcher=lambda: Fetcher(MemoryHosts(), MANNERS),
        habits=QUICK,
    )
    headers = {"Authorization": f"Bearer {await key_of(database, scope)}"} if scope else {}
    async with (
        serve(build(parts, open_reading=True), "127.0.0.1", 0) as url,
        aiohttp.ClientSession(url, headers=headers) as client,
    ):
        yield client


async def told(response: aiohttp.ClientResponse, status: int = 200) -> Any:  # noqa: ANN401 - JSON
    answer = await response.json()
    assert response.status == status, answer
    return answer


async def test_the_life_of_a_source(database: Database) -> None:
    """A source is made, shown with its health, changed, paused, resumed and deleted."""
    async with serving(database) as client:
        made = await told(await client.post("/v1/sources", json=FEED), 201)
        where = f"/v1/sources/{made['id']}"
        assert {name: made[name] for name in FEED} == FEED
        assert (made["origin"], made["state"], made["health"]["failures"]) == ("api", "active", 0)
        assert made["health"]["next_poll"] is not None
        assert (await told(await client.get("/v1/sources")))["sources"] == [made]
        changed = await told(await client.patch(where, json={"name": "乙", "interval": 900, "pattern": "/a/**"}))
        assert (changed["name"], changed["interval"], changed["pattern"]) == ("乙", 900, "/a/**")
        assert changed["category"] == FEED["category"]
        cleared = await told(await client.patch(where, json={"category": None, "pattern": None, "name": None}))
        assert (cleared["category"], cleared["pattern"], cleared["name"], cleared["interval"]) == (
            None,
            None,
            "乙",
            900,
        )
        paused = await told(await client.patch(where, json={"state": "paused"}))
        assert (paused["state"], paused["health"]["next_poll"]) == ("paused", None)
        assert await claimed(database, utc()) == []
        assert (await told(await client.patch(where, json={"state": "active"})))["state"] == "active"
        assert len(await claimed(database, utc())) == 1
        async with client.delete(where) as response:
            assert response.status == 204
        await told(await client.get(where), 404)


async def test_pages_of_sources(sqlite: Database) -> None:
    """A long list comes in pages, each source once."""
    for number in range(5):
        await add(sqlite, "feed", f"https://a.example/{number}")
    async with serving(sqlite) as client:
        found, following = [], "/v1/sources?limit=2"
        while following:
            answer = await told(await client.get(following))
            found += [one["address"] for one in answer["sources"]]
            following = answer["next"]
    assert found == [f"https://a.example/{number}" for number in range(5)]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"kind": "feed", "address": "ftp://a.example/"}, 422, "address"),
        ({"kind": "feed", "address": "https://u:p@a.example/"}, 422, "address"),
        ({"kind": "feed", "address": "https://a.example/", "interval": 5}, 422, "interval"),
        ({"kind": "feed", "address": "https://a.example/", "pattern": "re:(a*)*"}, 422, "pattern"),
        ({"kind": "folder", "address": "/data", "pattern": "/a"}, 422, "pattern"),
        ({"kind": "blog", "address": "https://a.example/"}, 422, "kind"),
        ({"kind": "feed"}, 422, "address"),
        (FEED, 409, "already"),
    ],
)
async def test_what_cannot_be_a_source(sqlite: Database, body: dict[str, Any], status: int, field: str) -> None:
    """What is wrong with a source is named; one that is there already is a conflict."""
    await add(sqlite, FEED["kind"], FEED["address"])
    async with serving(sqlite) as client:
        problem = await told(await client.post("/v1/sources", json=body), status)
    assert field in problem["detail"] + str(problem.get("errors"))


async def test_what_does_not_go_with_its_kind(sqlite: Database) -> None:
    """A change that the kind of the source does not allow is a conflict, and nothing is changed."""
    id_ = await add(sqlite, FEED["kind"], FEED["address"])
    folder = await add(sqlite, "folder", "/data")
    async with serving(sqlite) as client:
        for where, wrong in ((id_, {"remove": True}), (id_, {"interval": 5}), (folder, {"pattern": "/a"})):
            problem = await told(await client.patch(f"/v1/sources/{where}", json={"name": "x", **wrong}), 409)
            assert next(iter(wrong)) in problem["detail"]
        assert {one["name"] for one in (await told(await client.get("/v1/sources")))["sources"]} == {
            "a.example",
            "data",
        }


async def test_who_may(sqlite: Database) -> None:
    """Whoever reads sees the sources; making and checking them, which fetches and reads folders, needs the scope admin."""
    async with serving(sqlite, "write") as client:
        await told(await client.get("/v1/sources"))
        for path in ("/v1/sources", "/v1/check"):
            await told(await client.post(path, json=FEED), 403)
    async with serving(sqlite, None) as client:
        await told(await client.get("/v1/sources"))
        await told(await client.post("/v1/sources", json=FEED), 401)


async def test_health_shows_what_failed(sqlite: Database, here: Site) -> None:
    """After a look that failed the source shows why, since when it has been well and when it is asked next."""
    here.give("/rss", status=503)
    id_ = await add(sqlite, "feed", f"{here.root}/rss")
    (held,) = await claimed(sqlite, utc())
    async with fetching(sqlite) as fetcher:
        await look(sqlite, fetcher, held, utc, 0.0, QUICK)
    async with serving(sqlite) as client:
        health = (await told(await client.get(f"/v1/sources/{id_}")))["health"]
    assert (health["outcome"], health["failures"], health["last_success"], health["alarm"]) == (
        "failed",
        1,
        None,
        False,
    )
    assert "503" in health["error"]
    assert health["next_poll"] > health["last_attempt"]


async def test_checking_a_feed(sqlite: Database, here: Site) -> None:
    """A check says what one look would give, down to the first article's facts, and keeps nothing."""
    first = f"<title>海宁项目开工</title><link>{here.root}/1</link><guid>e1</guid>"
    here.give("/rss", rss(f"<item>{first}<pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>", entry(2, "x")))
    here.give("/1", page(1), Content_Type="text/html; charset=utf-8")
    async with serving(sqlite) as client:
        found = await told(await client.post("/v1/check", json={"kind": "feed", "address": f"{here.root}/rss"}))
        assert await told(await client.get("/v1/sources")) == {"sources": [], "next": None}
    assert (found["status"], found["robots"], found["found"], found["items"]) == (200, "allowed", "feed", 2)
    assert found["newest"] == "2026-03-02T08:00:00+00:00"
    assert found["problem"] is None
    assert found["encoding"] == "utf-8"
    assert found["article"]["projects"][0]["investment_total"] == 1200000000
    assert await kept(sqlite) == []


async def test_checking_a_page_finds_its_feed(sqlite: Database, here: Site) -> None:
    """Where the address is that of a page, its feed and its list of articles are suggested."""
    links = "".join(f'<li><a href="/art/2026/3/{n}.html">海宁市第{n}批重点项目集中开工</a></li>' for n in (1, 2))
    head = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    here.give("/", f"<html><head>{head}</head><body>{links}</body></html>", Content_Type="text/html")
    async with serving(sqlite) as client:
        found = await told(await client.post("/v1/check", json={"kind": "feed", "address": f"{here.root}/"}))
    assert "is no feed but a page" in found["problem"]
    assert [(one["kind"], one["address"]) for one in found["suggestions"]] == [
        ("feed", f"{here.root}/rss"),
        ("list", f"{here.root}/"),
    ]


@pytest.mark.parametrize(
    ("path", "status", "said", "reason"),
    [
        ("/none", 404, "no such page", "http_404"),
        ("/secret", None, "robots.txt", "robots"),
        ("/odd", 200, "is no", "bad_feed"),
        ("/nothing", 200, "nothing that can be taken", "empty"),
    ],
)
async def test_checking_what_gives_nothing(
    sqlite: Database, here: Site, path: str, status: int | None, said: str, reason: str
) -> None:
    """What is wrong with a source is what the check says, in a sentence and as a code."""
    here.give("/robots.txt", "User-agent: *\nDisallow: /secret\n")
    here.give("/odd", "hello", Content_Type="text/plain")
    here.give("/nothing", "<rss version='2.0'><channel></channel></rss>")
    id_ = await add(sqlite, "feed", f"{here.root}{path}")
    async with serving(sqlite) as client:
        found = await told(await client.post(f"/v1/sources/{id_}/check"))
    assert (found["status"], found["reason"]) == (status, reason)
    assert said in found["problem"]


async def test_checking_a_folder(sqlite: Database, tmp_path: Path) -> None:
    """Of a folder the check says which files would be taken, and what the first says."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.txt").write_text(BODY)
    (folder / "b.part").write_text(BODY)
    async with serving(sqlite) as client:
        found = await told(await client.post("/v1/check", json={"kind": "folder", "address": str(folder)}))
        gone = await told(await client.post("/v1/check", json={"kind": "folder", "address": "/nowhere"}))
    assert (found["items"], found["entries"]) == (1, ["a.txt"])
    assert found["article"]["projects"]
    assert "not there" in gone["problem"]


async def test_opml_out_and_in(sqlite: Database) -> None:
    """The feeds go out as OPML with their categories, and come in again as the same sources; what is there is known."""
    async with serving(sqlite) as client:
        await told(await client.post("/v1/sources", json=FEED), 201)
        async with client.get("/v1/opml") as response:
            listed = await response.text()
            assert response.content_type == "text/x-opml"
        assert await told(await client.post("/v1/opml", data=listed, headers={"Content-Type": "text/x-opml"})) == {
            "added": 0,
            "known": 1,
            "refused": [],
        }
        await client.delete("/v1/sources/1")
        headers = {"Content-Type": "text/xml"}
        assert (await told(await client.post("/v1/opml", data=listed, headers=headers)))["added"] == 1
        (again,) = (await told(await client.get("/v1/sources")))["sources"]
        assert {name: again[name] for name in FEED} == FEED
        refused = await told(await client.post("/v1/opml", data="<html>", headers=headers))
        assert (refused["added"], len(refused["refused"])) == (0, 1)


class Hub:
    """A hub on loopback: it confirms what it is asked, and sends."""

    def __init__(self, here: Site) -> None:
        self.asked: list[dict[str, str]] = []
        self.answers: list[tuple[int, str]] = []
        here.pages["/hub"] = self._take

    async def _take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        query = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "c<1>"}
        async with (
            aiohttp.ClientSession() as session,
            session.get(form["hub.callback"], params={**query, "hub.lease_seconds": "86400"}) as answer,
        ):
            self.answers.append((answer.status, await answer.text()))
        return web.Response(status=202)


async def test_a_hub_tells_of_news(database: Database, here: Site) -> None:
    """A feed that names a hub is subscribed to; the hub's question is answered, and what it sends with the right signature
    is kept at once, anything else not."""
    hub = Hub(here)
    here.give("/rss", rss(head=f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{here.root}/hub"/>'))
    id_ = await add(database, "feed", f"{here.root}/rss")
    async with serving(database, None) as client:
        url = str(client._base_url).rstrip("/")
        habits = replace(QUICK, public_url=url)
        (held,) = await claimed(database, utc())
        async with fetching(database) as fetcher:
            await look(database, fetcher, held, utc, 0.0, habits)
        assert is_due(await source(database, id_), utc())
        await Hubs(database, url, LOOPBACK, "Guatu").ask(id_, utc)
        assert hub.answers == [(200, "c<1>")]
        assert not is_due(await source(database, id_), utc())
        news = rss(entry(1, f"{here.root}/1", BODY)).encode()
        secret = hub.asked[0]["hub.secret"].encode()
        where = f"/v1/websub/{id_}"
        for signature in ("sha256=" + "0" * 64, "sha256=" + hmac.new(secret, news, hashlib.sha256).hexdigest()):
            assert await kept(database) == []
            headers = {"X-Hub-Signature": signature, "Content-Type": "application/rss+xml"}
            async with client.post(where, data=news, headers=headers) as response:
                assert response.status == 204
        assert await kept(database) == [f"{here.root}/1"]
        shown = await told(await client.get(f"/v1/sources/{id_}"))
        assert shown["health"]["hub"] == f"{here.root}/hub"


async def test_a_hub_that_nobody_asked(sqlite: Database) -> None:
    """Who confirms or sends what was never asked for gets 404, also for a source that is paused."""
    id_ = await add(sqlite, "feed", "https://a.example/rss")
    query = {"hub.mode": "subscribe", "hub.topic": "https://a.example/rss", "hub.challenge": "c"}
    async with serving(sqlite, None) as client:
        await told(await client.get(f"/v1/websub/{id_}", params=query), 404)
        await told(await client.get("/v1/websub/77", params=query), 404)
        await told(await client.post(f"/v1/websub/{id_}", data=b"x", headers={"Content-Type": "text/xml"}), 404)
    async with sqlite.changing() as connection:
        kept = {"websub": {"topic": query["hub.topic"], "hub": "h", "secret": "s", "ask_at": None, "pending": True}}
        await sources.keep_poll(connection, id_, kept)
        await sources.set_state(connection, id_, "paused", utc())
    async with serving(sqlite, None) as client:
        await told(await client.get(f"/v1/websub/{id_}", params=query), 404)
