"""The outbox: what enters it with the records, what leaves it, and what stays as dead."""

import asyncio
import datetime as dt
from collections.abc import Mapping

import pytest
from sqlalchemy import func, select

from service.errors import NotFound
from service.store import deliveries, log, webhooks
from service.store.admission import admit
from service.store.database import Connection, Database
from service.store.deliveries import Backlog, Delivery, Outcome
from service.store.log import Wanted
from service.store.tables import deliveries as table
from service.store.tables import records
from service.store.webhooks import Secret, Webhook, filters_of
from tests.store.articles import LIKENESS, NOW, arrival

LEASE = dt.timedelta(minutes=1)
LATER = NOW + dt.timedelta(hours=1)
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


async def hook(connection: Connection, wanted: Wanted = Wanted()) -> Webhook:  # noqa: B008
    return await webhooks.add(connection, "https://receiver.example/", filters_of({}, wanted), "whsec_YQ==", NOW)


async def add_records(database: Database, *texts: str, now: dt.datetime = NOW) -> None:
    async with database.writing() as connection:
        await admit(connection, [arrival(text) for text in texts], now, LIKENESS)


async def waiting(database: Database, webhook_id: int) -> list[Delivery]:
    async with database.reading() as connection:
        return await deliveries.due(connection, webhook_id, LATER, 1000)


def failed(one: Delivery, *, due: dt.datetime | None = None) -> Outcome:
    return Outcome(one.id, one.tries + 1, 500, "answered 500", due)


FATE: Mapping[str, object] = {"failures": 0, "due": NOW}


async def test_each_record_enters_for_each_webhook_in_the_order_of_the_log(database: Database) -> None:
    """A webhook without filters gets every row of the log in its order: what is said, and what is taken back."""
    async with database.changing() as connection:
        hooks = [await hook(connection), await hook(connection)]
    await add_records(database, "甲" * 90, "乙" * 90)
    older = arrival(
        "甲" * 90, "甲  ".encode() * 90, published=dt.date(2020, 1, 1)
    )  # stands for its content from now on
    async with database.writing() as connection:
        await admit(connection, [older], NOW, LIKENESS)
    async with database.reading() as connection:
        entries = await log.follow(connection, Wanted(), 0, 100)
    assert [entry.withdraws for entry in entries] == [None] * 6 + [1, 2, 3] + [None] * 3
    for one in hooks:
        assert [row.record_id for row in await waiting(database, one.id)] == [entry.id for entry in entries]


async def test_only_what_the_filters_let_through_enters(database: Database) -> None:
    """A webhook with filters gets the records that its filters would let through in the API, and no others."""
    projects, rates = Wanted(kinds=("project",), stages=("started",)), Wanted(kinds=("indicator",))
    nothing = Wanted(places=({"province": "海南省"},))
    async with database.changing() as connection:
        ids = [(await hook(connection, wanted)).id for wanted in (projects, rates, nothing)]
    await add_records(database, "甲" * 90)
    async with database.reading() as connection:
        kinds = {row.id: row.kind for row in await connection.execute(select(records.c.id, records.c.kind))}
    found = [[kinds[one.record_id] for one in await waiting(database, id_)] for id_ in ids]
    assert found == [["project"], ["indicator"], []]


async def test_a_transaction_that_fails_leaves_neither_records_nor_messages(database: Database) -> None:
    """The records and their messages are kept together, or not at all."""
    async with database.changing() as connection:
        await hook(connection)
    async with database.writing(keep=False) as connection:
        await admit(connection, [arrival()], NOW, LIKENESS)
        assert await connection.scalar(select(func.count()).select_from(table)) == 3
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(table)) == 0
        assert await log.head(connection) == 0


async def test_a_paused_webhook_collects_nothing(database: Database) -> None:
    """While a webhook is paused no message enters for it; what waited before stays."""
    async with database.changing() as connection:
        one = await hook(connection)
    await add_records(database, "甲" * 90)
    async with database.changing() as connection:
        await webhooks.change(connection, one.id, NOW, state="paused")
    await add_records(database, "乙" * 90)
    assert [row.record_id for row in await waiting(database, one.id)] == [1, 2, 3]


@ON_POSTGRESQL
async def test_removing_a_webhook_waits_for_a_writer_that_knows_it(database: Database) -> None:
    """A webhook that is removed while records enter never makes their transaction fail."""
    async with database.changing() as connection:
        one = await hook(connection)

    async def remove() -> None:
        async with database.changing() as connection:
            await webhooks.remove(connection, one.id)

    async with database.writing() as connection:
        audience = await deliveries.audience(connection)
        removing = asyncio.create_task(remove())
        await asyncio.sleep(0.1)
        assert not removing.done()
        assert list(audience.wanted) == [one.id]
        await admit(connection, [arrival()], NOW, LIKENESS)
    await removing
    async with database.reading() as connection:
        assert await log.head(connection) == 3
        assert await deliveries.backlogs(connection) == {}


async def test_a_delivered_message_leaves_and_is_counted(database: Database) -> None:
    """What was delivered is gone from the outbox, and the webhook's count and last success tell of it."""
    async with database.changing() as connection:
        one = await hook(connection)
    await add_records(database, "甲" * 90)
    rows = await waiting(database, one.id)
    async with database.changing() as connection:
        outcomes = [Outcome(rows[0].id, 1, 200, None, None), failed(rows[1], due=LATER), failed(rows[2])]
        await deliveries.settle(connection, one.id, outcomes, {**FATE, "error": "answered 500"}, NOW)
    async with database.reading() as connection:
        after = await webhooks.one(connection, one.id)
        assert await deliveries.backlogs(connection) == {one.id: Backlog(waiting=1, dead=1)}
        (dead,) = await deliveries.page(connection, "dead", None, None, 10)
    assert (after.delivered, after.last_success, after.last_failure, after.error) == (1, NOW, NOW, "answered 500")
    (left,) = await waiting(database, one.id)
    assert (left.id, left.tries, left.status, left.due) == (rows[1].id, 1, 500, LATER)
    assert (dead.id, dead.record_id, dead.tries, dead.error) == (rows[2].id, 3, 1, "answered 500")


async def test_the_oldest_of_a_backlog_are_dead_and_never_gone(database: Database) -> None:
    """Where more messages wait than may, the oldest are dead: listed with the reason, and the newest still wait."""
    async with database.changing() as connection:
        one, other = await hook(connection), await hook(connection)
    await add_records(database, "甲" * 90, "乙" * 90)
    async with database.changing() as connection:
        await deliveries.bound(connection, one.id, 6)
        assert (await deliveries.backlogs(connection))[one.id] == Backlog(waiting=6)
        await deliveries.bound(connection, one.id, 4)
        dead = await deliveries.page(connection, "dead", one.id, None, 10)
        assert (await deliveries.backlogs(connection)) == {
            one.id: Backlog(waiting=4, dead=2),
            other.id: Backlog(waiting=6),
        }
    assert [(row.record_id, row.error) for row in dead] == [
        (2, "given up: more than 4 messages waited"),
        (1, "given up: more than 4 messages waited"),
    ]
    assert [row.record_id for row in await waiting(database, one.id)] == [3, 4, 5, 6]


async def test_dead_messages_are_listed_page_by_page_and_sent_again(database: Database) -> None:
    """Dead messages are listed newest first with a cursor; one of them, or all of a webhook, wait again as new ones."""
    async with database.changing() as connection:
        one, other = await hook(connection), await hook(connection)
    await add_records(database, "甲" * 90)
    for webhook in (one, other):
        rows = await waiting(database, webhook.id)
        async with database.changing() as connection:
            await deliveries.settle(connection, webhook.id, [failed(row) for row in rows], {"due": LATER}, NOW)
    async with database.changing() as connection:
        first = await deliveries.page(connection, "dead", one.id, None, 2)
        rest = await deliveries.page(connection, "dead", one.id, first[-1].id, 2)
        assert [row.record_id for row in (*first, *rest)] == [3, 2, 1]
        assert len(await deliveries.page(connection, "dead", None, None, 10)) == 6
        again = await deliveries.resend(connection, first[0].id, NOW)
        assert (again.state, again.tries, again.due) == ("waits", 0, NOW)
        assert await webhooks.any_ready(connection, NOW)
        assert await deliveries.resend_dead(connection, one.id, NOW) == 2
        assert await deliveries.backlogs(connection) == {one.id: Backlog(waiting=3), other.id: Backlog(dead=3)}
        with pytest.raises(NotFound, match="there is no delivery 99"):
            await deliveries.resend(connection, 99, NOW)


async def test_what_was_tried_least_comes_first_where_that_is_asked(database: Database) -> None:
    """In the order of the log, or what was tried least first; what is not due yet is left out."""
    async with database.changing() as connection:
        one = await hook(connection)
    await add_records(database, "甲" * 90)
    rows = await waiting(database, one.id)
    async with database.changing() as connection:
        outcomes = [failed(rows[0], due=NOW), failed(rows[2], due=LATER)]
        await deliveries.settle(connection, one.id, outcomes, FATE, NOW)
        in_order = await deliveries.due(connection, one.id, NOW, 9)
        fresh = await deliveries.due(connection, one.id, NOW, 9, fresh_first=True)
    assert [row.record_id for row in in_order] == [1, 2]
    assert [row.record_id for row in fresh] == [2, 1]


async def test_a_webhook_is_one_workers_until_its_lease_is_over(database: Database) -> None:
    """Who claims a webhook has it alone; it is anybody's when it was released or the lease ran out."""
    async with database.changing() as connection:
        one = await hook(connection)
        assert not await webhooks.any_ready(connection, NOW)
    await add_records(database, "甲" * 90)
    async with database.changing() as connection:
        assert [found.id for found in await webhooks.claim(connection, "a", NOW, LEASE, 9)] == [one.id]
        assert await webhooks.claim(connection, "b", NOW, LEASE, 9) == []
        await webhooks.release(connection, one.id, "b", NOW)  # which has it not
        assert await webhooks.claim(connection, "b", NOW, LEASE, 9) == []
        assert [found.id for found in await webhooks.claim(connection, "b", NOW + LEASE, LEASE, 9)] == [one.id]
        await webhooks.release(connection, one.id, "b", NOW + LEASE)
        assert [found.id for found in await webhooks.claim(connection, "a", NOW + LEASE, LEASE, 9)] == [one.id]


async def test_the_webhook_that_waited_longest_is_served_first(database: Database) -> None:
    """A webhook that was served goes to the end of the line."""
    async with database.changing() as connection:
        one, other = await hook(connection), await hook(connection)
    await add_records(database, "甲" * 90)
    async with database.changing() as connection:
        (first,) = await webhooks.claim(connection, "a", NOW, LEASE, 1)
        await webhooks.release(connection, first.id, "a", NOW + dt.timedelta(seconds=1))
        (second,) = await webhooks.claim(connection, "a", NOW + dt.timedelta(seconds=1), LEASE, 1)
    assert (first.id, second.id) == (one.id, other.id)


@ON_POSTGRESQL
async def test_workers_beside_each_other_claim_different_webhooks(database: Database) -> None:
    """Two transactions that claim at the same time do not wait for each other and share nothing."""
    async with database.changing() as connection:
        hooks = {(await hook(connection)).id for _ in range(3)}
    await add_records(database, "甲" * 90)
    async with database.changing() as connection, database.changing() as beside:
        mine = await webhooks.claim(connection, "a", NOW, LEASE, 2)
        theirs = await webhooks.claim(beside, "b", NOW, LEASE, 2)
    assert len(mine) == 2
    assert {one.id for one in (*mine, *theirs)} == hooks
    assert len(theirs) == 1


async def test_secrets_overlap(database: Database) -> None:
    """After a rotation the old secret signs too until its time is over; the newest always comes first."""
    async with database.changing() as connection:
        id_ = (await hook(connection)).id
        await webhooks.rotate(connection, id_, "whsec_Yg==", NOW, LEASE)
        one = await webhooks.rotate(connection, id_, "whsec_Yw==", NOW + LEASE / 2, LEASE)
    assert one.secrets == (
        Secret("whsec_Yw==", None),
        Secret("whsec_Yg==", NOW + LEASE * 1.5),
        Secret("whsec_YQ==", NOW + LEASE),
    )
    assert one.signing(NOW) == ["whsec_Yw==", "whsec_Yg==", "whsec_YQ=="]
    assert one.signing(NOW + LEASE) == ["whsec_Yw==", "whsec_Yg=="]
    assert one.signing(NOW + LEASE * 2) == ["whsec_Yw=="]
    assert "whsec_" not in repr(one)


async def test_what_does_not_exist_is_not_found(database: Database) -> None:
    """A webhook that does not exist can be neither seen, changed, rotated nor removed."""
    async with database.changing() as connection:
        for call in (
            webhooks.one(connection, 7),
            webhooks.change(connection, 7, NOW, state="paused"),
            webhooks.rotate(connection, 7, "whsec_Yg==", NOW, LEASE),
            webhooks.remove(connection, 7),
        ):
            with pytest.raises(NotFound, match="there is no webhook 7"):
                await call
