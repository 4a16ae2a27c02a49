"""A worker as the child of the process that serves the API."""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

import structlog

_log = structlog.get_logger()
_GUATU = (
    "import sys; end = 2 + int(sys.argv[1]); sys.path[:] = sys.argv[end:]; sys.argv[:] = ['guatu', *sys.argv[2:end]]; "
    "from service.cli import main; main()"
)
"""The same Guatu as here, wherever it lies."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds before a worker that died is started again; after it has run for the longest, as at first."""


class Child:
    """The worker process: started again when it dies, told to stop when this process is, and gone when this process is.

    It is `guatu` with these arguments, says in its first line of output that it takes work, and has so many seconds to stop.
    """

    def __init__(self, arguments: Sequence[str], seconds: float) -> None:
        self._arguments = tuple(arguments)
        self.stopping = asyncio.Event()
        self._seconds = seconds
        self._ready = asyncio.Event()
        self._process: Process | None = None

    async def works(self) -> bool:
        """Wait until the worker takes work, or is told to stop: whether it does."""
        waits = [asyncio.create_task(event.wait()) for event in (self._ready, self.stopping)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()
        return not self.stopping.is_set()

    def stop(self) -> None:
        self.stopping.set()
        self._signal("terminate")

    def kill(self) -> None:
        self._signal("kill")

    def _signal(self, how: str) -> None:
        if self._process:
            with suppress(ProcessLookupError):
                getattr(self._process, how)()

    async def keep(self) -> None:
        """Keep a worker running until told to stop, and then until it has ended."""
        wait = FIRST_WAIT
        while not self.stopping.is_set():
            began = time.monotonic()
            code = await self._run()
            if self.stopping.is_set():
                return
            if time.monotonic() - began > LONGEST_WAIT:
                wait = FIRST_WAIT
            _log.error("worker_died", exit_code=code, again_in_seconds=wait)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self.stopping.wait()
            wait = min(2 * wait, LONGEST_WAIT)

    async def _run(self) -> int:
        """One worker, from its start to its end: its exit code."""
        command = (
            sys.executable,
            "-P",
            "-c",
            _GUATU,
            str(len(self._arguments)),
            *self._arguments,
            *filter(None, sys.path),
        )
        # A process group of its own: Ctrl-C is for this process, which tells the worker. Its input ends when this process does.
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, process_group=0)
        self._process = process
        assert process.stdout
        if self.stopping.is_set():
            self.stop()
        if await process.stdout.readline():
            self._ready.set()
        ended, stopping = asyncio.create_task(process.wait()), asyncio.create_task(self.stopping.wait())
        await asyncio.wait((ended, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        done, _ = await asyncio.wait((ended,), timeout=self._seconds)
        if not done:
            self.kill()
        return await ended
