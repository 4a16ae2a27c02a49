"""PURE: unpacks a body as Content-Encoding says, never beyond a limit."""

import zlib

import brotli

from service.errors import Rejected
from service.sources.fetch.answer import Later
from service.sources.limits import too_large

ACCEPTED = "gzip, deflate, br"
_GZIP, _ZLIB, _RAW = 31, 15, -15
_MEMBERS = 64  # each costs a copy of what stands behind it
_AT_MOST_TWICE = 2


def unpacked(body: bytes, encodings: str, limit: int) -> bytes:
    """The body without its encodings, the last one first.

    Rejected `too_large` above `limit` bytes, having made no more than that; Rejected `unsupported` for an encoding that
    was not asked for; Later `cut_off` where the body ends too early, `bad_answer` where it is not what it says.
    """
    names = [name for part in encodings.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if len(names) > _AT_MOST_TWICE:
        raise Rejected("unsupported", f"the body is packed {len(names)} times over")
    for name in reversed(names):
        try:
            body = _one(body, name, limit)
        except (zlib.error, brotli.error) as error:
            raise Later("bad_answer", f"the body is not the {name} it says it is") from error
    return body


def _one(body: bytes, name: str, limit: int) -> bytes:
    if not body:
        return body
    if name in ("gzip", "x-gzip"):
        # Servers that name the encoding and then send the plain page are common.
        return _gunzipped(body, limit) if body.startswith(b"\x1f\x8b") else body
    if name == "deflate":
        zlib_header = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
        return _inflated(body, _ZLIB if zlib_header else _RAW, limit, limit)[0]
    if name == "br":
        return _unbrotlied(body, limit)
    raise Rejected("unsupported", f"the body is packed as {name[:40]!r}, which was not asked for")


def _inflated(body: bytes, window: int, room: int, limit: int) -> tuple[bytes, bytes]:
    """What a stream unpacks to while there is room, and what stands behind it."""
    stream = zlib.decompressobj(window)
    data = stream.decompress(body, room + 1)
    if len(data) > room:
        raise too_large(limit)
    if not stream.eof:
        raise Later("cut_off", "the body ended before it was complete")
    return data, stream.unused_data


def _gunzipped(body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    room = limit
    while body.startswith(b"\x1f\x8b") and len(parts) < _MEMBERS:
        part, body = _inflated(body, _GZIP, room, limit)
        parts.append(part)
        room -= len(part)
    return b"".join(parts)


def _unbrotlied(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    parts = [stream.process(body, output_buffer_limit=limit + 1)]
    size = len(parts[0])
    while size <= limit and not stream.is_finished() and not stream.can_accept_more_data():
        parts.append(stream.process(b"", output_buffer_limit=limit + 1 - size))
        size += len(parts[-1])
    if size > limit:
        raise too_large(limit)
    if not stream.is_finished():
        raise Later("cut_off", "the body ended before it was complete")
    return b"".join(parts)
