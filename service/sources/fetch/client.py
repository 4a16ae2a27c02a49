"""The fetcher itself: the manners between two requests, robots.txt, and redirects."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

from aiohttp.abc import AbstractResolver
from yarl import URL

from service.errors import Rejected
from service.sources.fetch import robots
from service.sources.fetch.address import checked
from service.sources.fetch.answer import Hop, Later, Response, Validators
from service.sources.fetch.exchange import Exchange, Manners, following
from service.sources.fetch.hosts import Hosts

Clock = Callable[[], dt.datetime]
Sleep = Callable[[float], Awaitable[None]]


def utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Gate:
    """One host, as this process sees it."""

    def __init__(self, connections: int) -> None:
        self.places = asyncio.Semaphore(connections)
        self.robots = asyncio.Lock()


class Fetcher:
    """Fetches with manners: `async with Fetcher(hosts, manners) as fetcher: await fetcher.get(url)`.

    `hosts` is what all fetchers share. The clock, the waiting and the DNS are given so that they can be simulated.
    """

    def __init__(
        self,
        hosts: Hosts,
        manners: Manners,
        *,
        now: Clock = utc,
        sleep: Sleep = asyncio.sleep,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._hosts = hosts
        self._manners = manners
        self._now = now
        self._sleep = sleep
        self._resolver = resolver
        self._gates: WeakValueDictionary[str, Gate] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        self._exchange = Exchange(self._manners, self._resolver)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exchange.close()

    async def get(self, url: str, known: Validators | None = None) -> Response:
        """Fetch a URL as its site wants it, following redirects; every answer of HTTP is returned, whatever its status.

        `known` is what the last answer gave to ask again with. Later where there was no answer or it is not our turn;
        Rejected `bad_url`, `bad_scheme`, `credentials`, `bad_port`, `forbidden_address`, `robots`, `too_large`,
        `unsupported`.
        """
        target = self._checked(url)
        asked, hops = str(target), tuple[Hop, ...]()
        while True:
            response = await self._visit(target, known)
            leads_to = following(response)
            if leads_to is None:
                return Response(asked, response.url, response.status, response.headers, response.body, hops)
            target = self._checked(leads_to)
            if len(hops) == self._manners.hops or str(target) in (asked, *(hop.url for hop in hops)):
                raise Later("bad_redirect", f"{asked} redirects in a circle, or more than {self._manners.hops} times")
            hops = (*hops, Hop(response.status, str(target)))

    def _checked(self, url: str) -> URL:
        return checked(url, self._manners.networks)

    async def _visit(self, url: URL, known: Validators | None) -> Response:
        """One request that robots.txt allows, when it is our turn."""
        host = _host(url)
        gate = self._gates.setdefault(host, Gate(self._manners.connections))
        try:
            async with asyncio.timeout(self._manners.patience.total_seconds()):
                await gate.places.acquire()
        except TimeoutError:
            raise Later("busy", f"too many wait for {host} already", self._now() + self._manners.patience) from None
        try:
            async with gate.robots:
                rules = await self._rules(url)
            if not rules.allows(url.raw_path_qs):
                raise Rejected("robots", f"the robots.txt of {host} forbids {url}")
            await self._turn(host, max(rules.delay, self._manners.spacing))
            return await self._exchange.ask(url, known)
        finally:
            gate.places.release()

    async def _turn(self, host: str, spacing: dt.timedelta) -> None:
        """Wait for the turn that all fetchers of the host share."""
        latest = self._now() + self._manners.patience
        while (now := self._now()) < (free := await self._hosts.reserve(host, spacing, now)):
            if free > latest:
                raise Later("busy", f"{host} is asked once in {spacing.total_seconds():g} seconds", free)
            await self._sleep((free - now).total_seconds())

    async def _rules(self, url: URL) -> robots.Robots:
        """The rules of the site, asked for where they are not known or too old."""
        origin = f"{url.scheme}://{_host(url)}:{url.port}"
        known, why = await self._hosts.robots(origin), "it gave none at the last try"
        if known is None or known.expires <= self._now():
            status, headers, body, why = await self._ask_robots(url.origin() / "robots.txt")
            known = robots.stored(known, status, headers, body, self._now())
            await self._hosts.store_robots(origin, known)
        rules = known.in_force(self._now())
        if rules is None:
            raise Later(
                "robots_unreachable",
                f"{origin} gives no robots.txt, so that nothing may be fetched: {why}",
                known.expires,
            )
        return rules

    async def _ask_robots(self, url: URL) -> tuple[int | None, Mapping[str, str], bytes, str]:
        """Status, headers and body of a robots.txt, and what is wrong where it is no answer; then there may be no status."""
        try:
            for _ in range(self._manners.hops + 1):
                await self._turn(_host(url), self._manners.spacing)
                response = await self._exchange.ask(url)
                leads_to = following(response)
                if leads_to is None:
                    return response.status, response.headers, response.body, f"it answers with {response.status}"
                url = self._checked(leads_to)
        except Later as error:
            if error.reason == "busy":
                raise
            return None, {}, b"", str(error)
        return 404, {}, b"", ""  # redirects without end: RFC 9309, 2.3.1.2, takes the file for unavailable


def _host(url: URL) -> str:
    return (url.raw_host or "").removesuffix(".")
