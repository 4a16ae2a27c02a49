"""The file of sources and the database."""

import asyncio
from pathlib import Path

import pytest

from service.errors import BadSettings
from service.models import SourceSpec
from service.pipeline.sourcefile import Changes, read, synchronise
from service.store import sources
from service.store.database import Database
from service.worker.sourcefile import follow
from tests.worker.sites import add, source, until, utc, worker

FEED = SourceSpec(kind="feed", address="https://a.example/rss", name="甲")
LIST = SourceSpec(kind="list", address="https://b.example/list/", name="乙", pattern="/art/**")


async def states(database: Database) -> dict[str, tuple[str, str]]:
    async with database.reading() as connection:
        return {one.address: (one.origin, one.state) for one in await sources.listed(connection)}


async def set_state(database: Database, id_: int, state: sources.State) -> None:
    async with database.changing() as connection:
        await sources.set_state(connection, id_, state, utc())


async def test_the_file_is_followed(database: Database) -> None:
    """What it names is added once, changed with it, paused when it leaves and resumed when it comes back; the sources of
    the API are left alone."""
    api = await add(database, "feed", "https://api.example/rss")
    assert await synchronise(database, [FEED, LIST], utc()) == Changes(added=2)
    assert await synchronise(database, [FEED, LIST], utc()) == Changes()
    other = LIST.model_copy(update={"pattern": "/news/**"})
    assert await synchronise(database, [FEED, other], utc()) == Changes(changed=1)
    assert await synchronise(database, [FEED], utc()) == Changes(paused=1)
    assert await synchronise(database, [FEED], utc()) == Changes()
    assert (await states(database))[LIST.address] == ("file", "paused")
    assert await synchronise(database, [FEED, other], utc()) == Changes(resumed=1)
    assert (await source(database, api)).state == "active"


async def test_an_operator_s_pause_stays(database: Database) -> None:
    """A source of the file that an operator has paused stays paused, whatever else changes in the file."""
    await synchronise(database, [FEED, LIST], utc())
    async with database.reading() as connection:
        one = await sources.at(connection, "feed", FEED.address)
    assert one is not None
    await set_state(database, one.id, "paused")
    await synchronise(database, [FEED], utc())
    assert (await states(database))[FEED.address] == ("file", "paused")


async def test_a_source_that_moved_is_the_same(database: Database) -> None:
    """A source whose site moved for good is known by the address in the file, and keeps its new one."""
    await synchronise(database, [FEED], utc())
    async with database.changing() as connection:
        one = await sources.at(connection, "feed", FEED.address)
        assert one is not None
        (held,) = await sources.claim(connection, [one.id], "w", utc(), utc() - utc())
        moved = {"address": "https://new.example/rss", "options": {**one.options, "named": FEED.address}}
        assert await sources.save(connection, held, moved)
    assert await synchronise(database, [FEED], utc()) == Changes()
    renamed = FEED.model_copy(update={"name": "甲报"})
    assert await synchronise(database, [renamed], utc()) == Changes(changed=1)
    after = await source(database, one.id)
    assert (after.address, after.named, after.name) == ("https://new.example/rss", FEED.address, "甲报")


async def test_a_source_of_the_api_is_not_taken_over(database: Database) -> None:
    """Where the file names a source that was made through the API, that one stays as it is."""
    id_ = await add(database, FEED.kind, FEED.address, name="mine")
    assert await synchronise(database, [FEED], utc()) == Changes()
    assert (await source(database, id_)).name == "mine"


async def test_a_file_that_is_wrong_changes_nothing(sqlite: Database, tmp_path: Path) -> None:
    """A mistake in the file is said in one line and nothing changes; when it is mended the worker takes it up."""
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nkind = "feed"\naddress = "https://a.example/rss"\n')
    one = worker(sqlite)
    task = asyncio.create_task(follow(one, file, 0.05))

    async def has(count: int) -> bool:
        return len(await states(sqlite)) == count

    await until(lambda: has(1))
    file.write_text('[[source]]\nkind = "fed"\naddress = "https://a.example/rss"\n')
    with pytest.raises(BadSettings, match="kind"):
        read(file)
    await asyncio.sleep(0.2)
    assert [state for _, state in (await states(sqlite)).values()] == ["active"]
    two = "".join(f'[[source]]\nkind = "feed"\naddress = "https://{name}.example/rss"\n' for name in "ab")
    file.write_text(two)
    await until(lambda: has(2))
    one.stopping.set()
    await task
