"""The cases of politeness and the addresses that are refused, as `python -m benchmarks.polite` lists them."""

import pytest
from yarl import URL

from service.errors import Rejected
from service.sources.fetch.address import Forbidden, Guard, Resolver
from service.sources.fetch.exchange import Exchange, Manners
from tests.sources.fetch import polite, refused
from tests.sources.fetch.site import Names, world


@pytest.mark.parametrize("case", polite.CASES, ids=lambda case: case.__name__)
async def test_polite(case: polite.Case) -> None:
    """Each case of politeness holds on a real server."""
    async with world() as here:
        await case(here)


@pytest.mark.parametrize("case", refused.SMUGGLED, ids=lambda case: case.__name__)
async def test_smuggled(case: refused.Case) -> None:
    """No way to smuggle a forbidden address in works."""
    async with world() as here:
        await case(here)


@pytest.mark.parametrize("address", refused.ADDRESSES)
async def test_forbidden_addresses(address: str) -> None:
    """A forbidden address is refused in the URL, as the answer of the DNS, and by the socket itself."""
    assert await refused.reason(refused.literal(address)) == "forbidden_address"
    assert await refused.by_name(address) == "forbidden_address"
    with pytest.raises(Forbidden):
        Guard()((2, 1, 6, "", (address, 80)))


@pytest.mark.parametrize("host", refused.HOSTS)
async def test_forbidden_hosts(host: str) -> None:
    """However a forbidden address is written, it is refused."""
    assert await refused.reason(f"http://{host}/") in ("forbidden_address", "bad_url")


async def test_the_socket_refuses_what_nothing_else_looked_at() -> None:
    """Where neither the URL nor a look-up was judged, the connection to a forbidden address is not made all the same."""
    async with world() as here:
        exchange = Exchange(Manners(), Names())
        with pytest.raises(Rejected, match="loopback"):
            await exchange.ask(URL(here.site.root))
        await exchange.close()
        assert here.site.seen == []


async def test_the_resolver_gives_no_forbidden_address() -> None:
    """A look-up that ends at a forbidden address is an error before any socket is made."""
    with pytest.raises(Forbidden, match="private"):
        await Resolver(Names(site_test=["10.0.0.1"]), Guard()).resolve("site.test")
