"""Projects in the making: one draft a project, filled from mention to mention, and the register that knows which is which."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from service.extract.grammar import Found
from service.extract.projects import names
from service.extract.projects.alike import Key, equal, key, variant
from service.extract.projects.figures import Figure
from service.extract.projects.stages import furthest
from service.models import Capacity, Evidence, Hedge, Project, Region, Stage

_LINE = re.compile("[0-9一二三四五六七八九十]+号线")
Stands = Callable[[Sequence[Evidence], Sequence[Evidence]], Region | None]
"""Where a project is, told by the words that name it among those that name any project."""


class Proof(NamedTuple):
    """A stage with the words that prove it (article offsets) and the rule that read them."""

    stage: Stage
    start: int
    end: int
    rule: str


@dataclass(slots=True)
class Draft:
    """One project while the article is read.

    `sure` once more than its bare place in the text speaks for it; `shared` is the stage of the group it is a member of;
    `apart`: it is none of those of a ceremony.
    """

    name: str
    text: str
    aliases: list[str] = field(default_factory=list)
    stage: Stage | None = None
    values: dict[str, Decimal] = field(default_factory=dict)
    phases: dict[str, Decimal] = field(default_factory=dict)
    capacity: list[Capacity] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)
    qualifiers: dict[str, Hedge] = field(default_factory=dict)
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    sure: bool = False
    hoped: bool = False
    apart: bool = False
    listed: bool = False
    shared: Proof | None = None

    def prove(self, key: str, start: int, end: int, rule: str) -> None:
        """Keep the words that prove a field."""
        listed = self.evidence.setdefault(key, [])
        if not any(e.start == start and e.end == end for e in listed):
            listed.append(Evidence(start=start, end=end, quote=self.text[start:end], rule=rule))

    def reach(self, stage: Stage | None, start: int, end: int, rule: str) -> None:
        """Take a stage if it is further than the one so far."""
        if stage is None or furthest(self.stage, stage) != stage:
            return
        if stage != self.stage:
            self.evidence.pop("stage", None)
        self.stage = stage
        self.prove("stage", start, end, rule)

    def give(self, role: str, value: Found, start: int, end: int, rule: str) -> bool:
        """Take a figure; False where another one stands there already."""
        number = value.value.value
        if role in self.values:
            return bool(self.values[role] == number)
        self.values[role] = number
        self._hedge(role, value)
        self.prove(role, start, end, rule)
        return True

    def give_phase(self, phase: str, value: Found, start: int, end: int, rule: str) -> bool:
        """Take the investment of a phase; False where another one stands there already."""
        number = value.value.value
        if phase in self.phases:
            return bool(self.phases[phase] == number)
        self.phases[phase] = number
        self._hedge("investment_phase", value)
        self.prove("investment_phase", start, end, rule)
        return True

    def give_capacity(self, product: str, value: Found, start: int, end: int, rule: str) -> None:
        """Take a capacity; the same figure twice is one."""
        square = value.value.unit == "m2"
        made = Capacity(product=product, value=value.value.value, unit="平方米" if square else value.value.unit)
        if not any(c.value == made.value for c in self.capacity):
            self.capacity.append(made)
            self._hedge("capacity", value)
            self.prove("capacity", start, end, rule)

    def take(self, figure: Figure, start: int, end: int) -> bool:
        """Put a figure into its field; False where another one stands there or it is only hoped for."""
        if figure.role == "capacity":
            self.give_capacity(figure.product, figure.value, start, end, figure.rule)
            return True
        if figure.role == "investment_completed" and figure.expected:
            return False
        if (
            figure.role == "investment_total"
            and figure.phase is not None
            and (figure.phase != self.phase or self._whole(figure))
        ):
            return self.give_phase(figure.phase, figure.value, start, end, figure.rule)
        return self.give(figure.role, figure.value, start, end, figure.rule)

    def owned(self, firm: str, start: int, end: int) -> None:
        """Take an owner."""
        if firm not in self.owners:
            self.owners.append(firm)
            self.prove("owners", start, end, "owner")

    def date(self, stage: Stage, planned: bool, date: str, start: int, end: int) -> None:
        """Take the day on which it was started, or is to be completed."""
        late = stage in ("completed", "operational")
        field_name = (
            "started" if stage == "started" and not planned else "completion_expected" if late and planned else None
        )
        if field_name is not None and field_name not in self.dates:
            self.dates[field_name] = date
            self.prove("dates", start, end, f"date_{field_name}")

    def _hedge(self, key: str, value: Found) -> None:
        if value.value.hedge is not None:
            self.qualifiers[key] = value.value.hedge

    def _whole(self, figure: Figure) -> bool:
        """Whether the total of all phases is known, though the name is that of one."""
        total = self.values.get("investment_total")
        return total is not None and total > figure.value.value.value

    @property
    def phase(self) -> str | None:
        """The phase that the project is by its name: the sum of the second is the total of X项目二期."""
        match = names.PHASE_NAMED.search(self.name)
        return names.phase_number(match) if match is not None else None

    @property
    def told(self) -> bool:
        """Whether the text says anything of it but its name."""
        return bool(self.stage or self.values or self.phases or self.capacity)

    def project(self, stands: Stands, named: Sequence[Evidence]) -> Project:
        """The finished record; whole amounts are rounded to integers. `named`: where any project is named."""
        return Project(
            name=self.name,
            aliases=tuple(self.aliases),
            region=stands(self.evidence["name"], named),
            stage=self.stage,
            investment_phase=self.phases,
            capacity=tuple(self.capacity),
            owners=tuple(self.owners),
            dates=self.dates,
            qualifiers=self.qualifiers,
            evidence={k: tuple(v) for k, v in self.evidence.items()},
            **{k: round(v) for k, v in self.values.items()},  # type: ignore[arg-type]
        )


class Register:
    """The drafts of one article, found again under any wording of their names."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self._keys: list[tuple[Key, Draft]] = []
        self._exact: dict[str, Draft] = {}
        self._by_whole: dict[str, list[int]] = {}
        self._by_edge: dict[str, list[int]] = {}

    def get(self, name: str, text: str, among: list[Draft]) -> Draft:
        """The draft that a name belongs to (never one of `among`, which share its list), a new one if there is none."""
        wanted = key(name)
        draft = self._exact.get(wanted.plain) or self._find(wanted, among) or self._line(name, among)
        if draft is None:
            draft = Draft(name, text)
            self.drafts.append(draft)
        elif name != draft.name and name not in draft.aliases:
            _rename(draft, name)
        self._know(wanted, draft)
        return draft

    def also(self, name: str, draft: Draft) -> Draft:
        """The draft, which goes by that name too from now on."""
        if self._know(key(name), draft):
            draft.aliases.append(name)
        return draft

    def _know(self, wanted: Key, draft: Draft) -> bool:
        """Find the draft by that wording from now on; False where it is known."""
        if wanted.plain in self._exact:
            return False
        self._exact[wanted.plain] = draft
        self._by_whole.setdefault(wanted.whole, []).append(len(self._keys))
        for edge in wanted.edges:
            self._by_edge.setdefault(edge, []).append(len(self._keys))
        self._keys.append((wanted, draft))
        return True

    def _find(self, wanted: Key, among: list[Draft]) -> Draft | None:
        same = self._by_whole.get(wanted.whole, [])
        near = sorted({number for edge in wanted.edges for number in self._by_edge.get(edge, ())})
        for alike, numbers in ((equal, same), (variant, near)):
            for number in numbers:
                known, draft = self._keys[number]
                if alike(known, wanted) and draft not in among:
                    return draft
        return None

    def _line(self, name: str, among: list[Draft]) -> Draft | None:
        """3号线 behind 甲市地铁3号线工程 is that line."""
        found = [d for d in self.drafts if name in d.name and d not in among] if _LINE.fullmatch(name) else []
        return found[0] if len(found) == 1 else None

    def projects(self, stands: Stands) -> list[Project]:
        """The finished records in order of first mention."""
        kept = [d for d in self.drafts if d.sure or d.told]
        named = [e for d in kept for e in d.evidence["name"]]
        return [d.project(stands, named) for d in kept]


def _rename(draft: Draft, name: str) -> None:
    """The fullest wording that ends in a head is the name, the others are aliases."""
    if names.head(name) and not names.head(draft.name):
        draft.name, name = name, draft.name
    draft.aliases.append(name)
