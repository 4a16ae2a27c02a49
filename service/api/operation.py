"""How an operation of the API is declared: a handler with its types, and what it may answer.

The handler's own signature says what it takes, and nothing is said twice. Each of these is optional but `call`:

    @operation(
        Answer(RecordPage, "the newest records", example={...}),
        problems=(NOT_FOUND,),
    )
    async def browse(call: Call, path: RecordPath, query: RecordQuery, body: NewThing) -> Reply:
        \"\"\"Records, newest first.

        The first line is the summary, the rest the description of the OpenAPI document.
        \"\"\"

`path` and `query` are pydantic models whose fields are the parameters; `body` is a pydantic model (JSON), or `Body` where
the operation takes the bytes of several media types, which it then names in `bodies`.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from service.api.body import Body
from service.api.negotiate import JSON
from service.api.parts import Parts
from service.api.problems import Kind
from service.api.reply import Reply
from service.store.keys import Key

Handler = Callable[..., Awaitable[Reply | web.StreamResponse]]


@dataclass(slots=True)
class Call:
    """One request on its way: what a handler may want to know beside its parameters."""

    request: web.Request
    parts: Parts
    id: str
    """The request id, the client's own where it sent a sane one."""
    route: str = ""
    """The path with its parameters' names; empty where nothing is at the address."""
    key: Key | None = None
    client: str = ""
    """The client's address; behind a trusted proxy the one that it names."""
    origin: str | None = None
    """The origin, of those the operator allows, whose pages may read the answer."""
    page: bool = False
    """Whether a person looks at the answer, so that a problem is a page too."""
    media_type: str = JSON
    """Which of the operation's media types the client asked for."""


@dataclass(frozen=True)
class Answer:
    """What an operation answers with: the type of its body (None: no body, `bytes`: not JSON) in one of `media_types`."""

    type: Any
    meaning: str
    status: int = 200
    media_types: tuple[str, ...] = (JSON,)
    example: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of its own by name, with their meaning."""


@dataclass(frozen=True, eq=False)
class Operation:
    """A handler and all that is said of it."""

    handler: Handler
    answers: tuple[Answer, ...]
    problems: tuple[Kind, ...]
    bodies: Mapping[str, Any]
    examples: Mapping[str, object]
    cached: bool

    @cached_property
    def takes(self) -> Mapping[str, Any]:
        """The types of the handler's `path`, `query` and `body`, where it has them."""
        return {
            name: hint for name, hint in inspect.get_annotations(self.handler, eval_str=True).items() if name in TAKEN
        }

    @cached_property
    def summary(self) -> str:
        return (inspect.getdoc(self.handler) or "").partition("\n")[0]

    @cached_property
    def description(self) -> str:
        return (inspect.getdoc(self.handler) or "").partition("\n")[2].strip()

    @cached_property
    def media_types(self) -> tuple[str, ...]:
        """What it can answer with, the first where the client does not care."""
        return tuple(dict.fromkeys(media for answer in self.answers if answer.type for media in answer.media_types))


TAKEN = ("path", "query", "body")


def operation(
    *answers: Answer,
    problems: tuple[Kind, ...] = (),
    bodies: Mapping[str, Any] | None = None,
    examples: Mapping[str, object] | None = None,
    cached: bool = False,
) -> Callable[[Handler], Operation]:
    """Declare the operation of a handler.

    `problems` are those of its own; the frame adds what any request may meet. `bodies` names the media types of a `Body`
    with the type of each (`bytes` where it is not JSON), `examples` has one of a body by its media type. An operation that is `cached` may be answered from memory as long
    as the log of records has the same head: its answer depends on the URL, the media type and the log alone.
    """

    def declare(handler: Handler) -> Operation:
        made = Operation(handler, answers, problems, dict(bodies or {}), dict(examples or {}), cached)
        takes = made.takes
        name = handler.__qualname__
        if unknown := set(inspect.signature(handler).parameters) - {"call", *TAKEN}:
            raise TypeError(f"{name} takes {', '.join(sorted(unknown))}: only call, {', '.join(TAKEN)}")
        for place in ("path", "query"):
            if place in takes and not issubclass(takes[place], BaseModel):
                raise TypeError(f"{name}: {place} is no pydantic model")
        body = takes.get("body")
        if (body is Body) != bool(bodies):
            raise TypeError(f"{name}: a Body goes with `bodies`, and only with them")
        return made if body in (None, Body) else replace(made, bodies={JSON: body})

    return declare
