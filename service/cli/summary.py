"""What `guatu replay` says in the end, and in a line for each document."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from service.cli.terminal import complain, console, lines, safe
from service.pipeline.again import Difference
from service.pipeline.moved import ProjectMoved
from service.pipeline.run import STATES, Outcome
from service.store.difference import Change

_SHOWN = 20
"""Complaints that are printed one by one; the summary counts the others."""
_KEPT = 1000
_LONG = 200


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{safe(name)} {count}" for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )


@dataclass
class Complaints:
    """What was not taken, with its reason; of many, the first ones and the number of all."""

    count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first: list[tuple[str, str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.count > 0

    def add(self, source: str, reason: str, message: str) -> None:
        self.count += 1
        self.reasons[reason] += 1
        if len(self.first) < _KEPT:
            self.first.append((source, reason, message))

    def print(self) -> None:
        for source, reason, message in self.first[:_SHOWN]:
            complain(f"{source}: {reason}: {message}")
        if self.count > _SHOWN:
            complain(f"and {self.count - _SHOWN} more: --verbose shows all, --json the first {_KEPT}")

    def listed(self) -> list[dict[str, str]]:
        return [{"source": source, "reason": reason, "message": message} for source, reason, message in self.first]


@dataclass
class Summary:
    """What became of the documents of a replay."""

    dry_run: bool
    began: float
    states: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    complaints: Complaints = field(default_factory=Complaints)
    stopped: bool = False

    @property
    def going_on(self) -> str:
        """How to go on where it was stopped."""
        if self.dry_run:
            return "nothing was written; the same command again begins anew"
        return "what is counted here is stored; the same command again goes on there"

    def add(self, outcome: Outcome) -> None:
        self.states[outcome.state] += 1
        self.repairs.update(outcome.repairs)
        self.facts.update(outcome.facts)
        if outcome.state in ("rejected", "failed"):
            self.complaints.add(outcome.source, outcome.reason or "", outcome.message or "")

    def line(self, outcome: Outcome) -> str:
        """One document in a line."""
        said = [_counted(outcome.facts), f"repaired: {_counted(outcome.repairs)}" if outcome.repairs else ""]
        if outcome.reason:
            said = [f"{outcome.reason}: {safe(outcome.message or '')}"]
        return " · ".join([f"{outcome.state:<9} {safe(outcome.source)}", *filter(None, said)])

    def print(self, *, as_json: bool) -> None:
        seconds = time.monotonic() - self.began
        documents = self.states.total()
        if as_json:
            lines([orjson.dumps(self._listed(documents, seconds), option=orjson.OPT_SORT_KEYS)])
            return
        self.complaints.print()
        rate = f", {documents / seconds:.0f} a second" if seconds >= 1 else ""
        out = console()
        out.print(f"{documents} documents in {seconds:.1f} s{rate}{' (dry run: nothing was written)' * self.dry_run}")
        if documents:
            out.print("  " + ", ".join(f"{self.states[state]} {state}" for state in STATES if self.states[state]))
        for title, counts in (("facts", self.facts), ("repaired", self.repairs), ("refused", self.complaints.reasons)):
            if counts.total():
                out.print(f"  {title}: {_counted(counts)}")

    def _listed(self, documents: int, seconds: float) -> dict[str, object]:
        return {
            "documents": documents,
            "seconds": round(seconds, 3),
            "dry_run": self.dry_run,
            "stopped": self.stopped,
            "states": {state: self.states[state] for state in STATES},
            "facts": self.facts,
            "repairs": self.repairs,
            "reasons": self.complaints.reasons,
            "refused": self.complaints.listed(),
        }


@dataclass
class Rereading:
    """What today's rules read otherwise, by rule and by project: of many projects the first, and the numbers of all."""

    applied: bool
    documents: int = 0
    differing: int = 0
    moves: Counter[str] = field(default_factory=Counter)
    rules: dict[str, Counter[str]] = field(default_factory=dict)
    projects: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    moved: list[ProjectMoved] = field(default_factory=list)
    complaints: Complaints = field(default_factory=Complaints)
    stopped: bool = False

    @property
    def going_on(self) -> str:
        """How to go on where it was stopped."""
        if self.applied:
            return "what is counted here is kept; the same command again reads the rest too"
        return "nothing was written, and not all that differs is counted; the same command again begins anew"

    def move(self, moved: ProjectMoved) -> None:
        """Add a project that comes out otherwise."""
        self.projects[moved.kind] += 1
        self.fields.update(one.field for one in moved.fields)
        if len(self.moved) < _KEPT:
            self.moved.append(moved)

    def add(self, difference: Difference) -> None:
        self.documents += 1
        moved = difference.before != difference.after
        self.differing += bool(moved or difference.changes)
        if moved:
            self.moves[f"{difference.before} -> {difference.after}"] += 1
        for change in difference.changes:
            self.rules.setdefault(change.rule, Counter())[change.sort] += 1
        if difference.after == "failed" or (moved and difference.after == "rejected"):
            reason, _, message = (difference.reason or "").partition(": ")
            self.complaints.add(difference.source, reason, message)

    def lines(self, difference: Difference) -> Iterator[str]:
        """What is different in a document, a line for each."""
        source = safe(difference.source)
        if difference.before != difference.after:
            why = f" ({safe(difference.reason)})" if difference.reason else ""
            yield f"{source}: {difference.before} -> {difference.after}{why}"
        for change in difference.changes:
            yield f"{source}: {_change(change)}"

    def moved_lines(self, moved: ProjectMoved) -> Iterator[str]:
        """What is different in a project, a line for each field."""
        head = f"{moved.id} {safe(moved.name)}: "
        into = f" into {moved.into}" if moved.into else ""
        if not moved.fields:
            yield f"{head}{moved.kind}{into}{_by(moved.rules)}"
        for one in moved.fields:
            yield safe(f"{head}{one.field}: {_short(one.before)} -> {_short(one.after)}{_by(one.rules)}")

    def print(self, *, as_json: bool) -> None:
        if as_json:
            lines([orjson.dumps(self._listed(), option=orjson.OPT_SORT_KEYS)])
            return
        from rich.table import Table

        self.complaints.print()
        out = console()
        if self.rules:
            table = Table("rule", box=None, header_style="bold", padding=(0, 2, 0, 0))
            for sort in ("added", "removed", "changed"):
                table.add_column(sort, justify="right")
            for rule, counts in sorted(self.rules.items(), key=lambda pair: (-pair[1].total(), pair[0])):
                table.add_row(rule, *(str(counts[sort] or "") for sort in ("added", "removed", "changed")))
            out.print(table)
        out.print(f"{self.documents} documents read again, {self.differing} differ")
        if self.moves:
            out.print(f"  {_counted(self.moves)}")
        if self.projects:
            out.print(f"{self.projects.total()} projects come out otherwise: {_counted(self.projects)}")
            for line in (line for one in self.moved[:_SHOWN] for line in self.moved_lines(one)):
                out.print(f"  {line}", soft_wrap=True)
            if self.projects.total() > _SHOWN:
                out.print(f"and {self.projects.total() - _SHOWN} more: --verbose shows all, --json the first {_KEPT}")
        if self.differing:
            out.print("  kept" if self.applied else "  nothing was written: --apply keeps what is read now")

    def _listed(self) -> dict[str, object]:
        return {
            "documents": self.documents,
            "differing": self.differing,
            "applied": self.applied,
            "stopped": self.stopped,
            "states": self.moves,
            "rules": self.rules,
            "projects": self.projects,
            "fields": self.fields,
            "moved": [_moved(one) for one in self.moved],
            "reasons": self.complaints.reasons,
            "refused": self.complaints.listed(),
        }


def _moved(moved: ProjectMoved) -> dict[str, object]:
    return {**moved._asdict(), "fields": [one._asdict() for one in moved.fields]}


def _by(rules: tuple[str, ...]) -> str:
    return f" ({', '.join(rules)})" if rules else ""


def _short(value: object) -> str:
    """A value in at most some words."""
    said = value if isinstance(value, str) else orjson.dumps(value).decode()
    return said if len(said) <= _LONG else said[:_LONG] + "…"


def _change(change: Change) -> str:
    said = {
        "added": f"+ {change.after}",
        "removed": f"- {change.before}",
        "changed": f"{change.before} -> {change.after}",
    }
    return safe(f"{change.fact}: {said[change.sort]} ({change.rule})")
