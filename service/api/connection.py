"""Connections: what is no HTTP is answered with a problem too, and who stalls is cut.

aiohttp answers what it cannot parse in plain text, and takes any number of connections; it has no hook for either but the
class of its connections, hence the three small subclasses.
"""

import contextlib
import secrets
import socket
from asyncio import BaseTransport, Transport
from typing import Any, cast

import structlog
from aiohttp import web
from aiohttp.abc import AbstractAccessLogger
from aiohttp.http_exceptions import BadHttpMessage, ContentEncodingError, InvalidURLError, LineTooLong
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from service.api.log import AccessLog
from service.api.middleware import CALL, FRAME, Frame
from service.api.parts import PARTS, Parts
from service.api.problems import (
    HEADERS_TOO_LARGE,
    INTERNAL,
    MALFORMED,
    UNSUPPORTED_MEDIA_TYPE,
    URL_TOO_LONG,
    Problem,
    later,
)
from service.api.reply import Ready, problem_head

MOST_HEADERS = 64
LINGERING_SECONDS = 2.0
"""How long the rest of a body that nobody wants is read, so that the client gets to see the answer."""
_ENCODE = (
    "the URL holds a character that is not written as it has to be: percent-encode it as UTF-8, 海 as %E6%B5%B7; "
    "curl does that with -G --data-urlencode 'q=海盐'"
)
_log = structlog.get_logger()


class Connection(RequestHandler):
    __slots__ = ()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        server = cast(Server, self._manager)
        limits = server.parts.limits
        peer = transport.get_extra_info("socket")
        if peer is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            # the kernel cuts who takes nothing of what was sent, even where all of it fits into its buffer
            with contextlib.suppress(OSError):  # a socket that is no TCP has no such option
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(limits.request_seconds * 1000))
        if server.open > limits.connections:
            problem = later(f"{limits.connections} connections are open, which is as many as this server takes")
            data = problem.body(None, _new_id())
            cast(Transport, transport).write(problem_head(problem, data) + b"Connection: close\r\n\r\n" + data)
            self.force_close()

    def handle_error(
        self, request: BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has been started, so that no other can follow")
        id_ = _new_id()
        unread = status < 500 or isinstance(exc, BadHttpMessage)
        problem = _unreadable(exc, self.max_line_size) if unread else Problem(INTERNAL, "a defect of the server")
        if problem.kind is INTERNAL:
            _log.error("request_failed", request_id=id_, exc_info=exc)
        data = problem.body(None, id_)
        answer = Ready(
            problem.kind.status, problem_head(problem, data), data, f"X-Request-ID: {id_}\r\n", LINGERING_SECONDS
        )
        answer.close()
        return answer


def _unreadable(error: BaseException | None, url_bytes: int) -> Problem:
    if isinstance(error, LineTooLong):
        most = int(error.args[1])
        if most == url_bytes:
            return Problem(URL_TOO_LONG, f"the URL may have {most} bytes")
        return Problem(HEADERS_TOO_LARGE, f"a header may have {most} bytes")
    if isinstance(error, ContentEncodingError):
        return Problem(UNSUPPORTED_MEDIA_TYPE, "the Content-Encoding of the body is not understood")
    if isinstance(error, InvalidURLError):
        return Problem(MALFORMED, _ENCODE)
    if isinstance(error, BadHttpMessage) and "Too many headers" in error.message:
        return Problem(HEADERS_TOO_LARGE, f"a request may have {MOST_HEADERS} headers")
    return Problem(MALFORMED, "the request is no HTTP/1.1 that can be read")


def _new_id() -> str:
    return secrets.token_hex(8)


class Server(web.Server):
    """Makes our connections, and counts them."""

    def __init__(self, parts: Parts, frame: Frame, given: web.Server, **options: Any) -> None:  # noqa: ANN401 - of the connections
        super().__init__(self._answer, request_factory=given.request_factory, **options)
        self.parts = parts
        self.open = 0
        self._frame = frame
        self._otherwise = given.request_handler

    async def _answer(self, request: Any) -> web.StreamResponse:  # noqa: ANN401 - what the request factory made
        try:
            return self._frame.recall(request) or await self._otherwise(request)
        except web.HTTPExpectationFailed:  # of aiohttp's routing, where nothing is at the address
            raise BadHttpMessage("an expectation that nobody meets") from None

    def __call__(self) -> RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)

    def connection_made(self, handler: RequestHandler, transport: Transport) -> None:
        self.open += 1
        super().connection_made(handler, transport)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        self.open -= 1
        super().connection_lost(handler, exc)


class Runner(web.AppRunner):
    """Runs an application that `build` made."""

    async def _make_server(self) -> web.Server:
        parts = self.app[PARTS]
        limits = parts.limits
        return Server(
            parts,
            self.app[FRAME],
            await super()._make_server(),
            access_log=parts.access_log,
            access_log_class=AccessLines,
            logger=_log,
            keepalive_timeout=limits.idle_seconds,
            lingering_time=LINGERING_SECONDS,
            max_line_size=limits.url_bytes,
            # the size in the error tells which of the two was met, so they must not be the same
            max_field_size=limits.header_bytes + (limits.header_bytes == limits.url_bytes),
            max_headers=MOST_HEADERS,
        )


class AccessLines(AbstractAccessLogger):
    """aiohttp calls it when an answer has been sent."""

    def __init__(self, logger: Any, log_format: str) -> None:  # noqa: ANN401 - aiohttp hands on what it was given
        super().__init__(logger, log_format)
        self.lines: AccessLog = logger

    def log(self, request: BaseRequest, response: web.StreamResponse, time: float) -> None:
        call = response.call if type(response) is Ready else request.get(CALL)
        if call is None:  # it could not be parsed
            self.lines.add({"event": "request", "status": response.status, "client": request.remote})
            return
        route = call.route or "(none)"
        call.parts.metrics.answered(request.method, route, response.status, time if type(response) is Ready else None)
        self.lines.add(
            {
                "event": "request",
                "request_id": call.id,
                "client": call.client,
                "key": call.key.name if call.key else None,
                "method": request.method,
                "path": request.raw_path,
                "status": response.status,
                "bytes": response.body_length,
                "ms": round(time * 1000, 3),
            }
        )
