"""Who may do what: the key of a request, the address it comes from, the host it is for, and the rate of both."""

import ipaddress
import math
from collections.abc import Collection, Mapping

from aiohttp import hdrs, web

from service.api.keys import Keyring
from service.api.limits import Rate
from service.api.origin import COOKIE, from_here
from service.api.problems import FORBIDDEN, MISDIRECTED, TOO_MANY_REQUESTS, UNAUTHORIZED, Problem
from service.store.keys import Key, Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
CHALLENGE: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="guatu"'}
_HOSTS = 1000


class Access:
    """`open_reading`: who has no key may read. Then a request has to name one of `hosts`, localhost or an address: a page
    of another site could otherwise reach this server through a name of its own that it points here. X-Forwarded-For counts
    only from `proxies`."""

    def __init__(
        self,
        keyring: Keyring,
        rate: Rate,
        *,
        open_reading: bool,
        hosts: Collection[str] = (),
        proxies: Collection[Network] = (),
    ) -> None:
        self._keyring = keyring
        self._rate = rate
        self._proxies = proxies
        self._open = open_reading
        self._hosts = {"localhost", *hosts}
        self._met: set[str] = set()

    async def check(self, request: web.Request, scope: Scope | None) -> tuple[Key | None, str]:
        """The key of the request, where it has one, and the client's address. A Problem where it may not go on.

        The key is in the header, or in the cookie of a person who signed in, which counts for requests of our own pages
        alone; a cookie that is no good any more is as none.
        """
        address = self.address(request)
        presented = request.headers.get(hdrs.AUTHORIZATION)
        if scope is None:  # what is open to all works without a database too
            key = None
        elif presented is not None:
            key = await self._recognised(presented, address)
        else:
            key = await self._kept(request, address)
        if key is None:
            self._charge(household(address))
        if scope is not None and key is None:
            if scope != "read" or not self._open:
                raise Problem(UNAUTHORIZED, f"this needs a key of the scope {scope}", headers=CHALLENGE)
            self._own_host(request.headers.get(hdrs.HOST, ""))
        elif scope is not None and key is not None and not key.allows(scope):
            raise Problem(FORBIDDEN, f"this needs a key of the scope {scope}, and this one has the scope {key.scope}")
        return key, address

    async def _kept(self, request: web.Request, address: str) -> Key | None:
        """The good key of the cookie, where there is one."""
        if hdrs.COOKIE not in request.headers or not from_here(request) or not (kept := request.cookies.get(COOKIE)):
            return None
        try:
            return await self._recognised(f"Bearer {kept}", address)
        except Problem as problem:
            if problem.kind is UNAUTHORIZED:
                return None
            raise

    async def _recognised(self, presented: str, address: str) -> Key:
        """The good key that is presented. Looking for it costs the address a request of a bucket of its own, so that nobody
        tries keys without end, and no neighbour uses up what the owner of a good key has."""
        key = self._keyring.remembered(presented)
        if key is None:
            self._charge(("key", household(address)))
            key = await self._keyring.owner(presented)
        if key is None:
            raise Problem(UNAUTHORIZED, "this is no key, or it has expired or was revoked", headers=CHALLENGE)
        self._charge(key.id)
        return key

    def quick(self, request: web.Request, scope: Scope | None) -> tuple[Key | None, str] | None:
        """What `check` gives, where that is plain without asking the database and nothing speaks against it; else None,
        and the request has not been charged."""
        presented = request.headers.get(hdrs.AUTHORIZATION)
        key = self._keyring.remembered(presented) if presented is not None else None
        if key is None:
            if presented is not None or (scope is not None and not (self._open and scope == "read")):
                return None
            if scope is not None and request.headers.get(hdrs.HOST, "") not in self._met:
                return None
        elif scope is not None and not key.allows(scope):
            return None
        address = self.address(request)
        if self._rate.wait(key.id if key else household(address)):
            return None
        return key, address

    def address(self, request: web.Request) -> str:
        """The client's address: the peer's; where that is a trusted proxy, the last one it names that is none itself."""
        address = request.remote or ""
        if self._proxies:
            named = request.headers.get("X-Forwarded-For", "").split(",")
            while named and self._trusts(address) and is_address(named[-1].strip()):
                address = named.pop().strip()
        return address

    def _trusts(self, address: str) -> bool:
        return is_address(address) and any(ipaddress.ip_address(address) in network for network in self._proxies)

    def _charge(self, caller: object) -> None:
        seconds = self._rate.wait(caller)
        if seconds:
            wait = max(1, math.ceil(seconds))
            text = f"too many requests: the next is free in {wait} seconds"
            raise Problem(TOO_MANY_REQUESTS, text, headers={"Retry-After": str(wait)})

    def _own_host(self, host: str) -> None:
        if host in self._met:
            return
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name.lower().rstrip(".") not in self._hosts and not is_address(name.strip("[]")):
            raise Problem(MISDIRECTED, f"this server does not go by the name {name!r}")
        if len(self._met) < _HOSTS:
            self._met.add(host)


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def household(address: str) -> str:
    """Who shares a bucket: an IPv4 address, or the /64 of an IPv6 one, of which a client has as many as it likes."""
    if ":" not in address:
        return address
    found = ipaddress.IPv6Address(address)
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))
