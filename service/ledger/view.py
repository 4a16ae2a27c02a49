"""The project as it is shown, out of its mentions and corrections."""

import datetime as dt
from collections.abc import Sequence

from service.ledger.mention import Correction, Mention
from service.ledger.shown import ProjectView


def view(mentions: Sequence[Mention], corrections: Sequence[Correction], today: dt.date) -> ProjectView:
    """What the mentions of one cluster say together, as of `today`; the order of either does not matter."""
    raise NotImplementedError
