"""What comes in, a line a record: what it says, and the sentence that says it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import orjson
from pydantic import Field

from service.api.operation import Call, operation
from service.api.reply import Reply
from service.api.wanted import RecordFilter
from service.store import log
from service.store.database import Connection
from service.store.log import Wanted
from service.web.page import SHOWN, language_of, page
from service.web.said import Fact, hedged, titled
from service.web.units import figure, measured
from service.web.words import Language, say

SHOWN_AT_ONCE = 12
KINDS = ("project", "indicator")
_PROVES = ("investment_total", "stage", "name")
"""Which evidence of a project is shown, the first that it has."""


class Line(NamedTuple):
    """A record as a line. The sentence is in three parts, the middle one being the words that prove it."""

    id: int
    recorded_at: dt.datetime
    kind: str
    title: str
    region: str
    tags: tuple[str, ...]
    before: str
    quote: str
    behind: str
    outlet: str
    href: str


class LinesQuery(RecordFilter):
    lang: Language | None = None
    after: int = Field(ge=0)


@operation(SHOWN)
async def fragment(call: Call, query: LinesQuery) -> Reply:
    """The lines that came after a record, for the page that shows them live."""
    wanted = replace(query.wanted(), kinds=KINDS)
    async with call.parts.database.reading() as connection:
        followed = await log.follow(connection, wanted, query.after, SHOWN_AT_ONCE)
        ids = [entry.id for entry in reversed(followed) if entry.standing]
        found = await _read(connection, ids, language_of(call))
    last = followed[-1].id if followed else query.after
    more = {"X-Last": str(last), "X-More": "yes" if len(followed) == SHOWN_AT_ONCE else "no"}
    shown = page(call, "lines.html", lines=found)
    return replace(shown, headers={**shown.headers, **more})


async def newest(connection: Connection, where: tuple[Mapping[str, str], ...] | None, language: Language) -> list[Line]:
    """What came in last."""
    entries = await log.browse(connection, Wanted(kinds=KINDS, places=where), None, SHOWN_AT_ONCE)
    return await _read(connection, [entry.id for entry in entries], language)


async def _read(connection: Connection, ids: Sequence[int], language: Language) -> list[Line]:
    found = [entry for id_ in ids if (entry := await log.one(connection, id_))]
    return [_line(entry.recorded_at, orjson.loads(entry.json), language) for entry in found]


def _line(recorded_at: dt.datetime, body: Mapping[str, Any], language: Language) -> Line:
    fact = Fact(body["id"], body["kind"], body)
    title, _ = titled(fact, language)
    evidence, context, mark = body["evidence"], body["context"], f"r{fact.id}"
    if fact.kind == "project":
        field = next((name for name in _PROVES if evidence.get(name)), None)
        evidence, context = (evidence.get(field) or [], context.get(field) or []) if field else ([], [])
        mark = f"{mark}-{field}" if field and field != "name" and context and context[0] else mark
    parts = _parts(evidence[0], context[0]) if evidence and context and context[0] else ("", "", "")
    document = body["document"]
    region = body.get("region") or document["region"] or {}
    return Line(
        fact.id,
        recorded_at,
        fact.kind,
        title,
        region.get("name", ""),
        _tags(body, language),
        *parts,
        document["outlet"] or "",
        f"/documents/{document['id']}#{mark}",
    )


def _parts(evidence: Mapping[str, Any], sentence: Mapping[str, Any]) -> tuple[str, str, str]:
    text, at = sentence["text"], evidence["start"] - sentence["start"]
    end = at + len(evidence["quote"])
    return text[:at], text[at:end], text[end:]


def _tags(body: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    if body["kind"] == "indicator":
        return (hedged(measured(body["value"], body["unit"], language), body["qualifier"], language)[0],)
    stage = (say(language, f"stage.{body['stage']}"),) if body["stage"] else ()
    total = body["investment_total"]
    hedge = body["qualifiers"].get("investment_total")
    return (*stage, *([hedged(figure("investment_total", total, language), hedge, language)[0]] if total else []))
