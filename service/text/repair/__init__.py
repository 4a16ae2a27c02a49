"""PURE. The named steps that undo the damage of scraped pages, in the order in which it can be undone.

Notes and doubled marks go first, they stand inside everything else; the byte shift is undone before the script is
converted, which would destroy its evidence, and before the noter's, whose half notes may end its runs; what the shifts
bring back may bring a note or a doubled mark with it, and a doubled mark that may be all a shift left waits for them.
"""

from collections.abc import Iterable

from service.models import Repair
from service.text.repair.byteshift import byte_shift
from service.text.repair.lookalikes import lookalikes
from service.text.repair.lost import lost_characters
from service.text.repair.noter import noter_shift
from service.text.repair.notes import pinyin_notes
from service.text.repair.punctuation import MAYBE_SHIFTED, doubled_punctuation, fold_certain
from service.text.repair.script import simplified_script
from service.text.repair.step import Step

_SHIFTS: tuple[Step, ...] = (byte_shift, noter_shift, lost_characters)
_BEFORE: tuple[Step, ...] = (pinyin_notes, Step(doubled_punctuation.name, fold_certain), *_SHIFTS)
_AGAIN: tuple[Step, ...] = (pinyin_notes, doubled_punctuation)
_AFTER: tuple[Step, ...] = (lookalikes, simplified_script)

STEPS: tuple[Step, ...] = (pinyin_notes, doubled_punctuation, *_SHIFTS, *_AFTER)
"""Every step once, in order."""


def repair(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The repaired text in simplified script, and the steps that acted with how often they did."""
    counts: dict[str, int] = {}
    text = _applied(_BEFORE, text, counts)
    if counts or MAYBE_SHIFTED.search(text):
        text = _applied(_AGAIN, text, counts)
    text = _applied(_AFTER, text, counts)
    return text, tuple(Repair(step=name, count=count) for name, count in counts.items())


def _applied(steps: Iterable[Step], text: str, counts: dict[str, int]) -> str:
    for step in steps:
        text, count = step.apply(text)
        if count:
            counts[step.name] = counts.get(step.name, 0) + count
    return text
