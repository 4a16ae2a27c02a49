"""Projects as the ledger writes them: their rows, what is shown of them, their timelines, the tallies and the changes."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, delete, insert, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.store import regions
from service.store.database import among, one_of
from service.store.inserts import insert_rows, upsert
from service.store.rows import Row
from service.store.tables import (
    project_bodies,
    project_changes,
    project_steps,
    project_tallies,
    projects,
    redirects,
)

Traits = tuple[str, ...]
"""What projects are counted by."""
_TRAITS = (("region", "province"), ("status", "status"), ("stage", "stage"), ("section", "section"))


_CHUNK = 1000
_HELD = (
    "number",
    "id",
    "province",
    "prefecture",
    "county",
    "status",
    "stage",
    "section",
    "tags",
    "look_again",
    "terms",
)
_SOME = "(SELECT value FROM json_each(:numbers))"
_FORGET = text(
    "INSERT INTO project_terms (project_terms, rowid, terms)"
    f" SELECT 'delete', number, terms FROM projects WHERE number IN {_SOME}"
)
_ENTER = text(f"INSERT INTO project_terms (rowid, terms) SELECT number, terms FROM projects WHERE number IN {_SOME}")


class Entry(NamedTuple):
    """A project as it is written: `row` has the columns of `projects` but the number, `steps` those of `project_steps`."""

    id: str
    row: Row
    line: bytes
    body: bytes
    steps: Sequence[Row]

    @property
    def traits(self) -> Traits:
        return traits(self.row)


class Held(NamedTuple):
    """A project as it is stored: what it is counted as, and the JSON of its ProjectView."""

    number: int
    id: str
    traits: Traits
    look_again: dt.date | None
    terms: tuple[str, ...]
    body: bytes


class Event(NamedTuple):
    """A change to be written down."""

    project: str
    kind: str
    fields: tuple[str, ...] = ()
    other: str | None = None


def traits(row: Mapping[str, Any]) -> Traits:
    """The traits of a row of `projects`; `below` is the division that counts below its province."""
    found = [f"{name}:{row[column]}" for name, column in _TRAITS if row[column]]
    below = row["prefecture"] or row["county"]
    return ("", *found, *row["tags"], *([f"below:{below}"] if below else []))


def pairs(of: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pairs in which traits are counted. What is below a province is counted with the province alone."""
    known = list(of)
    for one in known:
        for other in known:
            if not one.startswith("below:") and (not other.startswith("below:") or one.startswith("region:")):
                yield one, other


async def held(connection: AsyncConnection, ids: Collection[str]) -> dict[str, Held]:
    """Projects as they are stored, by their ids."""
    if not ids:
        return {}
    columns = [projects.c[name] for name in _HELD]
    query = select(*columns, project_bodies.c.body).join_from(projects, project_bodies)
    found = await connection.execute(query.where(among(connection, projects.c.id, ids)))
    return {
        row.id: Held(row.number, row.id, traits(dict(row._mapping)), row.look_again, row.terms, row.body)
        for row in found
    }


async def due(connection: AsyncConnection, today: dt.date, limit: int) -> set[str]:
    """Projects whose view time alone may have changed, those that wait longest first."""
    query = select(projects.c.id).where(projects.c.look_again <= today).order_by(projects.c.look_again).limit(limit)
    return set(await connection.scalars(query))


async def write(
    connection: AsyncConnection, entries: Sequence[Entry], before: Mapping[str, Held], gone: Collection[str]
) -> None:
    """Write projects, those in `before` over what is stored of them, and remove those that are `gone`."""
    old = [before[entry.id].number for entry in entries if entry.id in before]
    leaving = [before[id_].number for id_ in gone]
    stood = await regions.counted(connection, [*old, *leaving])
    other = {e.id for e in entries if e.id not in before or before[e.id].terms != e.row["terms"]}
    await _forget_terms(connection, [*leaving, *(before[id_].number for id_ in other & before.keys())])
    await connection.execute(delete(project_steps).where(one_of(connection, project_steps.c.number, [*old, *leaving])))
    if leaving:
        await connection.execute(delete(project_bodies).where(one_of(connection, project_bodies.c.number, leaving)))
        await connection.execute(delete(projects).where(one_of(connection, projects.c.number, leaving)))
    numbers = await _rows(connection, entries, before)
    await regions.count(connection, stood, await regions.counted(connection, numbers.values()))
    bodies = [{"number": numbers[entry.id], "line": entry.line, "body": entry.body} for entry in entries]
    await insert_rows(connection, project_bodies, bodies, "line", "body")
    steps = [
        {"number": numbers[entry.id], "ordinal": ordinal, **step}
        for entry in entries
        for ordinal, step in enumerate(entry.steps)
    ]
    await insert_rows(connection, project_steps, steps)
    await _enter_terms(connection, [numbers[id_] for id_ in other])
    tallies: Counter[tuple[str, str]] = Counter(pair for entry in entries for pair in pairs(entry.traits))
    over = [*(entry.id for entry in entries if entry.id in before), *gone]
    tallies.subtract(pair for id_ in over for pair in pairs(before[id_].traits))
    await tally(connection, tallies)


async def _rows(connection: AsyncConnection, entries: Sequence[Entry], before: Mapping[str, Held]) -> dict[str, int]:
    """Write the rows of `projects`; gives their numbers by the ids."""
    known = [entry for entry in entries if entry.id in before]
    if known:
        values: Row = {
            column.name: bindparam(column.name) for column in projects.c if column.name not in ("number", "id")
        }
        rows = [{**{name: entry.row[name] for name in values}, "key": before[entry.id].number} for entry in known]
        await connection.execute(update(projects).where(projects.c.number == bindparam("key")).values(values), rows)
    numbers = {entry.id: before[entry.id].number for entry in known}
    new = [entry.row for entry in entries if entry.id not in before]
    if new:
        made = await connection.execute(insert(projects).returning(projects.c.id, projects.c.number), new)
        numbers |= {row.id: row.number for row in made}
    return numbers


async def _forget_terms(connection: AsyncConnection, numbers: Collection[int]) -> None:
    """Take projects out of SQLite's inverted index, which has to be told what it holds of them."""
    if connection.dialect.name == "sqlite":
        await connection.execute(_FORGET, {"numbers": orjson.dumps(list(numbers)).decode()})


async def _enter_terms(connection: AsyncConnection, numbers: Collection[int]) -> None:
    if connection.dialect.name == "sqlite":
        await connection.execute(_ENTER, {"numbers": orjson.dumps(list(numbers)).decode()})


async def tally(connection: AsyncConnection, more: Mapping[tuple[str, str], int]) -> None:
    """Add to the tallies; what no project has leaves."""
    c = project_tallies.c
    rows: list[Row] = [
        {"one": one, "other": other, "projects": count} for (one, other), count in sorted(more.items()) if count
    ]
    if rows:
        added = c.projects + literal_column("excluded.projects", c.projects.type)
        await connection.execute(upsert(connection.dialect, project_tallies, projects=added), rows)
        if any(row["projects"] < 0 for row in rows):
            await connection.execute(delete(project_tallies).where(c.projects <= 0))


async def merge(connection: AsyncConnection, into: Mapping[str, str], alive: Collection[str]) -> None:
    """Write down into which projects others went, also those that went into these before; who is alive went nowhere."""
    for old, new in sorted(into.items()):
        await connection.execute(update(redirects).where(redirects.c.new == old).values(new=new))
    if into:
        rows = [{"old": old, "new": new} for old, new in into.items()]
        await connection.execute(upsert(connection.dialect, redirects, "new"), rows)
    await connection.execute(delete(redirects).where(among(connection, redirects.c.old, alive)))


async def fingerprint(connection: AsyncConnection) -> str:
    """One sha256 over all projects and what is shown of them, whatever their ids and those of records: equal for any order
    in which the same articles came in."""
    digests: list[bytes] = []
    reached = 0
    query = select(project_bodies.c.number, project_bodies.c.body).order_by(project_bodies.c.number).limit(_CHUNK)
    while rows := (await connection.execute(query.where(project_bodies.c.number > reached))).all():
        digests += [sha256(orjson.dumps(_nameless(orjson.loads(row.body)))).digest() for row in rows]
        reached = rows[-1].number
    return sha256(b"".join(sorted(digests))).hexdigest()


def _nameless(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The same without the ids of records."""
    if isinstance(value, dict):
        return {name: _nameless(one) for name, one in value.items() if name not in ("record", "records")}
    return [_nameless(one) for one in value] if isinstance(value, list) else value


async def note(connection: AsyncConnection, events: Sequence[Event], now: dt.datetime) -> None:
    """Write down what changed."""
    rows = [{"at": now, **event._asdict(), "fields": list(event.fields)} for event in events]
    await insert_rows(connection, project_changes, rows)
