"""Terms of the calendar."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ledger.term import EARLIEST, LATEST, TermKind, parsed, term

KINDS: tuple[TermKind, ...] = ("week", "month", "quarter", "year")
DAYS = st.dates(EARLIEST, LATEST)


@given(day=DAYS, kind=st.sampled_from(KINDS))
def test_a_term_is_what_its_label_says(day: dt.date, kind: TermKind) -> None:
    """A term holds its day, begins where the one before it ends, and is read back from its label."""
    made = term(kind, day)
    assert made.since <= day <= made.until
    assert parsed(made.label)[1:] == made[1:]
    before = term(kind, made.since - dt.timedelta(days=1))
    assert before.until == made.since - dt.timedelta(days=1)


@given(one=DAYS, other=DAYS)
def test_from_one_to_another(one: dt.date, other: dt.date) -> None:
    """Two days with a slash between are all days from the one to the other, and nothing where the other is earlier."""
    if one > other:
        with pytest.raises(ValueError, match="ends before"):
            parsed(f"{one}/{other}")
    else:
        assert parsed(f"{one}/{other}")[1:] == (one, other)


def test_the_turn_of_the_year() -> None:
    """Weeks are those of ISO 8601: the last days of a year may lie in the first week of the next."""
    assert term("week", dt.date(2024, 12, 30)).label == "2025-W01"
    assert parsed("2026-W53") == ("2026-W53", dt.date(2026, 12, 28), dt.date(2027, 1, 3))
    assert parsed("2025-11/2026-Q1")[1:] == (dt.date(2025, 11, 1), dt.date(2026, 3, 31))


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-13", "2026-00", "2026-Q5", "2025-W53", "2026-W00", "2026-02-30", "2026/", "1800", "0000", "٢٠٢٦"],
)
def test_what_is_no_period(text: str) -> None:
    """What names no time is refused."""
    with pytest.raises(ValueError, match=r"."):
        parsed(text)
