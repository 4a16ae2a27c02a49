"""What the lists of the ledger say of a project: why it needs looking at, how it moved, whether it kept its day."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from service.ledger.shown import Expectation, History, Problem, ProjectView, Ref, Status, Step
from service.models import Frozen, Number

FIELDS = {
    "investment_total": "总投资",
    "investment_planned_year": "年度计划投资",
    "investment_completed": "完成投资",
    "land_area": "用地面积",
    "floor_area": "建筑面积",
    "annual_output": "年产值",
    "annual_tax": "年税收",
    "jobs": "就业",
}
_UNITS = {"land_area": "平方米", "floor_area": "平方米", "jobs": "人"}


class Told(Frozen):
    """A value that contradicts others, and the newest source that tells it."""

    value: Number
    outlet: str | None
    day: str | None


class Reason(Frozen):
    """Why a project is on the list of problems, in Chinese words and in parts to say it in others.

    `silent`: the last news is of `day`, two years ago and more. `halted`: a halt was reported on `day`, in the words of
    `quote`. `missed`: completion was announced on `day` for `expected`, and nothing is heard of it. `differ`: the sources
    tell different `values` of `field`. `unsaid`: no article says where it is.
    """

    problem: Problem
    code: Literal["silent", "halted", "missed", "differ", "unsaid"]
    text: str
    field: str | None = None
    phase: str | None = None
    day: str | None = None
    expected: str | None = None
    quote: str | None = None
    values: tuple[Told, ...] = ()
    refs: tuple[Ref, ...] = ()


class Moved(Frozen):
    """How a project moved: where it was before (null: nowhere yet), where it is then, since when and who says so."""

    before: Status | None
    after: Status
    day: str
    basis: str
    phase: str | None
    refs: tuple[Ref, ...]


def reasons(view: ProjectView) -> tuple[Reason, ...]:
    """Why the project has its problems, one reason or more for each. They do not depend on the day on which one looks."""
    found = [*_stalled(view), *_overdue(view), *_contradictory(view)]
    if "unplaced" in view.problems:
        found.append(Reason(problem="unplaced", code="unsaid", text="没有报道写明在哪个行政区"))
    return tuple(found)


def _stalled(view: ProjectView) -> Iterator[Reason]:
    if "stalled" not in view.problems:
        return
    step = next((one for one in reversed(view.timeline) if one.moves and one.status == view.status), None)
    refs = step.refs if step else ()
    if step is None or view.inferred:
        text = f"最后一次见报是{view.latest}，此后两年没有消息，推定停滞"
        yield Reason(problem="stalled", code="silent", text=text, day=str(view.latest), refs=refs)
    else:
        quote = next((ref.quote for ref in refs if ref.quote), None)
        text = f"{step.day}报道停工" + (f"：“{quote}”" if quote else "")
        yield Reason(problem="stalled", code="halted", text=text, day=step.day, quote=quote, refs=refs)


def _overdue(view: ProjectView) -> Iterator[Reason]:
    for one in view.expectations:
        if "overdue" in view.problems and one.outcome == "overdue":
            text = f"{_phase(one.phase)}预计{one.expected}竣工（{one.announced}公布），期满未见竣工报道"
            yield Reason(
                problem="overdue",
                code="missed",
                text=text,
                phase=one.phase,
                day=str(one.announced),
                expected=one.expected,
                refs=one.refs,
            )


def _contradictory(view: ProjectView) -> Iterator[Reason]:
    histories: list[tuple[str | None, History]] = [(None, one) for one in view.fields.values()]
    histories += [(phase.number, one) for phase in view.phases for one in phase.fields.values()]
    for phase, history in histories:
        if history.contradicted and "contradictory" in view.problems:
            held = [one for one in history.values if one.doubt in (None, "contradicted")]
            told = tuple(_told(one.value, one.refs) for one in held if one.value is not None)
            said = "、".join(figure(one.value, history.field) + _by(one) for one in told)
            text = f"{_phase(phase)}{FIELDS.get(history.field, history.field)}说法不一：{said}"
            yield Reason(
                problem="contradictory",
                code="differ",
                text=text,
                field=history.field,
                phase=phase,
                values=told,
                refs=tuple(ref for one in held if one.value is not None for ref in one.refs),
            )


def moved(view: ProjectView, ordinal: int) -> Moved:
    """The move that is the step `ordinal` of the timeline."""
    step = view.timeline[ordinal]
    before: list[Step] = [one for one in view.timeline[:ordinal] if one.moves]
    return Moved(
        before=before[-1].status if before else None,
        after=step.status,
        day=step.day,
        basis=step.basis,
        phase=step.phase,
        refs=step.refs,
    )


def announced(view: ProjectView) -> Expectation | None:
    """The announcement of completion that holds: of the whole before that of a phase, the latest."""
    held = [one for one in view.expectations if one.outcome != "moved"]
    return max(held, key=lambda one: (one.phase is None, one.announced, one.expected), default=None)


def figure(value: Decimal, field: str) -> str:
    """A figure as the press writes it: 12.5亿元."""
    unit = _UNITS.get(field, "元")
    for size, name in ((100_000_000, "亿"), (10_000, "万")):
        if abs(value) >= size:
            return f"{_plain(value / size)}{name}{unit}"
    return f"{_plain(value)}{unit}"


def _plain(value: Decimal) -> str:
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def _phase(number: str | None) -> str:
    return f"第{number}期" if number else ""


def _told(value: Decimal, refs: tuple[Ref, ...]) -> Told:
    newest = max(refs, key=lambda ref: (ref.day, ref.record), default=None)
    if newest is None:
        return Told(value=value, outlet=None, day=None)
    return Told(value=value, outlet=newest.outlet, day=str(newest.day))


def _by(told: Told) -> str:
    return f"（{told.outlet or '来源不明'}，{told.day}）" if told.day else ""
