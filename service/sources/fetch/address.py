"""Which addresses may be connected to, and which URLs may be asked for.

The address is judged where it is used: `Resolver` judges every answer of the DNS before the connector sees it, and
`Guard` judges the very address a socket is about to be connected to. Between the two nothing can be looked up anew.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from service.errors import Rejected

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]

LONGEST_URL = 4096
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.I)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.I)
# Ports of other protocols, which a browser does not open either (Fetch Standard, "bad port").
_OTHER_PROTOCOLS = frozenset(
    {0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109}
    | {110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530}
    | {531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190}
    | {5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080}
)
# The registries of special-purpose addresses (IANA, RFC 6890 and its updates), written down here because what the
# standard library calls global differs between the releases of Python.
_SPECIAL = {
    "0.0.0.0/8": "unspecified",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "carrier-internal",
    "127.0.0.0/8": "loopback",
    "169.254.0.0/16": "link-local (cloud metadata)",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "reserved",
    "192.0.2.0/24": "documentation",
    "192.88.99.0/24": "6to4 relay",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
    "::/128": "unspecified",
    "::1/128": "loopback",
    "fc00::/7": "private",
    "fe80::/10": "link-local",
    "ff00::/8": "multicast",
    "2001::/23": "reserved",
    "2001:db8::/32": "documentation",
    "3fff::/20": "documentation",
}
_NETWORKS = [(ipaddress.ip_network(network), kind) for network, kind in _SPECIAL.items()]
_MAY = ": the operator may allow its network by GUATU_FETCH_NETWORKS, for webhooks by GUATU_WEBHOOK_NETWORKS"
_UNICAST = IPv6Network("2000::/3")
_MAPPED, _NAT64, _6TO4 = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16")


class Forbidden(OSError):
    """An address that may not be connected to; an OSError, so that the connector treats it as a failed connection."""


def meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries (mapped, NAT64, 6to4), since that is where the packets arrive."""
    if isinstance(address, IPv6Address):
        bits = int(address)
        if address in _MAPPED or address in _NAT64:
            return IPv4Address(bits & 0xFFFFFFFF)
        if address in _6TO4:
            return IPv4Address(bits >> 80 & 0xFFFFFFFF)
    return address


def objection(address: Address, allowed: Iterable[Network] = ()) -> str | None:
    """Why the address may not be connected to, None where it may: it is public, or in a network of the operator's."""
    real = meant(address)
    if any(real in network for network in allowed):
        return None
    for network, kind in _NETWORKS:
        if real in network:
            return f"{address} is a {kind} address"
    if isinstance(real, IPv6Address) and real not in _UNICAST:
        return f"{address} is no public address"
    return None


@dataclass(frozen=True)
class Guard:
    """Makes the connector's sockets, each only for an address that may be connected to."""

    allowed: tuple[Network, ...] = ()

    def check(self, address: str) -> None:
        """Raises Forbidden; `address` is as getaddrinfo gives it, with or without a zone."""
        why = objection(ipaddress.ip_address(address.partition("%")[0]), self.allowed)
        if why:
            raise Forbidden(f"{why}{_MAY}")

    def __call__(self, info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, where = info
        self.check(str(where[0]))
        return socket.socket(family, kind, protocol)


class Resolver(AbstractResolver):
    """A resolver that gives no answer where one of the addresses is forbidden."""

    def __init__(self, inner: AbstractResolver, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of the host; Forbidden where one of them is."""
        found = await self._inner.resolve(host, port, family)
        for one in found:
            self._guard.check(one["host"])
        return found

    async def close(self) -> None:
        await self._inner.close()


def checked(url: str, allowed: Iterable[Network] = ()) -> URL:
    """The URL as it will be asked for, without its fragment; nothing is looked up.

    Rejected `bad_url`, `bad_scheme`, `credentials`, `bad_port`, or `forbidden_address` where the host is an address.
    """
    if len(url) > LONGEST_URL:
        raise Rejected("bad_url", f"the URL is longer than {LONGEST_URL} characters")
    try:
        parsed = URL(url.strip()).with_fragment(None)
        host, port = parsed.raw_host, parsed.port
    except (ValueError, IndexError) as error:  # yarl finds no host in http://[]@
        raise Rejected("bad_url", f"this is no URL ({error})") from error
    if parsed.scheme not in ("http", "https"):
        raise Rejected("bad_scheme", "the URL must start with http:// or https://")
    if parsed.raw_user is not None or parsed.raw_password is not None:
        raise Rejected("credentials", "the URL must not hold a user or a password")
    if port is None or port in _OTHER_PROTOCOLS:
        raise Rejected("bad_port", f"port {port} belongs to another protocol than HTTP")
    _check_host(host or "", tuple(allowed))
    return parsed


def _check_host(host: str, allowed: tuple[Network, ...]) -> None:
    address = None
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        labels = host.removesuffix(".").split(".")
        if _NUMBER.fullmatch(labels[-1]):  # what inet_aton takes for an address: 2130706433, 0177.0.0.1, 0x7f.1
            raise Rejected("forbidden_address", f"write the address {host} as four decimal numbers") from None
        if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
            raise Rejected("bad_url", "the URL names no host that could exist") from None
    if address is not None and (why := objection(address, allowed)):
        raise Rejected("forbidden_address", f"{why}{_MAY}")
