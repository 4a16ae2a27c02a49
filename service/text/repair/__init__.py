"""PURE. The named steps that undo the damage of scraped pages, in the order in which it can be undone.

Notes and doubled marks go first, they stand inside everything else; the byte shift is undone before the script is
converted, which would destroy its evidence; what the byte shift brings back may bring a doubled mark with it.
"""

from service.models import Repair
from service.text.repair.byteshift import byte_shift
from service.text.repair.lookalikes import lookalikes
from service.text.repair.noter import noter_shift
from service.text.repair.notes import pinyin_notes
from service.text.repair.punctuation import doubled_punctuation
from service.text.repair.script import simplified_script
from service.text.repair.step import Step

STEPS: tuple[Step, ...] = (pinyin_notes, doubled_punctuation, noter_shift, byte_shift, lookalikes, simplified_script)
"""Every step once, in order."""

_ORDER: tuple[Step, ...] = (*STEPS[:4], doubled_punctuation, *STEPS[4:])


def repair(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The repaired text in simplified script, and the steps that acted with how often they did."""
    counts: dict[str, int] = {}
    for step in _ORDER:
        text, count = step.apply(text)
        if count:
            counts[step.name] = counts.get(step.name, 0) + count
    return text, tuple(Repair(step=name, count=count) for name, count in counts.items())
