"""Figures as the tables hold them: decimals with three places, never floats."""

from decimal import ROUND_HALF_EVEN, Decimal

PLACES = 3
LIMIT = Decimal(9_000_000_000_000_000)
"""No figure of an article reaches this; what does is damage. It keeps thousandths inside 64 bits."""
_STEP = Decimal(1).scaleb(-PLACES)
_ONE = Decimal(1)


def exact(value: Decimal) -> Decimal:
    """The figure as it is stored. Raises ValueError where the tables cannot hold it."""
    if not (value.is_finite() and abs(value) < LIMIT):
        raise ValueError(f"the figure {value} is beyond what the database holds")
    return plain(value.quantize(_STEP, ROUND_HALF_EVEN))


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent, so that equal numbers print equally."""
    whole = value.to_integral_value()
    return whole.quantize(_ONE) if whole == value else value.normalize()
