"""Stored originals through other rules."""

import asyncio
import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select, update

from service.pipeline.again import Difference, again
from service.pipeline.ledger import Ledger
from service.pipeline.moved import ProjectMoved
from service.pipeline.pool import Pool
from service.store import documents, projects
from service.store.database import Database
from service.store.tables import documents as documents_table
from service.store.tables import projects as projects_table
from tests.pipeline import hostile
from tests.pipeline.pages import pages
from tests.pipeline.test_run import LATER, NOW, fingerprint, rows, take

PAGES = pages(24)
EARLIER = "tests.pipeline.hostile:earlier"


async def reread(database: Database, pool: Pool, *, apply: bool) -> list[Difference]:
    found: list[Difference] = []
    await again(database, pool, lambda: LATER, found.append, lambda _: None, apply=apply)
    return found


async def told(database: Database, pool: Pool, *, apply: bool) -> list[ProjectMoved]:
    """The projects that come out otherwise."""
    found: list[ProjectMoved] = []
    await again(database, pool, lambda: LATER, lambda _: None, found.append, apply=apply)
    return found


class Seen(NamedTuple):
    """All that can be seen of a project: what is shown of it, its articles, and when it changed."""

    body: bytes | None
    articles: list[dict[str, object]]
    changed: dt.datetime


async def seen(database: Database) -> dict[str, Seen]:
    async with database.reading() as connection:
        changed = {row.id: row.changed_at for row in await connection.execute(select(projects_table))}
        return {
            id_: Seen(await projects.one(connection, id_), await projects.articles(connection, id_), at)
            for id_, at in changed.items()
        }


async def changes(database: Database, after: int = 0) -> list[projects.Change]:
    async with database.reading() as connection:
        return await projects.changes(connection, after, 10_000)


async def test_the_same_rules_change_nothing(database: Database) -> None:
    """Read again by the rules that read them, documents show no difference, and applying it changes nothing."""
    async with Pool(2, 30) as pool:
        await take(database, PAGES, pool)
        await Ledger(database, lambda: LATER).catch_up()
        before = await rows(database), await fingerprint(database)
        found = await reread(database, pool, apply=True)
    assert len(found) == (await rows(database))["documents"]
    assert not any(one.changes or one.before != one.after for one in found)
    assert (await rows(database), await fingerprint(database)) == before


async def test_changed_rules_are_shown_and_kept_only_when_asked(database: Database) -> None:
    """The difference names rule and figure; it is written only with `apply`, and then is what a fresh replay makes."""
    async with Pool(2, 30, work=EARLIER) as old:
        await take(database, PAGES, old)
    before = await fingerprint(database)
    async with Pool(2, 30) as pool:
        shown = await reread(database, pool, apply=False)
        assert await fingerprint(database) == before
        assert await reread(database, pool, apply=True) == shown
        assert not any(one.changes for one in await reread(database, pool, apply=False))
    sorts: Counter[str] = Counter()
    for one in shown:
        for change in one.changes:
            sorts[f"{change.sort} {change.fact.split()[0]} {change.fact.split()[-1]}"] += 1
    assert sorts["changed projects investment_total"] >= 24
    assert sorts["added projects annual_output"] >= 24
    assert not any(sort.startswith("removed") for sort in sorts)
    assert {(one.before, one.after) for one in shown if one.reason} == {("failed", "rejected")}
    assert await fingerprint(database) == await _fresh(database)


async def test_reading_again_in_vain_only_reads(database: Database) -> None:
    """Without `apply` nothing is waited for and nobody waits: it comes to its end while another writes all the time, and shows
    what was there when it began."""
    async with Pool(2, 30, work=EARLIER) as old:
        await take(database, PAGES[:20], old)
    async with Pool(2, 30) as pool:
        shown = await reread(database, pool, apply=False), await told(database, pool, apply=False)
        async with asyncio.timeout(20), database.writing() as connection:
            await connection.execute(update(documents_table).values(title="x"))
            assert (await reread(database, pool, apply=False), await told(database, pool, apply=False)) == shown
    assert any(one.changes for one in shown[0])
    assert shown[1]


async def test_only_the_projects_that_a_rule_concerns_change(database: Database) -> None:
    """A rule that reads the articles of one trade otherwise changes just the projects of these: they are told, field by field
    with the rule, before anything is written as after; all others stay to the byte, and nothing is said of them."""
    async with Pool(2, 30, work="tests.pipeline.hostile:partly") as old:
        await take(database, PAGES, old)
    await Ledger(database, lambda: LATER).catch_up()
    before, log, counts = await seen(database), await changes(database), await rows(database)
    async with Pool(2, 30) as pool:
        shown = await told(database, pool, apply=False)
        assert (await seen(database), await changes(database), await rows(database)) == (before, log, counts)
        assert await told(database, pool, apply=True) == shown
        after, news = await seen(database), await changes(database, log[-1].id)
        assert await told(database, pool, apply=False) == []
    named = {one.id for one in shown}
    assert 0 < len(named) < len(before) / 2
    assert named == {id_ for id_ in before if after[id_].body != before[id_].body}
    assert all("亚麻面料" in one.name and one.kind == "changed" for one in shown)
    assert {id_: one for id_, one in after.items() if id_ not in named} == {
        id_: one for id_, one in before.items() if id_ not in named
    }
    assert {one.project: set(one.fields) for one in news} == {one.id: {f.field for f in one.fields} for one in shown}
    for one in shown:
        fields = {field.field: field for field in one.fields}
        total, output = fields["investment_total"], fields["annual_output"]
        assert Decimal(str(total.after)) == 10 * Decimal(str(total.before))
        assert (output.before, output.after is None) == (None, False)
        assert (total.rules, output.rules) == (("total_investment",), ("output",))


async def test_a_project_that_no_rule_reads_any_more_is_told_as_gone(database: Database) -> None:
    """What a rule finds for the first time is new, what it finds no more is gone, each with the rule that read its name."""
    async with Pool(2, 30) as now, Pool(2, 30, work="tests.pipeline.hostile:silent") as silent:
        await take(database, PAGES, silent)
        await Ledger(database, lambda: LATER).catch_up()
        here = await seen(database)
        came = await told(database, now, apply=True)
        there = await seen(database)
        left = await told(database, silent, apply=False)
    assert {one.id for one in came} == there.keys() - here.keys() != set()
    assert {one.kind for one in came} == {"new"}
    assert [one._replace(kind="gone") for one in came] == left
    assert all(one.rules for one in came)


async def _fresh(database: Database) -> str:
    from service.store.migrate import downgrade, upgrade

    await downgrade(database)
    await upgrade(database)
    async with Pool(2, 30) as pool:
        await take(database, PAGES, pool)
    return await fingerprint(database)


async def test_a_document_that_cannot_be_read_this_time_keeps_its_facts(sqlite: Database) -> None:
    """A crash while reading again costs no facts: the document, and its copies, stay as they are."""
    from service.models import RawDocument

    harm = hostile.SEGFAULT.decode()
    text = f"海盐县举行重点项目集中开工仪式，瑞丰船用阀门项目总投资12亿元，占地300亩。\n{harm}\n" * 3
    copies = [RawDocument(source=e, data=text.encode(e)) for e in ("utf-8", "gb18030")]
    async with Pool(1, 30) as pool:
        await take(sqlite, copies, pool)
    before = await fingerprint(sqlite)
    async with Pool(1, 30, work=hostile.READ) as pool:
        found = await reread(sqlite, pool, apply=True)
    assert {one.after for one in found} == {"failed", "duplicate"} or {one.after for one in found} == {
        "failed",
        "processed",
    }
    assert await fingerprint(sqlite) == before


async def test_the_walk_gives_every_document_once(database: Database) -> None:
    """However few at a time, the walk over stored documents gives each once and those of one content together."""
    async with Pool(2, 30) as pool:
        await take(database, PAGES, pool, NOW)
    place, groups = documents.Place(), []
    async with database.reading() as connection:
        while found := await documents.stored(connection, place, 3, 2000):
            groups.append(found[0])
            place = found[1]
    given = [raw.data for group in groups for raw in group]
    assert sorted(given) == sorted({raw.data for raw in PAGES})
