"""`guatu serve` and `guatu api` as processes."""

import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson
import pytest

from benchmarks.replay import GUATU, family
from service.pipeline.intake import Incoming, accept
from service.store import workers
from service.store.database import Database
from service.store.migrate import downgrade, upgrade
from tests.pipeline.pages import page, story
from tests.pipeline.test_run import NOW
from tests.worker.test_process import leases
from tests.worker.test_reading import until


class Served:
    """A running `guatu serve`."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.url = url

    @property
    def worker(self) -> int:
        return family(self.process.pid)[1]

    async def get(self, path: str) -> object:
        async with aiohttp.ClientSession() as session, session.get(self.url + path) as answer:
            return orjson.loads(await answer.read())

    def end(self, number: signal.Signals) -> tuple[int, list[dict[str, object]]]:
        """The exit code, and the lines of its log."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, [orjson.loads(line) for line in said.splitlines()]


def environment(file: Path) -> dict[str, str]:
    return {**os.environ, "GUATU_DATABASE_URL": f"sqlite:///{file}", "GUATU_WORKERS": "1", "GUATU_PORT": "0"}


@asynccontextmanager
async def served(file: Path, command: str = "serve") -> AsyncIterator[Served]:
    """The service on a file, killed in the end with what it started."""
    process = subprocess.Popen(  # noqa: ASYNC220
        [*GUATU, command], env=environment(file), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    started: list[int] = []
    try:
        assert process.stdout
        said = process.stdout.readline().decode()
        assert "is up: http://127.0.0.1:" in said
        started = family(process.pid)
        yield Served(process, said.split()[-1])
    finally:
        process.kill()
        process.communicate()
        assert await gone(started)


async def gone(pids: list[int]) -> bool:
    async def is_so() -> bool:
        return not any(family(pid) for pid in pids)

    await until(is_so)
    return True


async def test_it_serves_what_comes_in(tmp_path: Path) -> None:
    """On a machine without a database it makes one, reads what is taken in, shows it, and ends with 0; its log is JSON."""
    file = tmp_path / "new.db"
    async with served(file) as service:
        assert await service.get("/readyz") == {"status": "ready", "workers": 1}
        database = Database(f"sqlite+aiosqlite:///{file}")
        await accept(database, [Incoming(page(story(1), "1.txt"))], NOW)
        await until(lambda: shows(service, "/v1/records", b"1.txt"))
        code, log = service.end(signal.SIGTERM)
        async with database.reading() as connection:
            assert not await workers.all_of_them(connection)
        await database.close()
    assert code == 0
    assert {"listening", "worker_started", "request", "worker_stopped"} <= {line["event"] for line in log}


async def shows(service: Served, path: str, words: bytes) -> bool:
    return words in orjson.dumps(await service.get(path))


async def test_a_worker_that_dies_is_started_again(sqlite: Database) -> None:
    """When its worker is killed, the service goes on, starts another, and says so."""
    assert sqlite.file
    async with served(sqlite.file) as service:
        first = service.worker
        os.kill(first, signal.SIGKILL)
        assert await service.get("/healthz") == {"status": "ok"}
        await until(lambda: another(sqlite, first))
        code, log = service.end(signal.SIGINT)
    assert code == 0
    assert [line["exit_code"] for line in log if line["event"] == "worker_died"] == [-signal.SIGKILL]


async def another(database: Database, first: int) -> bool:
    async with database.reading() as connection:
        signs = await workers.all_of_them(connection)
    return any(f":{first}:" not in sign.name for sign in signs)


async def test_a_worker_does_not_outlive_the_service(sqlite: Database) -> None:
    """When the service is killed, its worker stops in good order by itself."""
    assert sqlite.file
    async with served(sqlite.file) as service:
        worker = service.worker
        service.process.kill()
        service.process.wait()
        assert await gone([worker])
        async with sqlite.reading() as connection:
            assert not await workers.all_of_them(connection)


async def test_a_second_signal_ends_everything_at_once(sqlite: Database) -> None:
    """Where the worker does not end, a second SIGTERM ends it and the service; what it had stays leased, and is not lost."""
    assert sqlite.file
    async with served(sqlite.file) as service:
        worker, reader = service.worker, family(service.worker)[1]
        os.kill(reader, signal.SIGSTOP)
        try:
            await accept(sqlite, [Incoming(page(story(1), "1.txt"))], NOW)
            await until(lambda: leased(sqlite))
            service.process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                service.process.wait(0.5)
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(5) == 128 + signal.SIGTERM
        finally:
            os.kill(reader, signal.SIGKILL)
        assert await gone([worker])
    assert await leases(sqlite) == 1


async def leased(database: Database) -> bool:
    return await leases(database) == 1


async def test_the_api_alone_takes_in_what_a_worker_will_read(sqlite: Database) -> None:
    """`guatu api` answers without a worker, and says that none is there."""
    assert sqlite.file
    async with served(sqlite.file, "api") as service:
        assert await shows(service, "/readyz", b"guatu worker")
        assert family(service.process.pid)[1:] == []
        assert service.end(signal.SIGTERM)[0] == 0


async def test_an_older_database_is_refused(sqlite: Database) -> None:
    """A database of an older Guatu is left alone: the command to run is named."""
    await downgrade(sqlite)
    await upgrade(sqlite, "0001")
    assert "guatu migrate" in refused(sqlite.file)


async def test_a_port_that_is_taken_is_named(sqlite: Database) -> None:
    """Where it cannot listen it says so in one line, with where and what to set, and starts no worker."""
    assert sqlite.file
    async with served(sqlite.file) as service:
        port = service.url.rpartition(":")[2]
        said = f"cannot listen on 127.0.0.1 port {port}: address already in use: set GUATU_PORT or GUATU_ADDRESS"
        assert refused(sqlite.file, GUATU_PORT=port) == f"guatu: {said}\n"


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(("text", "said"), [(None, "cannot be read"), ("[source]", "with two brackets")])
async def test_a_wrong_file_of_sources_is_named(sqlite: Database, command: str, text: str | None, said: str) -> None:
    """Where the file of sources is not there or is wrong, nothing starts, and one line says what to mend."""
    assert sqlite.file
    sources = sqlite.file.with_name("sources.toml")
    if text is not None:
        sources.write_text(text, "utf-8")
    line = refused(sqlite.file, command, GUATU_SOURCES=str(sources))
    assert line.startswith("guatu: ")
    assert str(sources) in line
    assert said in line


def refused(file: Path | None, command: str = "serve", **more: str) -> str:
    assert file
    done = subprocess.run(
        [*GUATU, command], env={**environment(file), **more}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    return done.stderr
