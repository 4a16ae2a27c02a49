"""One look at a feed, a sitemap or a list: asked, read, and all that it gave kept in one transaction with its new state.

So a crash at any point loses nothing: either the entries are known and the site is not asked for them again, or they are not
and the next look finds them.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.errors import NotFound, Rejected
from service.models import SourceSpec
from service.pipeline import edits, intake, subscription
from service.pipeline.habits import Gets, Habits, Lost
from service.pipeline.intake import BULK, LIVE, Incoming, Packed
from service.pipeline.named import Found, Named, read, together
from service.sources.fetch.answer import Later, Response, Validators
from service.sources.fetch.policy import Decision, Poll, Told, decide, has_new_body
from service.store import items, sources
from service.store.database import Connection, Storage
from service.store.sources import Source

SITEMAPS = 10
"""Sitemaps of an index that are read at one look, those that changed last."""
_FEW = 50
"""Entries of a first look that go before what comes in bulk."""
_AHEAD = dt.timedelta(days=1)
"""A day of publication may be that much ahead, in China and where clocks are wrong; one further ahead is not believed."""


@dataclass(frozen=True)
class Look:
    """What came of a look: what is next, and how many entries were new."""

    decision: Decision
    new: int = 0


@dataclass(frozen=True)
class Parts:
    """What is kept of an index of sitemaps: what each gave to ask again with, and the latest change that was read."""

    validators: Mapping[str, Validators]
    changed: str = ""

    @staticmethod
    def of(poll: Mapping[str, Any]) -> "Parts":
        kept = poll.get("parts") or {}
        return Parts(
            {url: Validators.model_validate(one) for url, one in kept.get("validators", {}).items()},
            kept.get("changed", ""),
        )

    def json(self) -> dict[str, Any]:
        return {
            "validators": {url: one.model_dump(mode="json") for url, one in self.validators.items()},
            "changed": self.changed,
        }


@dataclass(frozen=True)
class _Answer:
    """What a look heard: the answer or why there is none, and what its body names or why it cannot be read."""

    said: Response | Later | Rejected
    found: Found | Rejected | None = None
    parts: Parts | None = None


async def look(
    storage: Storage, fetcher: Gets, source: Source, clock: Callable[[], dt.datetime], dice: float, habits: Habits
) -> Look:
    """Ask a source that this worker has claimed, and keep what it gives. Lost where another worker has taken it meanwhile."""
    answer = await _ask(fetcher, source)
    found = answer.found if isinstance(answer.found, Found) else Found(source.kind)
    async with storage.reading() as connection:
        unknown = await items.unknown(connection, source.id, [entry.key for entry in found.entries])
        known = [entry for entry in found.entries if entry.key not in unknown]
        edited = await edits.edited(connection, source.id, known)
    new = [entry for entry in found.entries if entry.key in unknown]
    first = source.last_success is None
    taken, passed = (new[: habits.first], new[habits.first :]) if first else (new, [])
    packed = await pack(source.id, taken, BULK if first and len(taken) > _FEW else LIVE)
    revised = await pack(source.id, edited)
    now = clock()
    decision = _decide(source, answer, len(new) + len(edited), now, dice, habits)
    sentence = decision.sentence
    if passed:
        sentence = f"{len(new)} named at first, of which the newest {len(taken)} were taken"
    async with storage.changing() as connection:
        await _save(connection, source, answer, decision, sentence, now, habits)
        await keep(connection, source.id, taken, packed, now, habits)
        await items.add(connection, source.id, [_passed(entry, now, habits.first) for entry in passed], now)
        await edits.revise(connection, source.id, edited, revised, now)
    return Look(decision, len(taken) + len(edited))


async def spoiled(storage: Storage, source: Source, error: Later, now: dt.datetime, habits: Habits) -> None:
    """Note that a look came to nothing for a defect of ours: the source is asked again, later each time."""
    decision = decide(kept_poll(source), error, now, 0.0, habits.rhythm_of(source.spec))
    async with storage.changing() as connection:
        await _save(connection, source, _Answer(error), decision, decision.sentence, now, habits)


async def pack(source_id: int, entries: Sequence[Named], priority: int = LIVE) -> list[Packed]:
    """The articles that entries carry, ready to be kept."""
    return await intake.pack([Incoming(entry.raw, source_id, priority) for entry in entries if entry.raw])


async def keep(
    connection: Connection,
    source_id: int,
    entries: Sequence[Named],
    packed: Sequence[Packed],
    now: dt.datetime,
    habits: Habits,
) -> None:
    """Keep new entries: the articles that they carry, and the pages that have to be fetched, one after the other."""
    accepted = await intake.enter(connection, packed, now)
    documents = dict(zip((entry.key for entry in entries if entry.raw), (one.id for one in accepted), strict=True))
    # a page that was met before goes the way of the others where there is a day to tell of it
    seen = await items.seen_at(connection, [entry.url for entry in entries if entry.url and not entry.day])
    rows, place = [], 0
    for entry in entries:
        known = documents.get(entry.key) or seen.get(entry.url or "")
        rows.append(_row(entry, now, due=None if known else now + place * habits.spacing, document_id=known))
        place += not known
    await items.add(connection, source_id, rows, now)


async def _ask(fetcher: Gets, source: Source) -> _Answer:
    poll, spec = kept_poll(source), source.spec
    is_index = "parts" in source.poll
    try:
        # an index may stay the same while its sitemaps change
        answer = await fetcher.get(source.address, None if is_index else poll.validators)
    except (Later, Rejected) as error:
        return _Answer(error)
    if not (has_new_body(poll, answer) or (is_index and answer.body)):
        return _Answer(answer)
    try:
        found = await asyncio.to_thread(read, spec, answer)
    except Rejected as error:
        return _Answer(answer, error)
    if not found.sitemaps:
        return _Answer(answer, found)
    return await _ask_sitemaps(fetcher, spec, answer, found, Parts.of(source.poll))


async def _ask_sitemaps(fetcher: Gets, spec: SourceSpec, answer: Response, index: Found, before: Parts) -> _Answer:
    """The sitemaps of an index that changed last. One that fails is asked again at the next look; where all fail, the look
    has failed."""
    validators: dict[str, Validators] = {}
    founds: list[Found] = []
    failed: Later | Rejected | None = None
    latest = sorted(index.sitemaps, key=lambda place: place.changed or "", reverse=True)[:SITEMAPS]
    for place in latest:
        known = before.validators.get(place.url)
        if known and place.changed and place.changed < before.changed:
            validators[place.url] = known
            continue
        try:
            part = await fetcher.get(place.url, known)
            if part.body:
                founds.append(await asyncio.to_thread(read, spec, part))
            validators[place.url] = part.validators if part.body else known or part.validators
        except (Later, Rejected) as error:
            failed = error
    if failed and not validators:
        return _Answer(failed)
    changed = before.changed if failed else max((place.changed or "" for place in latest), default="")
    return _Answer(answer, together(founds), Parts(validators, changed))


def kept_poll(source: Source) -> Poll:
    return Poll.model_validate(source.poll.get("poll") or {})


def _decide(source: Source, answer: _Answer, new: int, now: dt.datetime, dice: float, habits: Habits) -> Decision:
    told: Told | Rejected | None = None
    if isinstance(answer.found, Found):
        feed = answer.found.feed
        interval = dt.timedelta(seconds=feed.interval) if feed.interval else None
        told = Told(new, answer.found.moments, interval, feed.skip_hours, feed.skip_days)
    else:
        told = answer.found
    return decide(kept_poll(source), answer.said, now, dice, habits.rhythm_of(source.spec), told)


async def _save(
    connection: Connection,
    source: Source,
    answer: _Answer,
    decision: Decision,
    sentence: str,
    now: dt.datetime,
    habits: Habits,
) -> None:
    """The new state of the source. Lost where it is no longer ours."""
    try:  # a hub may have confirmed a subscription meanwhile
        current = await sources.one(connection, source.id, lock=True)
    except NotFound as error:
        raise Lost(str(error)) from None
    well = decision.outcome in ("new", "unchanged")
    # while one waits for its turn, what went wrong before is what is wrong
    left_over = current.poll.get("reason") if decision.outcome == "waiting" and source.error else None
    left = {
        **current.poll,
        "poll": decision.poll.model_dump(mode="json"),
        "outcome": decision.outcome,
        "sentence": sentence,
        "reason": left_over or decision.reason,
        "alarm": decision.alarm,
    }
    if isinstance(answer.said, Response) and isinstance(answer.found, Found):
        left["title"] = answer.found.feed.title
        left["websub"] = subscription.offered(left.get("websub") or {}, answer.said, answer.found.feed, habits)
        left.pop("parts", None)
    if answer.parts:
        left["parts"] = answer.parts.json()
    values: dict[str, Any] = {
        "poll": left,
        "next_due": decision.due,
        "last_attempt": now,
        "last_success": decision.poll.last_success,
        "failures": decision.poll.failures,
        "error": source.error if decision.outcome == "waiting" else None if well else sentence[:1000],
    }
    moved = decision.moved_to
    if moved and await sources.at(connection, source.kind, moved) is None:
        values |= {"address": moved, "options": {**source.options, "named": source.named}}
    if not await sources.save(connection, source, values, retires=decision.outcome == "retired"):
        raise Lost(f"source {source.id} was changed, or taken over by another worker")


def _row(
    entry: Named, now: dt.datetime, *, due: dt.datetime | None, document_id: int | None, error: str | None = None
) -> dict[str, Any]:
    day = entry.day if entry.day and entry.day <= now.date() + _AHEAD else None
    return {
        **{"key": entry.key, "url": entry.url, "due": due, "document_id": document_id, "error": error},
        "published": day,
    }


def _passed(entry: Named, now: dt.datetime, first: int) -> dict[str, Any]:
    return _row(entry, now, due=None, document_id=None, error=f"older than the newest {first} of the first look")
