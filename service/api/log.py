"""Logs as JSON lines: what happens, and one line a request."""

import asyncio
import logging
import sys
import time
from typing import Any, BinaryIO, cast

import orjson
import structlog

SECONDS = 0.5
"""A line is written at the latest so long after its request."""
LINES = 500
"""So many lines are written at once without waiting."""


def _json(value: object, **_options: object) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)


def configure(file: BinaryIO | None = None) -> None:
    """All logs of this process go to `file` (standard error) as one JSON object a line; traces are in the line too."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        logger_factory=structlog.BytesLoggerFactory(file or sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Ours()], force=True)


class _Ours(logging.Handler):
    """Sends on to structlog what libraries, and asyncio, log with the standard library."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno, "library", logger=record.name, message=record.getMessage(), exc_info=record.exc_info
        )


class AccessLog:
    """One line a request, rendered by structlog and written in batches: a line costs little while its request is answered,
    and none is lost when the server stops in good order."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file or sys.stderr.buffer
        self._waiting: list[dict[str, Any]] = []
        self._render = structlog.processors.JSONRenderer(serializer=_json)
        self._second = (0, "")

    def add(self, line: dict[str, Any]) -> None:
        """Log a request; the moment is now."""
        line["at"] = self._moment()
        self._waiting.append(line)
        if len(self._waiting) >= LINES:
            self.flush()

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._file.write(b"".join([b"%b\n" % cast(bytes, self._render(None, "info", line)) for line in waiting]))
            self._file.flush()

    async def run(self) -> None:
        """Write what waits, for ever; all of it when cancelled."""
        try:
            while True:
                await asyncio.sleep(SECONDS)
                self.flush()
        finally:
            self.flush()

    def _moment(self) -> str:
        now = time.time()
        second = int(now)
        if self._second[0] != second:
            self._second = (second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)))
        return f"{self._second[1]}.{int((now - second) * 1000):03d}Z"
