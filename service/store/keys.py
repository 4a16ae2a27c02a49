"""Keys of the API: what is stored is the SHA-256 of each, never the key."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.errors import NotFound
from service.store.tables import keys

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Each includes those before it."""


@dataclass(frozen=True)
class Key:
    """A key as it is stored; `sha256` is the lower-case hex digest of the whole key."""

    id: int
    name: str
    sha256: str
    scope: Scope
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None

    def good(self, now: dt.datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def allows(self, scope: Scope) -> bool:
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


async def add(
    connection: AsyncConnection, name: str, sha256: str, scope: Scope, now: dt.datetime, expires_at: dt.datetime | None
) -> int:
    """Store a new key, and its id."""
    row = {"name": name, "sha256": sha256, "scope": scope, "created_at": now, "expires_at": expires_at}
    return int((await connection.execute(insert(keys).values(row).returning(keys.c.id))).scalar_one())


async def of_hash(connection: AsyncConnection, sha256: str) -> Key | None:
    row = (await connection.execute(select(keys).where(keys.c.sha256 == sha256))).mappings().first()
    return Key(**row) if row else None


async def all_of_them(connection: AsyncConnection) -> list[Key]:
    """Every key, revoked and expired ones too, in the order in which they were made."""
    return [Key(**row) for row in (await connection.execute(select(keys).order_by(keys.c.id))).mappings()]


async def revoke(connection: AsyncConnection, id_: int, now: dt.datetime) -> Key:
    """Revoke a key for ever; a key that is revoked stays as it is. NotFound where there is none."""
    await connection.execute(update(keys).where(keys.c.id == id_, keys.c.revoked_at.is_(None)).values(revoked_at=now))
    row = (await connection.execute(select(keys).where(keys.c.id == id_))).mappings().first()
    if row is None:
        raise NotFound(f"there is no key {id_}: see guatu keys list")
    return Key(**row)
