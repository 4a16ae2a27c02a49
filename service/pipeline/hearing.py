"""Who hears of what changes in the ledger: a message for each webhook of a watch that has the project, before or after."""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Self

import orjson

from service.ledger import ProjectView
from service.ledger.differ import differences
from service.pipeline.messages import project_message
from service.store import bell, deliveries, projects, watches
from service.store.database import Connection
from service.store.deliveries import Told
from service.store.ledger import Entry, Event, Held
from service.store.watches import Listeners

_CHANGES = ("updated", "conflict")


class Hearing:
    """`begin` before the projects of some events are written, `tell` after; nothing is done where nobody listens."""

    def __init__(
        self,
        connection: Connection,
        listeners: Mapping[int, Listeners],
        before: Mapping[int, set[str]],
        lines: Mapping[str, bytes],
    ) -> None:
        self._connection = connection
        self._listeners = listeners
        self._before = before
        self._lines = lines

    @classmethod
    async def begin(cls, connection: Connection, events: Sequence[Event]) -> Self:
        """Look which watches have the projects that are about to change."""
        listeners = await watches.listeners(connection) if events else {}
        ids = {event.project for event in events}
        before = {id_: await watches.having(connection, one.wanted, ids) for id_, one in listeners.items()}
        gone = {event.project for event in events if event.kind in ("merged", "gone")}
        lines = await projects.some(connection, gone) if listeners and gone else {}
        return cls(connection, listeners, before, lines)

    async def tell(
        self, events: Mapping[int, Event], stored: Mapping[str, Held], entries: Sequence[Entry], now: dt.datetime
    ) -> None:
        """Put messages on these changes, by their ids and in their order, into the outbox."""
        if not self._listeners or not events:
            return
        ids = {event.project for event in events.values()}
        written = {entry.id: entry for entry in entries}
        told: list[Told] = []
        for watch, one in self._listeners.items():
            after = await watches.having(self._connection, one.wanted, ids)
            for id_, event in events.items():
                if event.project in after or event.project in self._before[watch]:
                    body = await self._message(id_, event, stored, written, now, watch, event.project in after)
                    told += [Told(webhook, id_, event.project, body) for webhook in one.webhooks]
        if told:
            await deliveries.enqueue_changes(self._connection, told, now)
            await bell.ring(self._connection, "deliveries")

    async def _message(
        self,
        id_: int,
        event: Event,
        stored: Mapping[str, Held],
        written: Mapping[str, Entry],
        now: dt.datetime,
        watch: int,
        matches: bool,
    ) -> bytes:
        entry = written.get(event.project)
        values = []
        if entry and event.kind in _CHANGES and event.project in stored:
            values = await asyncio.to_thread(_values, stored[event.project].body, entry.body)
        said = {"id": id_, "at": now, **event._asdict(), "values": values, "watch": watch, "matches": matches}
        line = entry.line if entry else self._lines[event.project]
        data = b'%b,"shown":%b}' % (orjson.dumps(said, option=orjson.OPT_UTC_Z)[:-1], line)
        return project_message(event.kind, now, data)


def _values(before: bytes, after: bytes) -> list[dict[str, object]]:
    views = (ProjectView.model_validate_json(body) for body in (before, after))
    return [one._asdict() for one in differences(*views)]
