"""`guatu api`: what is stored, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.store.database import Database


def api() -> None:
    """Serve the API until it is told to stop. What is pushed to it waits for a worker."""
    import asyncio

    from service.api.log import configure

    configure()
    asyncio.run(_run())


async def _run() -> None:
    import asyncio

    from service import bootstrap
    from service.worker.signals import on_signals

    stopping = asyncio.Event()
    on_signals(stopping.set, bootstrap.chosen().drain_seconds + 1)
    async with bootstrap.database(create=True) as database, listening(database) as url:
        print(f"the API is up: {url}", flush=True)
        await stopping.wait()


@asynccontextmanager
async def listening(database: "Database") -> AsyncIterator[str]:
    """The API of the settings on a database, while the block runs; gives its URL."""
    import ipaddress
    from urllib.parse import urlsplit

    from service import bootstrap
    from service.api.app import build, serve
    from service.api.limits import MEBIBYTE, Limits
    from service.api.parts import Parts
    from service.errors import GuatuError
    from service.web.routes import SITE

    chosen = bootstrap.chosen()
    limits = Limits(
        body_bytes=chosen.body_megabytes * MEBIBYTE,
        header_bytes=chosen.header_bytes,
        url_bytes=chosen.url_bytes,
        page=chosen.page,
        batch=chosen.batch,
        streams=chosen.streams,
        connections=chosen.connections,
        request_seconds=chosen.request_seconds,
        idle_seconds=chosen.idle_seconds,
        rate=chosen.rate,
    )
    public = urlsplit(chosen.public_url).hostname if chosen.public_url else None
    app = build(
        Parts(
            database=database,
            now=bootstrap.now,
            limits=limits,
            messenger=bootstrap.messenger,
            fetcher=lambda: bootstrap.fetcher(database),
            habits=bootstrap.habits(),
        ),
        open_reading=chosen.address == "localhost" or ipaddress.ip_address(chosen.address).is_loopback,
        hosts=[*chosen.host_names, *([public] if public else [])],
        proxies=chosen.proxies,
        cors=chosen.cors,
        public_url=chosen.public_url or "/",
        site=SITE,
    )
    async with AsyncExitStack() as stack:
        stack.enter_context(bootstrap.telemetry("api"))
        try:
            url = await stack.enter_async_context(serve(app, chosen.address, chosen.port))
        except OSError as error:
            where, why = f"{chosen.address} port {chosen.port}", str(error.strerror).rpartition(": ")[2]
            raise GuatuError(f"cannot listen on {where}: {why}: set GUATU_PORT or GUATU_ADDRESS") from error
        yield url
