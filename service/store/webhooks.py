"""Webhooks: who is told of new records, what signs the messages to them, and how they fare."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.errors import GuatuError, NotFound
from service.store.log import Wanted
from service.store.tables import deliveries, webhooks

MOST = 200
"""So many webhooks there may be: each is looked at whenever records are added."""
State = Literal["active", "paused"]
_WANTED = TypeAdapter(Wanted)


class TooMany(GuatuError):
    """There are as many webhooks as there may be; remove one first."""


class Secret(NamedTuple):
    """What signs messages, as its receiver has it (`whsec_…`); `until` is when it ends, None for the newest."""

    value: str
    until: dt.datetime | None


@dataclass(frozen=True)
class Webhook:
    """A webhook as it is stored. `filters` of records are as they were given, empty with a watch; `failures` counts the new messages that failed in a row."""

    id: int
    url: str
    secrets: tuple[Secret, ...] = field(repr=False)
    filters: Mapping[str, Any]
    state: State
    created_at: dt.datetime
    due: dt.datetime
    failures: int
    delivered: int
    last_success: dt.datetime | None
    last_failure: dt.datetime | None
    error: str | None
    watch_id: int | None

    def signing(self, now: dt.datetime) -> list[str]:
        """The secrets that sign now, the newest first."""
        return [secret.value for secret in self.secrets if secret.until is None or now < secret.until]


_COLUMNS = [column for column in webhooks.c if column.name not in ("worker", "lease")]


def _webhook(row: RowMapping) -> Webhook:
    secrets = (Secret(one["value"], one["until"] and dt.datetime.fromisoformat(one["until"])) for one in row["secrets"])
    return Webhook(**{**row, "secrets": tuple(secrets), "filters": row["filters"]["given"]})


def wanted_of(filters: Mapping[str, Any]) -> Wanted:
    """Which records the filters of a webhook, as they are stored, let through."""
    return _WANTED.validate_python(filters["wanted"])


def filters_of(given: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Filters as they are stored: as they were given, and what that meant."""
    return {"given": dict(given), "wanted": _WANTED.dump_python(wanted, mode="json", exclude_none=True)}


def _stored(*secrets: Secret) -> list[dict[str, str | None]]:
    return [{"value": one.value, "until": one.until.isoformat() if one.until else None} for one in secrets]


async def add(
    connection: AsyncConnection,
    url: str,
    filters: Mapping[str, Any],
    secret: str,
    now: dt.datetime,
    watch_id: int | None = None,
) -> Webhook:
    """Store a new webhook (`filters` by `filters_of`); it is told of what enters the log from now on, or with a watch of
    what changes in that.

    TooMany where there are MOST already.
    """
    if (await connection.scalar(select(func.count()).select_from(webhooks)) or 0) >= MOST:
        raise TooMany(f"there are {MOST} webhooks, as many as there may be: remove one first")
    row = {
        "url": url,
        "filters": filters,
        "secrets": _stored(Secret(secret, None)),
        "state": "active",
        "created_at": now,
        "due": now,
        "failures": 0,
        "delivered": 0,
        "watch_id": watch_id,
    }
    found = await connection.execute(insert(webhooks).values(row).returning(*_COLUMNS))
    return _webhook(found.mappings().one())


async def one(connection: AsyncConnection, id_: int) -> Webhook:
    """NotFound where there is none."""
    row = (await connection.execute(select(*_COLUMNS).where(webhooks.c.id == id_))).mappings().first()
    if row is None:
        raise NotFound(f"there is no webhook {id_}")
    return _webhook(row)


async def all_of_them(connection: AsyncConnection) -> list[Webhook]:
    """In the order in which they were made."""
    found = await connection.execute(select(*_COLUMNS).order_by(webhooks.c.id))
    return [_webhook(row) for row in found.mappings()]


async def change(connection: AsyncConnection, id_: int, now: dt.datetime, **values: object) -> Webhook:
    """Change `url`, `filters` or `state`, and begin anew with what is sent to it; NotFound where there is none."""
    anew = {"due": now, "failures": 0, "error": None}
    await connection.execute(update(webhooks).where(webhooks.c.id == id_).values(**values, **anew))
    return await one(connection, id_)


async def rotate(
    connection: AsyncConnection, id_: int, secret: str, now: dt.datetime, overlap: dt.timedelta
) -> Webhook:
    """Sign with a new secret from now on, and with those it had for as long as `overlap`; NotFound where there is none."""
    kept = [
        Secret(old.value, old.until or now + overlap)
        for old in (await one(connection, id_)).secrets
        if old.until is None or now < old.until
    ]
    secrets = _stored(Secret(secret, None), *kept)
    await connection.execute(update(webhooks).where(webhooks.c.id == id_).values(secrets=secrets))
    return await one(connection, id_)


async def remove(connection: AsyncConnection, id_: int) -> None:
    """Remove a webhook with all that waits for it; NotFound where there is none."""
    if not (await connection.execute(delete(webhooks).where(webhooks.c.id == id_))).rowcount:
        raise NotFound(f"there is no webhook {id_}")


def sendable(now: dt.datetime) -> ColumnElement[bool]:
    """Whether a message may be sent now: of a project only the oldest that waits, so that its changes come in order."""
    c, older = deliveries.c, deliveries.alias().c
    before = (older.webhook_id == c.webhook_id) & (older.project == c.project) & (older.id < c.id)
    first = c.project.is_(None) | ~exists().where(before, older.state == "waits")
    return (c.state == "waits") & (c.due <= now) & first


def _ready(now: dt.datetime) -> ColumnElement[bool]:
    waits = (deliveries.c.webhook_id == webhooks.c.id) & sendable(now)
    free = webhooks.c.lease.is_(None) | (webhooks.c.lease <= now)
    return (webhooks.c.state == "active") & (webhooks.c.due <= now) & free & exists().where(waits)


async def any_ready(connection: AsyncConnection, now: dt.datetime) -> bool:
    """Whether there is anything that `claim` would give."""
    return (await connection.execute(select(webhooks.c.id).where(_ready(now)).limit(1))).first() is not None


async def claim(
    connection: AsyncConnection, worker: str, now: dt.datetime, lease: dt.timedelta, most: int
) -> list[Webhook]:
    """Webhooks that something is due for and that nobody sends to, the longest neglected first; the worker's alone now."""
    # FOR NO KEY UPDATE, so that those who write deliveries, which refer to the webhook, need not wait
    free = select(webhooks.c.id).where(_ready(now)).order_by(webhooks.c.due, webhooks.c.id).limit(most)
    ids = (await connection.scalars(free.with_for_update(key_share=True, skip_locked=True))).all()
    taken = update(webhooks).where(webhooks.c.id.in_(ids)).values(worker=worker, lease=now + lease)
    found = await connection.execute(taken.returning(*_COLUMNS))
    return [_webhook(row) for row in found.mappings()]


async def release(connection: AsyncConnection, id_: int, worker: str, now: dt.datetime) -> None:
    """Let a webhook go that the worker still has, to the end of the line."""
    held = (webhooks.c.id == id_) & (webhooks.c.worker == worker)
    await connection.execute(update(webhooks).where(held).values(worker=None, lease=None))
    await connection.execute(update(webhooks).where(webhooks.c.id == id_, webhooks.c.due < now).values(due=now))
