"""One way to read a damaged text, and what a search comes to."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(slots=True)
class Path:
    """One reading up to here; `pending` is the lead byte that waits for its trail, or one of the constants of `tables`."""

    score: float
    history: str
    pending: int
    before: "Path | None"
    text: str
    quotes: int  # the kinds of quotation that are open, a bit for each
    lossy: bool = False

    def worst(self) -> float:
        """How badly the least likely character of this path reads, in nats."""
        lowest, path = 0.0, self
        while path.before is not None:
            lowest = min(lowest, path.score - path.before.score)
            path = path.before
        return lowest

    def spell(self) -> str:
        """Everything this path has read."""
        parts: list[str] = []
        path: Path | None = self
        while path is not None:
            parts.append(path.text)
            path = path.before
        return "".join(reversed(parts))


class Reading(NamedTuple):
    """What the search found: `text[start:end]` should be `repaired`, `gain` nats better than the text as it is; its `worst` character."""

    start: int
    end: int
    repaired: str
    gain: float
    worst: float
