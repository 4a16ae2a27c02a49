"""`guatu webhooks`, as people run it."""

import asyncio
import datetime as dt
import json
from pathlib import Path

import pytest

from service.models import RawDocument
from service.pipeline.intake import Incoming, accept
from service.pipeline.messages import new_secret
from service.store import deliveries, log, webhooks
from service.store.admission import admit
from service.store.database import Database
from service.store.deliveries import Outcome
from tests.cli.conftest import ARTICLE, Guatu
from tests.cli.test_serve import served
from tests.receivers import Inbox, receiver
from tests.store.articles import LIKENESS, NOW, arrival
from tests.worker.test_reading import until

URL = "https://example.com/hook"


async def give_up(file: Path) -> None:
    """Three records enter the log, and every message on them is dead."""
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.writing() as connection:
        await admit(connection, [arrival()], NOW, LIKENESS)
        for hook in await webhooks.all_of_them(connection):
            waiting = await deliveries.due(connection, hook.id, NOW, 10)
            dead = [Outcome(one.id, 17, 500, "answered 500", None) for one in waiting]
            await deliveries.settle(connection, hook.id, dead, {"error": "answered 500"}, NOW)
        assert await log.head(connection) == 3
    await database.close()


@pytest.fixture(autouse=True)
def _migrated(guatu: Guatu) -> None:
    assert guatu("migrate").returncode == 0


def test_a_webhook_from_its_making_to_its_end(guatu: Guatu) -> None:
    """add prints the secret once; list shows the webhook with its filters; pause, resume and remove do what they say."""
    filters = ("--kind", "project", "--region", "330424", "--stage", "started", "--since", "2025-01-01")
    done = guatu("webhooks", "add", URL, *filters, "--min-investment", "1亿")
    assert (done.returncode, done.stderr) == (0, "")
    first, secret = done.stdout.splitlines()
    assert first == "webhook 1 is active; its secret, which is never shown again:"
    assert secret.startswith("whsec_")
    (line,) = guatu("webhooks", "list", "--json").stdout.splitlines()
    shown = json.loads(line)
    expected = {"kind": ["project"], "region": "330424", "stage": ["started"], "since": "2025-01-01"}
    assert shown["filters"] == {**expected, "min_investment": 100000000}
    assert (shown["state"], shown["waiting"], shown["dead"], shown["delivered"]) == ("active", 0, 0, 0)
    listed = guatu("webhooks", "list").stdout
    assert "region=330424" in listed
    assert secret not in listed + line
    assert guatu("webhooks", "pause", 1).stdout == "webhook 1 is paused\n"
    assert json.loads(guatu("webhooks", "list", "--json").stdout)["state"] == "paused"
    assert guatu("webhooks", "resume", 1).stdout == "webhook 1 is active\n"
    assert guatu("webhooks", "remove", 1).stdout == "webhook 1 is removed\n"
    assert guatu("webhooks", "list", "--json").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("add", "http://10.0.0.1/"), 1, "10.0.0.1 is a private address"),
        (("add", URL, "--kind", "house"), 2, "'house' is none of project, indicator, person"),
        (("add", URL, "--region", "火星"), 1, "there is no division '火星'"),
        (("remove", "7"), 1, "there is no webhook 7"),
        (("pause", "7"), 1, "there is no webhook 7"),
        (("resend", "7"), 1, "there is no delivery 7"),
        (("resend",), 2, "give DELIVERY numbers, or --webhook, or --all"),
        (("resend", "7", "--all"), 2, "give DELIVERY numbers, or --webhook, or --all"),
    ],
)
def test_what_does_not_make_sense_is_refused(guatu: Guatu, arguments: tuple[str, ...], code: int, message: str) -> None:
    """One line on stderr says what is wrong, and nothing is changed."""
    done = guatu("webhooks", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_was_given_up_is_listed_and_sent_again(guatu: Guatu, tmp_path: Path) -> None:
    """failed lists dead messages, the newest first; resend makes one, those of a webhook, or all wait again."""
    for _ in range(2):
        guatu("webhooks", "add", URL)
    asyncio.run(give_up(tmp_path / "guatu.db"))
    lines = [json.loads(line) for line in guatu("webhooks", "failed", "--json").stdout.splitlines()]
    assert [(one["webhook_id"], one["record_id"]) for one in lines] == [(2, 3), (1, 3), (2, 2), (1, 2), (2, 1), (1, 1)]
    table = guatu("webhooks", "failed", "--webhook", 1, "--limit", 2).stdout
    assert table.count("answered 500") == 2
    assert guatu("webhooks", "resend", lines[0]["id"]).stdout == "1 will be sent again\n"
    assert guatu("webhooks", "resend", "--webhook", 1).stdout == "3 will be sent again\n"
    assert guatu("webhooks", "resend", "--all").stdout == "2 will be sent again\n"
    assert guatu("webhooks", "failed", "--json").stdout == ""


async def test_a_running_service_tells_a_receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes in while `guatu serve` runs is sent, as the API shows it, to a receiver in a network that is allowed."""
    monkeypatch.setenv("GUATU_WEBHOOK_NETWORKS", "127.0.0.0/8")
    file = tmp_path / "served.db"
    inbox, database = Inbox(new_secret()), Database(f"sqlite+aiosqlite:///{file}")
    async with receiver(inbox.take) as url, served(file) as service:
        now = dt.datetime.now(dt.UTC)
        async with database.changing() as connection:
            await webhooks.add(connection, url, webhooks.filters_of({}, log.Wanted()), inbox.secret, now)
        raw = RawDocument(source="a.txt", data=ARTICLE.encode())
        await accept(database, [Incoming(raw)], now)
        await until(lambda: _is(bool(inbox.got)))
        page = await service.get("/v1/records?after=0")
        assert isinstance(page, dict)
        await until(lambda: _is(len(inbox.got) == len(page["records"])))
        assert [message.said["data"] for message in inbox.got] == page["records"]
    await database.close()


async def _is(true: bool) -> bool:
    return true


def test_watches(guatu: Guatu) -> None:
    """A watch is saved, listed with its filters, given a webhook, and removed with it; a wrong filter is wrong use."""
    guatu("migrate")
    made = guatu(
        "watches", "add", "浙江大项目", "--region", "浙江省", "--min-investment", "10亿", "--status", "started"
    )
    assert made.stdout == "watch 1: its feed is /v1/watches/1/feed\n"
    assert guatu("webhooks", "add", URL, "--watch", "1").returncode == 0
    assert guatu("webhooks", "add", URL, "--watch", "1", "--kind", "project").returncode == 2
    assert guatu("webhooks", "add", URL, "--watch", "2").returncode == 1
    assert guatu("watches", "add", "x", "--status", "gone").returncode == 2
    listed = json.loads(guatu("watches", "list", "--json").stdout)
    assert listed["filters"] == {"region": "浙江省", "status": ["started"], "min_investment": 1000000000}
    assert "浙江大项目" in guatu("watches", "list").stdout
    assert json.loads(guatu("webhooks", "list", "--json").stdout)["watch_id"] == 1
    assert guatu("watches", "remove", "1").stdout == "watch 1 is removed\n"
    assert guatu("webhooks", "list", "--json").stdout == ""
    assert guatu("watches", "remove", "1").returncode == 1
