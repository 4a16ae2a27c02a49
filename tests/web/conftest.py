"""The real Chromium, and a wall chart for it to look at."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from service.store.database import Database
from service.store.migrate import upgrade
from tests.api.serving import key_of
from tests.web.wall import ARGUMENTS, Watch, fill, served

REQUIRED = "GUATU_TEST_REQUIRE_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Wall:
    """A wall chart that is served, its database, and a key of the scope admin."""

    url: str
    database: Database
    key: str


Look = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser, for all tests."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if os.environ.get(REQUIRED):
            pytest.fail(f"{REQUIRED} is set and this machine has no Chromium: install the package chromium")
        pytest.skip("this machine has no Chromium (the Debian package chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


async def _wall(folder: Path, *, filled: bool, open_reading: bool = True) -> AsyncIterator[Wall]:
    database = Database(f"sqlite+aiosqlite:///{folder}/guatu.db")
    await upgrade(database)
    if filled:
        await fill(database)
    key = await key_of(database, "admin")
    async with served(database, open_reading=open_reading) as url:
        yield Wall(url, database, key)
    await database.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def wall(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wall]:
    """A wall chart with articles; tests only look at it."""
    async for one in _wall(tmp_path_factory.mktemp("wall"), filled=True):
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def own_wall(tmp_path: Path) -> AsyncIterator[Wall]:
    """A wall chart with articles that a test may change; without a key nobody sees anything."""
    async for one in _wall(tmp_path, filled=True, open_reading=False):
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def empty_wall(tmp_path: Path) -> AsyncIterator[Wall]:
    """A wall chart on which nothing has come in."""
    async for one in _wall(tmp_path, filled=False):
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def look(chromium: Browser) -> AsyncIterator[Look]:
    """Opens a page of a wall; in the end no page has complained, asked another host or run what it shows.

    `page.watch` tells what it did so far.
    """
    watches: list[Watch] = []
    async with AsyncExitStack() as stack:

        async def open_(wall: Wall, path: str = "/", *, signed_in: bool = False, **options: Any) -> Page:  # noqa: ANN401
            context = await chromium.new_context(**{"locale": "zh-CN", **options})
            stack.push_async_callback(context.close)
            context.set_default_timeout(10_000)
            if signed_in:
                await context.add_cookies([{"name": "guatu_key", "value": wall.key, "url": wall.url}])
            page = await context.new_page()
            watch = Watch(urlsplit(wall.url).netloc)
            watch.over(page)
            watches.append(watch)
            page.watch = watch  # type: ignore[attr-defined]
            await page.goto(wall.url + path)
            return page

        yield open_
        for watch in watches:
            assert watch.complaints == []
