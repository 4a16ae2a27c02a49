"""Sources as they are shown: what the operator said of each, and how it fares."""

import datetime as dt
from typing import Any

from service.pipeline.sourcefile import LEFT, LEFT_REASON
from service.store import items, sources
from service.store.database import Connection
from service.store.sources import Source


async def shown_of(connection: Connection, found: list[Source], now: dt.datetime) -> list[dict[str, Any]]:
    """Sources as /v1/sources and `guatu sources list --json` show them."""
    rates = await sources.rates(connection, found, now)
    waiting = await items.waiting(connection, [one.id for one in found])
    return [_one(one, rates[one.id], waiting.get(one.id, 0)) for one in found]


def _one(source: Source, rate: float, waiting: int) -> dict[str, Any]:
    reason = LEFT_REASON if source.error == LEFT else source.poll.get("reason")
    told = source.error or source.poll.get("outcome") == "waiting"
    watched, hub = source.kind == "folder", source.poll.get("websub") or {}
    health = {
        "last_attempt": source.last_attempt,
        "last_success": source.last_success,
        "next_poll": source.next_due if source.state == "active" and not watched else None,
        "failures": source.failures,
        "alarm": bool(source.poll.get("alarm")),
        "error": source.error,
        "reason": reason if told else None,
        "outcome": source.poll.get("outcome"),
        "last_result": source.poll.get("sentence"),
        "items_a_day": rate,
        "pages_waiting": waiting,
        "hub": hub.get("hub") if hub.get("confirmed") else None,
    }
    options = {name: source.options.get(name) for name in ("category", "pattern", "interval", "move_to")}
    names = ("id", "kind", "address", "name", "origin", "state", "created_at")
    return {
        **{name: getattr(source, name) for name in names},
        **options,
        "given_address": source.named,
        "remove": bool(source.options.get("remove")),
        "health": health,
    }
