"""Projects are found by what is asked for together, in every order, before and after they have changed."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from service.store import ledger
from service.store import projects as asking
from service.store.database import Database
from service.store.facets import FACETS, facets
from service.store.ledger import Entry
from service.store.projects import After, Order
from service.store.rows import Row
from service.store.terms import terms
from service.store.wanted import Wanted

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
DAY = dt.date(2026, 1, 1)
PLACES = (
    {"province": "浙江省", "prefecture": "嘉兴市", "county": "海盐县"},
    {"province": "浙江省", "prefecture": "嘉兴市", "county": "平湖市"},
    {"province": "吉林省", "prefecture": "通化市", "county": "通化县"},
    {"province": "海南省", "prefecture": None, "county": "澄迈县"},
    {"province": None, "prefecture": None, "county": None},
)
STATUSES, SECTIONS = ("planned", "signed", "started", "stalled", None), ("C", "D", None)
TAGS = ("industry:新材料", "industry:医药", "programme:省重点", "problem:overdue", "problem:contradictory")
NAMES, FIRMS = (
    ("船配产业园", "中药饮片生产线", "B3(二期)风电场", "学校", "a_b%c 港口"),
    ("恒远集团", "百膜（公司）", ""),
)
CHOICES: dict[str, tuple[Any, ...]] = {
    "places": (
        *(({level: name},) for level, name in (("province", "浙江省"), ("county", "平湖市"), ("county", "澄迈县"))),
        ({"province": "浙江省", "prefecture": "嘉兴市"}, {"province": "吉林省"}),
        (),
    ),
    "statuses": (("signed",), ("planned", "started"), ("suspended",)),
    "stages": (("started", "signed"), ("planned",)),
    "sections": (("C",), ("C", "D")),
    "industry": ("新材料", "医药", "新", '新" OR "材料'),
    "programme": ("省重点",),
    "problems": (("overdue",), ("overdue", "contradictory")),
    "minimum": (Decimal(0), Decimal(300)),
    "maximum": (Decimal(700),),
    "since": (dt.date(2026, 1, 5),),
    "until": (dt.date(2026, 1, 9),),
    "due_since": (dt.date(2026, 1, 4),),
    "reached": (("signed",), ("started", "planned")),
    "owner": ("百膜（", "恒", "远集", "a"),
    "words": ("船配", "药 片", "二", "b3(", "学", "%", "b%c", "饮药", "恒远集团 港", "\ud800"),
}


def _row(number: int, dice: random.Random) -> Row:
    """A project as the ledger would write it."""
    total = dice.choice((None, *map(Decimal, range(100, 1000, 50))))
    firm, name, status = dice.choice(FIRMS), dice.choice(NAMES), dice.choice(STATUSES)
    row: Row = {
        **{"id": f"{number:012x}", "name": name, "region_code": None, **dice.choice(PLACES), "status": status},
        **{"stage": status if status != "stalled" else None, "section": dice.choice(SECTIONS), "inferred": False},
        **{"tags": tuple(tag for tag in TAGS if dice.random() < 0.4), "investment_total": total},
        **{
            "investment_completed": None,
            "land_area": None,
            "investment_order": Decimal(-1) if total is None else total,
        },
        **{"due": dice.choice((None, DAY + dt.timedelta(dice.randrange(9)))), "outcome": None, "look_again": None},
        **{"first": DAY + dt.timedelta(dice.randrange(4)), "latest": DAY + dt.timedelta(dice.randrange(12))},
        **{"changed_at": NOW, "owners": firm, "words": f"{name}\n{firm}".lower(), "signed": False, "yields": False},
    }
    return {**row, "terms": terms(row)}


def _entry(row: Row) -> Entry:
    step = {"status": row["status"], "since": DAY, "until": DAY, "basis": "reported", "moves": True, "fresh": True}
    steps = [{**step, "region_code": None, "investment_total": None}] if row["status"] else []
    return Entry(row["id"], row, row["id"].encode(), b"{}", steps)


def _meant(row: Row, wanted: Wanted) -> bool:
    """Whether a project is wanted, by the words of `Wanted`."""
    total, day = row["investment_order"], row["latest"]
    problems = {tag.split(":")[1] for tag in row["tags"] if tag.startswith("problem:")}
    single = (("status", wanted.statuses), ("stage", wanted.stages), ("section", wanted.sections))
    return all(
        (
            *(values is None or row[name] in values for name, values in single),
            wanted.reached is None or row["status"] in wanted.reached,
            wanted.industry is None or f"industry:{wanted.industry}" in row["tags"],
            wanted.programme is None or f"programme:{wanted.programme}" in row["tags"],
            wanted.problems is None or problems & {*wanted.problems},
            wanted.places is None or any(place.items() <= row.items() for place in wanted.places),
            wanted.minimum is None or total >= wanted.minimum,
            wanted.maximum is None or 0 <= total <= wanted.maximum,
            wanted.since is None or day >= wanted.since,
            wanted.until is None or day <= wanted.until,
            wanted.due_since is None or (row["due"] and row["due"] >= wanted.due_since),
            wanted.owner is None or wanted.owner in row["owners"],
            all(word in row["words"] for word in (wanted.words or "").split()),
        )
    )


def _questions(dice: random.Random) -> Iterator[Wanted]:
    """Each choice alone, and many together."""
    assert CHOICES.keys() | {"reached_since", "reached_until", "due_until"} == {field.name for field in fields(Wanted)}
    yield Wanted()
    for name, values in CHOICES.items():
        for value in values:
            yield Wanted(**{name: value})
    for _ in range(40):
        names = dice.sample(sorted(CHOICES), dice.choice((2, 2, 3, 4)))
        yield Wanted(**{name: dice.choice(CHOICES[name]) for name in names})


SORTED: dict[Order, Any] = {
    "latest": lambda row: (row["latest"], row["number"]),
    "investment": lambda row: (row["investment_order"], row["number"]),
    "name": lambda row: (row["name"].encode(), row["number"]),
    "first": lambda row: (row["first"], row["number"]),
}


async def test_whatever_is_asked_for_together(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, in every order, and counts have what is meant and nothing else; also after projects have changed or gone."""
    monkeypatch.setattr(asking, "WINDOW", 20)
    dice = random.Random(3)
    first = [_row(number, dice) for number in range(80)]
    async with database.writing() as connection:
        await ledger.write(connection, [_entry(row) for row in first], {}, ())
    later = [_row(number, dice) for number in range(0, 60, 2)]
    gone = [row["id"] for row in first[70:]]
    async with database.writing() as connection:
        before = await ledger.held(connection, [*(row["id"] for row in later), *gone])
        await ledger.write(connection, [_entry(row) for row in later], before, gone)
    stored = {row["id"]: row for row in (*first[:70], *later)}
    async with database.reading() as connection:
        for id_, held in (await ledger.held(connection, stored)).items():
            stored[id_]["number"] = held.number
        for wanted in _questions(dice):
            order = dice.choice(list(SORTED))
            meant = sorted((row for row in stored.values() if _meant(row, wanted)), key=SORTED[order])
            ids = [row["id"] for row in (meant if order == "name" else meant[::-1])]
            found, after = [], None
            while page := await asking.page(connection, wanted, order, after, 12):
                found += [line.id for line in page]
                after = After(page[-1].at, page[-1].number)
            assert found == ids, (wanted, order)
            counted = await facets(connection, wanted, FACETS)
            assert (counted.total, counted.exact) == (len(ids), True), wanted
            assert sum(counted.counts["status"].values()) == sum(row["status"] is not None for row in meant), wanted
