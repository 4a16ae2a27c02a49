"""Keys: who may do what, and what is kept of a key."""

import datetime as dt
import json

import pytest
from sqlalchemy import select

from service.api.keys import Keyring, hashed, new
from service.errors import NotFound
from service.store import keys
from service.store.database import Database
from service.store.keys import SCOPES, Scope
from service.store.tables import keys as table
from tests.api.framed import framed
from tests.api.serving import key_of
from tests.cli.conftest import Guatu, guatu  # noqa: F401 - the fixture

NOW = dt.datetime(2024, 5, 31, 8, tzinfo=dt.UTC)
Status = tuple[int, int, int]


async def statuses(database: Database, key: str | None, open_reading: bool) -> tuple[int, ...]:
    """What health, reading and writing answer."""
    async with framed(database, key=key, open_reading=open_reading) as served:
        found = []
        for method, path in (("GET", "/healthz"), ("GET", "/v1/things?limit=1"), ("POST", "/v1/things")):
            async with served.client.request(
                method, path, json={"name": "x"} if method == "POST" else None
            ) as response:
                found.append(response.status)
                if response.status == 401:
                    assert response.headers["WWW-Authenticate"].startswith("Bearer")
        return tuple(found)


@pytest.mark.parametrize(
    ("scope", "at_home", "elsewhere"),
    [
        (None, (200, 200, 401), (200, 401, 401)),
        ("read", (200, 200, 403), (200, 200, 403)),
        ("write", (200, 200, 201), (200, 200, 201)),
        ("admin", (200, 200, 201), (200, 200, 201)),
    ],
)
async def test_scopes(sqlite: Database, scope: Scope | None, at_home: Status, elsewhere: Status) -> None:
    """At home reading is open and writing needs a key; elsewhere everything does but health; a scope has those below it."""
    key = await key_of(sqlite, scope) if scope else None
    assert await statuses(sqlite, key, True) == at_home
    assert await statuses(sqlite, key, False) == elsewhere


@pytest.mark.parametrize("wrong", ["guatu_" + "x" * 43, "guatu_short", "x", "", "é"])
async def test_wrong_keys(sqlite: Database, wrong: str) -> None:
    """A key that is none is refused, also where none is needed to read."""
    async with framed(sqlite) as served:
        for scheme in ("Bearer", "Basic"):
            async with served.client.get("/v1/things", headers={"Authorization": f"{scheme} {wrong}"}) as response:
                assert response.status == 401


async def test_memory_needs_a_key_too(sqlite: Database) -> None:
    """An answer from memory is given to nobody who might not have had it from the handler."""
    key = await key_of(sqlite, "read")
    async with framed(sqlite, key=key, open_reading=False) as served:
        for _ in range(3):
            async with served.client.get("/v1/things") as response:
                assert response.status == 200
        for given in ("", "Bearer guatu_" + "x" * 43):
            async with served.client.get("/v1/things", headers={"Authorization": given}) as response:
                assert response.status == 401


async def test_stored(database: Database) -> None:
    """The database holds the hash of a key, its scope and its times, and not the key."""
    key = new()
    async with database.changing() as connection:
        id_ = await keys.add(connection, "编辑部", hashed(key), "write", NOW, NOW + dt.timedelta(days=1))
    async with database.reading() as connection:
        row = (await connection.execute(select(table))).mappings().one()
        found = await keys.of_hash(connection, hashed(key))
        assert await keys.of_hash(connection, hashed(key + "x")) is None
    assert not any(key in str(value) for value in row.values())
    assert found is not None
    assert (found.id, found.name, found.scope, found.expires_at) == (id_, "编辑部", "write", NOW + dt.timedelta(days=1))
    assert [found.allows(scope) for scope in SCOPES] == [True, True, False]
    assert found.good(NOW)
    assert not found.good(NOW + dt.timedelta(days=1))
    async with database.changing() as connection:
        assert (await keys.revoke(connection, id_, NOW)).revoked_at == NOW
        assert (await keys.revoke(connection, id_, NOW + dt.timedelta(days=9))).revoked_at == NOW
        assert [key.revoked_at for key in await keys.all_of_them(connection)] == [NOW]
        with pytest.raises(NotFound):
            await keys.revoke(connection, 99, NOW)


async def test_keyring(sqlite: Database) -> None:
    """A key that was revoked or has expired is refused at the latest two seconds later; that it is unknown is remembered too."""
    key, clock, moment = new(), [0.0], [NOW]
    ring = Keyring(sqlite, lambda: moment[0], lambda: clock[0])
    assert await ring.owner(f"Bearer {key}") is None
    async with sqlite.changing() as connection:
        id_ = await keys.add(connection, "n", hashed(key), "read", NOW, NOW + dt.timedelta(hours=1))
    assert await ring.owner(f"Bearer {key}") is None
    clock[0] += 2.1
    assert (await ring.owner(f"Bearer {key}")) is not None
    assert ring.remembered(f"bearer {key}") is not None
    moment[0] += dt.timedelta(hours=1)
    assert ring.remembered(f"Bearer {key}") is None
    assert await ring.owner(f"Bearer {key}") is None
    moment[0] = NOW
    async with sqlite.changing() as connection:
        await keys.revoke(connection, id_, NOW)
    clock[0] += 2.1
    assert ring.remembered(f"Bearer {key}") is None
    assert await ring.owner(f"Bearer {key}") is None


async def test_log_has_the_name(sqlite: Database) -> None:
    """The access log names the key and never shows it."""
    key = await key_of(sqlite, "read")
    async with framed(sqlite, key=key) as served, served.client.get("/v1/things") as response:
        assert response.status == 200
    assert json.loads(served.output.getvalue().splitlines()[0])["key"] == "test"
    assert key.encode() not in served.output.getvalue()


async def test_foreign_host(sqlite: Database) -> None:
    """Where reading is open, a page that reaches the server by a name of its own is refused."""
    async with framed(sqlite, hosts=("guatu.example",)) as served:
        for host, status in {
            "localhost:8080": 200,
            "127.0.0.1": 200,
            "[::1]:8080": 200,
            "guatu.example": 200,
            "evil.example": 421,
            "127.0.0.1.evil.example:8080": 421,
        }.items():
            for _ in range(2):
                async with served.client.get("/v1/things", headers={"Host": host}) as response:
                    assert response.status == status, host


def test_command(guatu: Guatu) -> None:  # noqa: F811 - the fixture
    """`guatu keys create` prints a key once, `list` shows what it is good for, `revoke` ends it."""
    made = guatu("keys", "create", "--name", "编辑部", "--scope", "write", "--expires", "90d")
    assert made.returncode == 0
    key = made.stdout.strip()
    assert key.startswith("guatu_")
    listed = guatu("keys", "list").stdout
    assert "编辑部" in listed
    assert "write" in listed
    assert "good until" in listed
    assert key not in listed
    assert guatu("keys", "revoke", 1).stdout == "key 1 (编辑部) is revoked\n"
    assert "revoked" in guatu("keys", "list").stdout
    assert guatu("keys", "revoke", 7).returncode == 1
    for wrong in (("--scope", "all"), ("--expires", "3"), ("--name", "a\nb")):
        assert guatu("keys", "create", "--name", "n", *wrong).returncode == 2
