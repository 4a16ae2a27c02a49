"""Work that stops between its steps: one step over many articles keeps its tables in the processor's cache, many steps over
one article do not."""

from collections.abc import Generator, Sequence
from typing import TypeVar

Result = TypeVar("Result")
Steps = Generator[None, None, Result]
"""Work that yields where it may stop, and returns its result."""


def together(works: Sequence[Steps[Result]]) -> list[Result]:
    """What each of the works returns, all brought from stop to stop side by side."""
    results: dict[int, Result] = {}
    while len(results) < len(works):
        for i, work in enumerate(works):
            if i not in results:
                try:
                    next(work)
                except StopIteration as end:
                    results[i] = end.value
    return [results[i] for i in range(len(works))]


def whole(work: Steps[Result]) -> Result:
    """What the work returns, done without a stop."""
    (result,) = together([work])
    return result
