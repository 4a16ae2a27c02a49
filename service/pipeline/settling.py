"""What one step of the ledger does: finds what changed, and makes the projects anew that this may concern."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import structlog
from pydantic import ValidationError

from service.ledger import (
    CROWD,
    Assignment,
    Cluster,
    Component,
    Handle,
    Held,
    ProjectView,
    assign,
    cluster,
    decide,
    keys,
    view,
)
from service.pipeline.connected import Connected
from service.pipeline.entry import entry
from service.pipeline.hearing import Hearing
from service.pipeline.mention import CHINA, kept, mention_in, mention_of
from service.store import ledger, mentions
from service.store.database import Connection
from service.store.ledger import Entry, Event
from service.store.ledger import Held as Stored
from service.store.mentions import Kept
from service.store.rows import Row

_log = structlog.get_logger()
Witness = Callable[[str, bytes | None, bytes | None], None]
"""Told of a project that is written: its id, and the JSON of its ProjectView before and after, None where there is none."""


class Settling:
    """One step on its way: `read` what changed, then `settle` it."""

    def __init__(self, connection: Connection, now: dt.datetime, witness: Witness | None = None) -> None:
        self._connection = connection
        self._witness = witness
        self._now = now
        self._today = now.astimezone(CHINA).date()
        self._changed: dict[int, Kept] = {}
        self._starts: set[str] = set()
        self._projects: set[str] = set()
        self._by_key: dict[str, list[str]] = {}

    async def read(self, records: Collection[int], articles: Collection[str], due: Collection[str]) -> None:
        """Find what has changed: mentions that came and went, and all from where projects have to be made anew."""
        stored = {row.record: row for row in await mentions.of_records(self._connection, records)}
        touched = await mentions.of_articles(self._connection, articles)
        stored |= {row.record: row for row in touched}
        told = await mentions.told(self._connection, {*records, *stored})
        fresh = await asyncio.to_thread(_fresh, told, stored)
        for record, row in fresh.items():
            if stored.get(record) != row:
                self._changed[record] = row
        for record, row in stored.items():
            if row.standing and record not in fresh:
                self._changed[record] = row._replace(standing=False)
        old = [stored[record] for record in self._changed if record in stored]
        self._projects = {*due, *(row.project for row in (*old, *touched))} - {""}
        self._starts = {row.spelling for row in (*old, *self._changed.values(), *touched)}
        await self._start_from_what_was()
        await self._index([row for row in old if row.standing], [r for r in self._changed.values() if r.standing])

    async def _start_from_what_was(self) -> None:
        """Start too from all that was connected with the articles of which a mention changes: without it, or with names in
        the article that a correction means rather, that may fall apart."""
        articles = {row.content_sha256 for row in self._changed.values()}
        stood = [row.spelling for row in await mentions.of_articles(self._connection, articles) if row.standing]
        before = Connected(self._connection, {}, {})
        for component in await before.components(stood):
            self._starts |= {before.rows[mention.record].spelling for mention in component.mentions}

    async def _index(self, gone: Sequence[Kept], come: Sequence[Kept]) -> None:
        """Bring the look-up in line, and start too from all spellings of keys that are given up or taken up again."""
        uses = await asyncio.to_thread(_uses, gone, come)
        wanted = {key for (key, _), more in uses.items() if more}
        before = await mentions.keyed(self._connection, wanted, CROWD + 1)
        await mentions.count(self._connection, uses)
        self._by_key = await mentions.keyed(self._connection, wanted, CROWD + 1)
        crowded = set()
        for key, now in self._by_key.items():
            was = before[key]
            if len(was) <= CROWD < len(now):
                crowded.add(key)
            elif len(now) <= CROWD < len(was):
                self._starts |= set(now)
        for spellings in (await mentions.keyed(self._connection, crowded, len(uses) + CROWD + 1)).values():
            self._starts |= set(spellings)

    async def enter(self, records: Collection[int]) -> None:
        """Read mentions anew and enter them into a look-up that was emptied; their projects are not looked at."""
        stored = {row.record: row for row in await mentions.of_records(self._connection, records)}
        fresh = await asyncio.to_thread(_fresh, await mentions.told(self._connection, records), stored)
        await mentions.count(self._connection, await asyncio.to_thread(_uses, (), fresh.values()))
        await mentions.keep(self._connection, list(fresh.values()))

    async def settle(self) -> int:
        """Make the projects of all that may have changed anew; how many differ from before."""
        connected = Connected(self._connection, self._changed, self._by_key)
        components, anchors = await self._whole(connected)
        clusters = await asyncio.to_thread(_clusters, components)
        made = await asyncio.to_thread(assign, _held(anchors), clusters)
        await self._write_mentions(connected, anchors, clusters, made)
        return await self._write_projects(clusters, made)

    async def _whole(self, connected: Connected) -> tuple[list[Component], list[Kept]]:
        """The components, with all other mentions of the projects that these were of; and what tells their projects."""
        found: dict[int, Component] = {}
        anchors: list[Kept] = []
        walked: set[str] = set()
        starts = self._starts
        while True:
            starts |= await mentions.spelled(self._connection, self._projects)
            if not starts - walked:
                break
            for component in await connected.components(starts - walked):
                found[component.mentions[0].record] = component
                walked |= {connected.rows[m.record].spelling for m in component.mentions}
            walked |= starts
            articles = {m.content_sha256 for component in found.values() for m in component.mentions}
            anchors = await mentions.of_articles(self._connection, articles)
            self._projects |= {row.project for row in anchors if row.project}
        return list(found.values()), anchors

    async def _write_mentions(
        self, connected: Connected, anchors: Sequence[Kept], clusters: Sequence[Cluster], made: Assignment
    ) -> None:
        """Write what has changed of the mentions and whose they are. What stands no longer is forgotten once its article
        says something else."""
        rows = [row for row in self._changed.values() if not row.standing]
        spoken = set()
        for found, id_ in zip(clusters, made.ids, strict=True):
            for mention in found.mentions:
                row = connected.rows[mention.record]
                spoken.add(row.content_sha256)
                if row.project != id_ or row.record in self._changed:
                    rows.append(row._replace(project=id_))
        await mentions.keep(self._connection, rows)
        silent = [row for row in (*anchors, *rows) if not self._changed.get(row.record, row).standing]
        await mentions.drop(self._connection, {row.record for row in silent if row.content_sha256 in spoken})

    async def _write_projects(self, clusters: Sequence[Cluster], made: Assignment) -> int:
        stored = await ledger.held(self._connection, {*self._projects, *made.ids})
        entries, events = await asyncio.to_thread(self._entries, clusters, made, stored)
        left = stored.keys() - set(made.ids)
        gone = [Event(id_, "merged", (), made.merged[id_]) for id_ in sorted(left & made.merged.keys())]
        gone += [Event(id_, "gone") for id_ in sorted(left - made.merged.keys())]
        hearing = await Hearing.begin(self._connection, [*events, *gone])
        await ledger.write(self._connection, entries, stored, left)
        await ledger.merge(self._connection, made.merged, made.ids)
        await ledger.note(self._connection, [*events, *gone], self._now)
        await hearing.tell(stored, entries)
        if self._witness is not None:
            for one in entries:
                self._witness(one.id, stored[one.id].body if one.id in stored else None, one.body)
            for id_ in left:
                self._witness(id_, stored[id_].body, None)
        return len(entries) + len(left)

    def _entries(
        self, clusters: Sequence[Cluster], made: Assignment, stored: Mapping[str, Stored]
    ) -> tuple[list[Entry], list[Event]]:
        """The projects that differ from what is stored, and what is to be told of them."""
        origin = {new: old for old, out in made.split.items() for new in out}
        entries: list[Entry] = []
        events: list[Event] = []
        for found, id_ in zip(clusters, made.ids, strict=True):
            before = stored.get(id_)
            try:
                shown = view(found.mentions, found.corrections, self._today)
                one = entry(id_, shown, self._today, self._now)
                event = _event(before, one, shown, origin.get(id_))
            except Exception:  # a defect in one project must not stop all others; it stays as it was
                _log.exception("project_failed", project=id_)
                continue
            if before is None or before.body != one.body or before.look_again != one.row["look_again"]:
                entries.append(one)
            if event is not None:
                events.append(event)
        return entries, events


def _event(before: Stored | None, one: Entry, shown: ProjectView, origin: str | None) -> Event | None:
    """What is to be told of a project, if anything."""
    if before is None:
        return Event(one.id, "split", (), origin) if origin else Event(one.id, "new")
    if before.body == one.body:
        return None
    change = decide(_read(before.body), shown)
    return None if change.kind == "unchanged" else Event(one.id, change.kind, change.fields)


def _read(body: bytes) -> ProjectView | None:
    """A view as it was stored; None where that was done by a Guatu that showed other things."""
    try:
        return ProjectView.model_validate_json(body)
    except ValidationError:
        return None


def _fresh(told: Sequence[Row], stored: Mapping[int, Kept]) -> dict[int, Kept]:
    """The mentions that records are now, by record; they keep their projects for the time being."""
    found = (mention_of(row) for row in told)
    return {m.record: kept(m, stored[m.record].project if m.record in stored else "") for m in found}


def _uses(gone: Iterable[Kept], come: Iterable[Kept]) -> Counter[tuple[str, str]]:
    """By how much the uses of spellings by key change."""
    uses: Counter[tuple[str, str]] = Counter()
    for row in come:
        uses.update((key, row.spelling) for key in keys(mention_in(row.body)))
    for row in gone:
        uses.subtract((key, row.spelling) for key in keys(mention_in(row.body)))
    return uses


def _clusters(components: Sequence[Component]) -> list[Cluster]:
    return [found for component in components for found in cluster(component.mentions, component.corrections)]


def _held(anchors: Sequence[Kept]) -> list[Held]:
    """What tells which project was whose. A project is as old as its oldest mention."""
    rows = [row for row in anchors if row.project]
    since: dict[str, dt.date] = {}
    for row in rows:
        since[row.project] = min(row.day, since.get(row.project, row.day))
    return [
        Held(
            handle=Handle(content_sha256=row.content_sha256, name=row.name),
            project=row.project,
            since=since[row.project],
        )
        for row in sorted(rows)
    ]
