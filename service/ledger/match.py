"""Whether two mentions are of one project: a score, and the reasons for people."""

from typing import NamedTuple

from service.ledger.mention import Mention

SAME = 0.6
"""From this score on two are one project."""


class Match(NamedTuple):
    """0 (certainly two) to 1 (certainly one), with the reasons as sentences, the weightiest first."""

    score: float
    reasons: tuple[str, ...]


def match(a: Mention, b: Mention) -> Match:
    """How likely two mentions are of one project; the same whichever comes first."""
    raise NotImplementedError
