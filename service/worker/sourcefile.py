"""Keeps the sources of the database in line with the file that names them."""

import asyncio
from pathlib import Path

import structlog

from service import bootstrap
from service.errors import BadSettings
from service.pipeline import sourcefile
from service.worker import Worker

_log = structlog.get_logger()
LOOK = 5.0
"""Seconds between two looks at the file."""


async def follow_file(worker: Worker) -> None:
    """Synchronise with the file of GUATU_SOURCES at the start and whenever it changes, until the worker stops."""
    file = bootstrap.habits().sources
    if file is not None:
        await follow(worker, file)


async def follow(worker: Worker, file: Path, look: float = LOOK) -> None:
    """The same for a file. One that is wrong is logged, and the sources stay as they are until it is mended."""
    seen: object = ()  # what no look gives: a file that is not there is told of too
    while not worker.stopping.is_set():
        stamp = await asyncio.to_thread(_stamp, file)
        if stamp != seen:
            seen = stamp
            await _synchronise(worker, file)
        await worker.pause(look)


async def _synchronise(worker: Worker, file: Path) -> None:
    try:
        specs = await asyncio.to_thread(sourcefile.read, file)
    except BadSettings as error:
        _log.error("sources_file_wrong", error=str(error))
        return
    changes = await worker.insist(lambda: sourcefile.synchronise(worker.database, specs, worker.now()))
    _log.info("sources_file", file=str(file), **vars(changes))


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
