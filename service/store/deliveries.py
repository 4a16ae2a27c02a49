"""The outbox of the webhooks: messages that wait to be delivered, and dead ones, which are tried no more.

A message is a record for a webhook. It enters in the transaction of its record and leaves when it was delivered.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.errors import NotFound
from service.store import bell, log
from service.store.log import Wanted
from service.store.tables import deliveries, webhooks
from service.store.webhooks import sendable, wanted_of

State = Literal["waits", "dead"]
_CHUNK = 1000


@dataclass(frozen=True)
class Delivery:
    """A message that was not delivered yet: `tries` came to nothing, the last with `status` and `error`. It is on a record,
    or on a change of a project, which has its `body`."""

    id: int
    webhook_id: int
    record_id: int | None
    state: State
    created_at: dt.datetime
    due: dt.datetime
    tries: int
    status: int | None
    error: str | None
    change_id: int | None
    project: str | None
    body: bytes | None


class Told(NamedTuple):
    """A message on a change of a project, whole."""

    webhook_id: int
    change_id: int
    project: str
    body: bytes


class Outcome(NamedTuple):
    """What became of a try: delivered where `error` is None; else to be tried again when `due`, or dead without it."""

    id: int
    tries: int
    status: int | None
    error: str | None
    due: dt.datetime | None


class Backlog(NamedTuple):
    """What a webhook has not got."""

    waiting: int = 0
    dead: int = 0


class Audience(NamedTuple):
    """Who is to be told of what follows the row `head` of the log, and what each wants."""

    wanted: dict[int, Wanted]
    head: int


async def audience(connection: AsyncConnection) -> Audience:
    """The active webhooks for records, before this transaction adds to the log."""
    # FOR KEY SHARE: a webhook that is being removed meanwhile must not fail the transaction of the records
    active = select(webhooks.c.id, webhooks.c.filters).where(
        webhooks.c.state == "active", webhooks.c.watch_id.is_(None)
    )
    found = await connection.execute(active.with_for_update(read=True, key_share=True))
    wanted = {id_: wanted_of(filters) for id_, filters in found}
    return Audience(wanted, await log.head(connection) if wanted else 0)


async def enqueue(connection: AsyncConnection, audience: Audience) -> None:
    """Put what this transaction added to the log into the outbox, for each webhook that wants it."""
    after = audience.head
    while audience.wanted and (entries := await log.follow(connection, Wanted(), after, _CHUNK)):
        messages = [
            {
                "webhook_id": webhook_id,
                "record_id": entry.id,
                "state": "waits",
                "created_at": entry.recorded_at,
                "due": entry.recorded_at,
                "tries": 0,
            }
            for entry in entries
            for webhook_id, wanted in audience.wanted.items()
            if wanted.matches(entry)
        ]
        if messages:
            await connection.execute(insert(deliveries), messages)
        after = entries[-1].id


async def enqueue_changes(connection: AsyncConnection, told: Collection[Told], now: dt.datetime) -> None:
    """Put messages on changes of projects into the outbox."""
    rows = [{**one._asdict(), "state": "waits", "created_at": now, "due": now, "tries": 0} for one in told]
    await connection.execute(insert(deliveries), rows)


async def due(
    connection: AsyncConnection, webhook_id: int, now: dt.datetime, most: int, *, fresh_first: bool = False
) -> list[Delivery]:
    """What is to be sent to a webhook now, in the order of the log; `fresh_first` puts first what was tried least."""
    waits = (deliveries.c.webhook_id == webhook_id) & sendable(now)
    order = [deliveries.c.tries, deliveries.c.id] if fresh_first else [deliveries.c.id]
    found = await connection.execute(select(deliveries).where(waits).order_by(*order).limit(most))
    return [Delivery(**row) for row in found.mappings()]


async def settle(
    connection: AsyncConnection,
    webhook_id: int,
    outcomes: Collection[Outcome],
    fate: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    """Write down what became of tries, and the `fate` of the webhook: its `failures`, `due`, `state` and `error`."""
    delivered = [one.id for one in outcomes if one.error is None]
    moments = {"last_success": now} if delivered else {}
    moments |= {"last_failure": now} if len(delivered) < len(outcomes) else {}
    # The webhook first, here and below, as whoever removes it does: so that none waits for the other.
    count = webhooks.c.delivered + len(delivered)
    await connection.execute(
        update(webhooks).where(webhooks.c.id == webhook_id).values(**fate, **moments, delivered=count)
    )
    if delivered:
        await connection.execute(delete(deliveries).where(deliveries.c.id.in_(delivered)))
    for one in outcomes:
        if one.error is not None:
            mark: dict[str, object] = {"tries": one.tries, "status": one.status, "error": one.error}
            mark |= {"due": one.due} if one.due else {"state": "dead"}
            await connection.execute(update(deliveries).where(deliveries.c.id == one.id).values(mark))


async def bound(connection: AsyncConnection, webhook_id: int, most: int) -> None:
    """Where more messages than `most` wait for a webhook, the oldest of them are dead."""
    waits = (deliveries.c.webhook_id == webhook_id) & (deliveries.c.state == "waits")
    last = select(deliveries.c.id).where(waits).order_by(deliveries.c.id.desc()).offset(most).limit(1)
    error = f"given up: more than {most} messages waited"
    dead = update(deliveries).where(waits, deliveries.c.id <= last.scalar_subquery())
    await connection.execute(dead.values(state="dead", error=error))


async def page(
    connection: AsyncConnection, state: State, webhook_id: int | None, before: int | None, limit: int
) -> list[Delivery]:
    """Messages in a state, the newest first, older than the one with the id `before`."""
    query = select(deliveries).where(deliveries.c.state == state).order_by(deliveries.c.id.desc()).limit(limit)
    if webhook_id is not None:
        query = query.where(deliveries.c.webhook_id == webhook_id)
    if before is not None:
        query = query.where(deliveries.c.id < before)
    return [Delivery(**row) for row in (await connection.execute(query)).mappings()]


async def backlogs(connection: AsyncConnection) -> dict[int, Backlog]:
    """What each webhook has not got, by its id; none where it got all."""
    count = select(deliveries.c.webhook_id, deliveries.c.state, func.count()).group_by(
        deliveries.c.webhook_id, deliveries.c.state
    )
    found: dict[int, Backlog] = {}
    for webhook_id, state, number in await connection.execute(count):
        field = "waiting" if state == "waits" else "dead"
        found[webhook_id] = found.get(webhook_id, Backlog())._replace(**{field: number})
    return found


async def resend(connection: AsyncConnection, id_: int, now: dt.datetime) -> Delivery:
    """Send a message at once, dead or not, and begin anew with its tries; NotFound where it was delivered."""
    webhook_id = await connection.scalar(select(deliveries.c.webhook_id).where(deliveries.c.id == id_))
    if webhook_id is not None:
        await _wake(connection, webhook_id, now)
    anew = update(deliveries).where(deliveries.c.id == id_).values(state="waits", due=now, tries=0)
    row = (await connection.execute(anew.returning(deliveries))).mappings().first()
    if row is None:
        raise NotFound(f"there is no delivery {id_}: it was delivered, or never was")
    return Delivery(**row)


async def resend_dead(connection: AsyncConnection, webhook_id: int, now: dt.datetime) -> int:
    """Send all dead messages of a webhook at once; gives how many."""
    await _wake(connection, webhook_id, now)
    dead = (deliveries.c.webhook_id == webhook_id) & (deliveries.c.state == "dead")
    anew = update(deliveries).where(dead).values(state="waits", due=now, tries=0)
    return (await connection.execute(anew)).rowcount


async def _wake(connection: AsyncConnection, webhook_id: int, now: dt.datetime) -> None:
    """Wait no longer with what is sent to a webhook that failed."""
    await connection.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(due=now))
    await bell.ring(connection, "deliveries")
