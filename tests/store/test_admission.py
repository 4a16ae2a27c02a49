"""How documents enter: what is kept of them, who stands for whom, and that the order of arrival does not matter."""

import asyncio
import datetime as dt
import random
import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.errors import RetryLater
from service.models import record
from service.store import documents, facts, log, near
from service.store.admission import Verdict, admit
from service.store.database import Database, Unwritable
from service.store.log import Wanted
from service.store.rows import KINDS, Arrival, Digest
from service.store.tables import bands, common_bands, originals, records
from service.store.tables import documents as table
from tests.store.articles import LATER, LIKENESS, NOW, STORY, arrival, article, extraction, refused

DAY = dt.date(2025, 2, 10)
EDITED = STORY.replace("昨日上午，", "").replace("出席仪式", "宣布开工")
OTHER = "吉林省长白山保护开发区今年谋划旅游项目44个，其中池北区冰雪小镇已完成主体施工，预计年底前具备开放条件，各项配套同步推进。"


async def enter(database: Database, *arrivals: Arrival, again: bool = False) -> dict[str, Verdict]:
    async with database.writing() as connection:
        return await admit(connection, arrivals, NOW, LIKENESS, again=again)


async def picture(database: Database) -> dict[str, tuple[str, str | None, str | None]]:
    """Every document by the hash of its bytes: its state, whose duplicate it is, whose near-duplicate."""
    first, near = table.alias(), table.alias()
    query = (
        select(table.c.raw_sha256, table.c.state, first.c.raw_sha256, near.c.raw_sha256)
        .outerjoin_from(table, first, table.c.duplicate_of == first.c.id)
        .outerjoin(near, table.c.near_duplicate_of == near.c.id)
    )
    async with database.reading() as connection:
        return {raw: (state, one, other) for raw, state, one, other in await connection.execute(query)}


async def fingerprint(database: Database) -> str:
    async with database.reading() as connection:
        return await facts.fingerprint(connection)


async def counts(database: Database) -> dict[str, int]:
    async with database.reading() as connection:
        tables = {"documents": table, "originals": originals, "bands": bands, "records": records}
        found = {name: await connection.scalar(select(func.count()).select_from(t)) or 0 for name, t in tables.items()}
        stands = select(records.c.kind, func.count()).where(records.c.standing).group_by(records.c.kind)
        return found | {row[0]: row[1] for row in await connection.execute(stands)}


async def test_an_article_is_kept_with_its_facts(database: Database) -> None:
    """A new article is processed, and its facts come back as the contract has them."""
    one = arrival(facts=extraction())
    verdicts = await enter(database, one)
    assert list(verdicts.values()) == [Verdict("new", 1)]
    printed = record(article(), extraction())
    async with database.reading() as connection:
        said = (await facts.of(connection, [1]))[1]
    assert {kind: [orjson.loads(body) for body in said[kind]] for kind in KINDS} == {k: printed[k] for k in KINDS}


async def test_the_bytes_are_kept(database: Database) -> None:
    """The original comes back byte for byte, with what was declared of it, rejected documents too."""
    await enter(database, arrival(data=b"\xff\x00 bytes"), refused(b"\x89PNG"))
    found: list[bytes] = []
    place = documents.Place()
    async with database.reading() as connection:
        while next_ones := await documents.stored(connection, place, 10, 1 << 20):
            found += [raw.data for raw in next_ones[0]]
            place = next_ones[1]
    assert sorted(found) == [b"\x89PNG", b"\xff\x00 bytes"]


async def test_the_same_bytes_again_change_nothing(database: Database) -> None:
    """Bytes that are here already are known, in the same batch and in another one."""
    await enter(database, arrival(), arrival())
    before = await counts(database), await fingerprint(database)
    assert [v.state for v in (await enter(database, arrival())).values()] == ["known"]
    assert (await counts(database), await fingerprint(database)) == before


async def test_the_same_content_is_a_duplicate(database: Database) -> None:
    """Of two documents with one content one has the facts and the other follows it."""
    one, other = arrival(data=b"one", published=DAY), arrival(data=b"other", published=DAY + dt.timedelta(1))
    await enter(database, one)
    verdict = (await enter(database, other))[other.original.raw_sha256]
    assert verdict == Verdict("duplicate", 2, 1)
    assert (await counts(database))["project"] == 1


async def test_the_earlier_publication_stands_for_all(database: Database) -> None:
    """A copy that was published earlier takes over, with its own facts, and all others follow it."""
    late = [arrival(data=b"%d" % day, published=dt.date(2025, 3, day)) for day in (9, 8)]
    await enter(database, late[0])
    await enter(database, late[1])
    early = arrival(data=b"early", published=DAY)
    assert (await enter(database, early))[early.original.raw_sha256] == Verdict("duplicate", 3)
    first = early.original.raw_sha256
    assert await picture(database) == {
        first: ("processed", None, None),
        late[0].original.raw_sha256: ("duplicate", first, None),
        late[1].original.raw_sha256: ("duplicate", first, None),
    }
    async with database.reading() as connection:
        assert await facts.of(connection, [1, 2]) == {id_: {kind: [] for kind in KINDS} for id_ in (1, 2)}
    assert (await counts(database))["bands"] == 16


async def test_an_edited_copy_is_linked_and_kept(database: Database) -> None:
    """A near-duplicate is linked to the first and keeps its own facts; another story is not linked."""
    first, edited, other = arrival(published=DAY), arrival(EDITED, published=LATER.date()), arrival(OTHER)
    await enter(database, edited, other)
    await enter(database, first)
    links = {raw: near for raw, (_, _, near) in (await picture(database)).items()}
    assert links == {
        first.original.raw_sha256: None,
        edited.original.raw_sha256: first.original.raw_sha256,
        other.original.raw_sha256: None,
    }
    assert (await counts(database))["project"] == 3


async def test_a_document_that_fails_is_kept(database: Database) -> None:
    """A rejected document has its reason and message, and every try is counted."""
    await enter(database, refused(b"x", "crashed"))
    await enter(database, refused(b"x", "timeout"))
    async with database.reading() as connection:
        [known] = (await documents.by_raw(connection, [refused(b"x").original.raw_sha256])).values()
    assert (known.state, known.reason, known.message, known.tries) == ("rejected", "timeout", "because timeout", 2)


async def test_a_rejection_stands_until_it_is_read_again(database: Database) -> None:
    """What was rejected for good is not taken by arriving again, but by reading stored documents again."""
    good, bad = arrival(data=b"x"), refused(b"x")
    await enter(database, bad)
    assert [v.state for v in (await enter(database, good)).values()] == ["known"]
    assert [v.state for v in (await enter(database, good, again=True)).values()] == ["new"]
    assert [v.state for v in (await enter(database, bad, again=True)).values()] == ["rejected"]
    assert await counts(database) == {"documents": 1, "originals": 1, "bands": 0, "records": 6}


async def test_a_defect_is_tried_again(database: Database) -> None:
    """A document that met a defect of Guatu is taken when it arrives again after the defect is mended."""
    await enter(database, refused(b"x", "unexpected", failed=True))
    assert [state for state, *_ in (await picture(database)).values()] == ["failed"]
    assert [v.state for v in (await enter(database, arrival(data=b"x"))).values()] == ["new"]


async def rows(database: Database) -> list[tuple[int, int | None, str, bool]]:
    """The log: id, what it withdraws, kind, whether it stands."""
    async with database.reading() as connection:
        return [(e.id, e.withdraws, e.kind, e.standing) for e in await log.follow(connection, Wanted(), 0, 1000)]


async def test_reading_again_touches_only_what_changed(database: Database) -> None:
    """A fact that is read as before stands as it was said; one that is read otherwise is taken back and said anew."""
    same, changed = arrival(facts=extraction()), arrival(OTHER, facts=extraction(OTHER))
    await enter(database, same, changed)
    now = [
        arrival(facts=extraction(version="2")),
        arrival(OTHER, facts=extraction(OTHER, total=Decimal(600))),
    ]
    before = await rows(database)
    await enter(database, *now, again=True)
    async with database.reading() as connection:
        versions = await connection.scalars(select(table.c.rules_version).order_by(table.c.id))
        assert list(versions) == ["2", "1"]
    assert [kind for _, _, kind, _ in before] == ["project", "indicator", "person"] * 2
    touched = [(4, None, "project", False), (7, 4, "project", False), (8, None, "project", True)]
    assert await rows(database) == [*before[:3], touched[0], *before[4:], *touched[1:]]


async def test_a_change_of_what_is_shown_of_a_document_says_all_anew(database: Database) -> None:
    """A record shows the title of its document: where that is read otherwise, its facts are taken back and said again."""
    one = arrival(facts=extraction())
    assert isinstance(one.result, Digest)
    await enter(database, one)
    titled = one._replace(result=one.result._replace(document={**one.result.document, "title": "另一个标题"}))
    await enter(database, titled, again=True)
    assert [(withdraws, stands) for _, withdraws, _, stands in await rows(database)] == [
        *[(None, False)] * 3,
        *[(1, False), (2, False), (3, False)],
        *[(None, True)] * 3,
    ]


async def test_another_copy_of_the_same_day_says_nothing_anew(database: Database) -> None:
    """Where a copy takes over that says the same, what was said stays; it is what the copy says, and no duplicate does."""
    copies = sorted((arrival(data=b"%d" % n, published=DAY) for n in range(4)), key=lambda one: one.original.raw_sha256)
    for copy in reversed(copies):
        await enter(database, copy)
    assert await rows(database) == [(n, None, k, True) for n, k in enumerate(("project", "indicator", "person"), 1)]
    async with database.reading() as connection:
        said = await facts.of(connection, [1, 4])
    assert [len(said[1]["projects"]), len(said[4]["projects"])] == [0, 1]
    before = await fingerprint(database)
    await enter(database, *copies, again=True)
    assert len(await rows(database)) == 3
    assert await fingerprint(database) == before


async def test_reading_again_can_part_what_was_one(database: Database) -> None:
    """Where today's rules give two documents different contents, each has its own facts afterwards, and back."""
    copies = [arrival(data=b"a", published=DAY), arrival(data=b"b")]
    await enter(database, *copies)
    before = await picture(database), await fingerprint(database)
    parted = [arrival(OTHER, data=b"a", published=DAY), arrival(data=b"b")]
    await enter(database, *parted, again=True)
    assert {state for state, *_ in (await picture(database)).values()} == {"processed"}
    await enter(database, parted[0], again=True)
    await enter(database, copies[0], again=True)
    assert (await picture(database), await fingerprint(database)) == before


async def test_reading_again_needs_all_copies(database: Database) -> None:
    """Reading again one of several copies alone is refused, since another might have to stand for them."""
    copies = [arrival(data=b"a", published=DAY), arrival(data=b"b")]
    await enter(database, *copies)
    with pytest.raises(RetryLater):
        await enter(database, copies[0], again=True)


async def test_the_database_refuses_two_that_stand_for_one_content(database: Database) -> None:
    """Two processed documents with one content cannot be written, whatever the code does."""
    one, other = arrival(data=b"one"), arrival(data=b"other")
    rows = [documents.row(a.original, a.result, None, NOW) for a in (one, other)]

    async def write() -> None:
        async with database.writing() as connection:
            await documents.save(connection, rows)

    with pytest.raises(Unwritable, match=r"UNIQUE|unique"):
        await write()


def story(number: int, edit: int) -> str:
    """Text `number`, in its `edit`-th wording; the wordings of one text resemble each other, in a chain."""
    words = random.Random(number).choices(
        "投资建设项目厂房设备公司县区产业园开工签约竣工总计划年产值税收岗位亩吨", k=160
    )
    words[20 * edit : 20 * edit + 25] = random.Random(number * 7 + edit).choices("山水田林湖草沙路桥港", k=25)
    return "".join(words) + "。"


DOCUMENTS = [
    arrival(story(number, edit), f"{number} {edit} {copy}".encode(), published)
    for number in range(3)
    for edit in range(4)
    for copy, published in enumerate([None, DAY, DAY + dt.timedelta((number * 5 + edit * 3) % 7)][: 1 + edit % 3])
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "guatu.db"

    async def make() -> None:
        from service.store.migrate import upgrade

        database = Database(f"sqlite+aiosqlite:///{path}")
        await upgrade(database)
        await database.close()

    asyncio.run(make())
    return path


async def _in_order(database: Database, order: Sequence[Arrival], sizes: Sequence[int]) -> tuple[object, str]:
    left = list(order)
    for size in sizes:
        await enter(database, *left[:size])
        del left[:size]
    await enter(database, *left)
    return await picture(database), await fingerprint(database)


@pytest.fixture(scope="module")
def expected(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[object, str]:
    """What all documents make when they come in one batch."""
    return asyncio.run(_copy_and_enter(template, tmp_path_factory.mktemp("expected") / "guatu.db", DOCUMENTS, []))


async def _copy_and_enter(
    template: Path, path: Path, order: Sequence[Arrival], sizes: Sequence[int]
) -> tuple[object, str]:
    shutil.copy(template, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        return await _in_order(database, order, sizes)
    finally:
        await database.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(DOCUMENTS), sizes=st.lists(st.integers(1, 6), max_size=8))
def test_the_order_of_arrival_does_not_matter(
    template: Path, expected: tuple[object, str], tmp_path: Path, order: list[Arrival], sizes: list[int]
) -> None:
    """Whatever order and batches documents come in, the same one stands for each content, the links and the facts are the same."""
    assert asyncio.run(_copy_and_enter(template, tmp_path / "guatu.db", order, sizes)) == expected


def test_the_example_has_links_to_get_wrong(
    expected: tuple[dict[str, tuple[str, str | None, str | None]], str],
) -> None:
    """The documents of the property have duplicates, links, and documents of a chain that resemble the first no more."""
    states = list(expected[0].values())
    assert sum(state == "duplicate" for state, *_ in states) >= 6
    assert len({near for _, _, near in states if near}) > 3


async def test_both_databases_agree(database: Database, expected: tuple[object, str]) -> None:
    """SQLite and PostgreSQL come to the same links and the same fingerprint, in another order."""
    order = random.Random(4).sample(DOCUMENTS, len(DOCUMENTS))
    assert await _in_order(database, order, [3, 1, 5]) == expected


@pytest.mark.parametrize("seed", range(3))
async def test_reading_everything_again_changes_nothing(
    sqlite: Database, expected: tuple[object, str], seed: int
) -> None:
    """All documents read again by the same rules, content by content, leave everything as it was."""
    await _in_order(sqlite, random.Random(seed).sample(DOCUMENTS, len(DOCUMENTS)), [4, 4])
    before = await counts(sqlite)
    by_content: dict[str, list[Arrival]] = {}
    for one in DOCUMENTS:
        by_content.setdefault(one.result.document["content_sha256"], []).append(one)  # type: ignore[union-attr]
    for copies in by_content.values():
        await enter(sqlite, *copies, again=True)
    assert (await picture(sqlite), await fingerprint(sqlite)) == expected
    assert await counts(sqlite) == before


def form(number: int) -> Arrival:
    """A price list: the same form every day, alike to all others of its kind."""
    text = story(900, 0) + f"今日白菜每斤{number}元。"
    return arrival(text, published=DAY + dt.timedelta(number % 9))


FORMS = [*(form(number) for number in range(near.CROWD + 20)), *DOCUMENTS[:8]]


async def test_a_flood_of_forms_is_given_up(sqlite: Database) -> None:
    """What more documents share than a story has copies is no longer looked up, so that one more costs what it always did."""
    async with sqlite.writing() as connection:
        await admit(connection, FORMS, NOW, LIKENESS)
        crowds = await connection.scalars(select(func.count()).select_from(bands).group_by(bands.c.band))
        assert max(crowds) <= near.CROWD
        assert (await connection.scalar(select(func.count()).select_from(common_bands)) or 0) >= 10


async def test_a_flood_does_not_depend_on_its_order(template: Path, tmp_path: Path) -> None:
    """The links are the same whenever the bands of a flood were given up."""
    found = []
    for seed in range(4):
        order = random.Random(seed).sample(FORMS, len(FORMS))
        sizes = random.Random(seed).choices((1, 9, 40), k=5)
        found.append(await _copy_and_enter(template, tmp_path / f"{seed}.db", order, sizes))
    assert all(one == found[0] for one in found)
