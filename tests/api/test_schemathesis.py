"""The whole service against its own OpenAPI document: schemathesis, with all its checks."""

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert

from service.store.database import Database
from service.store.tables import workers
from tests.api.serving import TONGHUA, key_of, now, reading, running, take

SECONDS = 90
"""A bound for a busy machine. The two phases that take longest, coverage and stateful, are for a run by hand: the same command
without `--phases` against a running service."""
ENDLESS = ["--exclude-path-regex", "/stream$"]
"""A stream does not end, so that nothing can be said of its whole answer: the tests of the nouns have theirs."""


@pytest.mark.filterwarnings("default")
async def test_schemathesis(sqlite: Database, tmp_path: Path) -> None:
    """No request that the document allows fails, none that it forbids passes, and every answer is as it says."""
    async with sqlite.changing() as connection:
        row = {"name": "w", "started_at": now(), "seen_at": now(), "counts": {}}
        await connection.execute(insert(workers).values(row))
    await take(sqlite, [TONGHUA])
    key = await key_of(sqlite, "admin")
    async with running(sqlite) as client, reading(sqlite):
        async with client.get("/openapi.json") as response:
            where = str(response.url)
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "run", where),
            *(
                "--checks",
                "all",
                "--max-examples",
                "3",
                "--phases",
                "examples,fuzzing",
                "--seed",
                "1",
                "--no-color",
                "--continue-on-failure",
            ),
            *("--header", f"Authorization: Bearer {key}", "--request-timeout", "20", *ENDLESS),
        ]
        run = await asyncio.create_subprocess_exec(
            *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        try:
            async with asyncio.timeout(SECONDS):
                said, _ = await run.communicate()
        finally:
            if run.returncode is None:
                run.kill()
                await run.wait()
    assert run.returncode == 0, said.decode()[-8000:]
