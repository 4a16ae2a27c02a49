"""From what a handler gave to what goes out: compressed where that pays, tagged, and 304 where the client has it."""

import asyncio
import zlib

from aiohttp import hdrs, web

from service.api import etag, headers, negotiate
from service.api.cache import Remembered
from service.api.operation import Call
from service.api.problems import TIMEOUT, TOO_LARGE, Problem
from service.api.reply import Ready, Reply, head, problem_head
from service.api.routes import Route

SMALL = 1024
"""Bytes below which compressing saves nothing: one packet holds them."""
LARGE = 64 * 1024
"""Bytes from which compressing is left to a thread."""
_LEVEL = 4
_GZIP = 31
_PACKED = (
    *("application/json", "application/x-ndjson", "text/", "application/xml", "image/svg"),
    *("application/atom+xml", "application/feed+json"),
)


async def written(reply: Reply, route: Route, accepted: str, *, method: str = "GET", cors: bool = False) -> Remembered:
    """A reply as it goes out to who accepts these encodings."""
    body, encoding = await _encoded(reply, accepted)
    fields = {**headers.SECURITY, "Cache-Control": reply.cache if reply.status == 200 else "no-store"}
    fields["Vary"] = headers.vary(len(route.operation.media_types) > 1, cors)
    fields |= reply.headers
    if reply.status == 204:
        return Remembered(204, head(204, fields), b"", b"", "", route.path, route.scope)
    tag = ""
    tagged = reply.etag is not None or reply.media_type not in negotiate.STREAMED
    if reply.status == 200 and method in ("GET", "HEAD") and tagged:
        tag = (reply.etag or etag.of_bytes(reply.data)) + ("-gz" if encoding else "")
        fields["ETag"] = f'"{tag}"'
    unchanged = head(304, fields) if tag else b""
    fields["Content-Type"] = reply.media_type
    if encoding:
        fields["Content-Encoding"] = encoding
    if method != "HEAD" or reply.media_type not in negotiate.STREAMED:
        fields["Content-Length"] = str(len(body))
    return Remembered(reply.status, head(reply.status, fields), unchanged, body, tag, route.path, route.scope)


def remembered(call: Call, answer: Remembered) -> web.StreamResponse:
    """An answer, or 304 where the client says that it has it."""
    known = call.request.headers.get(hdrs.IF_NONE_MATCH)
    if known is not None and answer.etag and etag.matches(known, answer.etag):
        return _ready(call, 304, answer.unchanged, b"")
    return _ready(call, answer.status, answer.head, b"" if call.request.method == "HEAD" else answer.body)


def problem_answer(call: Call, problem: Problem, *, cors: bool) -> web.StreamResponse:
    """A problem as it goes out. After a body that was not read to its end the connection is closed."""
    data = problem.body(call.request.path, call.id)
    status = problem.kind.status
    body = b"" if call.request.method == "HEAD" else data
    answer = _ready(call, status, problem_head(problem, data, vary="Origin" if cors else ""), body)
    if problem.kind in (TIMEOUT, TOO_LARGE):
        answer.close()
    return answer


def page_answer(call: Call, reply: Reply) -> web.StreamResponse:
    """A problem as a person sees it. After a body that may not have been read the connection is closed."""
    fields = {**headers.SECURITY, "Cache-Control": "no-store", **reply.headers}
    fields |= {"Content-Type": reply.media_type, "Content-Length": str(len(reply.data))}
    answer = _ready(
        call, reply.status, head(reply.status, fields), b"" if call.request.method == "HEAD" else reply.data
    )
    if call.request.method == "POST":
        answer.close()
    return answer


def bodiless(call: Call, fields: dict[str, str]) -> web.StreamResponse:
    return _ready(call, 204, head(204, {**headers.SECURITY, **fields}), b"")


def _ready(call: Call, status: int, start: bytes, body: bytes) -> Ready:
    own = f"X-Request-ID: {call.id}\r\n"  # the most frequent case, made as quickly as can be
    if call.origin is not None:
        own = "".join(f"{name}: {value}\r\n" for name, value in headers.own(call.id, call.origin).items())
    ready = Ready(status, start, body, own, call.parts.limits.request_seconds)
    ready.call = call
    return ready


async def _encoded(reply: Reply, accepted: str) -> tuple[bytes, str]:
    data = reply.data
    if len(data) < SMALL or not reply.media_type.startswith(_PACKED) or not negotiate.gzip_wanted(accepted):
        return data, ""
    if len(data) < LARGE:
        return _gzip(data), "gzip"
    return await asyncio.to_thread(_gzip, data), "gzip"


def _gzip(data: bytes) -> bytes:
    """Without a time stamp, so that the same answer is the same bytes."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()
