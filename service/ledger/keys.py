"""Look-up keys: how the mentions that may be of one project find each other without comparing all with all."""

from service.ledger.mention import Mention

CROWD = 64
"""A key that more spellings share is of no use (工业园 in one county) and is given up: the look-up asks for CROWD + 1
spellings, and takes none where it gets that many. That depends on the set alone, and costs the same in any set."""


def spelling(mention: Mention) -> str:
    """Place and core of the name: mentions of one spelling are one row of the index. A generic name (老旧小区改造) has a
    spelling of its own in each story, as it tells nothing by itself."""
    raise NotImplementedError


def keys(mention: Mention) -> tuple[str, ...]:
    """The keys under which its spelling is entered: at most 24, sorted, each at most 64 characters."""
    raise NotImplementedError
