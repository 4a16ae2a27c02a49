"""The ledger with many projects: python -m benchmarks.ledger [--count N] [--only list|mention] [--on sqlite|postgresql].

mention: what one more mention costs with 1,000 and with N projects stored. list: how long GET /v1/projects takes with N,
by kind of question, and by which plan PostgreSQL answers. The rows are invented and written directly, as the ledger would.
"""

import argparse
import asyncio
import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from sqlalchemy import CompoundSelect, Select, Table, insert, text, update

from benchmarks.records import _FIRST, _THINGS, Place, places
from service.api.app import build, serve
from service.api.cache import Memory
from service.api.limits import Limits
from service.api.log import AccessLog
from service.api.parts import Parts
from service.ledger import Mention, keys, spelling
from service.models import Project, Region
from service.pipeline.ledger import Ledger
from service.pipeline.places import places_named
from service.store import projects as asking
from service.store.database import Database
from service.store.facets import FACETS, counting
from service.store.ledger import pairs as pairs_of
from service.store.ledger import traits
from service.store.migrate import upgrade
from service.store.projects import Wanted
from service.store.rows import Row
from service.store.tables import (
    documents,
    ledger,
    mentions,
    project_bodies,
    project_steps,
    project_tallies,
    projects,
    records,
)
from service.store.terms import pairs
from tests.postgres import binaries, server

NOW = dt.datetime(2025, 6, 1, 4, tzinfo=dt.UTC)
TODAY = NOW.date()
PART = 20_000
_STATUSES = (
    *(("planned", 20), ("signed", 15), ("started", 16), ("construction", 22), ("completed", 9), ("operational", 5)),
    *(("stalled", 8), ("cancelled", 4), ("suspended", 1)),
)
_CHAINS = (
    *(
        ("新材料", "C"),
        ("装备制造", "C"),
        ("食品", "C"),
        ("新能源", "D"),
        ("医药", "C"),
        ("电子信息", "C"),
        ("物流", "G"),
    ),
    *(("文旅", "R"), ("交通", "E"), ("水利", "N"), ("城建", "E"), ("民生", "P")),
)
_ENDS = ("项目", "产业园", "生产线", "基地", "工程", "研发中心")
_REF = b'{"record":%d,"story":"%b","day":"%b","outlet":"%b","quote":"%b"}'
_VIEW = (
    b'{"name":"%b","aliases":[],"region":%b,"owners":["%b"],"status":"%b","stage":%b,"inferred":false,"industry":["%b"],'
    b'"section":"%b","programmes":[],"fields":{"investment_total":{"field":"investment_total","current":%b,"values":[%b],'
    b'"contradicted":false}},"phases":[],"capacity":[],"timeline":[{"status":"%b","day":"%b","basis":"reported","moves":true,'
    b'"refs":[%b]}],"expectations":[],"people":[],"problems":[],"first":"%b","latest":"%b","sources":1,"copies":0,'
    b'"records":[%d],"corrections":[]}'
)
_LINE = (
    b'{"id":"%b","name":"%b","aliases":[],"region":%b,"owners":["%b"],"status":"%b","stage":%b,"inferred":false,"section":"%b",'
    b'"industry":["%b"],"programmes":[],"investment_total":%b,"investment_completed":null,"land_area":null,'
    b'"completion_expected":null,"outcome":null,"problems":[],"first":"%b","latest":"%b","sources":1,"copies":0}'
)


def generated(count: int) -> Iterator[dict[Table, list[Row]]]:
    """Rows of the tables of projects, some at a time; always the same."""
    dice, where = random.Random(5), places()
    for begin in range(1, count + 1, PART):
        made: dict[Table, list[Row]] = {projects: [], project_bodies: [], project_steps: []}
        for number in range(begin, min(begin + PART, count + 1)):
            _project(number, dice, dice.choice(where), made)
        yield made


def name_of(dice: random.Random) -> tuple[str, str]:
    """A name, and the firm it is of."""
    brand = "".join(dice.choices(_FIRST, k=3))
    return brand + dice.choice(_THINGS) + dice.choice(_ENDS), brand + "集团有限公司"


def _project(number: int, dice: random.Random, place: Place, made: dict[Table, list[Row]]) -> None:
    name, owner = name_of(dice)
    status = dice.choices(*zip(*_STATUSES, strict=True))[0]
    stage = status if status not in ("stalled", "cancelled", "suspended") else dice.choice(("signed", "started", None))
    chain, section = dice.choices(_CHAINS, (15, 14, 12, 10, 8, 9, 5, 6, 7, 4, 6, 4))[0]
    total = None if dice.random() < 0.3 else int(dice.lognormvariate(19.5, 1.5)) // 10_000 * 10_000
    latest = TODAY - dt.timedelta(days=int(1500 * dice.random() ** 2))
    first = latest - dt.timedelta(days=dice.randrange(700))
    due = latest + dt.timedelta(days=dice.randrange(900)) if dice.random() < 0.4 else None
    tags = [f"industry:{chain}"]
    if dice.random() < 0.15:
        tags.append(f"programme:{dice.choice(('省重点', '三个一批', '白名单'))}")
    if status == "stalled":
        tags.append("problem:stalled")
    elif due and due < TODAY and dice.random() < 0.5:
        tags.append("problem:overdue")
    if dice.random() < 0.03:
        tags.append("problem:contradictory")
    id_ = f"{number * 0x9E3779B97F4A7C15 % 2**48:012x}"
    words = f"{name}\n{owner}".lower()
    made[projects].append(
        {
            "number": number,
            "id": id_,
            "name": name,
            "region_code": place.code,
            "province": place.province,
            "prefecture": place.prefecture,
            "county": place.county,
            "status": status,
            "stage": stage,
            "inferred": status == "stalled",
            "section": section,
            "tags": sorted(tags),
            "investment_total": None if total is None else Decimal(total),
            "investment_completed": None,
            "land_area": None,
            "investment_order": Decimal(-1 if total is None else total),
            "due": due,
            "outcome": None if due is None else "overdue" if "problem:overdue" in tags else "open",
            "first": first,
            "latest": latest,
            "changed_at": NOW,
            "look_again": latest + dt.timedelta(days=1461),
            "owners": owner.lower(),
            "words": words,
            "terms": pairs(words),
        }
    )
    shown = (name.encode(), place.json, owner.encode(), status.encode(), b'"%b"' % stage.encode() if stage else b"null")
    days = (first.isoformat().encode(), latest.isoformat().encode())
    money = b"null" if total is None else b"%d" % total
    ref = _REF % (number, id_.encode() * 5, days[1], place.county.encode(), name.encode())
    value = b'{"value":%b,"first":"%b","last":"%b","qualifier":null,"refs":[%b],"doubt":null,"correction":null}' % (
        *(money, *days, ref),
    )
    body = _VIEW % (
        *shown,
        chain.encode(),
        section.encode(),
        value,
        value,
        status.encode(),
        days[1],
        ref,
        *days,
        number,
    )
    line = _LINE % (id_.encode(), *shown, section.encode(), chain.encode(), money, *days)
    made[project_bodies].append({"number": number, "line": line, "body": body})
    step = {"number": number, "ordinal": 0, "status": status, "since": latest, "until": latest}
    made[project_steps].append({**step, "basis": "reported", "moves": True})


async def copied(database: Database, table: Table, rows: Sequence[Row]) -> None:
    """Write many rows: PostgreSQL by COPY."""
    if database.engine.dialect.name == "sqlite":
        async with database.changing() as connection:
            await connection.execute(insert(table), rows)
        return
    async with database.engine.begin() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        names = list(rows[0])
        await raw.copy_records_to_table(table.name, columns=names, records=[[row[n] for n in names] for row in rows])


async def fill(database: Database, count: int, *, with_mentions: bool) -> None:
    """Fill an empty, migrated database with so many projects, of one mention each."""
    on_postgresql = database.engine.dialect.name == "postgresql"
    later = [i for t in (projects, project_steps, mentions) for i in t.indexes] if on_postgresql else []
    async with database.changing() as connection:
        for index in later:
            await connection.run_sync(index.drop)
    tallies: Counter[Any] = Counter()
    for made in generated(count):
        for table, rows in made.items():
            await copied(database, table, rows)
        for row in made[projects]:
            tallies.update(pairs_of(traits(row)))
        if with_mentions:
            await _mentions(database, made[projects])
    await copied(database, project_tallies, [{"one": a, "other": b, "projects": n} for (a, b), n in tallies.items()])
    async with database.changing() as connection:
        for index in later:
            await connection.run_sync(index.create)
        if on_postgresql:
            await connection.execute(text("SELECT setval('projects_number_seq', :n)"), {"n": count})
        else:
            await connection.execute(text("INSERT INTO project_terms (project_terms) VALUES ('rebuild')"))
            await connection.execute(text("ANALYZE"))
        await connection.execute(insert(ledger).values(id=1, position=0, version=1))
    if on_postgresql:
        async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))


async def _mentions(database: Database, made: Sequence[Row]) -> None:
    rows: list[Row] = []
    found: list[Row] = []
    for row in made:
        mention = _mention(row)
        own = spelling(mention)
        body = mention.model_dump_json(by_alias=True).encode()
        rows.append(
            {
                "record": mention.record,
                "content_sha256": mention.content_sha256,
                "name": mention.project.name,
                "spelling": own,
                "project": row["id"],
                "day": mention.day,
                "standing": True,
                "body": body,
            }
        )
        found += [{"key": key, "spelling": f"{own}", "uses": 1} for key in keys(mention)]
    await copied(database, mentions, rows)
    if database.engine.dialect.name == "postgresql":
        unique = {(one["key"], one["spelling"]): one for one in found}
        async with database.engine.begin() as connection:
            await connection.execute(
                text("CREATE TEMP TABLE entered (key text, spelling text, uses int) ON COMMIT DROP")
            )
            raw: Any = (await connection.get_raw_connection()).driver_connection
            await raw.copy_records_to_table("entered", records=[tuple(one.values()) for one in unique.values()])
            await connection.execute(text("INSERT INTO spellings SELECT * FROM entered ON CONFLICT DO NOTHING"))
    else:
        async with database.changing() as connection:
            await connection.exec_driver_sql(
                "INSERT OR IGNORE INTO spellings VALUES (?, ?, ?)", [tuple(one.values()) for one in found]
            )


def _mention(row: Row) -> Mention:
    levels = [row[level] for level in ("province", "prefecture", "county") if row[level]]
    region = Region(code=row["region_code"], name=levels[-1], path="/".join(levels))
    content = f"{row['number']:064x}"
    project = Project.model_construct(
        name=row["name"],
        region=region,
        stage=row["stage"],
        investment_total=row["investment_total"],
        owners=(row["words"].split("\n")[1],),
    )
    return Mention.model_construct(
        record=row["number"],
        content_sha256=content,
        story=content,
        published=row["latest"],
        seen=row["latest"],
        outlet="新闻网",
        place=region,
        project=project,
    )


def asked(dice: random.Random, where: Sequence[Place]) -> dict[str, str]:
    """One question of each kind."""
    place, thing, chain = dice.choice(where), dice.choice(_THINGS), dice.choice(_CHAINS)[0]
    status, problem = dice.choice(_STATUSES)[0], dice.choice(("overdue", "stalled", "contradictory"))
    section = dice.choice("CDGREP")
    month = TODAY - dt.timedelta(days=dice.randrange(1000))
    amount = dice.choice((50_000_000, 100_000_000, 500_000_000, 1_000_000_000, 10_000_000_000))
    brand = "".join(dice.choices(_FIRST, k=2))
    counts = "&facets=status,stage,region,section,industry,programme,problem"
    return {
        "all": counts,
        "status": f"&status={status}{counts}",
        "province": f"&region={place.code[:2]}0000{counts}",
        "prefecture": f"&region={place.code[:4]}00{counts}" if place.prefecture else f"&region={place.code}{counts}",
        "county": f"&region={place.code}&sort=investment{counts}",
        "industry, province": f"&region={place.code[:2]}0000&industry={chain}&sort=investment{counts}",
        "industry, problem": f"&industry={chain}&problem={problem}{counts}",
        "amount": f"&min_investment={amount}&sort=investment{counts}",
        "amount, status": f"&min_investment={amount}&max_investment={amount * 3}&status={status}{counts}",
        "words": f"&q={thing}{counts}",
        "words, status, amount": f"&q={thing}&status={status}&min_investment={amount}{counts}",
        "common word": f"&q=项目&status={status}&sort=name",
        "owner": f"&owner={brand}{counts}",
        "reached in a month": f"&reached=signed&reached_since={month}&reached_until={month + dt.timedelta(days=30)}{counts}",
        "due in a month": f"&due_since={month}&due_until={month + dt.timedelta(days=30)}&problem=overdue{counts}",
        "rare": f"&status=suspended&industry={chain}&section={section}&min_investment={amount}{counts}",
        "by first, section": f"&section={section}&sort=first",
    }


async def list_projects(database: Database, rounds: int) -> None:
    """Percentiles of GET /v1/projects by kind of question, nothing from memory."""
    dice, where = random.Random(11), places()
    quiet = AccessLog(BytesIO())
    parts = Parts(
        database=database, now=lambda: NOW, limits=Limits(rate=0), memory=Memory(lambda: None), access_log=quiet
    )
    took: dict[str, list[float]] = {}
    async with serve(build(parts, open_reading=True), "127.0.0.1", 0) as url, aiohttp.ClientSession(url) as client:
        for number in range(rounds + 3):
            for kind, query in asked(dice, where).items():
                following = f"/v1/projects?limit=20{quote(query, safe='&=,')}"
                for step in range(2):  # the page, and the one behind it
                    began = time.perf_counter()
                    async with client.get(following) as response:
                        page = await response.json()
                        assert response.status == 200, page
                    if number >= 3:
                        took.setdefault(kind + (", next page" if step else ""), []).append(time.perf_counter() - began)
                    if not page["next"]:
                        break
                    following = page["next"]
    print(f"{'GET /v1/projects':<36}{'p50':>8}{'p90':>8}{'p99':>8}  ms")
    for kind, seconds in {**took, "together": [s for some in took.values() for s in some]}.items():
        ranks = statistics.quantiles([*seconds, *seconds[-1:]], n=100, method="inclusive")
        print(f"{kind:<36}" + "".join(f"{ranks[p - 1] * 1000:>8.1f}" for p in (50, 90, 99)), flush=True)


async def explain(database: Database) -> None:
    """The plans of PostgreSQL: for each kind of question that of the page and of the counts."""
    wanted = {
        "all": Wanted(),
        "province": Wanted(places=places_named("浙江省")),
        "county": Wanted(places=places_named("330424")),
        "status and amount": Wanted(statuses=("signed",), minimum=Decimal(10**9)),
        "industry and problem": Wanted(industry="新材料", problems=("overdue",)),
        "words": Wanted(words="海上风电"),
        "owner": Wanted(owner="瑞丰"),
        "reached": Wanted(reached=("signed",), reached_since=dt.date(2025, 1, 1), reached_until=dt.date(2025, 1, 31)),
    }
    async with database.reading() as connection:
        for kind, one in wanted.items():
            plans: dict[str, Select[Any] | CompoundSelect[Any]] = {}
            if kind in ("all", "province"):
                plans["page"] = asking.in_order(connection, one, "latest", None, 20)
            else:
                plans["page, of the next"] = asking.in_window(connection, one, "latest", None, 20)
                plans["page, sorted"] = asking.sorted_out(connection, one, "latest", None, 20)
                plans["counts"] = counting(connection, one, FACETS)
            for name, query in plans.items():
                made = query.compile(connection.sync_engine, compile_kwargs={"literal_binds": True})
                plan = list(await connection.scalars(text(f"EXPLAIN ANALYZE {made}".replace(":", "\\:"))))
                scans = [line.strip(" ->") for line in plan if "Scan" in line or "Execution" in line]
                print(f"{kind}, {name}", *(line for line in scans if "CTE" not in line), sep="\n    ", flush=True)


async def one_more(database: Database, count: int, rounds: int) -> tuple[float, float]:
    """Medians in ms of a step with one mention more: of a new project, and of one that is there."""
    dice, where = random.Random(7), places()
    took: dict[bool, list[float]] = {True: [], False: []}
    async with database.changing() as connection:
        await connection.execute(update(ledger).values(position=count))
    keeper = Ledger(database, lambda: NOW)
    there = [row for made in generated(min(count, 1000)) for row in made[projects]]
    for number in range(1, 2 * rounds + 7):
        new = number % 2 == 0
        place = dice.choice(where)
        row = {**dice.choice(there), "number": count + number, "latest": TODAY}
        if new:
            name, owner = name_of(dice)
            levels = {"province": place.province, "prefecture": place.prefecture, "county": place.county}
            row |= {"name": name, "words": f"{name}\n{owner}", "region_code": place.code, **levels}
        await _record(database, _mention(row))
        began = time.perf_counter()
        step = await keeper.step()
        if number > 6:
            took[new].append((time.perf_counter() - began) * 1000)
        assert step is not None
        assert step.written
    return statistics.median(took[True]), statistics.median(took[False])


async def _record(database: Database, mention: Mention) -> None:
    """A record of a document that says what the mention does."""
    place = mention.region
    assert place is not None
    levels = place.path.split("/")
    document = {
        "id": mention.record,
        "raw_sha256": mention.content_sha256,
        "content_sha256": mention.content_sha256,
        "state": "processed",
        "tries": 1,
        "first_seen": NOW,
        "published": mention.published,
        "outlet": mention.outlet,
        "region_code": place.code,
        "province": levels[0],
        "prefecture": levels[1] if len(levels) == 3 else None,
        "county": levels[-1],
        "text": mention.project.name,
    }
    said = {"recorded_at": NOW + dt.timedelta(seconds=mention.record), "kind": "project", "standing": True}
    async with database.changing() as connection:
        await connection.execute(insert(documents), document)
        row = {**said, "id": mention.record, "document_id": mention.record, "words": mention.project.name}
        body = mention.project.model_dump_json(by_alias=True).encode()
        await connection.execute(insert(records), {**row, "rules_version": "1", "body": body})


@asynccontextmanager
async def empty(kind: str) -> AsyncIterator[Database]:
    """An empty database of a kind, migrated."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="guatu-") as folder:
            database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'guatu.db'}")
            await upgrade(database)
            yield database
            await database.close()
        return
    found = binaries()
    assert found is not None, "this machine has no PostgreSQL"
    with server(found) as url:
        database = Database(url.format(name="postgres"))
        await upgrade(database)
        yield database
        await database.close()


async def run(kind: str, count: int, only: str | None, rounds: int) -> None:
    if only != "mention":
        print(f"\n{kind}, {count:,} projects", flush=True)
        async with empty(kind) as database:
            await fill(database, count, with_mentions=False)
            await list_projects(database, rounds)
            if kind == "postgresql":
                await explain(database)
    if only != "list":
        found = {}
        for size in (1000, count):
            async with empty(kind) as database:
                await fill(database, size, with_mentions=True)
                found[size] = await one_more(database, size, rounds)
            print(
                f"{kind}, one more mention with {size:,} projects: new {found[size][0]:.1f} ms, known {found[size][1]:.1f} ms",
                flush=True,
            )
        ratios = [more / less for more, less in zip(found[count], found[1000], strict=True)]
        print(f"{kind}: {ratios[0]:.2f} times and {ratios[1]:.2f} times as long (bar: 2)")


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--only", choices=("list", "mention"))
    options.add_argument("--on", choices=("sqlite", "postgresql"))
    options.add_argument("--rounds", type=int, default=60)
    given = options.parse_args()
    for kind in [given.on] if given.on else ["postgresql", "sqlite"]:
        asyncio.run(run(kind, given.count, given.only, given.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
