"""The documentation: the OpenAPI document, and pages made of it that need no JavaScript and no other host."""

from pathlib import Path

from pydantic import BaseModel

from service.api import pages
from service.api.negotiate import HTML, JSON
from service.api.operation import Answer, Call, operation
from service.api.problems import KINDS, NOT_FOUND, Problem
from service.api.reply import Reply

_STYLE = Path(__file__).with_name("style.css").read_bytes()
_DAY = "public, max-age=86400"
_OF_OURS = {"Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"}


class ProblemName(BaseModel):
    name: str


@operation(Answer(dict[str, object], "the document"))
async def document(call: Call) -> Reply:
    """This API as an OpenAPI 3.1 document."""
    return Reply(call.parts.document, media_type=JSON)


@operation(Answer(bytes, "the page", media_types=(HTML,)))
async def page(call: Call) -> Reply:
    """This API as a page to read."""
    return _html(call.parts.page)


@operation(Answer(bytes, "the style sheet", media_types=("text/css",)))
async def style(call: Call) -> Reply:
    """The style sheet of the pages."""
    return Reply(_STYLE, media_type="text/css; charset=utf-8", cache=_DAY)


@operation(Answer(bytes, "the page", media_types=(HTML,)))
async def problem(call: Call, path: ProblemName) -> Reply:
    """What a problem means, and what to do about it."""
    kind = KINDS.get(path.name)
    if kind is None:
        raise Problem(NOT_FOUND, f"there is no problem {path.name!r}: there are {', '.join(KINDS)}")
    return _html(pages.problem(kind).encode())


def _html(data: bytes) -> Reply:
    return Reply(data, media_type="text/html; charset=utf-8", headers=_OF_OURS)
