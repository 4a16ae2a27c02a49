"""Counts and rates, for people and for Prometheus."""

import datetime as dt
from collections.abc import Iterable

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from service.api.health import WORKER_SILENT
from service.api.metrics import Watcher
from service.api.operation import Answer, Call, operation
from service.api.parts import Parts
from service.api.reply import Reply, as_json
from service.api.shapes import Shape
from service.store import stats
from service.store.stats import Stats


class Lately(Shape):
    hour: int
    day: int


class Flow(Shape):
    """How many there are, how many came in the last hour and day, and when the last one did."""

    total: int
    last: Lately
    newest_at: dt.datetime | None


class Documents(Flow):
    by_state: dict[str, int]


class Queue(Shape):
    """Documents that wait to be read. `oldest_seconds` is how long the oldest one waits that could be read now."""

    documents: int
    due: int
    oldest_seconds: float


class Quarantine(Shape):
    """What was refused or failed, by reason; `no_bytes` are sources that could not be read at all."""

    by_reason: dict[str, int]
    no_bytes: int


class Failing(Shape):
    id: int
    kind: str
    name: str
    failures: int
    last_success: dt.datetime | None


class Sources(Shape):
    """Configured sources, and those whose last polls failed, the worst first."""

    by_state: dict[str, int]
    failing: list[Failing]


class Totals(Shape):
    as_of: dt.datetime
    documents: Documents
    records: Flow
    queue: Queue
    quarantine: Quarantine
    sources: Sources
    workers: int


@operation(Answer(Totals, "counts and rates"))
async def totals(call: Call) -> Reply:
    """How much there is, how much came in of late, what waits, what failed."""
    now, found = await _read(call.parts)
    late = {name: Lately(**counts) for name, counts in found.of_late.items()}
    return as_json(
        Totals(
            as_of=now,
            documents=Documents(
                total=sum(found.documents.values()),
                last=late["documents"],
                newest_at=found.newest["documents"],
                by_state=found.documents,
            ),
            records=Flow(total=found.records, last=late["records"], newest_at=found.newest["records"]),
            queue=Queue(documents=found.waiting.documents, due=found.waiting.due, oldest_seconds=_age(now, found)),
            quarantine=Quarantine(by_reason=found.quarantine, no_bytes=found.no_bytes),
            sources=Sources(by_state=found.sources, failing=[Failing(**one._asdict()) for one in found.failing]),
            workers=found.workers,
        ),
        cache="no-store",
    )


async def _read(parts: Parts) -> tuple[dt.datetime, Stats]:
    now = parts.now()
    async with parts.database.reading() as connection:
        return now, await stats.read(connection, now, now - WORKER_SILENT)


def _age(now: dt.datetime, found: Stats) -> float:
    return max((now - found.waiting.oldest).total_seconds(), 0.0) if found.waiting.oldest else 0.0


def watcher(parts: Parts) -> Watcher:
    """What Prometheus is told of the tables."""

    async def watch() -> Iterable[Metric]:
        now, found = await _read(parts)
        newest = found.newest["records"]
        gauges = [
            _gauge("guatu_documents", "Documents by state", found.documents, "state"),
            _gauge("guatu_quarantine_documents", "Documents refused or failed, by reason", found.quarantine, "reason"),
            _gauge("guatu_quarantine_sources", "Sources that gave no bytes", found.no_bytes),
            _gauge("guatu_records", "Records ever added to the log", found.records),
            _gauge("guatu_queue_documents", "Documents that wait to be read", found.waiting.documents),
            _gauge("guatu_queue_oldest_seconds", "How long the oldest waits that could be read now", _age(now, found)),
            _gauge("guatu_workers", "Workers that gave a sign of life of late", found.workers),
            _gauge("guatu_sources", "Configured sources by state", found.sources, "state"),
        ]
        if newest is not None:
            age = max((now - newest).total_seconds(), 0.0)
            gauges.append(_gauge("guatu_freshness_seconds", "Seconds since the newest record was added", age))
        failures = GaugeMetricFamily("guatu_source_failures", "Polls that failed in a row", labels=("source", "name"))
        for one in found.failing:
            failures.add_metric((str(one.id), one.name), one.failures)
        return [*gauges, failures]

    return watch


def _gauge(name: str, meaning: str, value: float | dict[str, int], label: str | None = None) -> GaugeMetricFamily:
    if not isinstance(value, dict):
        return GaugeMetricFamily(name, meaning, value=value)
    family = GaugeMetricFamily(name, meaning, labels=(label or "",))
    for key, count in value.items():
        family.add_metric((key,), count)
    return family
