"""Spans for OpenTelemetry, sent to a real collector on this machine."""

import asyncio

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from service.pipeline.spans import span, telling, told


async def test_spans_reach_the_collector() -> None:
    """What takes time is told under its name, with what is said of it, what it lies in and what it raised."""
    came: list[ExportTraceServiceRequest] = []

    async def collect(request: web.Request) -> web.Response:
        came.append(ExportTraceServiceRequest.FromString(await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/v1/traces", collect)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()

    def work() -> None:
        with (
            told(telling(site.name, "guatu-test", "1")),
            pytest.raises(ZeroDivisionError),
            span("outer", documents=3),
            span("inner"),
        ):
            _ = 1 / 0

    await asyncio.to_thread(work)
    await runner.cleanup()
    spans = {
        one.name: one
        for request in came
        for part in request.resource_spans
        for scope in part.scope_spans
        for one in scope.spans
    }
    assert set(spans) == {"outer", "inner"}
    assert spans["inner"].parent_span_id == spans["outer"].span_id
    assert [(one.key, one.value.int_value) for one in spans["outer"].attributes] == [("guatu.documents", 3)]
    assert spans["inner"].events[0].name == "exception"


def test_without_a_collector_nothing_is_told() -> None:
    """Where nothing was set up a span is only its block."""
    with span("alone", documents=1) as nothing:
        assert nothing is None
