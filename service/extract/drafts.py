"""Projects in the making: one draft a project, filled from mention to mention, and the register that knows which is which."""

from dataclasses import dataclass, field
from decimal import Decimal

from service.extract import names
from service.extract.grammar import Found
from service.extract.stages import furthest
from service.models import Capacity, Evidence, Hedge, Project, Stage


@dataclass(slots=True)
class Draft:
    """One project while the article is read; `sure` once more than its bare place in the text speaks for it."""

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
    listed: bool = False

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

    def _hedge(self, key: str, value: Found) -> None:
        if value.value.hedge is not None:
            self.qualifiers[key] = value.value.hedge

    @property
    def told(self) -> bool:
        """Whether the text says anything of it but its name."""
        return bool(self.stage or self.values or self.phases or self.capacity)

    def project(self) -> Project:
        """The finished record; whole amounts are rounded to integers."""
        return Project(
            name=self.name,
            aliases=tuple(self.aliases),
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

    def get(self, name: str, text: str, among: list[Draft]) -> Draft:
        """The draft that a name belongs to (never one of `among`, which share its list), a new one if there is none."""
        rest = [d for d in self.drafts if d not in among]
        for like in (names.equal, names.variant):
            for draft in rest:
                if any(like(n, name) for n in (draft.name, *draft.aliases)):
                    _rename(draft, name)
                    return draft
        self.drafts.append(Draft(name, text))
        return self.drafts[-1]

    def projects(self) -> list[Project]:
        """The finished records in order of first mention."""
        return [d.project() for d in self.drafts if d.sure or d.told]


def _rename(draft: Draft, name: str) -> None:
    """The fullest wording that ends in a head is the name, the others are aliases."""
    if name == draft.name or name in draft.aliases:
        return
    if names.head(name) and not names.head(draft.name):
        draft.name, name = name, draft.name
    draft.aliases.append(name)
