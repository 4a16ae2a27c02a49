"""PURE: when a message that was not taken is sent again, and how a webhook fares that takes none."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from service.pipeline.messages import GONE, Answer
from service.store.deliveries import Outcome

JITTER = 0.25
"""A wait is up to a quarter longer than the law says, never shorter."""
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Law:
    """Waits that double from `first` to `longest`. The defaults try a message 17 times within 21.7 to 27.2 hours."""

    first: dt.timedelta = dt.timedelta(seconds=5)
    longest: dt.timedelta = dt.timedelta(hours=4)
    tries: int = 17
    """After so many a message is dead."""
    trouble: int = 5
    """After so many new messages in a row that failed, the webhook is in trouble: it gets one message at a time."""
    probe: dt.timedelta = dt.timedelta(minutes=15)
    """Its longest wait then."""

    def wait(self, failed: int, dice: float) -> dt.timedelta:
        """How long to wait after so many tries of a message (from 1); `dice` is from 0 to 1."""
        return _doubled(self.first, self.longest, failed) * (1 + JITTER * dice)

    def rest(self, failures: int, dice: float) -> dt.timedelta:
        """How long a webhook is left alone after so many new messages in a row that failed."""
        if failures < self.trouble:
            return dt.timedelta()
        return _doubled(self.first, self.probe, failures - self.trouble + 1) * (1 + JITTER * dice)


def _doubled(first: dt.timedelta, longest: dt.timedelta, times: int) -> dt.timedelta:
    return min(first * (1 << min(times - 1, 40)), longest)


class Sent(NamedTuple):
    """A message that was tried (`tries` counts the ones before), and the answer."""

    id: int
    tries: int
    answer: Answer


class Verdict(NamedTuple):
    """What to write down, and whether to go on with this webhook now."""

    outcomes: list[Outcome]
    fate: dict[str, Any]
    goes_on: bool


def judge(law: Law, failures: int, sent: Iterable[Sent], now: dt.datetime, dice: float) -> Verdict:
    """What tries mean for the messages and for their webhook, which had so many `failures` before.

    A message that was tried before may itself be what the receiver chokes on, so it does not count against the webhook.
    """
    outcomes, rest, fate = [], now, dict[str, Any]()
    for id_, tries, answer in sent:
        outcomes.append(_outcome(law, id_, tries, answer, now, dice))
        if answer.error is None:
            failures, rest = 0, now
            fate["error"] = None
            continue
        failures += tries == 0
        fate["error"] = answer.error
        asked = min(answer.not_before or now, now + DAY)
        rest = max(rest, asked, now + law.rest(failures, dice))
        if answer.status == GONE:
            fate.update(state="paused", error="answered 410: it is gone, so the webhook was paused")
    fate.update(failures=failures, due=rest)
    return Verdict(outcomes, fate, rest <= now and "state" not in fate)


def _outcome(law: Law, id_: int, tries: int, answer: Answer, now: dt.datetime, dice: float) -> Outcome:
    if answer.error is None:
        return Outcome(id_, tries + 1, answer.status, None, None)
    if answer.status == GONE:  # not the message's fault: it waits until the webhook is active again
        return Outcome(id_, tries, answer.status, answer.error, now)
    due = max(now + law.wait(tries + 1, dice), min(answer.not_before or now, now + DAY))
    return Outcome(id_, tries + 1, answer.status, answer.error, due if tries + 1 < law.tries else None)
