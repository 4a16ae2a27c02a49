"""The whole service against its own OpenAPI document: schemathesis, with all its checks."""

import asyncio
import datetime as dt
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert

from service.store.database import Database
from service.store.tables import workers
from tests.api.serving import TONGHUA, key_of, now, reading, running, take

SECONDS = 120
"""A bound for a busy machine."""
ENDLESS = "/stream$"
"""A stream does not end, so that nothing can be said of its whole answer: the tests of the nouns have theirs."""
SAME = "/v1/export/"
"""The exports take the filter of /v1/projects, which has enough of the phase that tries each value of each parameter."""
TOO_LONG = "[checks.negative_data_rejection]\nexpected-statuses = ['4xx', '5xx']\n"
"""A request that is refused since its URL is too long (414) is refused."""


@pytest.mark.filterwarnings("default")
async def test_schemathesis(sqlite: Database, tmp_path: Path) -> None:
    """No request that the document allows fails, none that it forbids passes, and every answer is as it says."""
    (tmp_path / "schemathesis.toml").write_text(TOO_LONG)
    async with sqlite.changing() as connection:
        seen = now() + dt.timedelta(hours=1)  # for longer than this takes
        row = {"name": "w", "started_at": now(), "seen_at": seen, "counts": {}}
        await connection.execute(insert(workers).values(row))
    await take(sqlite, [TONGHUA])
    key = await key_of(sqlite, "admin")
    async with running(sqlite) as client, reading(sqlite):
        async with client.get("/openapi.json") as response:
            where = str(response.url)
        for phases, without in (("examples,fuzzing,stateful", ENDLESS), ("coverage", f"{ENDLESS}|{SAME}")):
            await _run(where, key, tmp_path, "--phases", phases, "--exclude-path-regex", without)


async def _run(where: str, key: str, folder: Path, *more: str) -> None:
    """Ask the service all that schemathesis thinks of."""
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", where, "--checks", "all", "--max-examples", "3"),
        *("--seed", "1", "--no-color", "--continue-on-failure", "--request-timeout", "20"),
        *("--header", f"Authorization: Bearer {key}", *more),
    ]
    run = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(SECONDS):
            said, _ = await run.communicate()
    finally:
        if run.returncode is None:
            run.kill()
            await run.wait()
    assert run.returncode == 0, said.decode()[-8000:]
