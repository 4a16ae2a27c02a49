"""The cases of politeness and the addresses that are refused, as `python -m benchmarks.polite` lists them."""

import aiohttp
import pytest

from service.sources.fetch.address import Forbidden, Guard
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


async def test_the_socket_refuses_what_the_resolver_let_through() -> None:
    """Without our resolver in between, no connection to a forbidden address is made all the same."""
    async with world() as here:
        connector = aiohttp.TCPConnector(resolver=Names(site_test=["127.0.0.1"]), socket_factory=Guard())
        async with aiohttp.ClientSession(connector=connector) as session:
            with pytest.raises(aiohttp.ClientConnectorError) as error:
                await session.get(f"http://site.test:{here.site.port}/")
        assert isinstance(error.value.os_error, Forbidden)
        assert here.site.seen == []
