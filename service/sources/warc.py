"""WARC 0.17 to 1.1: the pages in it, each with the URL it came from. Every line, header and body is read within limits."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from io import BufferedReader

import brotli

from service.errors import Rejected
from service.sources import Failure
from service.sources.limits import Limits, skip, take, too_large

_LINE = 8 * 1024
_TEXTUAL = ("text/html", "application/xhtml+xml", "text/plain", "application/json", "application/feed+json")
_XML = ("text/xml", "application/xml")


@dataclass(frozen=True)
class Page:
    """What a server answered."""

    url: str
    data: bytes
    media_type: str
    charset: str | None


class _Part:
    """The body of one record: reads no further than its length."""

    def __init__(self, stream: BufferedReader, length: int) -> None:
        self._stream = stream
        self.left = length

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(self.left if size < 0 else min(size, self.left))
        if not data and self.left and size:
            raise EOFError
        self.left -= len(data)
        return data


def pages(source: str, stream: BufferedReader, limits: Limits) -> Iterator[Page | Failure]:
    """The successful textual responses, resources and conversions.

    Raises Rejected `bad_archive` where a record is malformed, EOFError where the file is cut; what came before stands.
    """
    while (version := _first_line(stream)) is not None:
        if not version.startswith(b"WARC/"):
            raise Rejected("bad_archive", "no WARC record where one should begin; what was read before is kept")
        headers = _headers(stream, limits.header)
        body = _Part(stream, _length(headers))
        url = headers.get("WARC-Target-URI", "").strip().strip("<>")
        try:
            page = _page(headers, url, body, limits)
            if page is not None:
                yield page
        except Rejected as error:
            yield Failure(url or source, error.reason, str(error))
        skip(stream, body.left)


def _page(headers: Message, url: str, body: _Part, limits: Limits) -> Page | None:
    kind = headers.get("WARC-Type", "").strip().lower()
    if kind in {"resource", "conversion"} and url.startswith(("http://", "https://")):
        http = headers
    elif kind == "response" and headers.get("Content-Type", "").startswith("application/http"):
        pass
    else:
        return None
    # The headers of the answer count as part of it: both together are what a document may be.
    if body.left > limits.document + limits.header:
        if kind == "response" and not _may_be_text(body):
            return None
        raise too_large(limits.document)
    data = take(body, limits.document + limits.header)
    if kind == "response":
        status, http, data = _answer(data)
        if status != 200:
            return None
    media_type = http.get_content_type() if "Content-Type" in http else "text/html"
    if media_type not in _TEXTUAL + _XML and not media_type.endswith("+xml"):
        return None
    if kind == "response":
        data = _unpacked(data, http, limits.document)
    return Page(url, data, media_type, http.get_content_charset())


def _may_be_text(body: _Part) -> bool:
    _, http, _ = _answer(body.read(_LINE))
    return http.get_content_maintype() == "text"


def _answer(data: bytes) -> tuple[int, Message, bytes]:
    """Status, headers and body of an HTTP response."""
    end, gap = min(((at, len(gap)) for gap in (b"\r\n\r\n", b"\n\n") if (at := data.find(gap)) >= 0), default=(-1, 0))
    if end < 0:
        return 0, Message(), b""
    first, *lines = data[:end].splitlines()
    parts = first.split()
    status = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() and len(parts[1]) == 3 else 0
    return status, _parsed(lines), data[end + gap :]


def _unpacked(data: bytes, http: Message, limit: int) -> bytes:
    if "chunked" in http.get("Transfer-Encoding", "").lower():
        data = _dechunked(data)
    for coding in reversed([c.strip().lower() for c in http.get("Content-Encoding", "").split(",")]):
        data = _decoded(data, coding, limit)
    if len(data) > limit:
        raise too_large(limit)
    return data


def _decoded(data: bytes, coding: str, limit: int) -> bytes:
    """What a content coding packed. Some writers store bodies unpacked and keep the header: those stay as they are."""
    try:
        if coding == "br":
            unpacker = brotli.Decompressor()
            out = bytes(unpacker.process(data, output_buffer_limit=limit + 1))
        elif coding in {"gzip", "x-gzip", "deflate"}:
            # 47: a gzip or a zlib header; -15: the bare deflate that some servers send.
            inflater = zlib.decompressobj(47 if coding != "deflate" or data[:1] == b"\x78" else -15)
            out = inflater.decompress(data, limit + 1)
        else:
            return data
    except (zlib.error, brotli.error):
        return data
    if len(out) > limit:
        raise too_large(limit)
    return out or data


def _dechunked(data: bytes) -> bytes:
    """The body of a chunked answer; as it is where it was stored without its chunks."""
    out: list[bytes] = []
    at = 0
    while True:
        end = data.find(b"\n", at, at + 64)
        try:
            size = int(data[at:end].split(b";")[0].strip() or b"-", 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0:
            return b"".join(out) if out else data
        if size == 0:
            return b"".join(out)
        out.append(data[end + 1 : end + 1 + size])
        at = end + 1 + size
        at += 2 if data[at : at + 2] == b"\r\n" else 1


def _first_line(stream: BufferedReader) -> bytes | None:
    while line := stream.readline(_LINE):
        if line.strip():
            return line.strip()
    return None


def _headers(stream: BufferedReader, limit: int) -> Message:
    lines: list[bytes] = []
    size = 0
    while line := stream.readline(_LINE):
        size += len(line)
        if size > limit:
            raise Rejected("bad_archive", "a record's header is too large; what was read before is kept")
        if not line.strip():
            return _parsed(lines)
        lines.append(line)
    raise EOFError


def _parsed(lines: list[bytes]) -> Message:
    headers = Message()
    for line in lines[:500]:
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            headers[name.strip()] = " ".join(value.split())
    return headers


def _length(headers: Message) -> int:
    text = headers.get("Content-Length", "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Rejected("bad_archive", "a record does not say how long it is; what was read before is kept")
    return int(text)
