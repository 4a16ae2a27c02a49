"""What the frame of the API costs: an answer from memory, and a 304, against a bare aiohttp handler of the same bytes.

    python -m benchmarks.api_frame [SECONDS]

Both servers run on one core, wrk on another, in turns, so that what else the machine does meets both. Needs wrk and taskset.
"""

import asyncio
import datetime as dt
import os
import re
import subprocess
import sys
import tempfile
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from aiohttp import web
from pydantic import BaseModel, Field

from service.api import etag
from service.api.app import build, serve
from service.api.cache import Memory
from service.api.limits import Limits
from service.api.log import AccessLog
from service.api.operation import Answer, Call, operation
from service.api.parts import Parts
from service.api.reply import Reply
from service.api.routes import Route
from service.store.database import Database

PATH = "/v1/records"
ROUNDS = 5
CONNECTIONS = 16
SIZES = (2_000, 20_000)


class _Query(BaseModel):
    limit: int = Field(20, ge=1, le=200)


def _body(size: int) -> bytes:
    return (b'{"items":["' + b"x" * size)[: size - 3] + b'"]}'


async def _bare(body: bytes, ready: Connection) -> None:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get(PATH, handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ready.send(site.name)
    await asyncio.Event().wait()


async def _framed(body: bytes, ready: Connection) -> None:
    @operation(Answer(bytes, "the bytes"), cached=True)
    async def browse(call: Call, query: _Query) -> Reply:
        """Bytes."""
        return Reply(body)

    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        parts = Parts(
            database=Database(f"sqlite+aiosqlite:///{folder}/guatu.db"),
            now=lambda: dt.datetime.now(dt.UTC),
            limits=Limits(rate=10**9),
            memory=Memory(lambda: 1),
            access_log=AccessLog(log),
        )
        app = build(parts, open_reading=True, routes=(Route("GET", PATH, browse, "read", "Records"),))
        async with serve(app, "127.0.0.1", 0) as url:
            ready.send(url)
            await asyncio.Event().wait()


def _child(framed: bool, body: bytes, ready: Connection) -> None:
    os.sched_setaffinity(0, {0})
    asyncio.run((_framed if framed else _bare)(body, ready))


def _wrk(url: str, seconds: int, *headers: str) -> float:
    options = [option for header in headers for option in ("-H", header)]
    command = [
        "taskset",
        "-c",
        "1",
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        *options,
        f"{url}{PATH}?limit=20",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said and "If-None-Match" not in " ".join(headers):
        raise SystemExit(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    context = get_context("spawn")
    for size in SIZES:
        body = _body(size)
        servers, urls = [], []
        for framed in (False, True):
            ours, theirs = context.Pipe()
            server = context.Process(target=_child, args=(framed, body, theirs), daemon=True)
            server.start()
            servers.append(server)
            if not ours.poll(30):
                raise SystemExit("a server did not start")
            urls.append(ours.recv())
        runs = []
        for _ in range(ROUNDS):
            tag = f'If-None-Match: "{etag.of_bytes(body)}"'
            runs.append((_wrk(urls[0], seconds), _wrk(urls[1], seconds), _wrk(urls[1], seconds, tag)))
        for server in servers:
            server.terminate()
            server.join()
        bare, memory, unchanged = (median(column) for column in zip(*runs, strict=True))
        print(f"{size:6d} bytes: bare {bare:8.0f}/s  from memory {memory:8.0f}/s = {memory / bare:.0%}", end="")
        print(f"  304 {unchanged:8.0f}/s = {unchanged / bare:.0%}")


if __name__ == "__main__":
    main()
