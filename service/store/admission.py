"""How documents enter the database: one transaction in which they are marked, compared with what is there, and their facts kept.

Of several documents with the same content one stands for all: the one published first, then the one with the smaller
hash of its bytes. It has the facts; the others are its duplicates. So the facts do not depend on which copy came first.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from service.errors import RetryLater
from service.store import articles, bell, deliveries, documents, facts, near, queue
from service.store.documents import Known
from service.store.rows import Arrival, Digest, Row, published_first, unpack

RETRIED = ("crashed", "timeout")
"""Reasons that another run may not find, so that it tries again."""
SETTLED = ("processed", "duplicate")
"""States of documents that were read well."""


State = Literal["known", "new", "duplicate", "near", "rejected", "failed"]


class Verdict(NamedTuple):
    """What became of an arrival, compared with what came before it: `known` (the same bytes were here), `new`,
    `duplicate` (of the same content), `near`, `rejected` or `failed`.

    `first` is the document that a duplicate or near-duplicate follows; None where it comes before what it is compared with.
    """

    state: State
    id: int
    first: int | None = None


class _Reading(NamedTuple):
    """An arrival on its way in: its row, and what was stored of the same bytes before."""

    arrival: Arrival
    row: Row
    before: Known | None

    @property
    def raw(self) -> str:
        return self.arrival.original.raw_sha256

    @property
    def rank(self) -> tuple[dt.date, str]:
        return published_first(self.row["published"]), self.raw

    @property
    def tokens(self) -> str:
        """What it is searched by; nothing where it was not read."""
        return self.arrival.result.tokens if isinstance(self.arrival.result, Digest) else ""

    @property
    def is_late(self) -> bool:
        """Whether another day was told of it while it was read, and it tells none itself."""
        used = self.arrival.original.told
        read = isinstance(self.arrival.result, Digest) and self.row["published"] == used
        return read and self.before is not None and self.before.told != used

    def kin(self, id_: int) -> near.Kin:
        return near.Kin(id_, self.row["published"], self.row["content_sha256"], unpack(self.row["signature"]))


def is_settled(known: Known) -> bool:
    """Whether what is stored of some bytes stands, so that they need not be read again."""
    return known.state in SETTLED or (known.state == "rejected" and known.reason not in RETRIED)


def _is_dated(arrival: Arrival, known: Known) -> bool:
    """Whether a document that was read before got an earlier day by what was told of it since. It can only come before those
    of its content then, so that these need not be read with it; where it reads otherwise by now, it waits for them."""
    if known.state not in SETTLED or not isinstance(arrival.result, Digest):
        return False
    read, day = arrival.result.document, arrival.original.told
    is_earlier = day is not None and read["published"] == day and day < published_first(known.published)
    return is_earlier and read["content_sha256"] == known.content_sha256


async def admit(
    connection: AsyncConnection,
    arrivals: Sequence[Arrival],
    now: dt.datetime,
    likeness: near.Likeness,
    *,
    again: bool = False,
) -> dict[str, Verdict]:
    """Write documents, within the caller's transaction; gives what became of each, by the hash of its bytes.

    `again` reads anew what is stored: then all stored documents of one content must be among the arrivals.
    """
    by_raw = {arrival.original.raw_sha256: arrival for arrival in arrivals}
    known = await documents.by_raw(connection, by_raw.keys())
    readings = [
        _Reading(one, documents.row(one.original, one.result, known.get(raw), now), known.get(raw))
        for raw, one in by_raw.items()
        if again or raw not in known or not is_settled(known[raw]) or _is_dated(one, known[raw])
    ]
    if again:
        await _check_all_are_here(connection, readings)
    firsts, replaced = await _elect(connection, readings)
    stood = await facts.standing(connection, _touched(readings, replaced))
    ids = await _save(connection, readings, firsts, replaced)
    audience = await deliveries.audience(connection)
    await _state(connection, stood, readings, ids, now)
    await deliveries.enqueue(connection, audience)
    links = await _relate(connection, likeness, readings, replaced, ids)
    await queue.put(connection, [ids[one.raw] for one in readings if one.is_late], queue.LIVE, now)
    await bell.ring(connection, "records")
    verdicts = {raw: Verdict("known", one.id) for raw, one in known.items()}
    for one in readings:
        if again or not (one.before and is_settled(one.before)):
            verdicts[one.raw] = _verdict(one, one.row["content_sha256"] in replaced, ids, links)
    return verdicts


def _verdict(one: _Reading, taken_over: bool, ids: dict[str, int], links: near.Links) -> Verdict:
    id_, state = ids[one.raw], one.row["state"]
    first = one.row["duplicate_of"] or links.made.get(id_)
    if state == "processed":
        state = "duplicate" if taken_over else "near" if id_ in links.echoes else "new"
    return Verdict(state, id_, first)


async def _check_all_are_here(connection: AsyncConnection, readings: Sequence[_Reading]) -> None:
    contents = {one.before.content_sha256 for one in readings if one.before} - {None}
    if await documents.with_content(connection, contents) - {one.raw for one in readings}:
        raise RetryLater("documents came in while stored ones were read again: run it once more")


async def _elect(
    connection: AsyncConnection, readings: Sequence[_Reading]
) -> tuple[dict[str, _Reading | Known], dict[str, Known]]:
    """Who stands for each content from now on, and who of the others did until now."""
    contents = {one.row["content_sha256"] for one in readings} - {None}
    anew = {one.before.id for one in readings if one.before}
    standing = await documents.standing_for(connection, contents)
    incumbents = {content: one for content, one in standing.items() if one.id not in anew}
    firsts: dict[str, _Reading | Known] = {**incumbents}
    for one in readings:
        content = one.row["content_sha256"]
        if content and (content not in firsts or one.rank < firsts[content].rank):
            firsts[content] = one
    return firsts, {content: one for content, one in incumbents.items() if firsts[content] is not one}


async def _save(
    connection: AsyncConnection,
    readings: Sequence[_Reading],
    firsts: dict[str, _Reading | Known],
    replaced: dict[str, Known],
) -> dict[str, int]:
    """Write the rows of the documents, those first that others refer to; gives the ids by the hash of the bytes."""
    behind: list[_Reading] = []
    leading: list[_Reading] = []
    for one in readings:
        content = one.row["content_sha256"]
        (leading if content is None or firsts[content] is one else behind).append(one)
    stepping = [*(one.before for one in readings if one.before), *replaced.values()]
    stood = [one.id for one in stepping if one.state == "processed"]
    entered = await articles.entered(connection, stood)
    await documents.step_back(connection, stood)
    await documents.save(connection, [one.row for one in leading])
    ids = await documents.ids(connection, [one.raw for one in leading])
    for one in behind:
        first = firsts[one.row["content_sha256"]]
        one.row.update(state="duplicate", duplicate_of=first.id if isinstance(first, Known) else ids[first.raw])
    await documents.save(connection, [one.row for one in behind])
    ids |= await documents.ids(connection, [one.raw for one in behind])
    await documents.keep(connection, {ids[one.raw]: one.arrival.original for one in readings if not one.before})
    successors = {one.row["content_sha256"]: ids[one.raw] for one in leading}
    stepped = {content: old.id for content, old in replaced.items()}
    stepped |= {one.row["content_sha256"]: one.before.id for one in behind if one.before and one.before.id in stood}
    down = {old: successors[content] for content, old in stepped.items() if content in successors}
    await documents.stand_down(connection, down)
    await articles.enter(connection, entered, {ids[one.raw]: one.tokens for one in leading if one.tokens})
    return ids


def _touched(readings: Sequence[_Reading], replaced: dict[str, Known]) -> set[str]:
    """The contents whose facts may change: those of what is read again, and those for which another document stands now."""
    return {one.before.content_sha256 for one in readings if one.before and one.before.content_sha256} | replaced.keys()


async def _state(
    connection: AsyncConnection,
    stood: Sequence[facts.Standing],
    readings: Sequence[_Reading],
    ids: dict[str, int],
    now: dt.datetime,
) -> None:
    """Bring the facts in line with who stands for what."""
    said = [
        facts.Reading(ids[one.raw], one.row, [fact for kind in one.arrival.result.facts.values() for fact in kind])
        for one in readings
        if isinstance(one.arrival.result, Digest) and one.row["state"] == "processed"
    ]
    await facts.settle(connection, stood, said, {ids[one.raw]: one.row for one in readings}, now)


async def _relate(
    connection: AsyncConnection,
    likeness: near.Likeness,
    readings: Sequence[_Reading],
    replaced: dict[str, Known],
    ids: dict[str, int],
) -> near.Links:
    """Link the documents that stand for something now, given those that stood for it until now."""
    here = {ids[one.raw]: one.kin(ids[one.raw]) for one in readings if one.row["state"] == "processed"}
    stood = [one.before for one in readings if one.before and one.before.state == "processed"]
    left = [one.kin for one in (*stood, *replaced.values())]
    same = {one.id for one in left if here.get(one.id) == one}
    gone = [one for one in left if one.id not in same]
    orphans = await near.leave(connection, likeness, gone) if gone else []
    entering = [one for one in here.values() if one.id not in same]
    await near.enter(connection, likeness, entering)
    known = {one.id for one in entering}
    return await near.link(connection, likeness, [*entering, *(one for one in orphans if one.id not in known)])
