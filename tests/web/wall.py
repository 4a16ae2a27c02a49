"""A wall chart on a real database with articles, some of them hostile, and a browser that looks at it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson
from playwright.async_api import ConsoleMessage, Dialog, Page, Request

from service.api.app import build, serve
from service.api.limits import Limits
from service.api.parts import Parts
from service.models import RawDocument, SourceSpec
from service.pipeline.habits import Habits
from service.pipeline.intake import Incoming, accept
from service.pipeline.ledger import Ledger
from service.pipeline.poll import spoiled
from service.sources.fetch.answer import Later
from service.store import sources, webhooks
from service.store.database import Database
from service.store.log import Wanted
from service.web.routes import SITE
from tests.api.serving import now, read_all

ARGUMENTS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync""".split()
"""How Chromium is started: without a screen, and asking nobody else."""
EVIL = "<img src=x onerror=hacked=1><script>hacked=1</script>"
BASE = "海宁市黄湾镇钱江光伏组件生产基地"
ARTICLES = (
    (
        "2022-03-01",
        "海宁日报",
        "光伏签约",
        f"总投资12.5亿元的{BASE}今日签约，由浙江钱江光伏科技有限公司投资建设，计划2023年12月建成投产。",
    ),
    ("2022-06-18", "嘉兴日报", "光伏开工", f"{BASE}项目昨日开工，总投资12.5亿元，用地180亩。市委书记陈立新出席仪式。"),
    ("2023-05-11", "浙江在线", "光伏在建", f"{BASE}项目总投资15亿元，主体厂房正在加紧施工，已完成投资6.2亿元。"),
    ("2023-05-12", "潮新闻", "光伏进展", f"{BASE}项目总投资12.5亿元，目前正在建设，预计2024年6月竣工。"),
    ("2024-09-20", "海宁日报", "光伏投产", f"{BASE}项目日前建成投产，年产值可达30亿元，新增就业岗位450个。"),
    (
        "2024-09-21",
        EVIL,
        f"仓储{EVIL}签约",
        f"海宁市黄湾镇智能仓储中心项目今日签约，总投资3亿元。{EVIL}今年全市安排重点项目43个。",
    ),
    ("2024-09-22", "通化日报", "饮片投产", "吉林省通化县中药饮片加工项目总投资3.2亿元，日前建成投产。"),
)
HOSTILE_ADDRESS = "javascript:hacked=1"


def article(day: str, outlet: str, title: str, text: str, url: str) -> RawDocument:
    """An article as somebody pushes it."""
    said = {"title": title, "content": text, "published": day, "outlet": outlet, "url": url}
    return RawDocument(source=url, data=orjson.dumps(said), media_type="application/json")


async def take(database: Database, raws: Sequence[RawDocument]) -> None:
    """Take articles in, read them, and bring the ledger up to date."""
    await accept(database, [Incoming(raw) for raw in raws], now())
    await read_all(database)
    await Ledger(database, now).catch_up()


async def fill(database: Database) -> None:
    """Articles, something in the quarantine, sources and a webhook."""
    raws = [article(*said, url=f"https://news.example/{number}") for number, said in enumerate(ARTICLES[:-1])]
    raws += [article(*ARTICLES[-1], url=HOSTILE_ADDRESS), RawDocument(source=f"bad/{EVIL}", data=b"no prose")]
    await take(database, raws)
    async with database.changing() as connection:
        await sources.add(connection, SourceSpec(kind="folder", address="/nowhere", name=EVIL[:60]), "api", now())
        feed = SourceSpec(kind="feed", address="https://news.example/rss.xml", name="海宁新闻")
        await sources.add(connection, feed, "api", now())
        due = await sources.due(connection, now(), 1)
        (claimed,) = await sources.claim(connection, [id_ for id_, _ in due], "wall", now(), Habits().lease)
        filters = webhooks.filters_of({}, Wanted())
        await webhooks.add(connection, "https://hooks.example/in", filters, "whsec_test", now())
    refused = Later("connection", "news.example cannot be reached: Connection refused")
    await spoiled(database, claimed, refused, now(), Habits())


@asynccontextmanager
async def served(database: Database, *, open_reading: bool = True) -> AsyncIterator[str]:
    """The pages while the block runs; gives their URL."""
    parts = Parts(database=database, now=now, limits=Limits(rate=0))
    async with serve(build(parts, open_reading=open_reading, site=SITE), "127.0.0.1", 0) as url:
        yield url


@dataclass
class Watch:
    """What a page must not do: complain, ask another host, or open a dialog."""

    host: str
    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.host and not request.url.startswith("data:"):
            self.complaints.append(f"asks another host: {request.url}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        await dialog.dismiss()


@contextmanager
def refused(watch: Watch) -> Iterator[None]:
    """A block in which the browser may say that an answer was no success."""
    before = len(watch.complaints)
    yield
    watch.complaints[before:] = [
        one for one in watch.complaints[before:] if "the server responded with a status of" not in one
    ]
