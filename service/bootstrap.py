"""The only place that builds everything from the settings."""

import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from service import settings
from service.errors import GuatuError, NotFound
from service.pipeline.live import Live
from service.pipeline.pool import Pool
from service.store import migrate
from service.store.database import Database, Storage

if TYPE_CHECKING:
    from service.pipeline.habits import Habits
    from service.pipeline.messages import Bounds, Messenger
    from service.pipeline.subscription import Hubs
    from service.sources.fetch.client import Fetcher
    from service.sources.fetch.exchange import Manners

_UNFIT = {
    "empty": "the database has no tables yet: run guatu migrate",
    "behind": "the database is of an older Guatu: run guatu migrate",
    "unknown": "the database is of a newer Guatu than this one: install that one",
}


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def workers(count: int | None = None) -> Pool:
    """The worker processes of the settings, `count` of them where it is given."""
    chosen = settings.load()
    return Pool(count or chosen.workers, chosen.document_seconds, chosen.worker_megabytes)


def live(storage: Storage, pool: Pool, name: str) -> Live:
    """What takes documents out of the queue under the name of a worker."""
    chosen = settings.load()
    return Live(storage, pool, now, name, chosen.tries, dt.timedelta(seconds=chosen.lease_seconds))


def check_sources() -> None:
    """BadSettings where the file of GUATU_SOURCES is wrong or not there: who starts a worker is told so at once. One that
    becomes wrong later is only logged, and what it named before goes on."""
    from service.pipeline import sourcefile

    if file := settings.load().sources:
        sourcefile.read(file)


def chosen() -> settings.Settings:
    """The settings themselves, for the doors, which read no environment."""
    return settings.load()


@contextmanager
def telemetry(part: str) -> Iterator[None]:
    """Tells a collector what takes time in this part of Guatu, where the settings name one."""
    from importlib.metadata import version

    from service.pipeline.spans import telling, told

    url = settings.load().otlp_url
    with told(telling(url, f"guatu-{part}", version("guatu"))) if url else nullcontext():
        yield


@asynccontextmanager
async def database(*, ready: bool = True, create: bool = False) -> AsyncIterator[Database]:
    """The database of the settings, closed in the end.

    With `ready` its tables are this Guatu's; GuatuError says what to do where they are not. An SQLite file that does not
    exist is made with `create`, and without it NotFound.
    """
    opened = Database(settings.load().database_url.full)
    try:
        if ready and not create and opened.file and not opened.file.exists():
            raise NotFound(f"there is no database {opened.file} yet: guatu replay PATH makes one")
        fit = await migrate.fit(opened) if ready else "current"
        if fit == "empty" and create and opened.file:
            await migrate.upgrade(opened)
        elif fit != "current":
            raise GuatuError(_UNFIT[fit])
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def rehearsal() -> AsyncIterator[Storage]:
    """What is in the database of the settings, to be written to in vain; an SQLite file that does not exist is not made."""
    file = Database(settings.load().database_url.full).file
    if file and not file.exists():
        with tempfile.TemporaryDirectory(prefix="guatu-") as folder:
            scratch = Database(f"sqlite+aiosqlite:///{Path(folder) / 'guatu.db'}")
            try:
                await migrate.upgrade(scratch)
                yield scratch
            finally:
                await scratch.close()
        return
    async with database() as opened, opened.rehearsal() as storage:
        yield storage


def habits() -> "Habits":
    """How live sources are treated, by the settings."""
    from service.pipeline.habits import Habits
    from service.sources.fetch.policy import Rhythm

    chosen = settings.load()
    return Habits(
        rhythm=Rhythm(
            least=dt.timedelta(seconds=chosen.poll_least_seconds),
            most=dt.timedelta(seconds=chosen.poll_most_seconds),
            alarm_after=chosen.alarm_failures,
        ),
        spacing=dt.timedelta(seconds=chosen.host_spacing_seconds),
        first=chosen.first_items,
        polls=chosen.polls,
        pages=chosen.polls,
        host=chosen.host_connections,
        queue=chosen.queue_documents,
        scan=dt.timedelta(seconds=chosen.scan_seconds),
        public_url=chosen.public_url,
        sources=chosen.sources,
    )


def fetcher(storage: Storage | None = None) -> "Fetcher":
    """The polite fetcher, to be entered; its turns are shared by all on the storage, or its own without one."""
    from service.pipeline.hosts import SharedHosts
    from service.sources.fetch.client import Fetcher
    from service.sources.fetch.hosts import MemoryHosts

    return Fetcher(MemoryHosts() if storage is None else SharedHosts(storage), _manners())


def hubs(storage: Storage) -> "Hubs | None":
    """Who asks hubs for subscriptions; None where they could not reach us."""
    from service.pipeline.subscription import Hubs

    url, manners = settings.load().public_url, _manners()
    return Hubs(storage, url, manners.networks, manners.user_agent) if url else None


def messenger() -> "Messenger":
    """Who sends messages to webhooks, to be entered."""
    from service.pipeline.messages import Messenger

    chosen = settings.load()
    return Messenger(_manners().user_agent, chosen.webhook_networks, chosen.webhook_seconds)


def bounds() -> "Bounds":
    """How much is sent to webhooks at once, by the settings."""
    from service.pipeline.messages import Bounds

    chosen = settings.load()
    return Bounds(chosen.webhook_connections, chosen.webhook_concurrency, chosen.webhook_backlog)


def _manners() -> "Manners":
    from importlib.metadata import version

    from service.sources.fetch.exchange import Manners

    chosen = settings.load()
    contact = chosen.contact and (f"mailto:{chosen.contact}" if "@" in chosen.contact else chosen.contact)
    return Manners(
        user_agent=f"Guatu/{version('guatu')}" + (f" (+{contact})" if contact else ""),
        networks=chosen.fetch_networks,
        size=chosen.fetch_megabytes << 20,
        answer=dt.timedelta(seconds=chosen.fetch_seconds),
        spacing=dt.timedelta(seconds=chosen.host_spacing_seconds),
        connections=chosen.host_connections,
    )
