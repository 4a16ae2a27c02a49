"""The body of a request: read within the limits, and as the type that the operation takes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from service.api.limits import Limits
from service.api.parameters import of_validation
from service.api.problems import INVALID_BODY, MALFORMED, TIMEOUT, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, Problem

ENCODINGS = ("identity", "gzip", "deflate", "br")
_EXACT = 2**53
"""Up to here a float holds every whole number."""
ANY = "*/*"
"""In `bodies` of an operation: whatever media type the client names."""


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a body with what the client says of them (`media_type` in lower case, without parameters)."""

    data: bytes
    media_type: str
    charset: str | None

    def json(self, type_: object) -> Any:  # noqa: ANN401 - a value of that type
        """The body as a value of the type, any that pydantic knows. A Problem says what is wrong with it."""
        return read_json(self.data, type_)


async def read(request: web.Request, limits: Limits, taken: Mapping[str, Any]) -> Body:
    """The body of the request, unpacked. A Problem where it is of another type, too large, too slow or broken."""
    media_type = _media_type(request, taken)
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ENCODINGS:
        raise _unsupported(f"Content-Encoding {encoding!r} is not understood", ENCODINGS)
    if (request.content_length or 0) > limits.body_bytes:
        raise _too_large(limits)
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
    try:
        async with asyncio.timeout(limits.request_seconds):
            data = await _read(request, limits)
    except TimeoutError:
        raise Problem(TIMEOUT, f"the body did not arrive within {limits.request_seconds:g} seconds") from None
    except (web.RequestPayloadError, ConnectionError) as error:
        raise Problem(MALFORMED, f"the body cannot be read to its end as {encoding}") from error
    return Body(data, media_type, request.charset)


async def _read(request: web.Request, limits: Limits) -> bytes:
    pieces = bytearray()
    while piece := await request.content.readany():
        pieces += piece
        if len(pieces) > limits.body_bytes:
            raise _too_large(limits)
    return bytes(pieces)


def _media_type(request: web.Request, taken: Mapping[str, Any]) -> str:
    given = request.headers.get("Content-Type")
    media_type = request.content_type.lower()
    if given is None:
        raise _unsupported("the header Content-Type is missing", tuple(taken))
    if media_type not in taken and ANY not in taken:
        raise _unsupported(f"{media_type!r} is not taken here", tuple(taken))
    return media_type


def _unsupported(detail: str, allowed: tuple[str, ...]) -> Problem:
    return Problem(UNSUPPORTED_MEDIA_TYPE, detail, errors=[{"message": detail, "allowed": list(allowed)}])


def _too_large(limits: Limits) -> Problem:
    return Problem(TOO_LARGE, f"a body may have {limits.body_bytes} bytes, unpacked too")


@lru_cache
def _adapter(type_: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type
    return TypeAdapter(type_)


def read_json(data: bytes, type_: object) -> Any:  # noqa: ANN401 - a value of that type
    """JSON text as a value of the type. orjson refuses what is no JSON (NaN, half surrogates, broken UTF-8), pydantic what
    is of another type than it says: no text is taken for a number."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Problem(MALFORMED, f"the body is no JSON: {error}") from None
    if b"\\u0000" in data and _holds_nul(value):
        raise Problem(MALFORMED, "the body holds the character NUL, which no text has")
    if b"." in data or b"e" in data or b"E" in data:
        data = orjson.dumps(_whole(value))
    try:
        return _adapter(type_).validate_json(data, strict=True)
    except ValidationError as error:
        errors = of_validation(error, "field")
        raise Problem(
            INVALID_BODY, "; ".join(f"{e['field']}: {e['message']}" for e in errors[:3]), errors=errors
        ) from None


def _whole(value: object) -> object:
    """The same with 7.0 as 7: JSON knows one kind of number, and a schema calls both integers."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _holds_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_holds_nul, value))
