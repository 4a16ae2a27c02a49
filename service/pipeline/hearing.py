"""Who hears of what changes in the ledger: a message for each webhook of a watch that has the project, before or after."""

import asyncio
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
from service.store.projects import Change
from service.store.watches import Listeners

_CHANGES = ("updated", "conflict")


class Hearing:
    """`begin` before the projects of some events are written, `tell` after these are noted; nothing is done where nobody
    listens. Whoever works on the ledger is alone at it: what is in its log behind `head` is of this transaction."""

    def __init__(
        self,
        connection: Connection,
        listeners: Mapping[int, Listeners],
        before: Mapping[int, set[str]],
        lines: Mapping[str, bytes],
        head: int,
    ) -> None:
        self._connection = connection
        self._listeners = listeners
        self._before = before
        self._lines = lines
        self._head = head

    @classmethod
    async def begin(cls, connection: Connection, events: Sequence[Event]) -> Self:
        """Look which watches have the projects that are about to change."""
        listeners = await watches.listeners(connection) if events else {}
        if not listeners:
            return cls(connection, {}, {}, {}, 0)
        ids = {event.project for event in events}
        before = {id_: await watches.having(connection, one.wanted, ids) for id_, one in listeners.items()}
        gone = {event.project for event in events if event.kind in ("merged", "gone")}
        lines = await projects.some(connection, gone)
        return cls(connection, listeners, before, lines, await projects.head(connection))

    async def tell(self, stored: Mapping[str, Held], entries: Sequence[Entry]) -> None:
        """Put messages on the changes that were noted, in their order, into the outbox."""
        if not self._listeners:
            return
        changes = await projects.changes(self._connection, self._head, None)
        ids = {change.project for change in changes}
        written = {entry.id: entry for entry in entries}
        told: list[Told] = []
        for watch, one in self._listeners.items():
            after = await watches.having(self._connection, one.wanted, ids)
            for change in changes:
                if change.project in after or change.project in self._before[watch]:
                    more = {"watch": watch, "matches": change.project in after}
                    body = await self._message(change, stored, written, more)
                    told += [Told(webhook, change.id, change.project, body) for webhook in one.webhooks]
        if told:
            await deliveries.enqueue_changes(self._connection, told, changes[0].at)
            await bell.ring(self._connection, "deliveries")

    async def _message(
        self, change: Change, stored: Mapping[str, Held], written: Mapping[str, Entry], more: Mapping[str, object]
    ) -> bytes:
        entry = written.get(change.project)
        values: list[dict[str, object]] = []
        if entry and change.kind in _CHANGES:
            values = await asyncio.to_thread(_values, stored[change.project].body, entry.body)
        said = orjson.dumps({**change._asdict(), "values": values, **more}, option=orjson.OPT_UTC_Z)
        line = entry.line if entry else self._lines[change.project]
        return project_message(change.kind, change.at, b'%b,"shown":%b}' % (said[:-1], line))


def _values(before: bytes, after: bytes) -> list[dict[str, object]]:
    views = (ProjectView.model_validate_json(body) for body in (before, after))
    return [one._asdict() for one in differences(*views)]
