"""A real API on a real database for the tests of nouns, and what takes documents in for it."""

import asyncio
import datetime as dt
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256

import aiohttp

from service.api.app import build, serve
from service.api.limits import Limits
from service.api.parts import Parts
from service.models import RawDocument
from service.pipeline.intake import Incoming, accept
from service.pipeline.live import Live
from service.pipeline.pool import Pool, read
from service.store.database import Database
from service.store.keys import Scope, add
from service.store.rows import Arrival, original

HAIYAN = "海盐县澉浦绿色船配产业园昨日开工，项目总投资12.5亿元，用地180亩，由浙江澉浦船配有限公司投资建设。县委书记陈立新出席仪式。"
TONGHUA = "吉林省通化县中药饮片加工项目总投资3.2亿元，日前建成投产。"
QIONGHAI = "海南省琼海市嘉积中学改扩建项目今日签约，总投资8600万元。"


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@asynccontextmanager
async def running(
    database: Database, limits: Limits | None = None, key: str | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the API, which serves while the block runs; with `key` it sends that."""
    parts = Parts(database=database, now=now, limits=limits or Limits(rate=0))
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        serve(build(parts, open_reading=True), "127.0.0.1", 0) as url,
        aiohttp.ClientSession(url, headers=headers) as client,
    ):
        yield client


async def key_of(database: Database, scope: Scope = "write") -> str:
    """A key of this scope."""
    key = f"guatu_{secrets.token_urlsafe(32)}"
    async with database.changing() as connection:
        await add(connection, "test", sha256(key.encode()).hexdigest(), scope, now(), None)
    return key


class Here(Pool):
    """Reads documents as the worker processes do, but in this one, which spares each test the start of a process."""

    def __init__(self) -> None:
        super().__init__(0, 30)

    async def run(self, batch: Sequence[RawDocument]) -> list[Arrival]:
        return [Arrival(original(raw), read(raw)) for raw in batch]


async def read_all(database: Database) -> None:
    """Read everything that waits, as a worker does."""
    live = Live(database, Here(), now, "test", 3, dt.timedelta(seconds=30))
    while claims := await live.claim(0):
        await live.write(await live.read(claims))


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[None]:
    """Something that reads what comes in while the block runs."""

    async def read() -> None:
        while True:
            await read_all(database)
            await asyncio.sleep(0.02)

    task = asyncio.create_task(read())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def take(database: Database, texts: Sequence[str], source: str = "news") -> None:
    """Take texts in and read them, each in its own transaction, so that records have the order of the texts."""
    for number, text in enumerate(texts):
        raw = RawDocument(source=f"{source}/{number}.txt", data=text.encode())
        await accept(database, [Incoming(raw)], now())
        await read_all(database)


async def told(client: aiohttp.ClientSession, head: int) -> None:
    """Wait until the API has heard of the record `head`, which takes it a tenth of a second at the most on SQLite."""
    async with asyncio.timeout(10):
        while True:
            async with client.get("/v1/records?limit=1") as response:
                if (await response.json())["head"] >= head:
                    return
            await asyncio.sleep(0.02)
