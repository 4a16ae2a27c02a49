"""What people ask the store for."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from service.models import Extraction, Region
from service.store import listing
from service.store.admission import admit
from service.store.database import Database
from service.store.log import Wanted
from service.store.rows import Row
from tests.store.articles import JIAXING, LIKENESS, NOW, arrival, extraction, refused

HAINAN = Region(code="460106", name="龙华区", path="海南省/海口市/龙华区")
ZHEJIANG = {"province": "浙江省"}


def in_hainan() -> Extraction:
    said = extraction(total=Decimal(400_000_000))
    (project,) = said.projects
    moved = project.model_copy(
        update={"name": "100%清洁能源_岛", "aliases": (), "owners": (), "stage": "planned", "region": HAINAN}
    )
    return said.model_copy(update={"projects": (moved,), "region": HAINAN})


@pytest.fixture
async def filled(database: Database) -> Database:
    """Two articles of 浙江 and 海南, three weeks apart, and a picture."""
    story = "海口市龙华区谋划清洁能源项目，拟投资4亿元，明年开工，目前正在开展前期工作，项目建成后将带动当地就业。"
    arrivals = [
        arrival(published=dt.date(2025, 2, 10), facts=extraction(), source="0.txt"),
        arrival(story, published=dt.date(2025, 3, 3), facts=in_hainan(), source="1.txt"),
        refused(b"\x89PNG", source="2.txt"),
    ]
    async with database.writing() as connection:
        await admit(connection, arrivals, NOW, LIKENESS)
    return database


async def rows(database: Database, kind: str, limit: int | None = None, **asked: Any) -> list[Row]:  # noqa: ANN401
    async with database.reading() as connection:
        return [row async for row in listing.facts(connection, Wanted(kinds=(kind,), **asked), limit)]


async def test_latest_first(filled: Database) -> None:
    """All facts, those of the latest article first, each with its article."""
    found = await rows(filled, "project")
    assert [(row["fact"]["name"], row["published"], row["source"]) for row in found] == [
        ("100%清洁能源_岛", dt.date(2025, 3, 3), "1.txt"),
        ("澉浦绿色船配产业园", dt.date(2025, 2, 10), "0.txt"),
    ]
    assert found[1]["title"] == "海盐集中开工"
    printed = [project.model_dump(mode="json", by_alias=True) for project in extraction().projects]
    assert found[1]["fact"] == printed[0]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"places": (ZHEJIANG,)}, "浦"),
        ({"places": ({**ZHEJIANG, "prefecture": JIAXING.name},)}, "浦"),
        ({"places": ({"county": "龙华区"}, ZHEJIANG)}, "岛浦"),
        ({"places": ({"province": "吉林省"},)}, ""),
        ({"places": ()}, ""),
        ({"stages": ("started",)}, "浦"),
        ({"stages": ("completed",)}, ""),
        ({"minimum": Decimal("1250000000")}, "浦"),
        ({"minimum": Decimal("1250000000.001")}, ""),
        ({"minimum": Decimal(0)}, "岛浦"),
        ({"since": dt.date(2025, 3, 3)}, "岛"),
        ({"until": dt.date(2025, 3, 2)}, "浦"),
        ({"since": dt.date(2025, 2, 10), "until": dt.date(2025, 2, 10)}, "浦"),
        ({"words": "船配园"}, "浦"),
        ({"words": "海盐船配集团"}, "浦"),
        ({"words": "集中开工"}, "岛浦"),
        ({"words": "100%清"}, "岛"),
        ({"words": "源_岛"}, "岛"),
        ({"words": "浦_绿"}, ""),
        ({"words": "'; DROP TABLE records; --"}, ""),
        ({"stages": ("planned",), "words": "清洁", "limit": 1}, "岛"),
        ({"limit": 1}, "岛"),
    ],
)
async def test_filters(filled: Database, asked: dict[str, Any], found: str) -> None:
    """Each filter keeps what it asks for and nothing else; signs with a meaning in SQL are only signs."""
    ends = {"浦": "澉浦绿色船配产业园", "岛": "100%清洁能源_岛"}
    assert [row["fact"]["name"] for row in await rows(filled, "project", **asked)] == [ends[sign] for sign in found]


async def test_indicators(filled: Database) -> None:
    """Indicators are asked for as projects are."""
    (row,) = await rows(filled, "indicator", places=(ZHEJIANG,), stages=("started",), words="开工率")
    assert (row["fact"]["value"], row["source"]) == (Decimal("90.5"), "0.txt")


async def test_documents(filled: Database) -> None:
    """Documents come with their counts of facts and their source; what was rejected comes last, with its reason."""
    async with filled.reading() as connection:
        rows = [row async for row in listing.articles(connection, Wanted(), None)]
        asked = Wanted(words="澉浦", places=(ZHEJIANG,))
        searched = [row["source"] async for row in listing.articles(connection, asked, None)]
    said = [(row["source"], row["state"], row["reason"], row["projects"], row["people"]) for row in rows]
    assert said == [
        ("1.txt", "processed", None, 1, 1),
        ("0.txt", "processed", None, 1, 1),
        ("2.txt", "rejected", "not_text", 0, 0),
    ]
    assert searched == ["0.txt"]
