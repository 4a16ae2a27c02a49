"""A project as it is shown: what is known of it, since when and from whom. All of it JSON-ready (`model_dump(mode="json")`)."""

import datetime as dt
from typing import Literal

from pydantic import Field

from service.models import Capacity, Frozen, Hedge, Number, Region, Stage

Status = Literal[
    "planned", "signed", "started", "construction", "completed", "operational", "suspended", "cancelled", "stalled"
]
Problem = Literal["stalled", "overdue", "contradictory", "unplaced"]


class Ref(Frozen):
    """Where it is said: the record, the story (copies share it), the day, the outlet and the words."""

    record: int
    story: str
    day: dt.date
    outlet: str | None = None
    quote: str | None = None


Doubt = Literal["unit_slip", "contradicted", "superseded"]


class Reported(Frozen):
    """One value of a field: the first and the last day it was reported on, its hedge, all who say so, what is doubted.

    `doubt`: None for the value that stands; "superseded" by a later value; "contradicted": differs from it though no change
    is reported; "unit_slip": a power of ten times another that more say. `correction` is the id of the correction that
    gave the value; None as value is a correction that says there is none.
    """

    value: Number | None
    first: dt.date
    last: dt.date
    qualifier: Hedge | None = None
    refs: tuple[Ref, ...] = ()
    doubt: Doubt | None = None
    correction: int | None = None


class History(Frozen):
    """A field over time, newest first; `current` is the newest credible value, `contradicted` says that sources differ."""

    field: str
    current: Reported | None
    values: tuple[Reported, ...]
    contradicted: bool = False


class Phase(Frozen):
    """A phase of the project (`number` as in 一期 = "1"): how far it is, and its own amounts."""

    number: str
    stage: Stage | None = None
    fields: dict[str, History] = Field(default_factory=dict)


class Step(Frozen):
    """One step of the timeline: `day` is ISO 8601, as exact as the text (2024, 2024-05, 2024-05-07).

    `basis`: "dated" where the text dates the step, "reported" on the day of the first article that tells it, "inferred"
    from long silence, "corrected" by a person. `phase` is set where it is told of one phase only. `moves` is False for a step that does not change the status: an article
    that speaks of an earlier stage of a project that is further on.
    """

    status: Status
    day: str
    basis: Literal["dated", "reported", "inferred", "corrected"]
    phase: str | None = None
    moves: bool = True
    refs: tuple[Ref, ...] = ()


class Expectation(Frozen):
    """A day for which completion was announced, and what became of it.

    ahead / on_time / late: completed before, in, after the announced period; overdue: the period is over and completion
    is not reported; open: still to come; moved: replaced by a later announcement.
    """

    expected: str
    phase: str | None = None
    announced: dt.date
    outcome: Literal["ahead", "on_time", "late", "overdue", "open", "moved"]
    completed: str | None = None
    refs: tuple[Ref, ...] = ()


class Official(Frozen):
    """A person named in the articles of the project, with the office."""

    name: str
    title: str
    refs: tuple[Ref, ...] = ()


class ProjectView(Frozen):
    """A project over all its articles.

    `status` is where it is now; `stage` the furthest stage reached, whatever the status; of a project with phases, the
    furthest of any. `inferred` says that the status
    follows from silence and is not reported. `fields` holds the histories of the amounts (keys are fields of Project),
    `sources` counts stories and `copies` further prints of them. `first` and `latest` are days of articles.
    """

    name: str
    aliases: tuple[str, ...] = ()
    region: Region | None = None
    owners: tuple[str, ...] = ()
    status: Status | None = None
    stage: Stage | None = None
    inferred: bool = False
    industry: tuple[str, ...] = ()
    section: str | None = None
    programmes: tuple[str, ...] = ()
    fields: dict[str, History] = Field(default_factory=dict)
    phases: tuple[Phase, ...] = ()
    capacity: tuple[Capacity, ...] = ()
    timeline: tuple[Step, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    people: tuple[Official, ...] = ()
    problems: tuple[Problem, ...] = ()
    first: dt.date
    latest: dt.date
    sources: int
    copies: int
    records: tuple[int, ...] = ()
    corrections: tuple[int, ...] = ()

    def value(self, field: str) -> Number | None:
        """The current value of a field of `fields`."""
        history = self.fields.get(field)
        return history.current.value if history and history.current else None
