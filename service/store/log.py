"""The log of records: facts as they were said and taken back, in the order in which they became visible.

Ids ascend in that order, since writers take turns until they have committed: who has read up to an id has missed nothing.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, and_, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from service.store import indicators, search
from service.store.database import one_of
from service.store.exact import LIMIT, PLACES
from service.store.inserts import insert_rows
from service.store.rows import LEVELS, Row, region
from service.store.tables import documents, records
from service.store.words import asked, tokens

_STEP = Decimal(1).scaleb(-PLACES)
Columns = ReadOnlyColumnCollection[str, Any]
_NEAR = 2000
"""Records that are looked at before the index of words is asked, where that gives no order."""
_UTC = orjson.OPT_UTC_Z
_ENDS = "。！？!?\n"
_CONTEXT = 300
"""Characters of a sentence that are shown before a quote and behind it, at the most."""


@dataclass(frozen=True)
class Wanted:
    """Which records are wanted; None asks for all.

    `places` are alternatives, each the full names of its levels. The days are those of publication, both included.
    `minimum` is in CNY. Every word of `words` must stand in a name of the record or in the title of its article.
    """

    kinds: tuple[str, ...] | None = None
    places: tuple[Mapping[str, str], ...] | None = None
    stages: tuple[str, ...] | None = None
    source_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    minimum: Decimal | None = None
    words: str | None = None

    def matches(self, row: "Entry") -> bool:
        """Whether a record is wanted: what the database would answer."""
        return (
            (self.kinds is None or row.kind in self.kinds)
            and (self.places is None or any(_lies_in(row, place) for place in self.places))
            and (self.stages is None or row.stage in self.stages)
            and (self.source_id is None or row.source_id == self.source_id)
            and (self.since is None or (row.published is not None and row.published >= self.since))
            and (self.until is None or (row.published is not None and row.published <= self.until))
            and (self.minimum is None or (row.investment_total is not None and row.investment_total >= self.minimum))
            and (self.words is None or all(word in row.words for word in asked(self.words)))
        )


class Entry(NamedTuple):
    """A row of the log. `json` is the public record; the other fields are what it is filtered by."""

    id: int
    recorded_at: dt.datetime
    kind: str
    withdraws: int | None
    standing: bool
    stage: str | None
    investment_total: Decimal | None
    published: dt.date | None
    source_id: int | None
    province: str | None
    prefecture: str | None
    county: str | None
    words: str
    json: bytes


_OWN = tuple(name for name in Entry._fields if name != "json")
_SHOWN = ("id", "source", "title", "published", "outlet", "raw_sha256", "content_sha256")
_REGION = ("region_code", *LEVELS)
_QUERY = select(
    *(records.c[name] for name in (*_OWN, "rules_version", "body")),
    *(documents.c[name].label(f"document_{name}") for name in (*_REGION, *_SHOWN)),
).join_from(records, documents, records.c.document_id == documents.c.id)


def _entry(row: Any) -> Entry:  # noqa: ANN401 - a row of _QUERY, and what follows
    """The row with its public record. What the fact says is taken as it is stored, unread."""
    cut = len(_OWN)
    rules_version, body, *place = row[cut : cut + 2 + len(_REGION)]
    document = dict(zip(_SHOWN, row[cut + 2 + len(_REGION) :], strict=False))
    document["region"] = region(dict(zip(_REGION, place, strict=True)))
    id_, recorded_at, kind, withdraws = row[:4]
    begin = {"id": id_, "kind": kind, "recorded_at": recorded_at, "withdraws": withdraws, "document": document}
    said = b'%b,%b,"rules_version":%b}' % (
        orjson.dumps(begin, option=_UTC)[:-1],
        body[1:-1],
        orjson.dumps(rules_version),
    )
    return Entry._make((*row[:cut], said))


async def head(connection: AsyncConnection) -> int:
    """The id of the newest row, 0 where there is none."""
    return await connection.scalar(select(func.max(records.c.id))) or 0


async def browse(connection: AsyncConnection, wanted: Wanted, before: int | None, limit: int) -> list[Entry]:
    """What stands, the newest first; `before` is the id of the last one seen."""
    stands = _QUERY.where(records.c.standing, *conditions(wanted))
    found: list[Entry] = []
    if search.gives_no_order(connection, wanted):
        # a common word is found at once in the newest records, while the index would gather all that have it
        before = before or await head(connection) + 1
        near = stands.where(records.c.id < before, records.c.id >= before - _NEAR)
        found = [_entry(row) for row in await connection.execute(near.order_by(records.c.id.desc()).limit(limit))]
        before -= _NEAR
    if len(found) < limit:
        query, id_ = search.narrow(connection, stands, wanted)
        if before is not None:
            query = query.where(id_ < before)
        rest = await connection.execute(query.order_by(id_.desc()).limit(limit - len(found)))
        found += [_entry(row) for row in rest]
    return found


async def follow(connection: AsyncConnection, wanted: Wanted, after: int, limit: int) -> list[Entry]:
    """What was said and taken back since the row `after`, in order."""
    query, id_ = search.narrow(connection, _QUERY.where(*conditions(wanted)), wanted)
    return [_entry(row) for row in await connection.execute(query.where(id_ > after).order_by(id_).limit(limit))]


async def some(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Entry]:
    """Rows by their ids."""
    found = await connection.execute(_QUERY.where(records.c.id.in_(ids)))
    return {row.id: _entry(row) for row in found}


async def bodies(connection: AsyncConnection, ids: Collection[int]) -> dict[int, bytes]:
    """The JSON of facts by the ids of their rows, standing or not."""
    query = select(records.c.id, records.c.body).where(one_of(connection, records.c.id, ids))
    return {row.id: row.body for row in await connection.execute(query)} if ids else {}


async def one(connection: AsyncConnection, id_: int) -> Entry | None:
    """One row; its JSON tells too whether it is `standing`, and has under `context` what `evidence` has, with the whole
    sentence of each quote: null where the text of the document has changed since."""
    query = _QUERY.add_columns(documents.c.text).where(records.c.id == id_)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    found = _entry(row)
    evidence, text = orjson.loads(row.body)["evidence"], row.text or ""
    if isinstance(evidence, dict):
        context: object = {field: [sentence(text, **span) for span in spans] for field, spans in evidence.items()}
    else:
        context = [sentence(text, **span) for span in evidence]
    more = orjson.dumps({"standing": found.standing, "context": context})
    return found._replace(json=found.json[:-1] + b"," + more[1:])


def sentence(text: str, start: int, end: int, quote: str, **_: str) -> Row | None:
    """The sentence around a quote, with its own offsets into the text."""
    if text[start:end] != quote:
        return None
    first = max(start - _CONTEXT, 0, *(text.rfind(sign, 0, start) + 1 for sign in _ENDS))
    ends = [at + 1 for sign in _ENDS if (at := text.find(sign, max(end - 1, start))) >= 0]
    last = min(end + _CONTEXT, len(text), *ends)
    whole = text[first:last]
    first += len(whole) - len(whole.lstrip())
    return {"start": first, "end": first + len(whole.strip()), "text": whole.strip()}


def _lies_in(row: Entry, place: Mapping[str, str]) -> bool:
    return all(getattr(row, level) == name for level, name in place.items())


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What `Wanted.matches` says, for the database."""
    found = placed(records.c, wanted)
    if wanted.kinds is not None:
        found.append(records.c.kind.in_(wanted.kinds) if wanted.kinds else false())
    if wanted.stages is not None:
        found.append(records.c.stage.in_(wanted.stages) if wanted.stages else false())
    if wanted.minimum is not None:
        found.append(_at_least(wanted.minimum))
    if wanted.words is not None:
        found += [_says(word) for word in asked(wanted.words)]
    return found


def placed(columns: Columns, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Where, when and by whom it must have been published, of records or of documents."""
    found: list[ColumnElement[bool]] = []
    if wanted.places is not None:
        places = [and_(*(columns[level] == name for level, name in place.items())) for place in wanted.places]
        found.append(or_(false(), *places))
    if wanted.source_id is not None:
        found.append(columns["source_id"] == wanted.source_id)
    if wanted.since is not None:
        found.append(columns["published"] >= wanted.since)
    if wanted.until is not None:
        found.append(columns["published"] <= wanted.until)
    if wanted.since and wanted.until and wanted.since > wanted.until:
        found.append(false())  # which the database would only find out record by record
    return found


def _at_least(minimum: Decimal) -> ColumnElement[bool]:
    if minimum >= LIMIT:
        return false()
    return records.c.investment_total >= max(minimum, -LIMIT).quantize(_STEP, ROUND_CEILING)


def _says(word: str) -> ColumnElement[bool]:
    try:
        word.encode()
    except UnicodeEncodeError:  # half a character is in no text
        return false()
    return false() if "\0" in word else records.c.words.contains(word, autoescape=True)


async def append(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Add rows in their order, and number them. The caller's transaction is of `Database.writing`.

    A row has the columns of `records`, and under `tokens` what its words are found by.
    """
    if not rows:
        return
    numbered = [{**row, "id": id_} for id_, row in enumerate(rows, await head(connection) + 1)]
    await insert_rows(connection, records, numbered)
    await search.add(connection, numbered)
    await indicators.enter(connection, numbered)


async def withdraw(connection: AsyncConnection, ids: Collection[int], now: dt.datetime) -> None:
    """Take back rows that stand: one more row for each, found by the same filters."""
    if not ids:
        return
    which = records.c.id.in_(ids)
    found = (await connection.execute(select(records).where(which).order_by(records.c.id))).mappings().all()
    back = [{**row, "recorded_at": now, "withdraws": row["id"], "standing": False} for row in found]
    await append(connection, [{**row, "tokens": tokens(row["words"])} for row in back])
    await connection.execute(update(records).where(which).values(standing=False))
    await indicators.leave(connection, ids)
