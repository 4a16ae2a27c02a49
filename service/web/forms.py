"""What the forms of pages send: fields, and a file."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import hdrs

from service.api.body import Body
from service.api.operation import Call
from service.api.problems import MALFORMED, Problem

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_BOUNDARY = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?\s*(?:;|$)')
_NAME = re.compile(rb'[;\s]name="([^"]*)"')
_FILE = re.compile(rb'[;\s]filename="([^"]*)"')
_MOST = 2000
"""So many fields of a form are read."""


def fields(body: Body) -> list[tuple[str, str]]:
    """The fields of a form in their order."""
    try:
        return parse_qsl(body.data.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=_MOST)
    except ValueError:
        raise Problem(MALFORMED, f"the form cannot be read, or has more than {_MOST} fields") from None


@dataclass(frozen=True)
class Part:
    """A part of a form with a file: its bytes, and the name of the file where it is one."""

    data: bytes
    file: str | None


def parts(call: Call, body: Body) -> dict[str, Part]:
    """The parts of a form that may have files, by the names of its fields."""
    found = _BOUNDARY.search(call.request.headers.get(hdrs.CONTENT_TYPE, ""))
    if found is None:
        raise Problem(MALFORMED, "the form does not say what divides its parts")
    named = {}
    for piece in (b"\r\n" + body.data).split(b"\r\n--" + found[1].encode("ascii"))[1:-1]:
        head, _, data = piece.partition(b"\r\n\r\n")
        name, file = _NAME.search(head), _FILE.search(head)
        if name:
            named[name[1].decode("utf-8", "replace")] = Part(data, file[1].decode("utf-8", "replace") if file else None)
    return named
