"""Pages for people: what the room that has them gives to `app.build`."""

from collections.abc import Callable
from dataclasses import dataclass

from service.api.operation import Call
from service.api.problems import Problem
from service.api.reply import Reply
from service.api.routes import Route


@dataclass(frozen=True)
class Site:
    """The routes of pages, which the OpenAPI document does not have, and what shows a problem as a page."""

    routes: tuple[Route, ...] = ()
    problem: Callable[[Call, Problem], Reply] | None = None
