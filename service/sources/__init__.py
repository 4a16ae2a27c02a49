"""Where bytes come from: folders, archives, feeds and record files, each document on its own as it is met.

Nothing here knows what the bytes mean. A source yields a `RawDocument` for each article it finds, and a `Failure` for
each thing it would not read; one bad input never ends the walk.
"""

from collections.abc import Callable
from dataclasses import dataclass

from service.models import RawDocument


@dataclass(frozen=True)
class Failure:
    """Something that was not read.

    `reason` is a stable code: `not_found`, `unreadable`, `special_file`, `symlink_loop`, `link`, `unsupported`,
    `too_large`, `bomb`, `too_deep`, `unsafe_path`, `encrypted`, `bad_archive`, `bad_feed`, `bad_json`, `bad_record`.
    `message` is one line for a person.
    """

    source: str
    reason: str
    message: str


Outcome = RawDocument | Failure
Decoder = Callable[[bytes, str | None], str]
"""Bytes and the charset that was declared for them (None: nothing was) to text; raises Rejected."""
