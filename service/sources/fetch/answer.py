"""What comes back from a fetch: an answer of HTTP, or an error that says when to try again."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from itertools import pairwise

from service.errors import RetryLater
from service.models import Frozen

CONTENT = (200, 203)
REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)


class Validators(Frozen):
    """What a server gave to ask again with, and the URL that gave it: no other URL is shown them."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Hop:
    """One redirect that was followed."""

    status: int
    url: str
    """Where it led."""


@dataclass(frozen=True)
class Response:
    """The last answer of a fetch, whatever its status; the body is unpacked, and empty unless the status is 200 or 203."""

    asked: str
    url: str
    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes = b""
    hops: tuple[Hop, ...] = ()

    @property
    def moved_to(self) -> str | None:
        """Where the URL lives from now on: as far as the redirects are permanent ones (301, 308), None for not at all."""
        target = None
        for hop in self.hops:
            if hop.status not in PERMANENT:
                break
            target = hop.url
        return target if target != self.asked else None

    @property
    def downgraded(self) -> bool:
        """Whether a redirect led from https to http."""
        urls = [self.asked, *(hop.url for hop in self.hops)]
        return any(a.startswith("https:") and b.startswith("http:") for a, b in pairwise(urls))

    @property
    def validators(self) -> Validators:
        """What to ask the same URL with the next time."""
        return Validators(url=self.url, etag=self._said("ETag"), last_modified=self._said("Last-Modified"))

    def _said(self, name: str) -> str | None:
        """A header that can be kept and sent back: one with bytes that are no text cannot."""
        value = self.headers.get(name, "")
        return value if value.isprintable() and value else None

    @cached_property
    def body_sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def media_type(self) -> str | None:
        """The media type that was declared, in lower case."""
        declared = (self._said("Content-Type") or "").partition(";")[0].strip().lower()
        return declared or None

    @property
    def charset(self) -> str | None:
        """The charset that was declared; whether it is true is for the decoder to find out."""
        message = Message()
        message["Content-Type"] = self._said("Content-Type") or ""
        declared = message.get_param("charset")
        return declared.strip().lower() or None if isinstance(declared, str) else None


class Later(RetryLater):
    """A fetch that gave no answer and may give one later.

    `reason` is a stable short code: `busy` (our own manners: nothing was asked), `robots_unreachable`, `dns`,
    `connection`, `tls`, `timeout`, `cut_off`, `bad_answer`, `bad_redirect`, `http_<status>` (of `policy.page`). `until` is when it may be
    tried again at the earliest, None where nobody said.
    """

    def __init__(self, reason: str, message: str, until: dt.datetime | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.until = until
