"""Metrics for Prometheus: what the API counts itself, and what the nouns say of their tables when they are asked."""

from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Iterable

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

_log = structlog.get_logger()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

Watcher = Callable[[], Awaitable[Iterable[Metric]]]
"""Reads something when Prometheus asks, from the database for instance; gives GaugeMetricFamily and the like."""


class _Watched(Collector):
    """What the watchers said last."""

    def __init__(self) -> None:
        self.families: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        return self.families


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "guatu_http_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "guatu_http_request_seconds",
            "From the last byte of a request's headers to the last byte of its answer; streams do not count",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.streams = Gauge("guatu_http_streams", "Streams that are open", registry=self.registry)
        self._failed = Counter("guatu_metrics_failed", "Metrics that could not be read", registry=self.registry)
        self._watchers: list[Watcher] = []
        self._watched = _Watched()
        self.registry.register(self._watched)
        self._counted: Tally[tuple[str, str, int]] = Tally()

    def watch(self, watcher: Watcher) -> None:
        """Ask this too whenever the metrics are read."""
        self._watchers.append(watcher)

    def answered(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """Count an answer; `seconds` is None for a stream."""
        self._counted[method, route, status] += 1
        if seconds is not None:
            self._seconds.labels(route).observe(seconds)

    async def text(self) -> bytes:
        """Everything, in Prometheus' text format. A watcher that fails is logged and left out."""
        for (method, route, status), count in self._counted.items():
            self._requests.labels(method, route, status).inc(count)
        self._counted.clear()
        families: list[Metric] = []
        for watcher in self._watchers:
            try:
                families.extend(await watcher())
            except Exception:
                self._failed.inc()
                _log.exception("metrics_failed")
        self._watched.families = families
        return generate_latest(self.registry)
