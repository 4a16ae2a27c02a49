"""Whether it runs, whether it is ready, and how it is doing."""

import asyncio
import datetime as dt
from typing import Literal

from pydantic import BaseModel

from service.api.metrics import CONTENT_TYPE
from service.api.operation import Answer, Call, operation
from service.api.problems import UNAVAILABLE, Problem
from service.api.reply import Reply, as_json
from service.errors import GuatuError
from service.store.health import workers_alive
from service.store.migrate import fit

WORKER_SILENT = dt.timedelta(seconds=30)
"""A worker that has given no sign of life for so long is taken for dead."""
SECONDS = 5.0
"""The database has to answer within this time."""


class Alive(BaseModel):
    status: Literal["ok"]


class Ready(BaseModel):
    status: Literal["ready"]
    workers: int
    """Workers that gave a sign of life of late."""


@operation(Answer(Alive, "the process answers", example={"status": "ok"}))
async def alive(call: Call) -> Reply:
    """Whether the process is alive.

    For a supervisor, which restarts it where this does not answer. It does not look at the database.
    """
    return as_json(Alive(status="ok"), cache="no-store")


@operation(Answer(Ready, "requests can be served", example={"status": "ready", "workers": 1}))
async def ready(call: Call) -> Reply:
    """Whether it can serve: the database answers, its tables are of this version, a worker is alive.

    For a load balancer, which sends no requests while this is 503; `errors` then names what is missing.
    """
    try:
        async with asyncio.timeout(SECONDS):
            stands = await fit(call.parts.database)
            async with call.parts.database.reading() as connection:
                count = await workers_alive(connection, call.parts.now() - WORKER_SILENT) if stands == "current" else 0
    except (GuatuError, TimeoutError):
        raise _missing("database", "the database does not answer") from None
    if stands != "current":
        raise _missing("migrations", "the tables are not those of this version: run guatu migrate")
    if not count:
        raise _missing("worker", f"no worker has been seen for {WORKER_SILENT.seconds} seconds: run guatu worker")
    return as_json(Ready(status="ready", workers=count), cache="no-store")


def _missing(check: str, message: str) -> Problem:
    return Problem(UNAVAILABLE, message, errors=[{"check": check, "message": message}], headers={"Retry-After": "5"})


@operation(Answer(bytes, "the metrics in Prometheus' text format", media_types=("text/plain",)))
async def metrics(call: Call) -> Reply:
    """Metrics for Prometheus."""
    return Reply(await call.parts.metrics.text(), media_type=CONTENT_TYPE, cache="no-store")
