"""Subscriptions at hubs (WebSub): what is kept of one beside a feed, the request for it, and what a hub says to us."""

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from service.errors import NotFound
from service.pipeline.habits import Habits
from service.sources import websub
from service.sources.feed import Feed
from service.sources.fetch.address import Guard, Network, Resolver, checked
from service.sources.fetch.answer import Later, Response
from service.store import sources
from service.store.database import Storage
from service.store.sources import Source

ASK_AGAIN = dt.timedelta(hours=6)
"""A hub that did not take a request, or never confirmed it, is asked again after that; polling goes on meanwhile."""
_SECONDS = 20


def offered(kept: dict[str, Any], answer: Response, feed: Feed, habits: Habits) -> dict[str, Any] | None:
    """What is kept of the subscription to a feed: what is kept already where hub and topic are the same, or a new one; None
    where it has no hub, or where hubs cannot reach us."""
    offer = websub.discover(answer.url, [answer.headers.get("Link", "")], feed)
    if offer is None or habits.public_url is None:
        return None
    if kept.get("topic") == offer.topic and kept.get("hub") in offer.hubs:
        return kept
    return {"hub": offer.hubs[0], "topic": offer.topic, "secret": secrets.token_urlsafe(32), "ask_at": None}


def is_due(source: Source, now: dt.datetime) -> bool:
    """Whether its hub is to be asked now."""
    kept = source.poll.get("websub")
    return kept is not None and (kept["ask_at"] is None or dt.datetime.fromisoformat(kept["ask_at"]) <= now)


class Hubs:
    """Asks hubs for subscriptions; only at addresses that the fetcher may go to."""

    def __init__(self, storage: Storage, public_url: str, networks: Sequence[Network], user_agent: str) -> None:
        self._storage = storage
        self._public_url = public_url.rstrip("/")
        self._networks = tuple(networks)
        self._user_agent = user_agent

    async def ask(self, source_id: int, clock: Callable[[], dt.datetime]) -> None:
        """Ask the hub of a source for a subscription, where that is due; what goes wrong is tried again in some hours."""
        async with self._storage.changing() as connection:
            source = await sources.one(connection, source_id, lock=True)
            if not is_due(source, clock()):
                return
            kept = {**source.poll["websub"], "ask_at": (clock() + ASK_AGAIN).isoformat(), "pending": True}
            await sources.keep_poll(connection, source.id, {**source.poll, "websub": kept})
        callback = f"{self._public_url}/v1/websub/{source.id}"
        status = await self._post(kept["hub"], websub.request(kept["topic"], callback, kept["secret"]))
        if not 200 <= status < 300:
            raise Later("websub", f"the hub {kept['hub']} answered {status}: the feed is polled as before")

    async def _post(self, hub: str, form: dict[str, str]) -> int:
        url, guard = checked(hub, self._networks), Guard(self._networks)
        connector = aiohttp.TCPConnector(resolver=Resolver(aiohttp.ThreadedResolver(), guard), socket_factory=guard)
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        headers = {"User-Agent": self._user_agent}
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout, headers=headers) as session,
                session.post(url, data=form, allow_redirects=False) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Later("websub", f"the hub {hub} does not answer ({type(error).__name__})") from None


async def confirm(storage: Storage, source_id: int, query: dict[str, str], now: dt.datetime) -> str:
    """Answer a hub that asks whether a subscription was meant: with the challenge. NotFound where none was asked for."""
    async with storage.changing() as connection:
        source = await sources.one(connection, source_id, lock=True)
        kept = source.poll.get("websub")
        if source.state != "active" or not kept:
            raise NotFound(f"no subscription was asked for source {source_id}")
        said = websub.verify(query, kept["topic"], "subscribe" if kept.get("pending") else None)
        if isinstance(said, websub.Confirmed):
            kept = {**kept, "ask_at": websub.renew_at(now, said.lease).isoformat(), "confirmed": now.isoformat()}
            kept["pending"] = False
        else:
            kept = {**kept, "pending": False, "error": said.reason}
        await sources.keep_poll(connection, source_id, {**source.poll, "websub": kept})
    return said.challenge if isinstance(said, websub.Confirmed) else ""
