"""The values that rules read: a quantity with its unit, range and hedge; a span of days; a rank."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from service.models import Hedge


class Quantity(NamedTuple):
    """A number between `low` and `high` in `unit` (CNY, m2, percent, people, or the text's own: 个, 吨, 千瓦).

    An exact number has low == high; 不低于3 has no high, 3以内 has no low. `hedge` keeps the text's 约, 近, 超 ...
    """

    low: Decimal | None
    high: Decimal | None
    unit: str
    hedge: Hedge | None = None

    @property
    def value(self) -> Decimal:
        """The one number to show: the low end, or the only end there is."""
        number = self.low if self.low is not None else self.high
        assert number is not None
        return number


class Span(NamedTuple):
    """Days from `start` to `end`, both inside; None where open. `grain` is day, month, quarter, half, year or more."""

    start: dt.date | None
    end: dt.date | None
    grain: str
