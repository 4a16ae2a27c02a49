"""Which mentions are one project: decided from the set alone, whatever the order."""

from collections.abc import Iterable

from service.ledger.mention import Cluster, Correction, Mention


def cluster(mentions: Iterable[Mention], corrections: Iterable[Correction] = ()) -> tuple[Cluster, ...]:
    """The projects of one component (`walk`), each with its mentions; oldest first."""
    raise NotImplementedError
