"""Stored originals through other rules."""

from collections import Counter

from service.pipeline.again import Difference, again
from service.pipeline.pool import Pool
from service.store import documents
from service.store.database import Database
from tests.pipeline import hostile
from tests.pipeline.pages import pages
from tests.pipeline.test_run import LATER, NOW, fingerprint, rows, take

PAGES = pages(24)
EARLIER = "tests.pipeline.hostile:earlier"


async def reread(database: Database, pool: Pool, *, apply: bool) -> list[Difference]:
    found: list[Difference] = []
    await again(database, pool, lambda: LATER, found.append, apply=apply)
    return found


async def test_the_same_rules_change_nothing(database: Database) -> None:
    """Read again by the rules that read them, documents show no difference, and applying it changes nothing."""
    async with Pool(2, 30) as pool:
        await take(database, PAGES, pool)
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
