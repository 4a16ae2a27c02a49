"""`guatu sources`, as people run it."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.cli.sources import guessed
from tests.cli.conftest import ARTICLE, Guatu
from tests.sources.fetch.site import Clock, site
from tests.worker.sites import BODY, entry, rss

FEED = "https://news.example/rss.xml"


@contextmanager
def a_site(pages: dict[str, str]) -> Iterator[str]:
    """A site that runs in a thread of its own while the command asks it; gives its address."""
    loop, ready, roots = asyncio.new_event_loop(), threading.Event(), list[str]()
    end = asyncio.Event()

    async def run() -> None:
        async with site(Clock()) as here:
            for path, body in pages.items():
                here.give(path, body.replace("ROOT", here.root))
            roots.append(here.root)
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait(10)
    try:
        yield roots[0]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()


def test_a_source_from_its_adding_to_its_end(guatu: Guatu) -> None:
    """add makes the database and the source; list shows it with its health; pause, resume and remove do what they say."""
    done = guatu("sources", "add", FEED, "--name", "海宁新闻", "--category", "浙江/海宁", "--interval", "15m")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"source 1 is active: feed {FEED}\n"
    (line,) = guatu("sources", "list", "--json").stdout.splitlines()
    shown = json.loads(line)
    assert (shown["name"], shown["category"], shown["interval"], shown["state"]) == (
        "海宁新闻",
        "浙江/海宁",
        900,
        "active",
    )
    assert shown["health"]["failures"] == 0
    assert "海宁新闻" in guatu("sources", "list").stdout
    assert guatu("sources", "pause", 1).stdout == "source 1 is paused\n"
    assert json.loads(guatu("sources", "list", "--json").stdout)["state"] == "paused"
    assert guatu("sources", "resume", 1).stdout == "source 1 is active\n"
    assert guatu("sources", "add", FEED).stderr == f"guatu: there is a feed at {FEED} already: source 1\n"
    assert guatu("sources", "remove", 1).returncode == 0
    done = guatu("sources", "remove", 1)
    assert (done.returncode, done.stderr) == (1, "guatu: there is no source 1: see guatu sources list\n")


def test_opml_in_and_out(guatu: Guatu, tmp_path: Path) -> None:
    """import takes a list of feeds, twice the same list once; export prints it, and import reads that."""
    listed = tmp_path / "feeds.opml"
    feeds = "".join(f'<outline text="f{n}" xmlUrl="https://a.example/{n}"/>' for n in range(3))
    listed.write_text(f"<opml><body><outline text='浙江'>{feeds}</outline></body></opml>")
    assert guatu("sources", "import", listed).stdout == "3 added, 0 known\n"
    assert guatu("sources", "import", listed).stdout == "0 added, 3 known\n"
    exported = guatu("sources", "export").stdout
    assert "浙江" in exported
    listed.write_text(exported)
    assert guatu("sources", "import", listed).stdout == "0 added, 3 known\n"
    listed.write_text("<html>")
    done = guatu("sources", "import", listed)
    assert done.returncode == 1
    assert "is no OPML" in done.stderr


def test_checking_an_address(guatu: Guatu) -> None:
    """check shows what a look gives: the answer, the items, the next look and what the first article says."""
    with a_site({"/rss": rss(entry(1, "ROOT/1", BODY))}) as root:
        done = guatu("sources", "check", f"{root}/rss", GUATU_FETCH_NETWORKS="127.0.0.1/32")
        found = guatu("sources", "check", f"{root}/rss", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    for said in ("200, ", "allowed", "feed 海宁新闻", "next look", "1 projects", "海宁市半导体产业园"):
        assert said in done.stdout
    assert json.loads(found.stdout)["items"] == 1


def test_checking_a_page_helps(guatu: Guatu) -> None:
    """Where the address is that of a page, check says so and names its feed; the exit code says that nothing would come."""
    head = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    with a_site({"/": f"<html><head>{head}</head><body></body></html>"}) as root:
        done = guatu("sources", "check", f"{root}/", GUATU_FETCH_NETWORKS="127.0.0.1/32")
    assert done.returncode == 1
    assert "is no feed but a page" in done.stdout
    assert f"--kind feed {root}/rss" in done.stdout


def test_loopback_is_refused(guatu: Guatu) -> None:
    """What is not public is not fetched unless a setting allows it, for check either."""
    done = guatu("sources", "check", "http://127.0.0.1:9/rss")
    assert done.returncode == 1
    assert "127.0.0.1" in done.stdout


def test_checking_a_folder(guatu: Guatu, tmp_path: Path) -> None:
    """Of a folder check lists what would be taken."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.txt").write_text(ARTICLE)
    done = guatu("sources", "check", folder)
    assert done.returncode == 0
    assert "a.txt" in done.stdout
    assert "海宁半导体产业园主体封顶" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "https://u:p@a.example/"), "address"),
        (("add", FEED, "--kind", "blog"), "kind"),
        (("add", FEED, "--interval", "soon"), "interval"),
        (("add", FEED, "--remove"), "remove"),
    ],
)
def test_what_cannot_be_a_source(guatu: Guatu, arguments: tuple[str, ...], said: str) -> None:
    """Wrong use ends with 2 and one line that names what is wrong."""
    done = guatu("sources", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/data/inbox", "folder"),
        ("inbox", "folder"),
        (FEED, "feed"),
        ("https://a.example/sitemap_index.xml.gz", "sitemap"),
        ("https://a.example/news-sitemap.xml", "sitemap"),
        ("https://a.example/sitemap.xml/feed", "feed"),
    ],
)
def test_the_kind_is_guessed(address: str, kind: str) -> None:
    """A path is a folder, an address that says so a sitemap, any other a feed."""
    assert guessed(address) == kind
