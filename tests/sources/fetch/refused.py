"""The addresses that must be refused, and the ways to smuggle one in. The tests and the benchmark run them."""

from collections.abc import Awaitable, Callable

from service.errors import Rejected
from service.sources.fetch.client import Fetcher
from service.sources.fetch.exchange import Manners
from service.sources.fetch.hosts import MemoryHosts
from tests.sources.fetch.site import Names, World, site

ADDRESSES = (
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.1.1", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1"),
    *("2001::1", "2001:db8::1", "3fff::1", "5f00::1", "100::1", "4000::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:10.0.0.1"),
    *("64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1"),
)
HOSTS = (
    *("2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "0x7f.0.0.1", "127.1", "127.0.1", "0"),
    *("127.0.0.1.", "127.0.0.01", "１２７.0.0.1", "①②⑦.0.0.1", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]"),
    *("[fe80::1%25eth0]", "localhost"),
)
Case = Callable[[World], Awaitable[None]]
SMUGGLED: list[Case] = []


def case(function: Case) -> Case:
    SMUGGLED.append(function)
    return function


async def reason(url: str, names: Names | None = None) -> str | None:
    """Why a fetcher without any network of the operator's refuses a URL; None where it does not."""
    async with Fetcher(MemoryHosts(), Manners(), resolver=names) as fetcher:
        try:
            await fetcher.get(url)
        except Rejected as error:
            return error.reason
    return None


def literal(address: str) -> str:
    return f"http://[{address}]/" if ":" in address else f"http://{address}/"


async def by_name(address: str) -> str | None:
    """Why a name with that address is refused."""
    return await reason("http://site.test/", Names(site_test=[address]))


async def _refused(world: World, path: str) -> str:
    error = await world.error(path)
    assert isinstance(error, Rejected), error
    assert error.reason == "forbidden_address", error
    return str(error)


@case
async def redirects(world: World) -> None:
    """A redirect to a forbidden address is not followed, nor one over a name, nor one to another scheme."""
    world.names = Names(inside_test=["10.0.0.1"], meta_test=["::ffff:169.254.169.254"])
    for target in (
        "http://169.254.169.254/latest/",
        "//[::1]/",
        "http://inside.test/",
        "http://meta.test/",
        "http://2852039166/",
    ):
        world.site.give("/page", status=302, Location=target)
        await _refused(world, "/page")
    for target in ("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.org/"):
        world.site.give("/page", status=302, Location=target)
        error = await world.error("/page")
        assert isinstance(error, Rejected)
        assert error.reason == "bad_scheme"


@case
async def robots_redirects(world: World) -> None:
    """robots.txt may not lead to a forbidden address either, nor to another scheme."""
    world.site.give("/robots.txt", status=301, Location="http://127.0.0.2/robots.txt")
    await _refused(world, "/page")
    world.site.give("/robots.txt", status=301, Location="ftp://example.org/robots.txt")
    error = await world.error("/page")
    assert isinstance(error, Rejected)
    assert error.reason == "bad_scheme"


@case
async def rebinding(world: World) -> None:
    """A name that has an allowed address at first and a forbidden one the next time is refused then: nothing arrives there."""
    async with site(world.clock, "127.0.0.2", world.site.port) as inside:
        world.names = Names(rebind_test=["127.0.0.1", "127.0.0.2"])
        world.site.give("/robots.txt", "", Connection="close")
        await _refused(world, f"http://rebind.test:{world.site.port}/page")
        assert [one.path for one in world.site.seen] == ["/robots.txt"]
        assert inside.seen == []


@case
async def no_second_look(world: World) -> None:
    """What was looked up and judged is what is connected to: one look-up a connection, none between check and connect."""
    async with site(world.clock, "127.0.0.2", world.site.port) as inside:
        world.names = Names(rebind_test=["127.0.0.1", "127.0.0.2"])
        await world.get(f"http://rebind.test:{world.site.port}/page")
        assert world.names.asked == ["rebind.test"]
        assert len(world.site.seen) == 2
        assert inside.seen == []


@case
async def allowed_only(world: World) -> None:
    """A network that the operator allows does not allow its neighbours."""
    await world.get("/page")
    await _refused(world, "http://127.0.0.2/")
