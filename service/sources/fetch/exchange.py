"""One request and its answer: our connector, the limits, and what went wrong in words."""

import datetime as dt
import os
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from service.errors import Rejected
from service.sources.fetch.address import Forbidden, Guard, Network, Resolver
from service.sources.fetch.answer import CONTENT, REDIRECTS, Later, Response, Validators
from service.sources.fetch.body import ACCEPTED, unpacked
from service.sources.limits import CHUNK, MIB, too_large

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.9, */*;q=0.5"
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True)
class Manners:
    """How the fetcher behaves."""

    user_agent: str = "Guatu"
    """With a contact, so that a site can complain: `Guatu/1.0 (+mailto:news@example.org)`."""
    networks: tuple[Network, ...] = ()
    """Networks that may be connected to although they are not public."""
    size: int = 16 * MIB
    """Bytes that one body may measure, packed and unpacked."""
    answer: dt.timedelta = dt.timedelta(seconds=30)
    """What one answer may take, from the connection to the last byte."""
    connect: dt.timedelta = dt.timedelta(seconds=10)
    """What the connection may take of that."""
    spacing: dt.timedelta = dt.timedelta(seconds=1)
    """Between two requests to one host; a longer Crawl-delay counts instead."""
    connections: int = 2
    """To one host at a time."""
    patience: dt.timedelta = dt.timedelta(seconds=30)
    """How long a fetch waits for its turn before it is told to come back later."""
    hops: int = 5
    """Redirects that are followed."""


class Exchange:
    """Asks for one URL at a time, with no memory and no manners of its own."""

    def __init__(self, manners: Manners, resolver: AbstractResolver | None) -> None:
        guard = Guard(manners.networks)
        total, connect = manners.answer.total_seconds(), manners.connect.total_seconds()
        self._manners = manners
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=Resolver(resolver or aiohttp.ThreadedResolver(), guard),
                use_dns_cache=False,  # each connection is judged by what the name means now
                socket_factory=guard,
                limit=0,  # the gates of the fetcher count, host by host
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"User-Agent": manners.user_agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPTED},
            timeout=aiohttp.ClientTimeout(total=total, sock_connect=connect),
        )

    async def close(self) -> None:
        await self._session.close()

    async def ask(self, url: URL, known: Validators | None = None) -> Response:
        """The answer, redirects among them; the body is read for 200 and 203 only."""
        try:
            async with self._session.get(url, headers=_conditions(url, known), allow_redirects=False) as answer:
                body = await self._read(answer) if answer.status in CONTENT else b""
                return Response(str(url), str(url), answer.status, answer.headers, body)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise self._failure(url, error) from error

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        limit = self._manners.size
        if answer.content_length is not None and answer.content_length > limit:
            raise too_large(limit)
        parts: list[bytes] = []
        size = 0
        async for part in answer.content.iter_chunked(CHUNK):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise too_large(limit)
        return unpacked(b"".join(parts), ",".join(answer.headers.getall("Content-Encoding", [])), limit)

    def _failure(self, url: URL, error: Exception) -> Rejected | Later:
        cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else None
        match error:
            case _ if isinstance(cause, Forbidden):
                return Rejected("forbidden_address", f"{url.host} may not be connected to: {cause}")
            case aiohttp.ClientConnectorDNSError():
                return Later("dns", f"{url.host} has no address, or the DNS does not answer")
            case aiohttp.ClientSSLError():
                return Later("tls", f"the certificate or the TLS of {url.host} is not right: {error}")
            case TimeoutError():
                seconds = self._manners.answer.total_seconds()
                return Later("timeout", f"{url.host} did not answer within {seconds:g} seconds")
            case aiohttp.ClientPayloadError():
                return Later("cut_off", f"{url.host} ended the answer before it was complete")
            case aiohttp.ClientConnectionError():
                why = os.strerror(cause.errno) if cause and cause.errno else error or type(error).__name__
                return Later("connection", f"{url.host} cannot be reached: {why}")
            case _:
                return Later("bad_answer", f"{url.host} answered with something that is not HTTP")


def _conditions(url: URL, known: Validators | None) -> dict[str, str]:
    if known is None or known.url != str(url):
        return {}
    pairs = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in pairs.items() if value}


def following(response: Response) -> str | None:
    """Where a redirect leads, None for any other answer. Later `bad_redirect` where it does not say."""
    if response.status not in REDIRECTS:
        return None
    location = response.headers.get("Location", "").strip()
    try:
        # Bytes that are not UTF-8 come as surrogates; they stand for themselves.
        if not location.isprintable():
            location = quote(location.encode("utf-8", "surrogateescape"), safe=_PRINTABLE)
        target = URL(response.url).join(URL(location))
    except (ValueError, IndexError) as error:
        raise Later("bad_redirect", f"{response.url} redirects to what is no URL") from error
    if not location:
        raise Later("bad_redirect", f"{response.url} redirects without saying where to")
    return str(target)
