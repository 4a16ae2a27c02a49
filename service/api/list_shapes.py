"""The JSON of the four lists of the ledger as the API's document describes it. Lines of projects are sent as stored."""

import datetime as dt

from service.api.project_shapes import Outcome, ProjectLine
from service.api.shapes import Shape
from service.ledger import Expectation, Official
from service.ledger.lists import Moved, Reason


class ProjectItem(Shape):
    """A project with the officials that are named beside it."""

    project: ProjectLine
    people: list[Official]


class ProblemItem(Shape):
    """A project with why it needs looking at, in words."""

    project: ProjectLine
    reasons: list[Reason]


class ProgressItem(Shape):
    """A project that moved. `since` is the first day on which it may have done so."""

    project: ProjectLine
    since: dt.date
    move: Moved


class DeliveryItem(Shape):
    """A project whose completion was announced: `due` is the last day of the announced period; `outcome` is ahead (超时序),
    on_time, late, overdue (the day is over and completion is not reported) or open."""

    project: ProjectLine
    due: dt.date
    outcome: Outcome
    announced: Expectation | None


class Listed(Shape):
    """`next` is the address of what follows, null where nothing does; `head` the newest change of the ledger."""

    next: str | None
    head: int


class ProjectList(Listed):
    items: list[ProjectItem]


class ProblemList(Listed):
    items: list[ProblemItem]


class ProgressList(Listed):
    items: list[ProgressItem]


class DeliveryList(Listed):
    items: list[DeliveryItem]
