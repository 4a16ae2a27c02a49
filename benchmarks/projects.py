"""Projects that are invented, as many as one likes, written directly as the ledger would; always the same ones."""

import datetime as dt
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Table, Text, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.records import _FIRST, _THINGS, Place, places
from service.ledger import Mention, keys, spelling
from service.models import Project, Region
from service.store import regions
from service.store.database import Database
from service.store.ledger import pairs as pairs_of
from service.store.ledger import traits
from service.store.migrate import upgrade
from service.store.regions import Figures
from service.store.rows import Row
from service.store.tables import ledger, mentions, project_bodies, project_steps, project_tallies, projects, spellings
from service.store.terms import terms
from tests.postgres import binaries, server

NOW = dt.datetime(2025, 6, 1, 4, tzinfo=dt.UTC)
TODAY = NOW.date()
PART = 20_000
STATUSES = (
    *(("planned", 20), ("signed", 15), ("started", 16), ("construction", 22), ("completed", 9), ("operational", 5)),
    *(("stalled", 8), ("cancelled", 4), ("suspended", 1)),
)
CHAINS = (
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
_STAGED = Table("staged_spellings", MetaData(), Column("key", Text), Column("spelling", Text))
"""The keys of all spellings, until they are sorted into their table."""


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
    status = dice.choices(*zip(*STATUSES, strict=True))[0]
    stage = status if status not in ("stalled", "cancelled", "suspended") else dice.choice(("signed", "started", None))
    chain, section = dice.choices(CHAINS, (15, 14, 12, 10, 8, 9, 5, 6, 7, 4, 6, 4))[0]
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
            "signed": status == "signed",
            "yields": False,
        }
    )
    made[projects][-1]["terms"] = terms(made[projects][-1])
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
    step = {"number": number, "ordinal": 0, "status": status, "since": latest, "until": latest, "basis": "reported"}
    there = {"region_code": place.code, "investment_total": made[projects][-1]["investment_total"]}
    made[project_steps].append({**step, "moves": True, "fresh": True, **there})


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
    """Fill an empty, migrated database with so many projects, of one mention each; indexes are made when all is there."""
    on_postgresql = database.engine.dialect.name == "postgresql"
    later = [i for t in (projects, project_steps, mentions) for i in t.indexes if on_postgresql or i._ddl_if is None]
    async with database.changing() as connection:
        for index in later:
            await connection.run_sync(index.drop)
        await connection.run_sync(_STAGED.create)
    tallies: Counter[Any] = Counter()
    sums: dict[tuple[str, str], Figures] = {}
    for made in generated(count):
        for table, rows in made.items():
            await copied(database, table, rows)
        for row in made[projects]:
            tallies.update(pairs_of(traits(row)))
        async with database.reading() as connection:
            some = await regions.counted(connection, [row["number"] for row in made[projects]])
        sums |= {key: sums.get(key, Figures()).plus(one) for key, one in some.items()}
        if with_mentions:
            await _mentions(database, made[projects])
    await copied(database, project_tallies, [{"one": a, "other": b, "projects": n} for (a, b), n in tallies.items()])
    async with database.changing() as connection:
        await regions.count(connection, {}, sums)
        await _finish(connection, count)
        for index in later:
            await connection.run_sync(index.create)
        await connection.execute(text("ANALYZE"))
    if on_postgresql:  # index-only scans want what nobody has changed marked
        async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))


async def _finish(connection: AsyncConnection, count: int) -> None:
    c = _STAGED.c
    summed = select(c.key, c.spelling, func.count()).group_by(c.key, c.spelling).order_by(c.key, c.spelling)
    await connection.execute(insert(spellings).from_select(["key", "spelling", "uses"], summed))
    await connection.run_sync(_STAGED.drop)
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT setval('projects_number_seq', :n)"), {"n": count})
    else:
        await connection.execute(text("INSERT INTO project_terms (project_terms) VALUES ('rebuild')"))
    await connection.execute(insert(ledger).values(id=1, position=0, version=1))


async def _mentions(database: Database, made: Sequence[Row]) -> None:
    rows: list[Row] = []
    found: list[Row] = []
    for row in made:
        mention = mention_of(row)
        own = spelling(mention)
        rows.append(
            {
                "record": mention.record,
                "content_sha256": mention.content_sha256,
                "name": mention.project.name,
                "spelling": own,
                "project": row["id"],
                "day": mention.day,
                "standing": True,
                "body": mention.model_dump_json(by_alias=True).encode(),
            }
        )
        found += [{"key": key, "spelling": own} for key in keys(mention)]
    await copied(database, mentions, rows)
    await copied(database, _STAGED, found)


def mention_of(row: Row) -> Mention:
    """The mention of an article that tells of the project of a row."""
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


@asynccontextmanager
async def empty(kind: str) -> AsyncIterator[Database]:
    """An empty database of a kind, migrated."""
    with tempfile.TemporaryDirectory(prefix="guatu-") as folder, _home(kind, Path(folder)) as url:
        database = Database(url)
        await upgrade(database)
        yield database
        await database.close()


@asynccontextmanager
async def filled(kind: str, count: int, folder: Path | None) -> AsyncIterator[Database]:
    """A database of a kind with so many projects. In a `folder` it is kept, and found again by the next run."""
    if folder is None:
        async with empty(kind) as database:
            await _filled(database, kind, count)
            yield database
        return
    home = folder / f"{kind}-{count}"
    home.mkdir(parents=True, exist_ok=True)
    with _home(kind, home) as url:
        database = Database(url)
        await upgrade(database)
        await _filled(database, kind, count)
        yield database
        await database.close()


async def _filled(database: Database, kind: str, count: int) -> None:
    """Fill a database that is not filled yet."""
    async with database.reading() as connection:
        if await connection.scalar(select(ledger.c.id)):
            return
        assert not await connection.scalar(select(func.max(projects.c.number))), (
            "it is filled in part: remove its folder"
        )
    began = time.perf_counter()
    await fill(database, count, with_mentions=True)
    print(f"{kind}: filled with {count:,} projects in {time.perf_counter() - began:.0f} s", flush=True)


@contextmanager
def _home(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a database with its data in this folder."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder.resolve() / 'guatu.db'}"
        return
    found = binaries()
    assert found is not None, "this machine has no PostgreSQL"
    with server(found, folder) as url:
        yield url.format(name="postgres")
