"""How a repair step looks: its name, what it does, and wild examples and near misses beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One repair.

    `apply` gives the repaired text and how often it acted (0: the text is returned as it came).
    `yes` maps damaged text to what it must become; `no` is clean text that most looks like this damage and stays as it is.
    """

    name: str
    apply: Callable[[str], tuple[str, int]]
    yes: Mapping[str, str] = field(default_factory=dict)
    no: Sequence[str] = ()
