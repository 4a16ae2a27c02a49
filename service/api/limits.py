"""The limits of the API, and the rate at which each key and address may ask."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
BUCKETS = 20_000
"""So many callers are remembered; the one that has been quiet for longest is forgotten first, with a full bucket."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Every limit, each a setting (README.md)."""

    body_bytes: int = 16 * MEBIBYTE
    header_bytes: int = 8192
    url_bytes: int = 8000
    page: int = 200
    batch: int = 1000
    streams: int = 200
    connections: int = 1000
    request_seconds: float = 30
    idle_seconds: float = 60
    rate: int = 1200
    """Requests a minute for each key and each address without one; 0: no limit."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rate:
    """Token buckets in memory: each caller has `a_minute` requests at once, which grow back steadily."""

    def __init__(self, a_minute: int, clock: Callable[[], float], buckets: int = BUCKETS) -> None:
        self._full = float(a_minute)
        self._a_second = a_minute / 60
        self._clock = clock
        self._most = buckets
        self._buckets: OrderedDict[object, _Bucket] = OrderedDict()

    def wait(self, caller: object) -> float:
        """0 where the caller may go on, which costs it one request; else the seconds until it may."""
        if not self._full:
            return 0.0
        now = self._clock()
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = _Bucket(self._full, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(caller)
            bucket.tokens = min(self._full, bucket.tokens + (now - bucket.at) * self._a_second)
            bucket.at = now
        if bucket.tokens < 1.0:
            return (1.0 - bucket.tokens) / self._a_second
        bucket.tokens -= 1.0
        return 0.0

    def __len__(self) -> int:
        return len(self._buckets)
