"""Metrics for Prometheus: what the API counts itself, and what the nouns say of their tables when they are asked."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import accumulate

import prometheus_client
import structlog
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

_log = structlog.get_logger()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

Watcher = Callable[[], Awaitable[Iterable[Metric]]]
"""Reads something when Prometheus asks, from the database for instance; gives GaugeMetricFamily and the like."""


class _Requests(Collector):
    """Requests and how long they took. Counted here, since a histogram of the library costs ten times as much, on the way of
    every answer; to be read it becomes one of theirs."""

    def __init__(self) -> None:
        self._answered: Counter[tuple[str, str, int]] = Counter()
        self._took: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * (len(_SECONDS) + 2))

    def add(self, method: str, route: str, status: int, seconds: float | None) -> None:
        self._answered[method, route, status] += 1
        if seconds is not None:
            took = self._took[route]
            took[bisect_left(_SECONDS, seconds)] += 1
            took[-1] += seconds

    def collect(self) -> Iterator[Metric]:
        answered = CounterMetricFamily("guatu_http_requests", "Requests answered", labels=("method", "route", "status"))
        for (method, route, status), count in self._answered.items():
            answered.add_metric((method, route, str(status)), count)
        yield answered
        took = HistogramMetricFamily(
            "guatu_http_request_seconds",
            "From the last byte of a request's headers to the last of its answer; streams do not count",
            labels=("route",),
        )
        for route, (*counts, total) in self._took.items():
            bounds = [*map(str, _SECONDS), "+Inf"]
            took.add_metric((route,), list(zip(bounds, accumulate(counts), strict=True)), total)
        yield took


class _Watched(Collector):
    """What the watchers said last."""

    def __init__(self) -> None:
        self.families: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        return self.families


class Metrics:
    """`answered(method, route, status, seconds)` counts an answer; `seconds` is None for a stream."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        requests = _Requests()
        self.registry.register(requests)
        self.answered = requests.add
        self.streams = Gauge("guatu_http_streams", "Streams that are open", registry=self.registry)
        self._failed = prometheus_client.Counter(
            "guatu_metrics_failed", "Metrics that could not be read", registry=self.registry
        )
        self._watchers: list[Watcher] = []
        self._watched = _Watched()
        self.registry.register(self._watched)

    def watch(self, watcher: Watcher) -> None:
        """Ask this too whenever the metrics are read."""
        self._watchers.append(watcher)

    async def text(self) -> bytes:
        """Everything, in Prometheus' text format. A watcher that fails is logged and left out."""
        families: list[Metric] = []
        for watcher in self._watchers:
            try:
                families.extend(await watcher())
            except Exception:
                self._failed.inc()
                _log.exception("metrics_failed")
        self._watched.families = families
        return generate_latest(self.registry)
