"""The order of the calls: documents are sifted, read in worker processes, and written with their facts in one transaction.

Memory is bounded whatever the number of documents: no more than a few parts are on their way at any time.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from service.models import RawDocument
from service.pipeline.parts import PART, WRITTEN, Finished, Part, Room, gather, next_part, plain_errors
from service.pipeline.pool import Pool
from service.sources import Failure
from service.store import admission, documents, failures, sightings
from service.store.database import Connection, Storage, Unwritable
from service.store.near import Likeness
from service.store.rows import Arrival, Refusal
from service.text import fingerprint

State = Literal["new", "near", "duplicate", "known", "rejected", "failed"]
STATES: tuple[State, ...] = get_args(State)
Clock = Callable[[], dt.datetime]
LIKENESS = Likeness(lru_cache(1024)(fingerprint.bands), fingerprint.similarity, fingerprint.ALIKE)


class Outcome(NamedTuple):
    """What became of one document: `known` was here from this source before, `duplicate` from another or in other bytes."""

    source: str
    state: State
    reason: str | None = None
    message: str | None = None
    repairs: Mapping[str, int] = {}
    facts: Mapping[str, int] = {}


class Pipeline:
    """Takes documents into a storage. `clock` gives the moment that is written beside them."""

    def __init__(self, storage: Storage, pool: Pool, clock: Clock) -> None:
        self._storage = storage
        self._pool = pool
        self._clock = clock
        self._flying: dict[str, list[str]] = {}
        """Documents that are being read, by hash, with the other places where they were met meanwhile."""

    async def take(self, items: Iterator[RawDocument | Failure], report: Callable[[Outcome], None]) -> None:
        """Take all items, reporting each when it is written. After a kill, the same items again take what is missing."""
        finished: Finished = asyncio.Queue()
        room = Room(WRITTEN // PART + 3 * self._pool.size)
        with plain_errors():
            async with asyncio.TaskGroup() as group:
                feeding = group.create_task(self._feed(items, room, finished))
                while parts := await gather(finished):
                    for outcome in await self._write(parts):
                        report(outcome)
                    await room.leave(parts)
                await feeding

    async def _feed(self, items: Iterator[RawDocument | Failure], room: Room, finished: Finished) -> None:
        async with asyncio.TaskGroup() as group:
            while (part := await asyncio.to_thread(next_part, items)) is not None:
                await room.enter(part)
                await self._sift(part)
                group.create_task(self._read(part, finished))
        finished.put_nowait(None)

    async def _sift(self, part: Part) -> None:
        """Set aside what is here already, or is being read."""
        async with self._storage.reading() as connection:
            known = await documents.by_raw(connection, [raw_sha256 for raw_sha256, _ in part.fresh])
        fresh, part.fresh = part.fresh, []
        for raw_sha256, raw in fresh:
            if raw_sha256 in self._flying:
                self._flying[raw_sha256].append(raw.source)
            elif raw_sha256 in known and admission.is_settled(known[raw_sha256]):
                part.seen.append((known[raw_sha256], raw.source))
            else:
                self._flying[raw_sha256] = []
                if raw_sha256 in known:
                    raw = raw.model_copy(update={"published": known[raw_sha256].told})
                part.fresh.append((raw_sha256, raw))

    async def _read(self, part: Part, finished: Finished) -> None:
        if part.fresh:
            part.reads = await self._pool.run([raw for _, raw in part.fresh])
        part.fresh = []
        finished.put_nowait(part)

    async def _write(self, parts: Iterable[Part]) -> list[Outcome]:
        """Write parts in one transaction; where a row cannot be written, each document in its own."""
        reads = [read for part in parts for read in part.reads]
        seen = [one for part in parts for one in part.seen]
        failed = [one for part in parts for one in part.failed]
        copies = {read.original.raw_sha256: self._flying.pop(read.original.raw_sha256, []) for read in reads}
        try:
            async with self._storage.writing() as connection:
                return await self._enter(connection, reads, copies, seen, failed)
        except Unwritable:
            async with self._storage.writing() as connection:
                outcomes = await self._enter(connection, [], {}, seen, failed)
            for read in reads:
                outcomes += await self._write_alone(read, copies)
            return outcomes

    async def _write_alone(self, read: Arrival, copies: Mapping[str, Sequence[str]]) -> list[Outcome]:
        try:
            async with self._storage.writing() as connection:
                return await self._enter(connection, [read], copies, [], [])
        except Unwritable as error:
            refused = Arrival(read.original, Refusal("unwritable", str(error), failed=True))
            async with self._storage.writing() as connection:
                return await self._enter(connection, [refused], copies, [], [])

    async def _enter(
        self,
        connection: Connection,
        reads: Sequence[Arrival],
        copies: Mapping[str, Sequence[str]],
        seen: Sequence[tuple[documents.Known, str]],
        failed: Sequence[Failure],
    ) -> list[Outcome]:
        now = self._clock()
        verdicts = await admission.admit(connection, reads, now, LIKENESS)
        before = await sightings.among(connection, {known.id for known, _ in seen}, {source for _, source in seen})
        places = [(known.id, source) for known, source in seen]
        outcomes = [_seen(known, source, (known.id, source) in before) for known, source in seen]
        for read in reads:
            id_, others = verdicts[read.original.raw_sha256].id, copies.get(read.original.raw_sha256, [])
            places += [(id_, source) for source in (read.original.source, *others)]
            outcomes.append(_read(read, verdicts[read.original.raw_sha256]))
            outcomes += [Outcome(source, "duplicate") for source in others]
        await sightings.record(connection, places, now)
        await failures.clear(connection, {source for _, source in places})
        refused = [(one.source, one.reason, one.message) for one in failed]
        await failures.record(connection, refused, now)
        return [*outcomes, *(Outcome(source, "rejected", reason, message) for source, reason, message in refused)]


def _seen(known: documents.Known, source: str, before: bool) -> Outcome:
    if known.state == "rejected":
        return Outcome(source, "rejected", known.reason, known.message)
    return Outcome(source, "known" if before else "duplicate")


def _read(read: Arrival, verdict: admission.Verdict) -> Outcome:
    source, result = read.original.source, read.result
    if isinstance(result, Refusal):
        return Outcome(source, "failed" if result.failed else "rejected", result.reason, result.message)
    counts = {kind: len(rows) for kind, rows in result.facts.items()} if verdict.state in ("new", "near") else {}
    return Outcome(source, verdict.state, repairs=result.document["repairs"], facts=counts)
