"""What the API was built with: the one object that every handler gets as `call.parts`."""

import asyncio
import datetime as dt
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field

from aiohttp import web

from service.api.cache import Memory, unknown
from service.api.limits import Limits
from service.api.log import AccessLog
from service.api.metrics import Metrics
from service.api.news import News
from service.pipeline.habits import Habits
from service.pipeline.messages import Messenger
from service.sources.fetch.client import Fetcher
from service.sources.fetch.exchange import Manners
from service.sources.fetch.hosts import MemoryHosts
from service.store.database import Connection, Database, Seen


@dataclass(kw_only=True)
class Parts:
    """Add what your noun needs as a field that the caller of `app.build` fills in."""

    database: Database
    now: Callable[[], dt.datetime]
    limits: Limits = field(default_factory=Limits)
    memory: Memory = field(default_factory=Memory)
    metrics: Metrics = field(default_factory=Metrics)
    access_log: AccessLog = field(default_factory=AccessLog)

    messenger: Callable[[], Messenger] = lambda: Messenger("Guatu")
    """Sends messages to webhooks, once it is entered."""
    fetcher: Callable[[], Fetcher] = lambda: Fetcher(MemoryHosts(), Manners())
    """Fetches for who checks a source, once it is entered."""
    habits: Habits = field(default_factory=Habits)
    """How live sources are treated."""
    document: bytes = b""
    """The OpenAPI document, and the page made of it; `build` makes both."""
    page: bytes = b""
    secure: bool = False
    """Whether people come over https, so that a cookie may say so."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server stops: whoever sends for long ends then."""
    streams: int = 0
    """How many streams are open."""
    news: News = field(init=False)
    """What is new in the log; it is heard while the application runs."""

    def __post_init__(self) -> None:
        self.news = News(self.database)
        if self.memory.version is unknown:
            self.memory.version = lambda: self.news.version

    def seen_by(self, connection: Connection, head: int, ledger: int) -> "Parts":
        """The same for who reads in one view of the database, whose log and ledger stand there."""
        view = copy(self)
        view.database = Seen(self.database, connection)
        view.news = News(view.database, head, ledger)
        return view


PARTS = web.AppKey("parts", Parts)
