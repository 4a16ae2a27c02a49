"""Answers that go on: Server-Sent Events, and lines of JSON."""

import asyncio
from collections.abc import AsyncGenerator, Mapping

import structlog
from aiohttp import web

from service.api import headers
from service.api.negotiate import EVENTS
from service.api.operation import Call
from service.api.problems import later
from service.api.reply import NO_HEADERS

SILENCE = 15.0
"""Seconds after which a stream of events without an event sends a comment, so that nothing on the way cuts it."""
_log = structlog.get_logger()


async def streamed(
    call: Call, media_type: str, pieces: AsyncGenerator[bytes, None], fields: Mapping[str, str] = NO_HEADERS
) -> web.StreamResponse:
    """Send the pieces as they come, until they end, the server stops, or the client goes or reads too slowly. `fields` are
    headers of its own.

    A Problem (503) where too many streams are open. The generator is closed in any case. What raises before the first piece
    is the answer; what raises later cuts the connection, so that a client never takes a part for the whole.
    """
    parts = call.parts
    if parts.streams >= parts.limits.streams:
        raise later(f"{parts.limits.streams} streams are open, which is as many as this server serves", 30)
    response = web.StreamResponse(
        headers={
            **headers.SECURITY,
            **headers.own(call.id, call.origin),
            "Content-Type": media_type,
            "Cache-Control": "no-store",
            "Vary": headers.vary(True, bool(call.origin)),
            **fields,
        }
    )
    parts.streams += 1
    try:
        first = await anext(pieces, b"")
        await response.prepare(call.request)
        sending = asyncio.create_task(_send(call, response, first, pieces, media_type))
        stopping = asyncio.create_task(parts.stopping.wait())
        try:
            await asyncio.wait({sending, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, stopping):
                task.cancel()
            ended = await asyncio.gather(sending, return_exceptions=True)
        _close(call, ended[0])
    finally:
        parts.streams -= 1
        await pieces.aclose()
    return response


async def _send(
    call: Call, response: web.StreamResponse, first: bytes, pieces: AsyncGenerator[bytes, None], media_type: str
) -> None:
    following = None
    try:
        if first:
            await _write(call, response, first)
        while True:
            following = asyncio.ensure_future(anext(pieces, None))
            while not (await asyncio.wait({following}, timeout=SILENCE if media_type == EVENTS else None))[0]:
                await _write(call, response, b":\n\n")
            piece = await following
            if piece is None:
                return
            await _write(call, response, piece)
    finally:
        if following is not None and not following.done():
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _write(call: Call, response: web.StreamResponse, data: bytes) -> None:
    if call.request.transport is None:
        raise ConnectionResetError("the client has gone")
    async with asyncio.timeout(call.parts.limits.request_seconds):
        await response.write(data)


def _close(call: Call, ended: BaseException | None) -> None:
    if ended is None or isinstance(ended, asyncio.CancelledError):
        return
    if isinstance(ended, TimeoutError):
        _log.info("stream_cut", request_id=call.id, reason="the client reads too slowly")
    elif not isinstance(ended, ConnectionError):
        _log.error("stream_failed", request_id=call.id, exc_info=ended)
    if call.request.transport is not None:
        call.request.transport.abort()
