"""The cases of politeness, each a docstring that it proves, on a real server. The tests and the benchmark run them."""

import asyncio
import datetime as dt
import gzip
import socket
import zlib
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from itertools import pairwise

import brotli
from aiohttp import web

from service.errors import Rejected
from service.sources.fetch.answer import Later
from service.sources.fetch.hosts import MemoryHosts
from tests.sources.fetch.site import LOOPBACK, START, Names, Source, World

Case = Callable[[World], Awaitable[None]]
CASES: list[Case] = []
MIB = 1024 * 1024


def case(function: Case) -> Case:
    CASES.append(function)
    return function


@case
async def contact(world: World) -> None:
    """Every request names us, with a contact, and the packings that are understood; robots.txt too."""
    await world.get("/feed")
    assert [one.headers["User-Agent"] for one in world.site.seen] == [LOOPBACK.user_agent] * 2
    assert {one.headers["Accept-Encoding"] for one in world.site.seen} == {"gzip, deflate, br"}


@case
async def conditional(world: World) -> None:
    """What the server gave (ETag, Last-Modified) is sent back as it was, and 304 is nothing new."""

    async def feed(request: web.Request) -> web.Response:
        known = (
            request.headers.get("If-None-Match") == 'W/"a, b"' and request.headers.get("If-Modified-Since") == "then"
        )
        headers = {"ETag": 'W/"a, b"', "Last-Modified": "then"}
        return web.Response(status=304) if known else web.Response(text="one", headers=headers)

    world.site.pages["/feed"] = feed
    source = Source(world, world.site.root + "/feed")
    async with world.fetcher() as fetcher:
        assert (await source.once(fetcher)).outcome == "new"
        assert (await source.once(fetcher)).outcome == "unchanged"


@case
async def validators_stay_home(world: World) -> None:
    """What one URL gave to ask again with is not shown to another that the old one redirects to."""
    world.site.give("/feed", "one", ETag='"1"')
    source = Source(world, world.site.root + "/feed")
    async with world.fetcher() as fetcher:
        await source.once(fetcher)
        world.site.give("/feed", status=302, Location="/other")
        world.site.give("/other", "two", ETag='"1"')
        assert (await source.once(fetcher)).outcome == "new"
    assert ["If-None-Match" in one.headers for one in world.site.seen[1:]] == [False, True, False]


@case
async def same_body(world: World) -> None:
    """A body that is the same although the ETag changed counts as nothing new, and the new ETag is kept."""
    source = Source(world, world.site.root + "/feed")
    async with world.fetcher() as fetcher:
        for number in (1, 2):
            world.site.give("/feed", "one", ETag=f'"{number}"')
            await source.once(fetcher)
    assert [one.outcome for one in source.decisions] == ["new", "unchanged"]
    assert source.poll.validators
    assert source.poll.validators.etag == '"2"'


async def _gap(world: World, status: int, wait: float, **headers: str) -> None:
    """After such an answer no request comes before `wait` seconds are over, and one comes soon after."""
    world.site.give("/feed", "one", ETag='"1"')
    source = Source(world, world.site.root + "/feed")
    async with world.fetcher() as fetcher:
        await source.once(fetcher)
        world.site.give("/feed", status=status, **headers)
        asked = world.clock.time
        await source.once(fetcher)
    count = len(world.site.seen)
    await source.run(hours=wait / 3600 * 1.2 + 0.1)
    first = world.site.seen[count].at
    assert wait <= (first - asked).total_seconds() <= wait * 1.2 + 120


@case
async def wait_after_304(world: World) -> None:
    """After 304 with max-age no request comes before it is over."""
    await _gap(world, 304, 1800, Cache_Control="public, max-age=1800")


@case
async def wait_after_expires(world: World) -> None:
    """After 304 with Expires no request comes before it, by the clock of the server (Date)."""
    date = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    times = [format_datetime(date + dt.timedelta(minutes=minutes), usegmt=True) for minutes in (0, 40)]
    await _gap(world, 304, 2400, Date=times[0], Expires=times[1])


@case
async def wait_after_429(world: World) -> None:
    """After 429 with Retry-After in seconds no request comes before they are over."""
    await _gap(world, 429, 7200, Retry_After="7200")


@case
async def wait_after_503(world: World) -> None:
    """After 503 with Retry-After in seconds no request comes before they are over."""
    await _gap(world, 503, 600, Retry_After="600")


@case
async def wait_after_date(world: World) -> None:
    """After 503 with Retry-After as a date no request comes before that moment."""
    until = START + dt.timedelta(hours=3)
    world.site.give("/feed", status=503, Retry_After=format_datetime(until, usegmt=True))
    source = Source(world, world.site.root + "/feed")
    await source.run(hours=4)
    pages = [one.at for one in world.site.seen if one.path == "/feed"]
    assert len([at for at in pages if at < until]) == 1
    assert len(pages) > 1


@case
async def backoff(world: World) -> None:
    """A server that fails is asked less and less, for ever, and after some failures the alarm is raised."""
    world.site.give("/feed", status=500)
    source = Source(world, world.site.root + "/feed")
    await source.run(hours=24 * 5, step=300)
    gaps = [(b.due - a.due).total_seconds() for a, b in pairwise(source.decisions) if a.due and b.due]
    assert gaps == sorted(gaps) or max(gaps) <= 1.2 * 86400 + 300
    assert [one.alarm for one in source.decisions[:6]] == [False] * 4 + [True] * 2
    assert source.last.due
    assert source.last.due > world.clock.time
    assert len(source.decisions) > 12


@case
async def recovers(world: World) -> None:
    """A source that answers again is polled in its own rhythm at once, and the alarm ends."""
    world.site.give("/feed", status=500)
    source = Source(world, world.site.root + "/feed")
    await source.run(hours=6)
    world.site.give("/feed", "one")
    async with world.fetcher() as fetcher:
        decision = await source.once(fetcher)
    assert (decision.outcome, decision.alarm, decision.poll.failures) == ("new", False, 0)
    assert decision.due
    assert decision.due - world.clock.time < dt.timedelta(hours=1)


async def _moves(world: World, *statuses: int) -> str:
    """The path that is stored after redirects from /0 over /1 and so on to a page."""
    for number, status in enumerate(statuses):
        world.site.give(f"/{number}", status=status, Location=f"/{number + 1}")
    world.site.give(f"/{len(statuses)}", "one")
    source = Source(world, world.site.root + "/0")
    async with world.fetcher() as fetcher:
        assert (await source.once(fetcher)).outcome == "new"
    return source.url.removeprefix(world.site.root)


@case
async def moved_301(world: World) -> None:
    """301 is followed, and the new address is stored."""
    assert await _moves(world, 301) == "/1"


@case
async def moved_308(world: World) -> None:
    """308 is followed, and the new address is stored."""
    assert await _moves(world, 308) == "/1"


@case
async def moved_302(world: World) -> None:
    """302, 303 and 307 are followed, and the old address stays."""
    assert await _moves(world, 302) == "/0"
    assert await _moves(world, 303) == "/0"
    assert await _moves(world, 307) == "/0"


@case
async def moved_partly(world: World) -> None:
    """Of several redirects the address is stored up to the first that is not permanent."""
    assert await _moves(world, 301, 302, 301) == "/1"


@case
async def moved_nowhere(world: World) -> None:
    """A permanent redirect to a page that fails is not stored."""
    world.site.give("/feed", status=301, Location="/gone")
    source = Source(world, world.site.root + "/feed")
    async with world.fetcher() as fetcher:
        assert (await source.once(fetcher)).outcome == "failed"
    assert source.url.endswith("/feed")


@case
async def gone(world: World) -> None:
    """410 retires the source: it is not asked again."""
    world.site.give("/feed", status=410)
    source = Source(world, world.site.root + "/feed")
    await source.run(hours=48, step=3600)
    assert source.last.outcome == "retired"
    assert world.site.paths() == ["/feed"]


@case
async def robots_forbids(world: World) -> None:
    """What robots.txt forbids is never asked for; what it allows is, and robots.txt is asked for once."""
    world.site.give("/robots.txt", "User-agent: *\nDisallow: /private/\nAllow: /private/open$\n")
    for path in ("/private/page", "/private/open?x", "/%70rivate/page"):
        error = await world.error(path)
        assert isinstance(error, Rejected)
        assert error.reason == "robots"
    await world.get("/private/open")
    assert [one.path for one in world.site.seen] == ["/robots.txt", "/private/open"]


@case
async def robots_of_redirects(world: World) -> None:
    """A redirect to what robots.txt forbids is not followed."""
    world.site.give("/robots.txt", "User-agent: guatu\nDisallow: /private\n")
    world.site.give("/feed", status=302, Location="/private")
    error = await world.error("/feed")
    assert isinstance(error, Rejected)
    assert world.site.paths() == ["/feed"]


@case
async def robots_missing(world: World) -> None:
    """A site whose robots.txt is 404 or 403 allows everything."""
    world.site.give("/feed", "one")
    world.site.give("/robots.txt", status=403)
    assert (await world.get("/feed")).body == b"one"


@case
async def robots_unreachable(world: World) -> None:
    """A site whose robots.txt is 503 is asked for nothing else, and for robots.txt again no sooner than in 10 minutes;
    it is told why."""
    world.site.give("/robots.txt", status=503)
    for why in ("it answers with 503", *["it gave none at the last try"] * 2):
        error = await world.error("/feed")
        assert isinstance(error, Later)
        assert (error.reason, error.until) == ("robots_unreachable", START + dt.timedelta(minutes=10))
        assert str(error).endswith(f"gives no robots.txt, so that nothing may be fetched: {why}")
    assert [one.path for one in world.site.seen] == ["/robots.txt"]
    world.clock.time += dt.timedelta(minutes=10)
    world.site.give("/robots.txt", "")
    await world.get("/feed")


@case
async def robots_stay_in_force(world: World) -> None:
    """While robots.txt cannot be had, the one that was had before stays in force."""
    world.site.give("/robots.txt", "User-agent: *\nDisallow: /private\n")
    await world.get("/feed")
    world.clock.time += dt.timedelta(days=2)
    world.site.give("/robots.txt", status=500)
    await world.get("/feed")
    assert isinstance(await world.error("/private"), Rejected)


@case
async def robots_kept_a_day(world: World) -> None:
    """robots.txt is asked for again after a day."""
    await world.get("/feed")
    world.clock.time += dt.timedelta(hours=23)
    await world.get("/feed")
    world.clock.time += dt.timedelta(hours=2)
    await world.get("/feed")
    assert [one.path for one in world.site.seen].count("/robots.txt") == 2


@case
async def crawl_delay(world: World) -> None:
    """Between two requests to a host lies its Crawl-delay."""
    world.site.give("/robots.txt", "User-agent: *\nCrawl-delay: 7.5\n")
    async with world.fetcher() as fetcher:
        for _ in range(3):
            await fetcher.get(world.site.root + "/feed")
    assert world.site.times() == [0, 7.5, 15, 22.5]


@case
async def crawl_delay_long(world: World) -> None:
    """Where the Crawl-delay is longer than a fetch waits, it is told when to come back, and nothing is asked."""
    world.site.give("/robots.txt", "User-agent: *\nCrawl-delay: 600\n")
    error = await world.error("/feed")
    assert isinstance(error, Later)
    assert (error.reason, error.until) == ("busy", START + dt.timedelta(seconds=600))
    assert world.site.paths() == []
    world.clock.time += dt.timedelta(seconds=600)
    await world.get("/feed")


class Turns(MemoryHosts):
    """Notes when each turn was given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[dt.datetime] = []

    async def reserve(self, host: str, spacing: dt.timedelta, now: dt.datetime) -> dt.datetime:
        free = await super().reserve(host, spacing, now)
        self.given += [now] if free <= now else []
        return free


@case
async def spacing(world: World) -> None:
    """Two fetchers that share their memory of hosts ask one host no more than once a second, robots.txt counted."""
    world.hosts = turns = Turns()
    async with world.fetcher() as one, world.fetcher() as two:
        await asyncio.gather(*(fetcher.get(f"{world.site.root}/{n}") for n in range(5) for fetcher in (one, two)))
    assert len(turns.given) == len(world.site.seen) >= 11
    assert all(b - a >= dt.timedelta(seconds=1) for a, b in pairwise(turns.given))


@case
async def hosts_apart(world: World) -> None:
    """One host does not wait for another."""
    world.names = Names(a_test=["127.0.0.1"], b_test=["127.0.0.1"])
    world.site.give("/robots.txt", "User-agent: *\nCrawl-delay: 20\n")
    async with world.fetcher() as fetcher:
        for host in ("a.test", "b.test"):
            await fetcher.get(f"http://{host}:{world.site.port}/feed")
    assert world.site.times() == [0, 20, 20, 40]


@case
async def concurrency(world: World) -> None:
    """No more requests than the manners say are open to one host at a time, and robots.txt is asked for by one of them."""
    open_now, most, go = 0, 0, asyncio.Event()

    async def page(_: web.Request) -> web.Response:
        nonlocal open_now, most
        open_now, most = open_now + 1, max(most, open_now + 1)
        if most == 2:
            asyncio.get_running_loop().call_later(0.05, go.set)
        await go.wait()
        open_now -= 1
        return web.Response(text="one")

    world.site.pages["/page"] = page
    async with world.fetcher(spacing=dt.timedelta()) as fetcher:
        await asyncio.gather(*(fetcher.get(f"{world.site.root}/page?{n}") for n in range(8)))
    assert most == 2
    assert [one.path for one in world.site.seen].count("/robots.txt") == 1


@case
async def packed(world: World) -> None:
    """gzip, br and both kinds of deflate are unpacked, also one inside the other."""
    text = "项目".encode() * 500
    raw = zlib.compressobj(wbits=-15)
    bodies = {
        "gzip": gzip.compress(text),
        "br": brotli.compress(text),
        "deflate": zlib.compress(text),
        "deflate ": raw.compress(text) + raw.flush(),
        "br, gzip": gzip.compress(brotli.compress(text)),
    }
    for name, body in bodies.items():
        world.site.give("/page", body, Content_Encoding=name.strip())
        assert (await world.get("/page")).body == text


async def _refused(world: World, reason: str) -> None:
    error = await world.error("/page", size=MIB)
    assert isinstance(error, Rejected)
    assert error.reason == reason


@case
async def bombs(world: World) -> None:
    """A body that unpacks to more than the limit is refused, with no more of it in memory."""
    zeros = bytes(16 * MIB)
    for name, body in {
        "gzip": gzip.compress(zeros),
        "br": brotli.compress(zeros),
        "deflate": zlib.compress(zeros),
    }.items():
        world.site.give("/page", body, Content_Encoding=name)
        await _refused(world, "too_large")
    world.site.give("/page", gzip.compress(gzip.compress(zeros)), Content_Encoding="gzip, gzip")
    await _refused(world, "too_large")


@case
async def too_large(world: World) -> None:
    """A body above the limit is refused: at its Content-Length, and without one when the limit is reached."""
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 512 * MIB:
            await response.write(bytes(64 * 1024))
            sent += 64 * 1024
        return response

    world.site.give("/page", bytes(2 * MIB))
    await _refused(world, "too_large")
    world.site.pages["/page"] = endless
    await _refused(world, "too_large")
    assert sent < 64 * MIB


@case
async def slow(world: World) -> None:
    """A server that is silent, or gives a byte now and then, is left after the time limit."""

    async def drips(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.02)

    left = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        await left.wait()
        return web.Response()

    for handler in (drips, silent):
        world.site.pages["/page"] = handler
        error = await world.error("/page", answer=dt.timedelta(seconds=0.2))
        assert isinstance(error, Later)
        assert error.reason == "timeout"
    left.set()


@case
async def circle(world: World) -> None:
    """A redirect in a circle, and a chain of more than five, end with an error after few requests."""
    world.site.give("/a", status=302, Location="/b")
    world.site.give("/b", status=302, Location="/a")
    for number in range(20):
        world.site.give(f"/{number}", status=301, Location=f"/{number + 1}")
    for path in ("/a", "/0"):
        error = await world.error(path)
        assert isinstance(error, Later)
        assert error.reason == "bad_redirect"
    assert world.site.paths() == ["/a", "/b", "/0", "/1", "/2", "/3", "/4", "/5"]


@case
async def broken(world: World) -> None:
    """A name without address, a closed port, no TLS where it should be, and an answer cut off each have a reason."""

    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport
        request.transport.close()
        return response

    world.site.pages["/page"] = cut
    await world.get("/feed")
    origin = world.site.root.removeprefix("http://")
    robots = await world.hosts.robots(world.site.root)
    assert robots
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
    for other in (f"https://{origin}", closed, f"http://nowhere.test:{world.site.port}"):
        await world.hosts.store_robots(other, robots)
    urls = {
        "/page": "cut_off",
        f"https://{origin}/": "tls",
        f"{closed}/": "connection",
        f"http://nowhere.test:{world.site.port}/": "dns",
    }
    for url, reason in urls.items():
        error = await world.error(url)
        assert isinstance(error, Later)
        assert error.reason == reason, error
        assert reason != "connection" or str(error) == "127.0.0.1 cannot be reached: Connection refused"
