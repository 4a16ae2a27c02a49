"""How far a project is and since when: the steps, the silence after them, and whether what was announced was kept."""

import calendar
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, get_args

from service.ledger.mention import Correction, Mention
from service.ledger.names import normalised, parse, phases
from service.ledger.profile import known_of
from service.ledger.shown import Expectation, Ref, Status, Step
from service.ledger.signs import Turn, turns
from service.ledger.values import ref
from service.models import STAGES, Stage

SILENCE: tuple[tuple[dt.timedelta, Literal["stalled", "cancelled"]], ...] = (
    (dt.timedelta(days=730), "stalled"),
    (dt.timedelta(days=1461), "cancelled"),
)
"""Silence after which a project counts as stalled, and as given up: two and four years, as Global Energy Monitor does."""
_BUILT = STAGES.index("completed")
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?\Z")


class Course(NamedTuple):
    """The steps in order, where it is now, the furthest stage reached, and whether the status follows from silence only."""

    steps: tuple[Step, ...]
    status: Status | None
    stage: Stage | None
    inferred: bool


class _Event(NamedTuple):
    """What one mention reports: a status, or that it goes on again (None). `day` is as exact as the text; `forced` says
    that it moves even back."""

    order: dt.date
    rank: int
    status: Status | None
    day: str
    basis: Literal["dated", "reported", "corrected"]
    ref: Ref | None
    phase: str | None = None
    forced: bool = False


def course(mentions: Sequence[Mention], corrections: Sequence[Correction], today: dt.date) -> Course:
    """The timeline of a project. A later article that tells of an earlier stage does not move it back, unless it says
    that it is back there (尚未开工, 重新选址) or a person does."""
    steps: list[Step] = []
    status: Status | None = None
    reached: Stage | None = None
    for event in _events(mentions, corrections):
        halted = status in ("suspended", "cancelled", "stalled")
        told = event.status or (reached or "construction" if halted else None)
        if told is None:
            continue
        stage = told if told in STAGES else None
        moves = event.forced or event.status is None or _further(stage, reached, halted)
        moves = moves and told != status
        steps = _with(steps, event, told, moves)
        if moves:
            status = told
            reached = stage if event.forced and stage else _furthest(reached, stage)
    return _after_silence(steps, status, reached, max(m.day for m in mentions), today)


def expectations(mentions: Sequence[Mention], today: dt.date) -> tuple[Expectation, ...]:
    """The announced days of completion, oldest first, for the whole and for each phase, and what became of them."""
    told: dict[str | None, dict[str, list[Mention]]] = defaultdict(lambda: defaultdict(list))
    for m in mentions:
        expected = m.project.dates.get("completion_expected")
        if expected and _ISO.match(expected):
            told[phase_of(m)][expected].append(m)
    found: list[Expectation] = []
    for phase, by_day in told.items():
        built = _built([m for m in mentions if phase is None or phase_of(m) == phase])
        last = max(by_day, key=lambda day: (max(m.day for m in by_day[day]), day))
        for expected, said in by_day.items():
            found.append(
                Expectation(
                    expected=expected,
                    phase=phase,
                    announced=min(m.day for m in said),
                    outcome=_outcome(expected, built, today) if expected == last else "moved",
                    completed=built if expected == last else None,
                    refs=tuple(ref(m, "dates", "date_completion_expected") for m in said),
                )
            )
    return tuple(sorted(found, key=lambda e: (e.announced, e.expected, e.phase or "")))


def furthest_of(mentions: Iterable[Mention]) -> Stage | None:
    """The furthest stage that any of them tells."""
    return max((m.project.stage for m in mentions if m.project.stage), key=STAGES.index, default=None)


def span(day: str) -> tuple[dt.date, dt.date]:
    """The first and last day of 2025, 2025-08 or 2025-08-15."""
    year, *rest = (int(part) for part in day.split("-"))
    first = dt.date(year, rest[0] if rest else 1, rest[1] if len(rest) > 1 else 1)
    if len(rest) > 1:
        return first, first
    month = rest[0] if rest else 12
    return first, dt.date(year, month, calendar.monthrange(year, month)[1])


def _events(mentions: Sequence[Mention], corrections: Sequence[Correction]) -> list[_Event]:
    """What all report, in the order in which it happened, as far as it is dated."""
    events = [event for m in mentions for event in _of_mention(m)]
    for c in corrections:
        if c.field == "stage" and isinstance(c.value, str) and c.value in get_args(Status):
            day = c.made.date()
            status: Status = c.value  # type: ignore[assignment]
            events.append(_Event(day, len(STAGES) + 1, status, day.isoformat(), "corrected", None, forced=True))
    return sorted(events, key=lambda e: (e.order, e.rank, e.basis, (e.ref.story, e.ref.record) if e.ref else ("", 0)))


def _of_mention(m: Mention) -> Iterable[_Event]:
    told = _turns(m)
    day = m.day.isoformat()
    for turn, words in told.items():
        where = ref(m, "stage").model_copy(update={"quote": words})
        if turn == "resumed":
            yield _Event(m.day, -1, None, day, "reported", where, phase_of(m))
        elif turn != "back" and "resumed" not in told:
            yield _Event(m.day, len(STAGES), turn, day, "reported", where, phase_of(m))
    if m.project.stage:
        rank = STAGES.index(m.project.stage)
        yield _Event(m.day, rank, m.project.stage, day, "reported", ref(m, "stage"), phase_of(m), "back" in told)
    started = m.project.dates.get("started")
    if started and _ISO.match(started) and span(started)[0] <= m.day:
        where = ref(m, "dates", "date_started")
        yield _Event(span(started)[0], STAGES.index("started"), "started", started, "dated", where, phase_of(m))


def _turns(mention: Mention) -> dict[Turn, str]:
    """The turns that the article tells of this project: in the words of its stage, and where its name stands with them."""
    name = parse(mention.project.name, known_of((mention,)))
    called = [normalised(mention.project.name), *name.proper]
    around = [t for t in (mention.title, *mention.sentences) if t and any(c in normalised(t) for c in called)]
    return turns([*around, *(e.quote for e in mention.project.evidence.get("stage", ()))])


def _further(stage: Stage | None, reached: Stage | None, halted: bool) -> bool:
    """Whether it moves: to a halt; further; or on from a halt, where the stage is one of work."""
    if stage is None or reached is None:
        return True
    if halted:
        return STAGES.index(stage) >= max(STAGES.index(reached), STAGES.index("started"))
    return STAGES.index(stage) > STAGES.index(reached)


def _furthest(one: Stage | None, other: Stage | None) -> Stage | None:
    return max((s for s in (one, other) if s), key=STAGES.index, default=None)


def _with(steps: list[Step], event: _Event, status: Status, moves: bool) -> list[Step]:
    """One step for each time it got there: who repeats it is added to its witnesses."""
    refs = (event.ref,) if event.ref else ()
    if not moves:
        for i in range(len(steps) - 1, -1, -1):
            if (steps[i].status, steps[i].phase) == (status, event.phase):
                again = steps[i].model_copy(update={"refs": (*steps[i].refs, *refs)})
                return [*steps[:i], again, *steps[i + 1 :]]
    step = Step(status=status, day=event.day, basis=event.basis, phase=event.phase, moves=moves, refs=refs)
    return [*steps, step]


def _after_silence(
    steps: list[Step], status: Status | None, reached: Stage | None, latest: dt.date, today: dt.date
) -> Course:
    """What follows from two and four years without news of a project that was not finished."""
    inferred = False
    if status not in (None, "cancelled", *STAGES[_BUILT:]):
        for silence, follows in SILENCE:
            if today - latest >= silence and not (status == "suspended" and follows == "stalled"):
                steps = [*steps, Step(status=follows, day=(latest + silence).isoformat(), basis="inferred")]
                status, inferred = follows, True
    return Course(tuple(steps), status, reached, inferred)


def phase_of(mention: Mention) -> str | None:
    """The one phase that a mention is about."""
    found = phases(mention.project.name)
    return found[0] if len(found) == 1 else None


def _built(mentions: Iterable[Mention]) -> str | None:
    """The day on which it was first said to be finished."""
    days = [m.day for m in mentions if m.project.stage and STAGES.index(m.project.stage) >= _BUILT]
    return min(days).isoformat() if days else None


def _outcome(
    expected: str, built: str | None, today: dt.date
) -> Literal["ahead", "on_time", "late", "overdue", "open"]:
    first, last = span(expected)
    if built is None:
        return "overdue" if today > last else "open"
    day = dt.date.fromisoformat(built)
    return "ahead" if day < first else "on_time" if day <= last else "late"
