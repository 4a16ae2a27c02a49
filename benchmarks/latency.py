"""How long until what comes in can be read: python -m benchmarks.latency.

`guatu serve` with its defaults on a fresh SQLite file. A file is dropped, a push is sent, a feed with an item's full text
and one whose item has to be fetched are published on a local server: seconds from the drop, the push and the poll until
the record is on the stream, and then in the list. The bar is a second each.
"""

import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from html import escape
from pathlib import Path
from statistics import median

import aiohttp
from aiohttp import web

GUATU = (sys.executable, "-c", "from service.cli import main; main()")
RUNS = 10
BAR = 1.0
Begin = Callable[[str, str], Coroutine[None, None, float]]
"""Lets an article come in under a name; gives the moment from which the time counts."""


def story(name: str) -> str:
    return (
        f"海盐县{name}产业园昨日开工，项目总投资12.5亿元，用地180亩，达产后年产值9亿元，提供岗位600个。" * 3
        + "县长出席仪式。" * 20
    )


@asynccontextmanager
async def service(folder: Path, **settings: str) -> AsyncIterator[tuple[str, str]]:
    """`guatu serve` in a folder; gives its URL and a key."""
    environment = {**os.environ, "GUATU_DATABASE_URL": f"sqlite:///{folder}/guatu.db", "GUATU_PORT": "0", **settings}
    made = await asyncio.create_subprocess_exec(*GUATU, "migrate", env=environment, stdout=asyncio.subprocess.DEVNULL)
    await made.wait()
    asked = await asyncio.create_subprocess_exec(
        *(*GUATU, "keys", "create", "--name", "benchmark", "--scope", "admin"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    key = next(word for word in (await asked.communicate())[0].decode().split() if word.startswith("guatu_"))
    log = (folder / "log").open("wb")
    serving = await asyncio.create_subprocess_exec(*GUATU, "serve", env=environment, stdout=log, stderr=log)
    try:
        yield await _url(folder / "log"), key
    finally:
        serving.send_signal(signal.SIGTERM)
        await serving.wait()


async def _url(log: Path) -> str:
    async with asyncio.timeout(30), aiohttp.ClientSession() as client:
        while True:
            for line in (await asyncio.to_thread(log.read_text)).splitlines():
                if '"listening"' in line:
                    url = str(json.loads(line)["url"])
                    async with client.get(f"{url}/readyz") as response:
                        if response.status == 200:
                            return url
            await asyncio.sleep(0.1)


class Site:
    """A site with a feed for each name."""

    def __init__(self) -> None:
        self._asked: dict[str, asyncio.Future[float]] = {}

    async def when_asked(self, name: str) -> float:
        """The moment at which the feed was asked for."""
        return await self._asked.setdefault(name, asyncio.get_running_loop().create_future())

    async def feed(self, request: web.Request) -> web.Response:
        name, full = request.match_info["name"], request.match_info["kind"] == "full"
        asked = self._asked.setdefault(name, asyncio.get_running_loop().create_future())
        if not asked.done():
            asked.set_result(time.monotonic())
        body = f"<content:encoded>{escape(f'<p>{story(name)}</p>')}</content:encoded>" if full else ""
        item = f"<item><title>{name}开工</title><link>http://{request.host}/page/{name}.html</link>{body}</item>"
        namespace = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        text = f'<rss version="2.0" {namespace}><channel><title>新闻</title>{item}</channel></rss>'
        return web.Response(text=text, content_type="application/rss+xml")

    async def page(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        text = f"<html><head><title>{name}开工</title></head><body><p>{story(name)}</p></body></html>"
        return web.Response(text=text, content_type="text/html")

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get("/{kind}/{name}.xml", self.feed)
        app.router.add_get("/page/{name}.html", self.page)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield site.name
        finally:
            await runner.cleanup()


async def timed(client: aiohttp.ClientSession, begin: Begin, kind: str) -> tuple[float, float]:
    """Seconds until an article that comes in is on the stream, and until it is in the list."""
    name = "".join(random.choices("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉", k=6))
    async with client.get("/v1/stream?kind=project", timeout=aiohttp.ClientTimeout(total=30)) as stream:
        assert stream.status == 200
        since = asyncio.create_task(begin(kind, name))
        async for line in stream.content:
            if line.startswith(b"data: ") and name in json.loads(line[6:])["name"]:
                break
        streamed = time.monotonic()
    while True:
        async with client.get("/v1/records?kind=project&limit=1") as response:
            if name in (await response.json())["records"][0]["name"]:
                listed = time.monotonic()
                break
    began = await since
    return streamed - began, listed - began


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, site = Path(name), Site()
        inbox = folder / "inbox"
        inbox.mkdir()
        (folder / "sources.toml").write_text(f'[[source]]\nkind = "folder"\naddress = "{inbox}"\nname = "inbox"\n')
        settings = {"GUATU_SOURCES": str(folder / "sources.toml"), "GUATU_FETCH_NETWORKS": "127.0.0.0/8"}
        async with site.open() as news, service(folder, **settings) as (url, key):
            headers = {"Authorization": f"Bearer {key}"}
            async with aiohttp.ClientSession(url, headers=headers) as client:

                async def drop(_kind: str, name: str) -> float:
                    began = time.monotonic()
                    (inbox / f"{name}.txt").write_text(story(name))
                    return began

                async def push(_kind: str, name: str) -> float:
                    began = time.monotonic()
                    headers = {"Content-Type": "text/plain"}
                    async with client.post("/v1/documents", data=story(name).encode(), headers=headers) as response:
                        assert response.status == 202, await response.text()
                    return began

                async def publish(kind: str, name: str) -> float:
                    spec = {"kind": "feed", "address": f"{news}/{kind}/{name}.xml", "name": name}
                    async with client.post("/v1/sources", json=spec) as response:
                        assert response.status == 201, await response.text()
                    return await site.when_asked(name)

                slow = False
                for title, begin, kind in (
                    ("a file dropped", drop, ""),
                    ("a push", push, ""),
                    ("a feed's item with its text, from the poll", publish, "full"),
                    ("a feed's item that is fetched (a second between requests)", publish, "short"),
                ):
                    times = [await timed(client, begin, kind) for _ in range(RUNS)]
                    streamed, listed = zip(*times, strict=True)
                    print(
                        f"{title:60s} on the stream {median(streamed):.2f} s, at most {max(streamed):.2f}; "
                        f"in the list {median(listed):.2f} s, at most {max(listed):.2f}",
                        flush=True,
                    )
                    slow |= kind != "short" and median(listed) > BAR
    sys.exit(slow)


if __name__ == "__main__":
    asyncio.run(main())
