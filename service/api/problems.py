"""Problems after RFC 9457: every kind of error the API answers with, and what each means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from service.errors import GuatuError, NotFound, Rejected, RetryLater

PROBLEM_JSON = "application/problem+json"
RETRY_SECONDS = 5
"""What Retry-After says where nothing knows better."""


@dataclass(frozen=True)
class Kind:
    """A kind of problem. Its `name` is stable: `/problems/{name}` is the `type`, and a page that explains it."""

    name: str
    status: int
    title: str
    meaning: str

    @property
    def type(self) -> str:
        return f"/problems/{self.name}"


class Problem(Exception):
    """An answer that is a problem. `detail` is one line for a person; `errors` name the parameter or field."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    def body(self, instance: str | None, request_id: str) -> bytes:
        shown: dict[str, Any] = {
            "type": self.kind.type,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": printable(self.detail),
            "instance": printable(instance or ""),
            "request_id": request_id,
        }
        if not instance:
            del shown["instance"]
        if self.errors:
            shown["errors"] = [{name: printable(value) for name, value in error.items()} for error in self.errors]
        return orjson.dumps(shown)


def printable(value: object) -> object:
    """Text that any JSON reader takes: half a surrogate pair is shown as U+FFFD."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


INVALID_PARAMETER = Kind(
    "invalid-parameter",
    400,
    "A parameter is wrong",
    "A query parameter is unknown, given twice, or has a value that is not allowed. `errors` names each and what is allowed.",
)
MALFORMED = Kind(
    "malformed",
    400,
    "The request is malformed",
    "The request is not HTTP, its body is not the JSON or text it says it is, or its encoding is broken.",
)
UNAUTHORIZED = Kind(
    "unauthorized",
    401,
    "A key is needed",
    "Send `Authorization: Bearer guatu_…` with a key that exists, has not expired and was not revoked. "
    "The operator makes one with `guatu keys create`.",
)
FORBIDDEN = Kind(
    "forbidden",
    403,
    "The key's scope does not allow this",
    "The key is good, but its scope is not enough. The scopes are read, write (which includes read) and admin (which "
    "includes both).",
)
NOT_FOUND = Kind("not-found", 404, "There is no such thing", "Nothing is at this address: the path or the id is wrong.")
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed", 405, "The method is not allowed here", "The header Allow lists the methods that are."
)
NOT_ACCEPTABLE = Kind(
    "not-acceptable",
    406,
    "None of the accepted media types is offered",
    "The header Accept names no media type that this address offers; `errors` lists what it offers.",
)
TIMEOUT = Kind(
    "timeout", 408, "The request came too slowly", "The body did not arrive within the time that is allowed."
)
CONFLICT = Kind(
    "conflict",
    409,
    "It contradicts what is there",
    "Something with the same identity exists already, or has changed meanwhile.",
)
TOO_LARGE = Kind(
    "too-large",
    413,
    "The body is too large",
    "The body, or a batch in it, is larger than this server takes; the detail says how much.",
)
URL_TOO_LONG = Kind(
    "url-too-long", 414, "The URL is too long", "The first line of the request is longer than this server takes."
)
UNSUPPORTED_MEDIA_TYPE = Kind(
    "unsupported-media-type",
    415,
    "The media type of the body is not taken here",
    "The header Content-Type, or Content-Encoding, names something that this address does not take; `errors` lists what it takes.",
)
MISDIRECTED = Kind(
    "misdirected",
    421,
    "The request is for another host",
    "Without keys the service answers only to its own name: localhost, an address, or the host of GUATU_PUBLIC_URL. A page of "
    "another site could otherwise read it through a name that it points here.",
)
INVALID_BODY = Kind(
    "invalid-body",
    422,
    "The body does not say what is expected",
    "The body is well-formed, but a field is missing, unknown or has a value that is not allowed. `errors` names each field.",
)
REJECTED = Kind(
    "rejected",
    422,
    "The document is not taken",
    "The document will never be taken, however often it is sent; `errors` has the reason.",
)
TOO_MANY_REQUESTS = Kind(
    "too-many-requests",
    429,
    "Too many requests",
    "The key, or the address, has used up its requests for now. The header Retry-After says in how many seconds there are more.",
)
HEADERS_TOO_LARGE = Kind(
    "headers-too-large",
    431,
    "The headers are too large",
    "One header, or all of them, are larger than this server takes.",
)
INTERNAL = Kind(
    "internal",
    500,
    "A defect of the server",
    "Something went wrong that is no fault of the request. The operator finds it in the log by the `request_id`.",
)
UNAVAILABLE = Kind(
    "unavailable",
    503,
    "Not available at the moment",
    "The same request may succeed later: the database is away, or the server is full or stopping. The header Retry-After "
    "says when to try again.",
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in list(globals().values()) if isinstance(kind, Kind)}


def of_error(error: GuatuError) -> Problem:
    """What the error of a lower room is to a client."""
    if isinstance(error, NotFound):
        return Problem(NOT_FOUND, str(error))
    if isinstance(error, Rejected):
        return Problem(REJECTED, str(error), errors=[{"reason": error.reason, "message": str(error)}])
    if isinstance(error, RetryLater):
        # the message may name the database, which is the operator's affair: the log has it
        return later("the database does not answer at the moment")
    return Problem(INTERNAL, "this went wrong; the log of the server says why")


def later(detail: str, seconds: int = RETRY_SECONDS) -> Problem:
    return Problem(UNAVAILABLE, detail, headers={"Retry-After": str(seconds)})
