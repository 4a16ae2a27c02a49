"""What is exported: a project over all its articles, with these; and what every format shares."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from pydantic import ValidationError

from service.errors import GuatuError
from service.ledger import Expectation, ProjectView, Ref, Status

CHINA = dt.timezone(dt.timedelta(hours=8))
"""Days of articles are days there."""


class Article(NamedTuple):
    """An article that tells of the project, with the record of what it says. `source` is its address, or its file."""

    record: int
    document: int
    story: str
    title: str | None
    outlet: str | None
    published: dt.date | None
    source: str | None


@dataclass(frozen=True)
class Exported:
    """A project: the JSON of its ProjectView as it is stored, and its articles, the oldest first."""

    id: str
    changed: dt.datetime
    body: bytes
    articles: Sequence[Article] = ()

    @cached_property
    def view(self) -> ProjectView:
        """GuatuError where it was stored by a Guatu that showed other things."""
        try:
            return ProjectView.model_validate_json(self.body)
        except ValidationError:
            raise GuatuError(f"project {self.id} was made by an older Guatu: run guatu ledger rebuild") from None


@dataclass(frozen=True, kw_only=True)
class About:
    """What is said of an export as a whole. `base` is the address of the API without a slash at its end, `url` that of the
    export; `asof` the moment of the newest change. `prefix` and `publisher` are for OC4IDS."""

    base: str = ""
    url: str = ""
    asof: dt.datetime
    prefix: str = "oc4ids-guatu0"
    publisher: str = "Guatu"
    title: str = "Guatu"
    bom: bool = False


class Sink(Protocol):
    """Where the bytes of an export go."""

    def write(self, data: bytes, /) -> object: ...


class Writer(Protocol):
    """A format on its way into a sink."""

    def add(self, projects: Sequence[Exported]) -> None:
        """Write some projects."""

    def close(self) -> None:
        """Write what comes last."""


def expected(view: ProjectView) -> Expectation | None:
    """The announcement of completion that holds: of the whole before that of a phase, the latest."""
    held = [one for one in view.expectations if one.outcome != "moved"]
    return max(held, key=lambda one: (one.phase is None, one.announced, one.expected), default=None)


def reached(view: ProjectView, *statuses: Status) -> str | None:
    """The day on which the project came to one of these: of the whole before that of a phase, the first."""
    steps = [step for step in view.timeline if step.status in statuses and step.moves and step.basis != "inferred"]
    first = next((step for step in steps if step.phase is None), None) or next(iter(steps), None)
    return first.day if first else None


def evidence(view: ProjectView) -> Iterator[tuple[str, Ref]]:
    """What is said, and where: of each value that stands, of each step, of each announced day."""
    for field, history in view.fields.items():
        for ref in history.current.refs if history.current else ():
            yield field, ref
    for step in view.timeline:
        for ref in step.refs:
            yield step.status, ref
    for one in view.expectations:
        for ref in one.refs:
            yield "completion_expected", ref
