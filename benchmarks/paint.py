"""The pages with many records and projects, in Chromium: python -m benchmarks.paint [--count N] [--on sqlite|postgresql].

How long the first paint takes in a browser that has nothing yet, and how much it fetches, of each page, the median of
several; with --pictures a folder gets a picture of each, phone and desktop, light and dark. With --folder the database is
kept there and found again. The bars: the chart within 300 ms and 150 KB. Needs Chromium and Playwright.
"""

import argparse
import asyncio
import datetime as dt
import shutil
import sys
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Literal

from playwright.async_api import Browser, async_playwright

from benchmarks import records
from benchmarks.projects import NOW, filled
from service.api.app import build, serve
from service.api.limits import Limits
from service.api.log import AccessLog
from service.api.parts import Parts
from service.store import log
from service.store.database import Database
from service.web.routes import SITE
from tests.web.wall import ARGUMENTS

SECONDS, BYTES = 0.3, 150 * 1024
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_FETCHED = """[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((sum, entry) => sum + entry.transferSize, 0)"""


def pages() -> dict[str, str]:
    """Name and address of the pages that show many records."""
    return {
        "chart": "/",
        "chart of a province": "/?region=330000",
        "projects": "/projects",
        "projects of a county": "/projects?region=330424&sort=investment",
        "regions": "/regions",
        "regions of a province": "/regions?region=330000",
        "list of problems": "/lists/problems",
        "digest of a week": "/digests/week",
        "an article": "/documents/1",
        "operations": "/operations",
    }


async def paint(browser: Browser, url: str) -> tuple[float, int]:
    """Seconds until the first paint of a page, and the bytes fetched, in a browser that has nothing."""
    context = await browser.new_context()
    page = await context.new_page()
    answer = await page.goto(url, wait_until="load")
    assert answer, url
    assert answer.ok, await answer.text()
    while (painted := await page.evaluate(_PAINT)) is None:  # noqa: ASYNC110 - the pages allow no script to wait in them
        await asyncio.sleep(0.01)
    found = float(painted) / 1000, int(await page.evaluate(_FETCHED))
    await context.close()
    return found


async def pictures(browser: Browser, url: str, name: str, folder: Path) -> None:
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = await context.new_page()
            await page.goto(url)
            await page.screenshot(path=folder / f"{name.replace(' ', '-')}-{size}-{scheme}.png", full_page=True)
            await context.close()


async def measure(database: Database, rounds: int, folder: Path | None) -> bool:
    """Whether the chart keeps the bars."""
    missed = False
    parts = Parts(database=database, now=lambda: NOW, limits=Limits(rate=0), access_log=AccessLog(BytesIO()))
    chromium = shutil.which("chromium")
    assert chromium, "this machine has no Chromium"
    async with (
        serve(build(parts, open_reading=True, site=SITE), "127.0.0.1", 0) as url,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, path in pages().items():
            await paint(browser, url + path)
            found = [await paint(browser, url + path) for _ in range(rounds)]
            seconds, size = median(one[0] for one in found), max(one[1] for one in found)
            print(f"{name:<24}{seconds * 1000:>7.0f} ms{size / 1024:>7.0f} KB", flush=True)
            missed |= name == "chart" and (seconds > SECONDS or size > BYTES)
            if folder is not None:
                await pictures(browser, url + path, name, folder)
        await browser.close()
    return not missed


async def run(kind: str, count: int, rounds: int, home: Path | None, folder: Path | None) -> bool:
    async with filled(kind, count, home) as database:
        async with database.reading() as connection:
            empty = not await log.head(connection)
        if empty:
            began = dt.datetime.now(dt.UTC)
            await records.fill(database, count)
            print(f"{kind}: filled with {count:,} records in {(dt.datetime.now(dt.UTC) - began).seconds} s", flush=True)
        print(f"{kind}, {count:,} projects, {count:,} records", flush=True)
        return await measure(database, rounds, folder)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.paint", description=__doc__)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--folder", type=Path)
    options.add_argument("--pictures", type=Path)
    given = options.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    kept = asyncio.run(run(given.on, given.count, given.rounds, given.folder, given.pictures))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
