"""What documents say: the records of the log that stand, and the one hash over all of them.

A fact stays with the document in which it was read first, also where another one of the same content stands for it later:
so it is taken back and said again only where it, or what is shown of that document, has changed.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store import log
from service.store.rows import KINDS, LEVELS, Fact, Row
from service.store.tables import documents, records

Facts = dict[str, list[bytes]]
"""What one document says, by kind, each fact in the JSON of the public contract."""
_CHUNK = 500
_SAID = ("kind", "body", *LEVELS)
_SHOWN = ("content_sha256", "title", "outlet", "region_code", *LEVELS)
_LIST = {kind: name for name, kind in KINDS.items()}


class Standing(NamedTuple):
    """A record that stands: what it says, and what it shows of its document, the content first."""

    id: int
    document_id: int
    said: tuple[Any, ...]
    shown: tuple[Any, ...]


class Reading(NamedTuple):
    """A document that stands for its content from now on: its columns, and its facts."""

    document_id: int
    row: Row
    facts: Sequence[Fact]

    def said(self, fact: Fact) -> tuple[Any, ...]:
        return (*(getattr(fact, name) for name in _SAID), self.row["published"])

    def record(self, fact: Fact, now: dt.datetime) -> Row:
        known = {name: self.row.get(name) for name in ("published", "source_id", "rules_version")}
        said = fact._asdict()
        return {
            **said,
            **known,
            "recorded_at": now,
            "document_id": self.document_id,
            "withdraws": None,
            "standing": True,
        }


def _standing(*columns: ColumnElement[Any]) -> Select[Any]:
    """Of the records that stand. Each belongs to the content of its document, whichever document stands for that."""
    query = select(*columns).join_from(records, documents, records.c.document_id == documents.c.id)
    return query.where(records.c.standing)


async def standing(connection: AsyncConnection, contents: Collection[str]) -> list[Standing]:
    """The records that stand for these contents."""
    if not contents:
        return []
    said = [*(records.c[name] for name in _SAID), records.c.published]
    query = _standing(records.c.id, documents.c.id, *said, *(documents.c[name] for name in _SHOWN))
    found = await connection.execute(query.where(documents.c.content_sha256.in_(contents)).order_by(records.c.id))
    cut = 2 + len(said)
    return [Standing(row[0], row[1], tuple(row[2:cut]), tuple(row[cut:])) for row in found]


async def settle(
    connection: AsyncConnection,
    before: Sequence[Standing],
    readings: Sequence[Reading],
    read: Mapping[int, Row],
    now: dt.datetime,
) -> None:
    """Bring the log in line with what was read: `before` is what stood for the contents that are touched, `readings` are
    the documents that stand for theirs now, and `read` has the columns of all that were read, by id."""
    touched = {record.shown[0] for record in before}
    standing_for = {one.row["content_sha256"]: one for one in readings if one.row["content_sha256"] in touched}
    says = {content: Counter(map(one.said, one.facts)) for content, one in standing_for.items()}
    gone = []
    for record in before:
        row = read.get(record.document_id)
        unchanged = row is None or tuple(row[name] for name in _SHOWN) == record.shown
        new = says.get(record.shown[0])
        if unchanged and new is None:
            continue  # a document stands for it that was not read now
        if unchanged and new and new[record.said]:
            new[record.said] -= 1
        else:
            gone.append(record.id)
    await log.withdraw(connection, gone, now)
    new_facts = ((one, fact) for one in readings for fact in _unsaid(one, says.get(one.row["content_sha256"])))
    await log.append(connection, [one.record(fact, now) for one, fact in new_facts])


def _unsaid(one: Reading, left: Counter[tuple[Any, ...]] | None) -> Iterator[Fact]:
    """The facts of a document that do not stand yet: all, or so many of each as are `left`."""
    for fact in one.facts:
        if left is not None:
            if not left[one.said(fact)]:
                continue
            left[one.said(fact)] -= 1
        yield fact


async def of(connection: AsyncConnection, document_ids: Collection[int]) -> dict[int, Facts]:
    """What documents say, by their ids: all kinds, empty where there are none, as with one that stands for nothing."""
    found: dict[int, Facts] = {id_: {kind: [] for kind in KINDS} for id_ in document_ids}
    if not document_ids:
        return found
    asked = documents.alias()
    stands = asked.c.id.in_(document_ids) & (asked.c.state == "processed")
    query = _standing(asked.c.id, records.c.kind, records.c.body)
    query = query.join(asked, asked.c.content_sha256 == documents.c.content_sha256).where(stands)
    for id_, kind, body in await connection.execute(query.order_by(records.c.id)):
        found[id_][_LIST[kind]].append(body)
    return found


async def fingerprint(connection: AsyncConnection) -> str:
    """One sha256 over all facts with their evidence, content by content.

    Equal for any order of arrival, any number of workers, any repetition, and on every database.
    """
    total = sha256()
    content = documents.c.content_sha256
    chunks = select(content).where(documents.c.state == "processed").order_by(content).limit(_CHUNK)
    reached = ""
    while chunk := (await connection.scalars(chunks.where(content > reached))).all():
        said: dict[str, list[bytes]] = {name: [] for name in chunk}
        for record in await standing(connection, chunk):
            kind, body, *others = record.said
            said[record.shown[0]].append(orjson.dumps([kind, *others]) + body)
        for name, lines in said.items():
            total.update(name.encode() + b"\n".join(sorted(lines)) + b"\n")
        reached = chunk[-1]
    return total.hexdigest()
