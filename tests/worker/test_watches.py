"""Watches against a real receiver: which changes of projects are told, in which order, and with what."""

import random
from collections import defaultdict
from typing import Any

import pytest

from service.pipeline import decisions
from service.pipeline.ledger import Ledger
from service.pipeline.messages import new_secret
from service.store import deliveries, log, projects, watches, webhooks
from service.store.database import Database
from service.store.projects import Change
from service.store.wanted import Wanted
from service.store.webhooks import filters_of
from service.worker import sender
from tests.api.serving import take
from tests.pipeline.test_ledger import ARTICLES, NOW, clock
from tests.receivers import Inbox, receiver
from tests.worker.test_sender import emptied, sending, until

ZHEJIANG = Wanted(places=({"province": "浙江省"},))


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "LOOK", 0.01)


async def watch(database: Database, wanted: Wanted, url: str, secret: str) -> int:
    """A watch with a webhook; gives the watch."""
    async with database.changing() as connection:
        made = await watches.add(connection, "大项目", watches.filters_of({}, wanted), NOW)
        await webhooks.add(connection, url, {"given": {}, "wanted": {}}, secret, NOW, made.id)
    return made.id


async def tell(database: Database, *articles: str) -> None:
    """Articles come in one after another, and the ledger follows each."""
    for article in articles:
        await take(database, [article])
        await Ledger(database, clock).catch_up()


async def changes(database: Database) -> list[Change]:
    async with database.reading() as connection:
        return await projects.changes(connection, 0, 1000)


def by_project(said: list[dict[str, Any]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for one in said:
        found[one["data"]["project"]].append(one["data"]["id"])
    return found


async def test_a_receiver_that_fails_half_the_time_gets_each_change_in_order(database: Database) -> None:
    """Every change of a project in the watch arrives at least once, those of a project in their order, none of another."""
    dice = random.Random(1)
    box = Inbox(new_secret(), lambda _: 200 if dice.random() < 0.5 else 500)
    async with receiver(box.take) as url:
        await watch(database, ZHEJIANG, url, box.secret)
        async with sending(database):
            await tell(database, *ARTICLES)
            await until(lambda: emptied(database))
    async with database.reading() as connection:
        ours = await watches.having(
            connection, ZHEJIANG, [one.project for one in await projects.changes(connection, 0, 1000)]
        )
    told = [one for one in await changes(database) if one.project in ours]
    assert 0 < len(ours) < len(told)
    taken = [one.said for one in box.got if one.status == 200]
    expected: dict[str, list[int]] = defaultdict(list)
    for one in told:
        expected[one.project].append(one.id)
    assert by_project(taken) == expected
    assert by_project([one.said for one in box.got]).keys() == expected.keys()
    assert any(one.status == 500 for one in box.got)


async def test_a_message_has_the_project_and_what_changed(database: Database) -> None:
    """The type is the kind of the change; the data are the change as the log has it, old and new values, and the project as
    a list shows it."""
    box = Inbox(new_secret())
    async with receiver(box.take) as url:
        id_ = await watch(database, Wanted(stages=("signed",)), url, box.secret)
        await tell(database, *ARTICLES[:2])
        async with sending(database):
            await until(lambda: emptied(database))
    new, updated = (one.said for one in box.got)
    assert (new["type"], updated["type"]) == ("project.new", "project.updated")
    assert [one.id for one in box.got] == ["msg_1_p1", "msg_1_p2"]
    (first, second) = await changes(database)
    for said, change in ((new["data"], first), (updated["data"], second)):
        assert {name: said[name] for name in ("id", "project", "kind", "fields", "other")} == {
            **{name: getattr(change, name) for name in ("id", "project", "kind", "other")},
            "fields": list(change.fields),
        }
        assert (said["watch"], said["shown"]["id"]) == (id_, change.project)
    assert (new["data"]["matches"], updated["data"]["matches"]) == (
        True,
        False,
    )  # it is signed no more, and that is told
    assert {"field": "stage", "before": "signed", "after": "started"} in updated["data"]["values"]
    assert [one["field"] for one in updated["data"]["values"]] == updated["data"]["fields"]
    assert updated["data"]["shown"]["stage"] == "started"


async def test_projects_that_merge_split_and_vanish_are_told(sqlite: Database) -> None:
    """What people merge and split is told with the other project, what no article speaks of any more as gone."""
    box = Inbox(new_secret())
    async with receiver(box.take) as url:
        await watch(sqlite, Wanted(), url, box.secret)
        await tell(sqlite, *ARTICLES[4:6])
        one, other = (change.project for change in await changes(sqlite))
        async with sqlite.changing() as connection:
            number = await decisions.merge(connection, [one, other], "刘晓", None, NOW)
        await Ledger(sqlite, clock).catch_up()
        async with sqlite.changing() as connection:
            await decisions.take_back(connection, number, "刘晓", None, NOW)
        await Ledger(sqlite, clock).catch_up()
        async with sending(sqlite):
            await until(lambda: emptied(sqlite))
    kinds = [m.said["type"] for m in sorted(box.got, key=lambda m: m.record)]
    assert kinds == [f"project.{change.kind}" for change in await changes(sqlite)]
    assert {"project.merged", "project.split"} <= set(kinds)
    (merged,) = [m.said["data"] for m in box.got if m.said["type"] == "project.merged"]
    assert {merged["project"], merged["other"]} == {one, other}
    assert (merged["matches"], merged["shown"]["id"]) == (False, merged["project"])


async def test_dead_changes_are_listed_and_sent_again(sqlite: Database) -> None:
    """A change that was given up no longer holds up those after it; listed like records, it is sent again when asked."""
    box = Inbox(new_secret(), lambda change: 500 if change == 1 else 200)
    async with receiver(box.take) as url:
        await watch(sqlite, Wanted(), url, box.secret)
        await tell(sqlite, *ARTICLES[:3])
        async with sending(sqlite):
            await until(lambda: _dead(sqlite))
            await until(lambda: len(box.taken()) == 2)
            box.answer = lambda _: 200
            async with sqlite.changing() as connection:
                (dead,) = await deliveries.page(connection, "dead", 1, None, 10)
                await deliveries.resend(connection, dead.id, NOW)
            await until(lambda: emptied(sqlite))
    assert (dead.change_id, dead.record_id) == (1, None)
    assert box.taken() == [2, 3, 1]


async def _dead(database: Database) -> bool:
    async with database.reading() as connection:
        return bool(await deliveries.page(connection, "dead", 1, None, 1))


async def test_watches_and_records_do_not_mix(database: Database) -> None:
    """A webhook for records gets no changes, one of a watch no records; a paused one collects nothing; a removed watch takes
    its webhooks and what waits with it."""
    records, paused = Inbox(new_secret()), Inbox(new_secret())
    async with receiver(records.take) as url, receiver(paused.take) as other:
        async with database.changing() as connection:
            everything = filters_of({}, log.Wanted())
            await webhooks.add(connection, url, everything, records.secret, NOW)
        await watch(database, Wanted(), other, paused.secret)
        async with database.changing() as connection:
            await webhooks.change(connection, 2, NOW, state="paused")
        await tell(database, ARTICLES[3])
        async with database.changing() as connection:
            await webhooks.change(connection, 2, NOW, state="active")
        await tell(database, ARTICLES[4])
        async with database.reading() as connection:
            waiting = await deliveries.backlogs(connection)
        async with database.changing() as connection:
            await watches.remove(connection, 1)
        async with sending(database):
            await until(lambda: emptied(database))
    assert waiting[2].waiting == 1
    assert paused.got == []
    assert {message.said["type"] for message in records.got} == {"record.stated"}
    async with database.reading() as connection:
        assert [one.id for one in await webhooks.all_of_them(connection)] == [1]
