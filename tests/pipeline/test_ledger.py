"""The ledger over the log: the same from any order, through kills and replays, from scratch and step by step."""

import asyncio
import datetime as dt
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from service.models import RawDocument
from service.pipeline import decisions
from service.pipeline.ledger import Ledger, Step
from service.pipeline.pool import read
from service.store import facets, ledger, mentions, projects, regions, sums
from service.store.database import Connection, Database
from service.store.migrate import upgrade
from service.store.projects import Wanted
from service.store.rows import Arrival, Digest, original
from service.store.tables import project_tallies, spellings
from service.store.tables import projects as projects_table
from tests.api.serving import take
from tests.pipeline.written import Article, admit, arrival, articles

NOW = dt.datetime(2025, 6, 1, 4, tzinfo=dt.UTC)


def article(day: str, text: str) -> str:
    return f"<html><head><meta name='publishdate' content='{day}'></head><body><p>{text}</p></body></html>"


ARTICLES = [
    article("2023-03-01", "海盐县澉浦绿色船配产业园日前签约，项目总投资12.5亿元，由浙江澉浦船配有限公司投资建设。"),
    article("2023-09-10", "海盐县澉浦绿色船配产业园昨日开工，项目总投资12.5亿元，用地180亩，预计2024年12月竣工。"),
    article("2024-12-20", "澉浦绿色船配产业园项目竣工，浙江澉浦船配有限公司的这一项目位于海盐县，总投资13亿元。"),
    article("2023-05-02", "吉林省通化县中药饮片加工项目总投资3.2亿元，日前签约。"),
    article("2024-04-02", "通化县中药饮片加工项目建成投产，项目总投资3.2亿元，年产值5亿元。"),
    article("2023-06-01", "吉林省集安市中药饮片加工项目总投资2.1亿元，日前开工。"),
    article("2021-02-01", "海南省琼海市嘉积中学改扩建项目今日开工，总投资8600万元。"),
    article("2024-01-15", "海盐县百步镇年产5万吨生物降解膜项目签约，总投资6亿元，由嘉兴百膜新材料有限公司投资。"),
    article("2024-03-15", "海盐县百步镇年产5万吨生物降解膜项目举行开工仪式，总投资6亿元，用地60亩，县长王建国出席。"),
    article(
        "2024-03-16", "海盐县百步镇年产5万吨生物降解膜项目举行开工仪式，总投资6亿元，用地60亩，县长王建国出席仪式。"
    ),
]


def clock() -> dt.datetime:
    return NOW


@asynccontextmanager
async def fresh(folder: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{folder}/{random.getrandbits(64)}.db")
    await upgrade(database)
    yield database
    await database.close()


async def mark(database: Database) -> str:
    async with database.reading() as connection:
        return await ledger.fingerprint(connection)


async def filled(database: Database, articles: Sequence[str], batch: int = 500) -> str:
    await take(database, articles)
    await Ledger(database, clock, batch).catch_up()
    return await mark(database)


async def ids(database: Database, **wanted: str) -> list[str]:
    async with database.reading() as connection:
        return [line.id for line in await projects.page(connection, Wanted(**wanted), "latest", None, 100)]  # type: ignore[arg-type]


async def shown(database: Database, id_: str) -> dict[str, object]:
    async with database.reading() as connection:
        body = await projects.one(connection, id_)
    assert body is not None
    found: dict[str, object] = orjson.loads(body)
    return found


async def test_articles_become_projects(database: Database) -> None:
    """Articles of one project are one, with its timeline and values; its look-alike in the next county is another."""
    await filled(database, ARTICLES)
    (park,) = await ids(database, words="澉浦")
    view = await shown(database, park)
    assert (view["status"], view["sources"], view["first"], view["latest"]) == (
        "completed",
        3,
        "2023-03-01",
        "2024-12-20",
    )
    assert len(await ids(database, words="中药饮片")) == 2
    (school,) = await ids(database, words="嘉积")
    assert (await shown(database, school))["inferred"]


async def test_any_order_of_arrival(tmp_path: Path) -> None:
    """The same articles in any order, in steps of any size, make the same projects."""
    found = set()
    for seed in range(5):
        some = random.Random(seed).sample(ARTICLES, len(ARTICLES))
        async with fresh(tmp_path) as database:
            found.add(await filled(database, some, batch=1 + seed))
    assert len(found) == 1


async def test_step_by_step_as_from_scratch(tmp_path: Path) -> None:
    """Followed article by article the ledger comes to what it makes of the whole log at once."""
    async with fresh(tmp_path) as whole, fresh(tmp_path) as followed:
        expected = await filled(whole, ARTICLES)
        for number in range(len(ARTICLES)):
            await filled(followed, ARTICLES[: number + 1])
        assert await mark(followed) == expected
        assert sorted(await ids(followed)) != []


async def _disturbed(database: Database, dice: random.Random, some: Sequence[Article]) -> Ledger:
    """The articles in any order, some silent or with another title at first, some falling silent for a while; with steps
    of the ledger in between."""
    keeper = Ledger(database, clock, dice.choice((1, 3, 7, 20)))
    order = dice.sample(some, len(some))
    wrong: dict[str, Article] = {}
    number = 0

    async def write(article: Article, right: bool, again: bool) -> None:
        nonlocal number
        number += 1
        said = arrival(article, silent=not right and dice.random() < 0.7, title="" if right else "别的")
        await admit(database, number, [said], again=again)
        if dice.random() < 0.3:
            await keeper.step()

    for at, article in enumerate(order):
        await write(article, right := dice.random() < 0.8, False)
        if not right:
            wrong[article[0].content_sha256] = article
        if dice.random() < 0.15:
            falling = dice.choice(order[: at + 1])
            wrong[falling[0].content_sha256] = falling
            await write(falling, False, True)
    for article in dice.sample(list(wrong.values()), len(wrong)):
        await write(article, True, True)
    await keeper.catch_up()
    return keeper


async def test_the_written_set_in_any_order(tmp_path: Path) -> None:
    """Articles of the written set in any order, in steps of any size, with records taken back and said anew in between,
    make the projects that they make all at once, and those of a rebuild."""
    some = articles(35)
    async with fresh(tmp_path) as database:
        await admit(database, 1, [arrival(article) for article in some])
        await Ledger(database, clock).catch_up()
        expected = await mark(database)
    for seed in (1, 2):
        async with fresh(tmp_path) as database:
            keeper = await _disturbed(database, random.Random(seed), some)
            assert await mark(database) == expected
            await keeper.rebuild()
            await keeper.catch_up()
            assert await mark(database) == expected


async def test_what_is_shown_of_an_article_changes(database: Database) -> None:
    """An article that is read again with another title, outlet or day says the same, and the ledger shows it as it is."""
    (article,) = articles(1)
    read = arrival(article)
    await admit(database, 1, [read])
    await Ledger(database, clock).catch_up()
    (project,) = await ids(database)
    name = article[0].project.name
    changes = (("outlet", "晚报"), ("published", dt.date(2025, 1, 1)), ("title", f"{name}暂停建设"))
    for number, (column, value) in enumerate(changes, 2):
        assert isinstance(read.result, Digest)
        read = read._replace(result=read.result._replace(document={**read.result.document, column: value}))
        await admit(database, number, [read], again=True)
        await Ledger(database, clock).catch_up()
    view = await shown(database, project)
    assert (view["first"], view["status"]) == ("2025-01-01", "suspended")
    assert '"outlet":"晚报"' in orjson.dumps(view).decode()
    assert '"outlet":"报"' not in orjson.dumps(view).decode()


async def test_killed_processes(tmp_path: Path) -> None:
    """A process that takes steps and is killed again and again leaves what one leaves that is not."""
    some = [arrival(article) for article in articles(40)]
    url = f"sqlite+aiosqlite:///{tmp_path}/killed.db"
    dice = random.Random(1)
    async with fresh(tmp_path) as calm:
        await admit(calm, 1, some)
        await Ledger(calm, clock).catch_up()
        expected = await mark(calm)
    database = Database(url)
    await upgrade(database)
    for number, one in enumerate(some):
        await admit(database, number, [one])
    kills = 0
    while await _stepped(url, dice, killed=kills < 3):
        kills += 1
    assert kills
    assert await mark(database) == expected
    await database.close()


async def _stepped(url: str, dice: random.Random, *, killed: bool) -> bool:
    """Let a process take steps; whether it was killed, within a step, after some."""
    command = (sys.executable, "-m", "tests.pipeline.stepping", url)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    for _ in range(1 + dice.randrange(3)):
        assert await process.stdout.readline() in (b"ready\n", b"step\n")
    if killed:
        await asyncio.sleep(dice.random() / 50)
        process.kill()
    told, _ = await process.communicate()
    assert killed or told.endswith(b"done\n")
    return process.returncode == -signal.SIGKILL


class Killed(Exception):
    pass


async def test_killed_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that dies at any of its writes has changed nothing; the next one makes up for it, and nothing counts twice."""
    async with fresh(tmp_path) as database:
        expected = await filled(database, ARTICLES)
    for name in ("count", "keep", "drop", "heed", "move"):
        async with fresh(tmp_path) as database:
            await take(database, ARTICLES)
            done = getattr(mentions, name)

            async def dies(*given: object, done: object = done) -> None:
                await done(*given)  # type: ignore[operator]
                raise Killed

            with monkeypatch.context() as patched:
                patched.setattr(mentions, name, dies)
                with pytest.raises(Killed):
                    await Ledger(database, clock).catch_up()
            assert await ids(database) == []
            await Ledger(database, clock, 3).catch_up()
            assert await mark(database) == expected


async def test_two_workers(database: Database) -> None:
    """Workers beside each other do the work once: each row of the log is seen by one of them."""
    await take(database, ARTICLES)
    one, other = Ledger(database, clock, 3), Ledger(database, clock, 3)
    steps: list[Step | None] = []
    while not steps or any(step is None or step.seen for step in steps[-2:]):
        steps += await asyncio.gather(one.step(), other.step())
    async with database.reading() as connection:
        new = [change for change in await projects.changes(connection, 0, 1000) if change.kind == "new"]
    assert sorted(change.project for change in new) == sorted(await ids(database))


async def test_rebuilt(database: Database) -> None:
    """Built anew the ledger is the same, ids and all, and tells nobody of a change."""
    await filled(database, ARTICLES)
    before = (await mark(database), sorted(await ids(database)))
    async with database.reading() as connection:
        head, keys = await projects.head(connection), await _spellings(connection)
    await Ledger(database, clock).rebuild()
    await Ledger(database, clock).catch_up()
    assert (await mark(database), sorted(await ids(database))) == before
    async with database.reading() as connection:
        assert await projects.head(connection) == head
        assert await _spellings(connection) == keys


async def _spellings(connection: Connection) -> list[tuple[str, str, int]]:
    found = await connection.execute(select(spellings).order_by(spellings.c.key, spellings.c.spelling))
    return [(row.key, row.spelling, row.uses) for row in found]


async def test_tallies(database: Database) -> None:
    """The tallies are what counting would give, after whatever has come and gone."""
    await filled(database, ARTICLES[:5])
    await filled(database, ARTICLES)
    async with database.reading() as connection:
        rows = (await connection.execute(select(projects_table))).mappings()
        counted = Counter(pair for row in rows for pair in ledger.pairs(ledger.traits(dict(row))))
        tallied = await connection.execute(select(project_tallies))
        assert {(row.one, row.other): row.projects for row in tallied} == counted


async def test_what_is_taken_back_and_said_anew(database: Database) -> None:
    """A record that is taken back and said anew changes no id; a project of which nothing speaks is gone."""
    await filled(database, ARTICLES[:1])
    before = await ids(database)
    earlier = ARTICLES[0].replace("2023-03-01", "2022-11-11")
    await take(database, [earlier], "copy")  # the copy that was published first stands for all
    await Ledger(database, clock).catch_up()
    assert await ids(database) == before
    assert (await shown(database, before[0]))["first"] == "2022-11-11"


async def test_time_alone(database: Database) -> None:
    """A project without news for two years is stalled from that day on, and one whose day has passed is overdue."""
    await filled(database, ARTICLES[7:8])
    (film,) = await ids(database)
    assert (await shown(database, film))["status"] == "signed"
    for years, status in ((2, "stalled"), (4, "cancelled")):
        later = dt.datetime(2024 + years, 1, 16, 4, tzinfo=dt.UTC)
        await Ledger(database, lambda later=later: later).catch_up()  # type: ignore[misc]
        assert (await shown(database, film))["status"] == status
    async with database.reading() as connection:
        assert [change.kind for change in await projects.changes(connection, 0, 10)] == ["new", "updated", "updated"]


async def test_merge_and_take_back(database: Database) -> None:
    """What a person merged is one project, to which the old id leads; taken back, both are what they were."""
    await filled(database, ARTICLES)
    before = await mark(database)
    two = sorted(await ids(database, words="中药饮片"))
    async with database.changing() as connection:
        made = await decisions.merge(connection, two, "anna", "one firm", NOW)
    await Ledger(database, clock).catch_up()
    (kept,) = await ids(database, words="中药饮片")
    (gone,) = set(two) - {kept}
    async with database.reading() as connection:
        assert await projects.redirect(connection, gone) == kept
    async with database.changing() as connection:
        assert await decisions.take_back(connection, made, "anna", None, NOW)
    await Ledger(database, clock).catch_up()
    assert await mark(database) == before
    assert kept in await ids(database, words="中药饮片")


async def test_corrections_outlive_replays(tmp_path: Path) -> None:
    """A name and a value that a person gave hold though the records they were made for are said anew."""
    async with fresh(tmp_path) as database:
        await filled(database, ARTICLES[:3])
        (park,) = await ids(database)
        async with database.changing() as connection:
            said = decisions.Rename(kind="rename", value="澉浦船配园")
            await decisions.decide_on(connection, park, said, "anna", NOW)
            amount = decisions.AmountValue(kind="value", field="investment_total", value=Decimal(1300000000))
            await decisions.decide_on(connection, park, amount, "anna", NOW)
        await Ledger(database, clock).catch_up()
        earlier = [one.replace("2023-03-01", "2022-11-11") for one in ARTICLES[:1]]
        await take(database, earlier, "copy")
        await Ledger(database, clock).catch_up()
        view = await shown(database, park)
        assert (view["name"], view["first"]) == ("澉浦船配园", "2022-11-11")
        async with database.reading() as connection:
            (line,) = await projects.page(connection, Wanted(words="船配园"), "investment", None, 5)
        assert orjson.loads(line.json)["investment_total"] == 1300000000


async def test_sums_by_division(database: Database) -> None:
    """What projects cost is summed up by the divisions one level below the one asked for, as they are counted and tallied."""
    await filled(database, ARTICLES)
    for code, places in (("000000", None), ("330000", ({"province": "浙江省"},))):
        wanted = Wanted(places=places)
        async with database.reading() as connection:
            found = await sums.sums(connection, wanted)
            counted = await facets.facets(connection, wanted, ("region",))
            tallied = (await regions.figures(connection, [code]))[code][""]
        assert {name: one.projects for name, one in found.items() if name} == counted.counts["region"]
        assert sum(one.projects for one in found.values()) == tallied.projects
        assert sum(one.priced for one in found.values()) == tallied.priced
        assert sum(one.investment for one in found.values()) == tallied.investment


async def test_split(database: Database) -> None:
    """Mentions that a person split off are a project of their own, and the others keep the id."""
    await filled(database, ARTICLES[:3])
    (park,) = await ids(database)
    async with database.changing() as connection:
        *_, last = await mentions.of_project(connection, park)
        said = decisions.Split(kind="split", records=[last.record])
        await decisions.decide_on(connection, park, said, "anna", NOW)
    await Ledger(database, clock).catch_up()
    found = await ids(database)
    assert len(found) == 2
    assert park in found
    async with database.reading() as connection:
        change = (await projects.changes(connection, 0, 10))[-1]
    assert (change.kind, change.other) in {("split", park), ("updated", None)}


async def _followed(folder: Path, *read: tuple[Arrival, bool]) -> tuple[str, str]:
    """The ledger after it saw each of these come (`again`: read anew), and after a rebuild."""
    async with fresh(folder) as database:
        keeper = Ledger(database, clock)
        for number, (one, again) in enumerate(read):
            await admit(database, number, [one], again=again)
            await keeper.catch_up()
        found = await mark(database)
        await keeper.rebuild()
        await keeper.catch_up()
        return found, await mark(database)


async def test_copies_with_another_outlet(tmp_path: Path) -> None:
    """Of copies of one content the one that stands for it is shown, whichever was read first."""
    one = arrival(articles(1)[0])
    for bytes_ in ("x", "y", "z"):
        other = arrival(articles(1)[0], raw=bytes_, title="别的")
        assert isinstance(other.result, Digest)
        other = other._replace(result=other.result._replace(document={**other.result.document, "outlet": "晚报"}))
        found = {*await _followed(tmp_path, (one, False), (other, False))}
        found |= {*await _followed(tmp_path, (other, False), (one, False))}
        assert len(found) == 1


async def test_people_that_come_and_go(tmp_path: Path) -> None:
    """Where only the people change that an article names, the ledger sees it."""
    raw = RawDocument(source="a.html", data=ARTICLES[8].encode())
    named = Arrival(original(raw), read(raw))
    assert isinstance(named.result, Digest)
    unnamed = named._replace(result=named.result._replace(facts={**named.result.facts, "people": []}))
    whole, without = await _followed(tmp_path, (named, False)), await _followed(tmp_path, (unnamed, False))
    assert whole != without
    assert await _followed(tmp_path, (unnamed, False), (named, True)) == whole
    assert await _followed(tmp_path, (named, False), (unnamed, True)) == without
