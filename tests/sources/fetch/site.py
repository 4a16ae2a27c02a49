"""A real web site on loopback, a fake DNS and a fake clock: what the cases of the fetcher are played on."""

import asyncio
import datetime as dt
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from service.errors import Rejected
from service.sources.fetch.answer import Later, Response
from service.sources.fetch.client import Fetcher
from service.sources.fetch.exchange import Manners
from service.sources.fetch.hosts import Hosts, MemoryHosts
from service.sources.fetch.policy import Decision, Poll, Rhythm, Told, decide, has_new_body

START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
LOOPBACK = Manners(user_agent="Guatu/1 (+mailto:news@example.org)", networks=(ipaddress.ip_network("127.0.0.1/32"),))
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> dt.datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.time += dt.timedelta(seconds=seconds)


class Names(AbstractResolver):
    """A DNS with a list of answers for each name; the last one is repeated."""

    def __init__(self, **answers: list[str]) -> None:
        self._answers = {name.replace("_", "."): addresses for name, addresses in answers.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked.append(host)
        addresses = self._answers.get(host)
        if not addresses:
            raise socket.gaierror(f"no such name: {host}")
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@dataclass
class Seen:
    """One request as the site saw it."""

    path: str
    headers: dict[str, str]
    at: dt.datetime


@dataclass
class Site:
    """Pages by their path; whatever has none is 404, robots.txt too."""

    clock: Clock
    pages: dict[str, Handler] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    root: str = ""
    port: int = 0

    def give(self, path: str, body: str | bytes = "", status: int = 200, **headers: str) -> None:
        """Answer a path with the same thing each time; header names with _ for -."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def handler(_: web.Request) -> web.Response:
            return web.Response(body=data, status=status, headers=named)

        self.pages[path] = handler

    def paths(self) -> list[str]:
        return [one.path for one in self.seen if one.path != "/robots.txt"]

    def times(self) -> list[float]:
        """When each request came, in seconds since the start."""
        return [(one.at - START).total_seconds() for one in self.seen]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(Seen(request.path_qs, dict(request.headers), self.clock.now()))
        handler = self.pages.get(request.path)
        try:
            return await handler(request) if handler else web.Response(status=404)
        except ConnectionError:  # the fetcher left, as it should
            return web.Response()


@asynccontextmanager
async def site(clock: Clock, address: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Site]:
    """A running site."""
    here = Site(clock)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", here._answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)  # 0 would be without end
    await runner.setup()
    listener = web.TCPSite(runner, address, port)
    await listener.start()
    here.port = runner.addresses[0][1]
    here.root = f"http://{address}:{here.port}"
    try:
        yield here
    finally:
        await runner.cleanup()


@dataclass
class World:
    """A site, and a fetcher that may connect to it."""

    site: Site
    clock: Clock
    hosts: Hosts = field(default_factory=MemoryHosts)
    names: Names = field(default_factory=Names)

    @asynccontextmanager
    async def fetcher(self, **manners: object) -> AsyncIterator[Fetcher]:
        chosen = replace(LOOPBACK, **manners)  # type: ignore[arg-type]
        async with Fetcher(
            self.hosts, chosen, now=self.clock.now, sleep=self.clock.sleep, resolver=self.names
        ) as fetcher:
            yield fetcher

    async def get(self, path: str, **manners: object) -> Response:
        async with self.fetcher(**manners) as fetcher:
            return await fetcher.get(path if "://" in path else self.site.root + path)

    async def error(self, path: str, **manners: object) -> Later | Rejected:
        """The error that fetching ends with."""
        try:
            answer = await self.get(path, **manners)
        except (Later, Rejected) as error:
            return error
        raise AssertionError(f"{path} answered {answer.status}")


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    clock = Clock()
    async with site(clock) as here:
        yield World(here, clock)


@dataclass
class Source:
    """A source that is polled as the worker does: never before it is due."""

    world: World
    url: str
    rhythm: Rhythm = field(default_factory=Rhythm)
    poll: Poll = field(default_factory=Poll)
    decisions: list[Decision] = field(default_factory=list)

    @property
    def last(self) -> Decision:
        return self.decisions[-1]

    async def once(self, fetcher: Fetcher, *, new: int = 0) -> Decision:
        """Poll now, wanted or not; `new` is what the reader finds in another body."""
        answer: Response | Later | Rejected
        try:
            answer = await fetcher.get(self.url, self.poll.validators)
        except (Later, Rejected) as error:
            answer = error
        told = Told(new) if isinstance(answer, Response) and has_new_body(self.poll, answer) else None
        decision = decide(self.poll, answer, self.world.clock.now(), 0.5, self.rhythm, told)
        self.poll, self.url = decision.poll, decision.moved_to or self.url
        self.decisions.append(decision)
        return decision

    async def run(self, hours: float, step: float = 30) -> None:
        """Look every `step` seconds whether it is due, for so many hours."""
        end = self.world.clock.time + dt.timedelta(hours=hours)
        async with self.world.fetcher() as fetcher:
            while self.world.clock.time < end:
                due = self.last.due if self.decisions else START
                if due is not None and due <= self.world.clock.time:
                    await self.once(fetcher)
                self.world.clock.time += dt.timedelta(seconds=step)
