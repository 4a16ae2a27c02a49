"""The log of records: what is written, how it is read on, and that the database and `Wanted.matches` mean the same."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text, update

from service.models import record
from service.store import log
from service.store.admission import admit
from service.store.database import Database
from service.store.log import Entry, Wanted
from service.store.migrate import upgrade
from service.store.rows import Row
from service.store.tables import documents
from service.store.words import tokens
from tests.store.articles import LIKENESS, NOW, STORY, arrival, article, extraction

DAY = dt.date(2025, 2, 10)
_SAID = (
    b'{"metric":"rank","stage":null,"of":null,"value":1,"unit":"rank","expected":false,"qualifier":null,"period":null,'
    b'"region":null,"evidence":{}}'
)
"""What every record of the test of filters says: they look at columns alone, and an indicator is entered as one."""


async def enter(database: Database) -> None:
    async with database.writing() as connection:
        await admit(connection, [arrival(published=DAY, facts=extraction())], NOW, LIKENESS)


async def test_a_record_is_the_fact_with_its_document(database: Database) -> None:
    """A record has the contract's fields of its fact, the document it is from, when it was recorded, and its rules."""
    await enter(database)
    async with database.reading() as connection:
        entries = await log.follow(connection, Wanted(), 0, 10)
        assert await log.head(connection) == entries[-1].id == 3
    printed = record(article(published=DAY), extraction())
    facts = [fact for kind in ("projects", "indicators", "people") for fact in printed[kind]]  # type: ignore[attr-defined]
    shown = {
        name: printed["document"][name]  # type: ignore[index]
        for name in ("source", "title", "published", "outlet", "region", "raw_sha256", "content_sha256")
    }
    for entry, fact, kind in zip(entries, facts, ("project", "indicator", "person"), strict=True):
        assert orjson.loads(entry.json) == {
            "id": entry.id,
            "kind": kind,
            "recorded_at": "2025-03-01T08:30:00Z",
            "withdraws": None,
            "document": {"id": 1, **shown},
            **fact,
            "rules_version": "1",
        }
        assert (entry.kind, entry.recorded_at, entry.published) == (kind, NOW, DAY)


async def test_one_record_shows_the_sentences_of_its_evidence(database: Database) -> None:
    """Each quote of one record comes with the whole sentence it stands in; without a text that still holds it, with none."""
    await enter(database)
    async with database.reading() as connection:
        project, rate = await log.one(connection, 1), await log.one(connection, 2)
        assert await log.one(connection, 99) is None
    assert project is not None
    assert rate is not None
    said = orjson.loads(project.json)
    assert said["standing"] is True
    (sentence,) = said["context"]["stage"]
    assert sentence["text"] == "昨日上午，海盐县举行重点项目集中开工仪式。"
    assert STORY[sentence["start"] : sentence["end"]] == sentence["text"]
    assert orjson.loads(rate.json)["context"][0]["text"].startswith("截至5月底")
    async with database.writing() as connection:
        await connection.execute(update(documents).values(text="别的"))
    async with database.reading() as connection:
        changed = await log.one(connection, 1)
    assert changed is not None
    assert orjson.loads(changed.json)["context"]["stage"] == [None]


NAMES = ("浙江省", "嘉兴市", "海盐县", None)
WORDS = ("澉浦绿色产业园\n海盐集中开工", "a_b 100%清洁能源\nlng接收站", "锂电池")
FACTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("project", "indicator", "person")),
        "standing": st.booleans(),
        "stage": st.sampled_from(("planned", "started", None)),
        "investment_total": st.none() | st.decimals(0, 10**10, places=3),
        "published": st.none() | st.dates(dt.date(2024, 11, 1), dt.date(2025, 2, 28)),
        "source_id": st.sampled_from((1, 2, None)),
        "province": st.sampled_from(("浙江省", "海南省", None)),
        "prefecture": st.sampled_from(("嘉兴市", None)),
        "county": st.sampled_from(("海盐县", "龙华区", None)),
        "words": st.sampled_from(WORDS),
    }
)
PLACES = st.sampled_from(
    ({"province": "浙江省"}, {"province": "浙江省", "prefecture": "嘉兴市"}, {"province": "海南省", "county": "龙华区"})
)
WANTED = st.builds(
    Wanted,
    kinds=st.none() | st.sampled_from((("project",), ("indicator", "person"), ())),
    places=st.none() | st.lists(PLACES, max_size=2).map(tuple),
    stages=st.none() | st.sampled_from((("planned",), ("started", "planned"))),
    source_id=st.none() | st.integers(1, 3),
    since=st.none() | st.dates(dt.date(2024, 10, 1), dt.date(2025, 3, 1)),
    until=st.none() | st.dates(dt.date(2024, 10, 1), dt.date(2025, 3, 1)),
    minimum=st.none() | st.decimals(-10, 10**11, places=4) | st.just(Decimal("1E+40")),
    words=st.none()
    | st.sampled_from(
        ("", "开工", "海盐 产业园", "开工 锂", "锂", "池", "%", "_", "a_b", "LNG", "0%清", "盐县\n海", "\0", "\ud800")
    ),
)


def rows(facts: list[Row]) -> list[Row]:
    same = {"recorded_at": NOW, "document_id": 1, "withdraws": None, "rules_version": "1", "body": _SAID}
    return [{**same, **fact, "tokens": tokens(fact["words"])} for fact in facts]


async def add_document(database: Database) -> None:
    row = {"raw_sha256": "0" * 64, "state": "new", "tries": 0, "first_seen": NOW}
    async with database.writing() as connection:
        await connection.execute(insert(documents), row)


class Filled:
    """A database that is emptied and filled again for each example, on a loop of its own."""

    def __init__(self, url: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.database = Database(url)
        self.sqlite = url.startswith("sqlite")

    def run(self, what: Any) -> Any:  # noqa: ANN401 - a coroutine of anything
        return self.loop.run_until_complete(what)

    async def fill(self, facts: list[Row]) -> None:
        async with self.database.writing() as connection:
            await connection.execute(text("DELETE FROM indicators"))
            await connection.execute(text("DELETE FROM records"))
            emptied = "INSERT INTO search(search) VALUES ('delete-all')" if self.sqlite else "DELETE FROM search"
            await connection.execute(text(emptied))
            await log.append(connection, rows(facts))

    async def read(self, wanted: Wanted) -> tuple[list[Entry], list[Entry], list[Entry]]:
        """All rows, what browsing gives of them, and what following gives."""
        async with self.database.reading() as connection:
            every = await log.follow(connection, Wanted(), 0, 1000)
            return (
                every,
                await log.browse(connection, wanted, None, 1000),
                await log.follow(connection, wanted, 0, 1000),
            )


@pytest.fixture
def filled(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Filled]:
    monkeypatch.setattr(log, "_NEAR", 3)  # so that a few rows reach beyond it
    made = Filled(database_url)
    made.run(upgrade(made.database))
    made.run(add_document(made.database))
    yield made
    made.run(made.database.close())
    made.loop.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(FACTS, max_size=12), asked=st.lists(WANTED, min_size=1, max_size=6))
def test_the_database_and_matches_agree(filled: Filled, facts: list[Row], asked: list[Wanted]) -> None:
    """A record is found by a query exactly if `matches` says so, browsing (what stands) and following (all) alike."""
    filled.run(filled.fill(facts))
    for wanted in asked:
        every, browsed, followed = filled.run(filled.read(wanted))
        expected = [entry for entry in every if wanted.matches(entry)]
        assert followed == expected
        assert browsed == [entry for entry in reversed(expected) if entry.standing]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(("add", "read")), st.integers(1, 5)), max_size=12))
def test_paging_while_rows_are_added(filled: Filled, steps: list[tuple[str, int]]) -> None:
    """Whatever is added between two pages: following gives every row once in order, browsing all that stood when it began."""

    async def run() -> None:
        await filled.fill([])
        fact: Row = dict.fromkeys(("stage", "investment_total", "published", "source_id", "province"))
        fact |= {"kind": "project", "standing": True, "prefecture": None, "county": None, "words": "x"}
        added, after, followed = 0, 0, []
        browsed: list[int] = []
        start: int | None = None
        for what, number in [*steps, ("read", 1000), ("read", 1000)]:
            if what == "add":
                async with filled.database.writing() as connection:
                    await log.append(connection, rows([fact] * number))
                added += number
                continue
            async with filled.database.reading() as connection:
                page = await log.follow(connection, Wanted(), after, number)
                followed += [entry.id for entry in page]
                after = followed[-1] if followed else 0
                start = await log.head(connection) if start is None else start
                older = await log.browse(connection, Wanted(), browsed[-1] if browsed else start + 1, number)
                browsed += [entry.id for entry in older]
        assert followed == list(range(1, added + 1))
        assert browsed == list(range(start or 0, 0, -1))

    filled.run(run())
