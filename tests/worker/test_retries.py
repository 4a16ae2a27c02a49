"""The law of the retries: how often, how far apart, and what a failure means for its webhook."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.pipeline.messages import Answer
from service.store.deliveries import Outcome
from service.worker.retries import Law, Sent, judge
from tests.store.articles import NOW

LAW = Law()
HOUR = dt.timedelta(hours=1)
NO_TIME = dt.timedelta()
DICE = st.floats(0, 1)
TOOK = Answer(200)
FAILED = Answer(500, "answered 500")
ANSWERS = st.sampled_from([TOOK, FAILED, Answer(None, "no answer within 15 seconds"), Answer(404, "answered 404")])


@given(st.lists(DICE, min_size=20, max_size=20))
def test_a_message_is_tried_over_a_day(dice: list[float]) -> None:
    """A message that is never taken is tried 17 times within 21 to 28 hours, and then it is dead; no wait is shorter than
    the law has it, which doubles from five seconds to four hours."""
    at, tried = NOW, [NOW]
    for tries, roll in enumerate(dice):
        (outcome,) = judge(LAW, 0, [Sent(1, tries, FAILED)], at, roll).outcomes
        assert outcome.tries == tries + 1
        if outcome.due is None:
            break
        at = outcome.due
        tried.append(at)
    assert len(tried) == LAW.tries == 17
    assert 21 * HOUR < tried[-1] - NOW < 28 * HOUR
    for number, (before, after) in enumerate(itertools.pairwise(tried)):
        assert min(LAW.first * 2**number, LAW.longest) <= after - before <= LAW.longest * 1.25


@given(st.integers(0, 15), DICE, st.integers(0, 10**7))
def test_a_retry_is_never_earlier_than_the_receiver_allows(tries: int, dice: float, seconds: int) -> None:
    """Neither the message nor any other for this webhook is sent before Retry-After, as far as that is within a day."""
    asked = NOW + dt.timedelta(seconds=seconds)
    verdict = judge(LAW, 0, [Sent(1, tries, Answer(429, "answered 429", asked))], NOW, dice)
    allowed = min(asked, NOW + dt.timedelta(days=1))
    assert verdict.outcomes[0].due is not None
    assert verdict.outcomes[0].due >= allowed
    assert verdict.fate["due"] >= allowed
    assert verdict.goes_on == (seconds == 0)


@given(st.integers(0, 40), st.lists(st.tuples(st.integers(0, 16), ANSWERS), min_size=1, max_size=30), DICE)
def test_failures_of_new_messages_in_a_row_decide(before: int, tries: list[tuple[int, Answer]], dice: float) -> None:
    """A success ends all trouble; after five new messages in a row that failed the webhook rests, never for longer than a
    quarter of an hour and the jitter; a message that failed before does not count."""
    verdict = judge(LAW, before, [Sent(n, number, answer) for n, (number, answer) in enumerate(tries)], NOW, dice)
    row = before
    for number, answer in tries:
        row = 0 if answer.error is None else row + (number == 0)
    assert verdict.fate["failures"] == row
    in_trouble = row >= LAW.trouble and tries[-1][1].error is not None
    assert verdict.goes_on != in_trouble
    rest = verdict.fate["due"] - NOW
    assert (LAW.first if in_trouble else NO_TIME) <= rest <= (LAW.probe * 1.25 if in_trouble else NO_TIME)
    assert verdict.fate["error"] == tries[-1][1].error


@given(st.integers(5, 60), DICE)
def test_a_webhook_in_trouble_rests_longer_each_time(failures: int, dice: float) -> None:
    """The rest doubles from five seconds to a quarter of an hour, so a dead receiver gets a hundred requests a day or so."""
    assert LAW.rest(failures, dice) <= LAW.rest(failures + 1, dice) <= LAW.probe * 1.25
    assert LAW.rest(failures, 0) == min(LAW.first * 2 ** min(failures - 5, 20), LAW.probe)


@pytest.mark.parametrize("tries", [0, 16])
def test_a_receiver_that_is_gone_pauses_the_webhook(tries: int) -> None:
    """410 pauses the webhook with the reason; its message does not become dead by it and counts no try."""
    verdict = judge(LAW, 0, [Sent(1, tries, Answer(410, "answered 410"))], NOW, 0.5)
    assert verdict.fate["state"] == "paused"
    assert verdict.fate["error"] == "answered 410: it is gone, so the webhook was paused"
    assert verdict.outcomes == [Outcome(1, tries, 410, "answered 410", NOW)]
    assert not verdict.goes_on


def test_nothing_sent_changes_nothing() -> None:
    """A round that was broken off before its first message leaves the webhook as it was."""
    verdict = judge(LAW, 3, [], NOW, 0.5)
    assert (verdict.outcomes, verdict.fate) == ([], {"failures": 3, "due": NOW})
