"""Who asks: keys, made, hashed and recognised."""

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable

from service.store import keys
from service.store.database import Database
from service.store.keys import Key

PREFIX = "guatu_"
REMEMBERED_SECONDS = 2.0
"""How long a key that was revoked may still be taken."""
REMEMBERED = 10_000
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


def new() -> str:
    """A random key of 256 bits; it is shown once and only its hash is kept."""
    return PREFIX + secrets.token_urlsafe(32)


def hashed(key: str) -> str:
    """A key is random, so one round of SHA-256 is enough: there is nothing to guess."""
    return hashlib.sha256(key.encode()).hexdigest()


class Keyring:
    """Recognises keys. What the database said, also that it knows no such key, is remembered for two seconds."""

    def __init__(self, database: Database, now: Callable[[], dt.datetime], clock: Callable[[], float]) -> None:
        self._database = database
        self._now = now
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Key | None]] = OrderedDict()

    def remembered(self, authorization: str) -> Key | None:
        """The good key of the header `Authorization`, where that is known without asking the database."""
        sha256 = _presented(authorization)
        known = self._known.get(sha256) if sha256 else None
        if known is None or self._clock() - known[0] > REMEMBERED_SECONDS:
            return None
        return self._good(known[1], sha256)

    async def owner(self, authorization: str) -> Key | None:
        """The good key of the header; None where it has none."""
        sha256 = _presented(authorization)
        if not sha256:
            return None
        known = self._known.get(sha256)
        if known is None or self._clock() - known[0] > REMEMBERED_SECONDS:
            async with self._database.reading() as connection:
                known = self._clock(), await keys.of_hash(connection, sha256)
            self._known[sha256] = known
            self._known.move_to_end(sha256)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._good(known[1], sha256)

    def _good(self, key: Key | None, sha256: str) -> Key | None:
        if key is None or not hmac.compare_digest(key.sha256, sha256) or not key.good(self._now()):
            return None
        return key


def _presented(authorization: str) -> str:
    """The hash of the key in the header; empty where it has none of the right shape."""
    scheme, _, key = authorization.partition(" ")
    return hashed(key.strip()) if scheme.lower() == "bearer" and _SHAPE.fullmatch(key.strip()) else ""
