"""The API as an application, and the server that runs it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from functools import lru_cache
from importlib.metadata import version

import orjson
import structlog
from aiohttp import web

from service.api import deliveries, pages, stats
from service.api.access import Access, Network
from service.api.connection import Runner
from service.api.keys import Keyring
from service.api.limits import Rate
from service.api.middleware import FRAME, Frame
from service.api.openapi import document
from service.api.parts import PARTS, Parts
from service.api.routes import ROUTES, Route
from service.api.site import Site

STOP_SECONDS = 5.0
"""How long requests that are under way may take to finish when the server stops."""
_log = structlog.get_logger()


def build(
    parts: Parts,
    *,
    open_reading: bool,
    hosts: Collection[str] = (),
    proxies: Collection[Network] = (),
    cors: Collection[str] = (),
    public_url: str = "/",
    routes: tuple[Route, ...] = ROUTES,
    site: Site | None = None,
) -> web.Application:
    """The application. It reads no setting and starts nothing; `serve` runs it.

    `open_reading`: reading needs no key (then requests must be for localhost, an address or one of `hosts`); `proxies` are
    those whose X-Forwarded-For counts; `cors` the origins whose pages may read, `*` for all; `public_url` is shown in the
    documentation; `site` has the pages for people.
    """
    parts.document, parts.page = _described(routes, public_url, open_reading)
    parts.secure = public_url.startswith("https:")
    loop_time = asyncio.get_running_loop().time
    rate = Rate(parts.limits.rate, loop_time)
    keyring = Keyring(parts.database, parts.now, loop_time)
    access = Access(keyring, rate, open_reading=open_reading, hosts=hosts, proxies=proxies)
    ours: dict[web.AbstractRoute, Route] = {}
    site = site or Site()
    frame = Frame(parts, access, ours, cors, site)
    app = web.Application(middlewares=[frame.handle])
    all_routes = (*routes, *site.routes)
    for route in all_routes:
        methods = ("GET", "HEAD") if route.method == "GET" else (route.method,)
        for method in methods:
            added = app.router.add_route(method, _address(route, all_routes), _unreached, expect_handler=_expect)
            ours[added] = route
    app[PARTS], app[FRAME] = parts, frame
    parts.news.prepare = frame.renew
    parts.metrics.watch(stats.watcher(parts))
    parts.metrics.watch(deliveries.watcher(parts))
    parts.metrics.streams.set_function(lambda: parts.streams)
    app.cleanup_ctx.append(_logging)
    app.cleanup_ctx.append(_listening)
    app.on_shutdown.append(_stopping)
    return app


def _address(route: Route, routes: Iterable[Route]) -> str:
    """The path as the router takes it: a word that is an address of its own is no id."""
    parent, _, last = route.path.rpartition("/")
    beside = (other.path.rpartition("/") for other in routes)
    words = sorted({word for above, _, word in beside if above == parent and "{" not in word})
    if not words or "{" not in last:
        return route.path
    return f"{parent}/{{{last.strip('{}')}:(?!(?:{'|'.join(words)})$)[^{{}}/]+}}"


@lru_cache(8)
def _described(routes: tuple[Route, ...], public_url: str, open_reading: bool) -> tuple[bytes, bytes]:
    """The OpenAPI document and its page, made once a process."""
    described = document(routes, version("guatu"), server=public_url, open_reading=open_reading)
    return orjson.dumps(described), pages.docs(described).encode()


async def _unreached(_request: web.Request) -> web.StreamResponse:
    """aiohttp wants a handler for each route; the frame answers in its place."""
    raise web.HTTPInternalServerError


async def _expect(_request: web.Request) -> None:
    """100 Continue is sent when the body is wanted, which is not before the key and the parameters are good."""


async def _logging(app: web.Application) -> AsyncIterator[None]:
    writing = asyncio.create_task(app[PARTS].access_log.run())
    yield
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)


async def _listening(app: web.Application) -> AsyncIterator[None]:
    hearing = asyncio.create_task(app[PARTS].news.run())
    yield
    app[PARTS].news.end()
    await hearing


async def _stopping(app: web.Application) -> None:
    app[PARTS].stopping.set()


@asynccontextmanager
async def serve(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Serve while the block runs; gives the URL, with the port that was found where `port` is 0.

    In the end it stops accepting, ends the streams, and lets what is under way finish within STOP_SECONDS.
    """
    runner = Runner(app, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
        _log.info("listening", url=site.name)
        yield site.name
    finally:
        await runner.cleanup()
