"""Spans of what takes time, for OpenTelemetry. Where nothing was set up they cost next to nothing and say nothing."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from service.errors import BadSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

_tracer: "Tracer | None" = None
_NOTHING = nullcontext()


def span(name: str, **said: str | int) -> AbstractContextManager[None]:
    """The time that the block takes, under this name, with what is said of it; what it raises is noted."""
    if _tracer is None:
        return _NOTHING
    return _spanned(_tracer, name, said)


@contextmanager
def _spanned(tracer: "Tracer", name: str, said: dict[str, str | int]) -> Iterator[None]:
    with tracer.start_as_current_span(name, attributes={f"guatu.{key}": value for key, value in said.items()}):
        yield


def telling(url: str, service: str, version: str) -> "TracerProvider":
    """A provider that sends spans to a collector (OTLP over HTTP). BadSettings where the extra is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise BadSettings(
            "GUATU_OTLP_URL needs OpenTelemetry: pip install 'guatu[telemetry]', or leave it none"
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": service, "service.version": version}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{url}/v1/traces")))
    return provider


@contextmanager
def told(provider: "TracerProvider") -> Iterator[None]:
    """Spans go to the provider while the block runs; what has not been sent in the end is sent then."""
    global _tracer
    _tracer = provider.get_tracer("guatu")
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()
