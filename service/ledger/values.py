"""A figure over time: what was reported when, by how many, what stands, what is doubted."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from service.ledger.mention import Correction, Mention
from service.ledger.shown import Doubt, History, Ref, Reported
from service.models import Hedge

STABLE = ("investment_total", "land_area", "floor_area")
MOVING = ("investment_planned_year", "investment_completed", "annual_output", "annual_tax", "jobs")
"""What a project plans once, and what is told anew of every year; a change of the latter needs no explanation."""
AMOUNTS = (*STABLE, *MOVING)
_PATIENCE = {True: dt.timedelta(days=365), False: dt.timedelta(days=30)}
"""After this time another value is a change and no contradiction: of a stable field, of a moving one."""
_CHANGE = re.compile(
    "增资|追加|调整为|调整到|调增|增加到|增至|扩大到|提高到|提升到|变更为|由原来|从原来|原计划|升级为|加码|扩能|缩减|调减"
)
_ROUNDING = Decimal("0.03")


@dataclass(frozen=True)
class Claim:
    """What one mention says of a field."""

    value: Decimal
    qualifier: Hedge | None
    ref: Ref
    changed: bool
    """Whether its words report a change."""


def ref(mention: Mention, field: str, rule: str | None = None) -> Ref:
    """Where a mention says it; of several quotes the one that `rule` read."""
    found = mention.project.evidence.get(field, ())
    quotes = [e.quote for e in found if rule is None or e.rule == rule]
    return Ref(
        record=mention.record,
        story=mention.story,
        day=mention.day,
        outlet=mention.outlet,
        quote=quotes[0] if quotes else None,
    )


def claim(mention: Mention, field: str, value: Decimal, evidence: str | None = None) -> Claim:
    """The claim of a mention that a field has a value; its words stand under `evidence` (as a rule the field itself)."""
    where = ref(mention, evidence or field)
    words = " ".join((*mention.sentences, where.quote or ""))
    return Claim(value, mention.project.qualifiers.get(evidence or field), where, bool(_CHANGE.search(words)))


def history(field: str, claims: Sequence[Claim], corrections: Sequence[Correction] = ()) -> History | None:
    """The history of a field; None where nobody says anything. `corrections` are those of this field."""
    groups = _grouped(sorted(claims, key=lambda c: (c.ref.day, c.ref.story, c.ref.record, c.value)))
    decided = max(corrections, key=lambda c: c.id, default=None)
    if not groups and decided is None:
        return None
    slips = {i for i, g in enumerate(groups) if any(_slipped(g, other) for other in groups)}
    sound = [g for i, g in enumerate(groups) if i not in slips]
    standing = _standing(sound, stable=field in STABLE) if sound else None
    values = []
    for i, group in enumerate(groups):
        doubt: Doubt | None = None
        if i in slips:
            doubt = "unit_slip"
        elif standing is not None and group is not standing:
            doubt = "superseded" if _changed(group, standing, stable=field in STABLE) else "contradicted"
        values.append(_reported(group, doubt))
    contradicted = any(v.doubt == "contradicted" for v in values)
    current = next((v for v in values if v.doubt is None), None)
    if decided is not None:
        current = _corrected(decided)
        values = [current, *(v.model_copy(update={"doubt": v.doubt or "superseded"}) for v in values)]
        contradicted = False
    values.sort(key=lambda v: (v.correction or 0, v.last, v.first, v.value or 0), reverse=True)
    return History(field=field, current=current, values=tuple(values), contradicted=contradicted)


def agree(a: Claim, b: Claim) -> bool:
    """Whether two claims are the same figure but for rounding and hedges: 超128亿元 and 130亿元 are."""
    low, high = sorted((a, b), key=lambda c: c.value)
    if low.value == high.value:
        return True
    if low.value <= 0:
        return False
    ratio = high.value / low.value
    slack = Decimal("1.1") if {"about", "over", "under"} & {low.qualifier, high.qualifier} else 1 + _ROUNDING
    return ratio <= slack or (ratio <= Decimal("1.5") and (low.qualifier == "at_least" or high.qualifier == "at_most"))


Group = list[Claim]


def _grouped(claims: Sequence[Claim]) -> list[Group]:
    """Claims that agree with the one that most stories tell, then of the rest alike. Hedged figures yield to plain ones."""
    left = list(claims)
    groups: list[Group] = []
    while left:
        told = _told(left)
        best = max(left, key=lambda c: (c.qualifier is None, told[c.value], c.ref.day, c.value))
        groups.append([c for c in left if agree(c, best)])
        left = [c for c in left if not agree(c, best)]
    return groups


def _told(claims: Sequence[Claim]) -> dict[Decimal, int]:
    """How many stories tell each value."""
    by_value: dict[Decimal, set[str]] = defaultdict(set)
    for c in claims:
        by_value[c.value].add(c.ref.story)
    return {value: len(stories) for value, stories in by_value.items()}


def _stories(group: Sequence[Claim]) -> int:
    return len({c.ref.story for c in group})


def _slipped(group: Group, other: Group) -> bool:
    """Whether it is a power of ten times another figure that more stories tell: 1.28亿 for 128亿."""
    a, b = _value(group), _value(other)
    if _stories(group) >= _stories(other) or a <= 0 or b <= 0:
        return False
    ratio = max(a, b) / min(a, b)
    return any(abs(ratio / slip - 1) <= _ROUNDING for slip in (10, 100, 1000, 10_000))


def _standing(groups: Sequence[Group], stable: bool) -> Group:
    """The newest; where others were told about the same time, that which most stories tell."""
    newest = max(_last(g) for g in groups)
    window = dt.timedelta(days=90 if stable else 7)
    late = [g for g in groups if newest - _last(g) <= window]
    return max(late, key=lambda g: (any(c.changed for c in g), _stories(g), _last(g), _value(g)))


def _changed(older: Group, newer: Group, stable: bool) -> bool:
    """Whether the one value became the other, rather than that sources differ."""
    if _first(newer) < _last(older):  # told again after the other one was: nobody changed it
        return False
    return any(c.changed for c in newer) or _first(newer) - _last(older) >= _PATIENCE[stable]


def _first(group: Group) -> dt.date:
    return min(c.ref.day for c in group)


def _last(group: Group) -> dt.date:
    return max(c.ref.day for c in group)


def _value(group: Group) -> Decimal:
    """The figure of a group: without a hedge before with one, told by most, the newest."""
    return _leading(group).value


def _leading(group: Group) -> Claim:
    told = _told(group)
    return max(group, key=lambda c: (c.qualifier is None, told[c.value], c.ref.day, c.value))


def _reported(group: Group, doubt: Doubt | None) -> Reported:
    leading = _leading(group)
    return Reported(
        value=leading.value,
        first=_first(group),
        last=_last(group),
        qualifier=leading.qualifier,
        refs=tuple(c.ref for c in group),
        doubt=doubt,
    )


def _corrected(correction: Correction) -> Reported:
    value = correction.value if isinstance(correction.value, Decimal) else None
    day = correction.made.date()
    return Reported(value=value, first=day, last=day, correction=correction.id)
