"""What the frame of the API costs: an answer from memory, and a 304, against a bare aiohttp handler of the same bytes.

    python -m benchmarks.api_frame [SECONDS]

Both servers run on one core, wrk on another, in short turns, so that what else the machine does meets both: the ratio is the
median of those of the turns, beside that of the processor time a request. Needs wrk and taskset.
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
from typing import Any

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
ROUNDS = 9
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


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wrk(server: tuple[int, str], seconds: int, *headers: str) -> tuple[float, float]:
    """Requests a second, and processor seconds of the server a request."""
    pid, url = server
    options = [option for header in headers for option in ("-H", header)]
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *options]
    before = _processor_seconds(pid)
    said = subprocess.run([*command, f"{url}{PATH}?limit=20"], check=True, capture_output=True, text=True).stdout
    spent = _processor_seconds(pid) - before
    count, rate = re.search(r"(\d+) requests in", said), re.search(r"Requests/sec:\s+([\d.]+)", said)
    if "Non-2xx" in said or not count or not rate:
        raise SystemExit(said)
    return float(rate[1]), spent / int(count[1])


def _started(framed: bool, body: bytes) -> tuple[Any, tuple[int, str]]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_child, args=(framed, body, theirs), daemon=True)
    process.start()
    if not ours.poll(30):
        raise SystemExit("a server did not start")
    return process, (int(process.pid or 0), ours.recv())


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    for size in SIZES:
        body = _body(size)
        tag = f'If-None-Match: "{etag.of_bytes(body)}"'
        (plain, bare), (process, framed) = _started(False, body), _started(True, body)
        turns = [(_wrk(bare, seconds), _wrk(framed, seconds), _wrk(framed, seconds, tag)) for _ in range(ROUNDS)]
        for server in (plain, process):
            server.terminate()
            server.join()
        print(f"{size} bytes: bare {median(turn[0][0] for turn in turns):.0f} requests/s")
        for name, column in (("from memory", 1), ("304", 2)):
            rate = median(turn[column][0] / turn[0][0] for turn in turns)
            processor = median(turn[0][1] / turn[column][1] for turn in turns)
            print(f"  {name}: {rate:.0%} of its requests a second; by processor time {processor:.0%}")


if __name__ == "__main__":
    main()
