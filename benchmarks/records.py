"""Asking the log of records: queries never asked before, with 10,000 and with 1,000,000 records: python -m benchmarks.records.

The bars: 1 ms at the median over all kinds of queries, and the median at 1,000,000 within 1.5 times that at 10,000, on SQLite
and on PostgreSQL. Prints the median and the 99th percentile of each kind of query in milliseconds, connection and JSON
included, the sizes asked in turn.
"""

import argparse
import asyncio
import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import create_async_engine

from service.extract.divisions import Division, table
from service.store import log, migrate
from service.store.database import Database
from service.store.log import Wanted
from service.store.rows import Row
from service.store.tables import documents
from service.store.words import joined, tokens
from tests.postgres import binaries, server

BEGAN = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)
SPAN = dt.timedelta(days=2200)
SOURCES = 300
LIMIT = 20
TURNS = 60
WARM = 5
BAR_MS = 1.0
BAR_RATIO = 1.5
_A_DOCUMENT = 3
_PART = 5000
_FIRST = "瑞丰华盛宏达远景兴业润泽恒通嘉禾金海长青天成博源中科新绿佳美联创安信永固鼎立晨光东升西岭南湖北辰国信德正"
_THINGS = (
    "船用阀门 生物降解膜 亚麻面料 光伏支架 精密齿轮 人参饮片 汽车线束 智能电表 预制菜肴 动力电池 玄武岩纤维 高端轴承 食用菌棒 装配式构件"
    " 医用敷料 牦牛乳粉 海洋涂料 工业机器人 抽水蓄能电站 海上风电 污水处理 高速公路 铁路专用线 冷链物流 半导体材料 石墨烯 储能电池 锂电正极"
    " 特种钢材 铜箔 氢燃料电池 文旅小镇 康养中心 数据中心 标准厂房 职业学校 保障房 水库 机场航站楼 港口码头 天然气管道 垃圾焚烧 环保纸业"
).split()
_ENDS = ("项目", "产业园", "生产线", "基地", "工程", "扩建项目", "一期", "研发中心")
_STAGES = (("planned", 20), ("signed", 18), ("started", 20), ("construction", 30), ("completed", 8), ("operational", 4))
_OF = ("开工率", "亿元以上项目", "省重点项目", "固定资产投资", "市级重点项目", "工业项目", "招商引资项目", "技改投资")
_TITLES = ("县长", "县委书记", "市长", "项目负责人", "副县长", "董事长", "总经理", "住建局局长")
_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗建国志强海燕晓东文博立新永红丽华春生国庆雪梅子涵思远家栋明辉秀英"
_SPAN = b'{"start":%d,"end":%d,"quote":"%b","rule":"%b"}'
_PROJECT = (
    b'{"name":"%b","aliases":[],"region":%b,"stage":%b,"investment_total":%b,"investment_phase":{},'
    b'"investment_planned_year":null,"investment_completed":null,"land_area":%d,"floor_area":null,"annual_output":null,'
    b'"annual_tax":null,"jobs":%d,"capacity":[],"owners":["%b"],"dates":{},"qualifiers":{"jobs":"about"},"evidence":'
    b'{"name":[%b],"stage":[%b],"investment_total":[%b],"land_area":[%b]}}'
)
_INDICATOR = (
    b'{"metric":"project_count","stage":%b,"of":"%b","value":%d,"unit":"project","expected":false,"qualifier":null,'
    b'"period":null,"region":%b,"evidence":[%b]}'
)
_PERSON = b'{"name":"%b","title":"%b","evidence":[%b]}'


class Place(NamedTuple):
    """A county with the names of its levels, and its JSON."""

    code: str
    province: str
    prefecture: str | None
    county: str
    json: bytes


def places() -> list[Place]:
    """All counties."""
    return [_place(division) for division in table().by_code.values() if division.level == 3]


def _place(division: Division) -> Place:
    region = table().region(division.code)
    names = region.path.split("/")
    return Place(
        division.code,
        names[0],
        names[1] if len(names) == 3 else None,
        names[-1],
        region.model_dump_json().encode(),
    )


def _name(dice: random.Random) -> str:
    return "".join(dice.choices(_FIRST, k=3)) + dice.choice(_THINGS) + dice.choice(_ENDS)


def _span(dice: random.Random, quote: str, rule: str) -> bytes:
    start = dice.randrange(250)
    return _SPAN % (start, start + len(quote), quote.encode(), rule.encode())


def generated(count: int) -> Iterator[tuple[list[Row], list[Row]]]:
    """Documents and their records, a few thousand at a time; always the same. Most are of the days in which they came."""
    dice, where = random.Random(3), places()
    made = 0
    while made < count:
        some: list[Row] = []
        said: list[Row] = []
        while len(said) < min(_PART, count - made):
            number = (made + len(said)) // _A_DOCUMENT + 1
            place = dice.choice(where)
            came = BEGAN + SPAN * ((made + len(said)) / count)
            late = dice.randrange(3) if dice.random() < 0.9 else dice.randrange(2000)
            published = None if dice.random() < 0.02 else came.date() - dt.timedelta(days=late)
            article = _article(number, place, published, came, dice)
            some.append(article)
            kinds = dice.choices(("project", "indicator", "person"), (4, 5, 1), k=_A_DOCUMENT)
            said += [_record(kind, article, place, came, dice) for kind in kinds]
        said = said[: count - made]
        made += len(said)
        yield some, said


def _article(number: int, place: Place, published: dt.date | None, came: dt.datetime, dice: random.Random) -> Row:
    hash_ = f"{number:064x}"
    return {
        "id": number,
        "raw_sha256": hash_,
        "content_sha256": hash_[::-1],
        "state": "processed",
        "tries": 1,
        "first_seen": came,
        "processed_at": came,
        "rules_version": "2025.3",
        "published": published,
        "outlet": f"{place.county}新闻网",
        "region_code": place.code,
        "province": place.province,
        "prefecture": place.prefecture,
        "county": place.county,
        "title": f"{place.county}：{_name(dice)}加快推进",
        "text": "".join(_name(dice) for _ in range(25)) + "。",
        "source": f"https://news.example.cn/{place.code}/{number}.html",
        "source_id": number % SOURCES + 1 if dice.random() < 0.8 else None,
    }


def _record(kind: str, article: Row, place: Place, came: dt.datetime, dice: random.Random) -> Row:
    names, said = _FACTS[kind](place, dice)
    words = joined(names, article["title"])
    return {
        "recorded_at": came,
        "kind": kind,
        "document_id": article["id"],
        "withdraws": None,
        "standing": True,
        "stage": None,
        "investment_total": None,
        "published": article["published"],
        "source_id": article["source_id"],
        "province": place.province,
        "prefecture": place.prefecture,
        "county": place.county,
        "words": words,
        "tokens": tokens(words),
        "rules_version": "2025.3",
        **said,
    }


def _stage(dice: random.Random, share: float = 1) -> tuple[str | None, bytes]:
    if dice.random() > share:
        return None, b"null"
    stage = dice.choices(*zip(*_STAGES, strict=True))[0]
    return stage, b'"%b"' % stage.encode()


def _project(place: Place, dice: random.Random) -> tuple[list[str], Row]:
    name, (stage, stage_json) = _name(dice), _stage(dice, 0.9)
    owner = name[:3] + "集团有限公司"
    total = None if dice.random() < 0.4 else int(dice.lognormvariate(19.5, 1.5)) // 10_000 * 10_000
    spans = (_span(dice, name, "named"), _span(dice, "开工", "started"), *(_span(dice, "总投资", "total"),) * 2)
    sizes = (b"null" if total is None else b"%d" % total, dice.randrange(90_000), dice.randrange(900))
    body = _PROJECT % (name.encode(), place.json, stage_json, *sizes, owner.encode(), *spans)
    money = None if total is None else Decimal(total)
    return [name, owner], {"stage": stage, "investment_total": money, "body": body}


def _indicator(place: Place, dice: random.Random) -> tuple[list[str], Row]:
    of, (stage, stage_json) = dice.choice(_OF), _stage(dice, 0.4)
    body = _INDICATOR % (stage_json, of.encode(), dice.randrange(300), place.json, _span(dice, of, "count"))
    return [of], {"stage": stage, "body": body}


def _person(_place: Place, dice: random.Random) -> tuple[list[str], Row]:
    person, title = "".join(dice.choices(_NAMES, k=3)), dice.choice(_TITLES)
    body = _PERSON % (person.encode(), title.encode(), _span(dice, title + person, "title_before_name"))
    return [person, title], {"body": body}


_FACTS = {"project": _project, "indicator": _indicator, "person": _person}


async def fill(database: Database, count: int) -> None:
    """Fill an empty, migrated database with so many records, and a document to every three."""
    for some, said in generated(count):
        async with database.writing() as connection:
            await connection.execute(insert(documents), some)
            await log.append(connection, said)
    if not database.file:  # whose sequence has not seen the ids
        async with database.writing() as connection:
            await connection.execute(text("SELECT setval('documents_id_seq', (SELECT max(id) FROM documents))"))


def _wanted(kind: str, dice: random.Random, where: Sequence[Place]) -> Wanted:
    """A query of a kind, about anything."""
    place, thing = dice.choice(where), dice.choice(_THINGS)
    day = (BEGAN + SPAN * dice.random()).date()
    stage = dice.choice(_STAGES)[0]
    minimum = Decimal(int(dice.lognormvariate(21, 1.5)))
    province = {"province": place.province}
    county = {**province, **({"prefecture": place.prefecture} if place.prefecture else {}), "county": place.county}
    return {
        "all": Wanted(),
        "kind": Wanted(kinds=(dice.choice(tuple(_FACTS)),)),
        "province": Wanted(places=(province,)),
        "prefecture": Wanted(places=({**province, "prefecture": place.prefecture or place.county},)),
        "county": Wanted(places=(county,)),
        "source": Wanted(source_id=dice.randrange(SOURCES) + 1),
        "minimum": Wanted(minimum=minimum),
        "since": Wanted(since=day),
        "until": Wanted(until=day),
        "month": Wanted(since=day, until=day + dt.timedelta(days=30)),
        "day": Wanted(since=day, until=day),
        "province, stage": Wanted(places=(province,), stages=(stage,), kinds=("project",)),
        "province, stage, minimum, until": Wanted(places=(province,), stages=(stage,), minimum=minimum, until=day),
        "words": Wanted(words=thing),
        "part of a word": Wanted(words=thing[:2]),
        "one character": Wanted(words=dice.choice("锂氢铜纸牦椰核藏")),
        "name": Wanted(words=_name(dice)[:6]),
        "words, province, year": Wanted(words=thing, places=(province,), since=day, until=day + dt.timedelta(days=365)),
        "words that are nowhere": Wanted(words=thing[:2] + dice.choice(_FIRST)),
    }[kind]


KINDS = (
    *("all", "kind", "province", "prefecture", "county", "source", "minimum", "since", "until", "month", "day"),
    *("province, stage", "province, stage, minimum, until", "words", "part of a word", "one character", "name"),
    *("words, province, year", "words that are nowhere"),
)


async def asked(database: Database, kind: str, dice: random.Random, where: Sequence[Place], count: int) -> float:
    """Milliseconds that one query took, from somewhere in the log."""
    wanted, before = _wanted(kind, dice, where), dice.randrange(count * 3 // 4, count) + 1
    began = time.perf_counter()
    async with database.reading() as connection:
        await log.browse(connection, wanted, before, LIMIT)
    return (time.perf_counter() - began) * 1000


async def compare(name: str, databases: Mapping[int, Database]) -> bool:
    """Ask databases of these sizes in turn, print, and tell whether the bars were held."""
    where, small, large = places(), min(databases), max(databases)
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    for turn in range(-WARM, TURNS):
        for kind in KINDS:
            for count, database in databases.items():
                took = await asked(database, kind, random.Random(f"{turn} {kind} {count}"), where, count)
                if turn >= 0:
                    times[kind, count].append(took)
    print(f"\n{name}: milliseconds, median and 99th percentile at {small:,} and at {large:,} records")
    for kind in KINDS:
        row = [value for count in (small, large) for value in _marks(times[kind, count])]
        print(f"  {kind:34}" + "".join(f"{value:8.2f}" for value in row))
    all_of = {count: [took for kind in KINDS for took in times[kind, count]] for count in databases}
    medians = {count: statistics.median(took) for count, took in all_of.items()}
    ratio = medians[large] / medians[small]
    print(
        f"  all: median {medians[small]:.2f} and {medians[large]:.2f} (bar {BAR_MS}), {ratio:.2f} times (bar {BAR_RATIO})"
    )
    return medians[large] <= BAR_MS and ratio <= BAR_RATIO


def _marks(took: list[float]) -> tuple[float, float]:
    return statistics.median(took), sorted(took)[int(len(took) * 0.99)]


@asynccontextmanager
async def filled(url: str, count: int) -> AsyncIterator[Database]:
    """A database of so many records; one that has them already is taken as it is."""
    database = Database(url)
    if await migrate.fit(database) == "empty":
        await migrate.upgrade(database)
        await fill(database, count)
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).exec_driver_sql("ANALYZE")
    yield database
    await database.close()


async def measure(name: str, urls: Mapping[int, str]) -> bool:
    """Whether the bars were held with databases at these addresses, by their sizes."""
    async with AsyncExitStack() as stack:
        made = {count: await stack.enter_async_context(filled(url, count)) for count, url in urls.items()}
        return await compare(name, made)


async def on_postgresql(counts: Sequence[int]) -> bool:
    """The same on a server that is started for it."""
    folder = binaries()
    if folder is None:
        print("PostgreSQL: none on this machine")
        return False
    with server(folder) as url:
        maintenance = create_async_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        async with maintenance.connect() as connection:
            for count in counts:
                await connection.exec_driver_sql(f"CREATE DATABASE records_{count}")
        await maintenance.dispose()
        return await measure("PostgreSQL", {count: url.format(name=f"records_{count}") for count in counts})


def main() -> None:
    """Exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keep the SQLite files here, and use those that are here")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    counts, held = (given.small, given.large), True
    if given.only != "postgresql":
        with tempfile.TemporaryDirectory(prefix="guatu-records-") as name:
            folder = given.folder or Path(name)
            urls = {count: f"sqlite+aiosqlite:///{folder}/{count}.db" for count in counts}
            held &= asyncio.run(measure("SQLite", urls))
    if given.only != "sqlite":
        held &= asyncio.run(on_postgresql(counts))
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
