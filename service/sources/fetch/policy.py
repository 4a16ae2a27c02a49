"""PURE: what an answer means for the next poll. The clock and the dice are arguments; every outcome has a sentence."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from service.errors import Rejected
from service.models import Frozen
from service.sources.fetch.answer import CONTENT, Later, Response, Validators
from service.sources.fetch.headers import freshness, retry_after

Outcome = Literal["new", "unchanged", "retired", "failed", "refused", "waiting"]
LONGEST_ASKED = dt.timedelta(days=30)
"""What a Retry-After may ask for at most."""
JITTER = 0.2
UNCHANGED, GONE, TOO_MANY = (204, 304), 410, 429
_HOUR = dt.timedelta(hours=1)
_SENTENCES = {
    401: "the server wants a password",
    403: "the server forbids it to us",
    404: "the server knows no such page",
    408: "the server found us too slow",
    429: "the server finds that we ask too often",
    451: "the server may not show it for legal reasons",
    503: "the server is overloaded or closed for repairs",
}


@dataclass(frozen=True)
class Rhythm:
    """The operator's bounds."""

    least: dt.timedelta = dt.timedelta(minutes=1)
    """Between two polls of one source, however often it has something new."""
    most: dt.timedelta = dt.timedelta(hours=1)
    """Between two polls of a source that answers, unless it asks for more with Retry-After."""
    longest: dt.timedelta = dt.timedelta(days=1)
    """Between two tries of a source that fails; it is tried for ever."""
    alarm_after: int = 5
    """Failures in a row that raise the alarm."""

    def clamp(self, interval: dt.timedelta) -> dt.timedelta:
        return min(max(interval, self.least), self.most)


class Poll(Frozen):
    """What is known of a source between two polls; the store keeps it as JSON."""

    validators: Validators | None = None
    body_sha256: str | None = None
    interval: dt.timedelta | None = None
    """By the source's own rhythm, without jitter."""
    failures: int = 0
    """In a row."""
    last_success: dt.datetime | None = None
    last_new: dt.datetime | None = None
    not_before: dt.datetime | None = None
    """What the server asked for."""
    told: dt.timedelta | None = None
    """What the source itself gives as its interval: RSS ttl, sy:updatePeriod."""
    skip_hours: frozenset[int] = frozenset()
    """0 to 23, UTC."""
    skip_days: frozenset[int] = frozenset()
    """0 is Monday, 6 Sunday, UTC."""


@dataclass(frozen=True)
class Told:
    """What the reader of the body found in it."""

    new: int
    """Items never seen before."""
    published: Sequence[dt.datetime] = ()
    """The times of all items that have one, in any order."""
    interval: dt.timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Decision:
    """What to do next."""

    outcome: Outcome
    """`new` (the body is another one), `unchanged`, `retired`, `failed` (tried again), `refused` (will not do as it is;
    tried again once in the longest interval), `waiting` (our own manners: nothing was asked)."""
    poll: Poll
    """To be stored."""
    due: dt.datetime | None
    """When to poll next, None for never again."""
    sentence: str
    reason: str | None = None
    """The stable code of why there was no good answer: that of the error, or `http_<status>`."""
    moved_to: str | None = None
    """The address to store in place of the old one."""
    alarm: bool = False


def has_new_body(poll: Poll, response: Response) -> bool:
    """Whether there is a body to read, and not the one that was read the last time."""
    return response.status in CONTENT and response.body_sha256 != poll.body_sha256


def decide(
    poll: Poll,
    answer: Response | Later | Rejected,
    now: dt.datetime,
    dice: float,
    rhythm: Rhythm,
    told: Told | Rejected | None = None,
) -> Decision:
    """What an answer means for the source and when it is due next.

    `dice` is in [0, 1). `told` is what the body held where `has_new_body`, or the error where it could not be read.
    `due` is never before what the server asked for in this answer or an earlier one: Retry-After up to 30 days, and of
    a good answer max-age, Expires and the source's own ttl up to `rhythm.most`.
    """
    now = now.astimezone(dt.UTC)
    if poll.not_before and poll.not_before <= now:
        poll = poll.model_copy(update={"not_before": None})
    if isinstance(answer, Rejected):
        return _refused(poll, answer, now, dice, rhythm)
    if isinstance(answer, Later):
        poll = _asked(poll, answer.until)
        if answer.reason == "busy":
            return Decision("waiting", poll, _due(poll, now, dt.timedelta(), dice), str(answer), answer.reason)
        return _failed(poll, answer.reason, str(answer), now, dice, rhythm)
    after = retry_after(answer.headers, now)
    poll = _asked(poll, min(after, now + LONGEST_ASKED) if after else None)
    if answer.status == GONE:
        return Decision("retired", poll, None, "the server says that it is gone for good (410)", code_of(answer))
    if answer.status in (*CONTENT, *UNCHANGED):
        poll = _asked(poll, now + min(freshness(answer.headers) or dt.timedelta(), rhythm.most))
    kept = answer.status in UNCHANGED and poll.body_sha256 is not None
    if answer.status not in CONTENT and not kept:
        if answer.status != TOO_MANY:
            return _failed(poll, code_of(answer), sentence_of(answer), now, dice, rhythm)
        slower = rhythm.clamp(2 * (poll.interval or rhythm.least))
        poll = poll.model_copy(update={"interval": slower})
        return _failed(poll, code_of(answer), sentence_of(answer), now, dice, rhythm, slower)
    if isinstance(told, Rejected):
        return _refused(poll, told, now, dice, rhythm)
    return _answered(poll, answer, told, now, dice, rhythm)


def _answered(
    poll: Poll, answer: Response, told: Told | None, now: dt.datetime, dice: float, rhythm: Rhythm
) -> Decision:
    new = has_new_body(poll, answer)
    known: dict[str, object] = {"failures": 0, "last_success": now, "interval": _interval(poll, told, now, rhythm)}
    if answer.status in CONTENT:
        known |= {"validators": answer.validators, "body_sha256": answer.body_sha256}
    if told:
        known |= {"told": told.interval, "skip_hours": told.skip_hours, "skip_days": told.skip_days}
        known |= {"last_new": now} if told.new else {}
    poll = poll.model_copy(update=known)
    wait = max(poll.interval or rhythm.least, min(poll.told or rhythm.least, rhythm.most))
    if told is None:
        sentence = "another body" if new else f"nothing new ({answer.status}{', the same body' * bool(answer.body)})"
    else:
        sentence = f"{told.new} new" if told.new else "nothing new in another body"
    moved = answer.moved_to
    return Decision(
        "new" if new else "unchanged",
        poll,
        _due(poll, now, wait, dice),
        f"{sentence}; it has moved to {moved} for good" if moved else sentence,
        moved_to=moved,
    )


def _interval(poll: Poll, told: Told | None, now: dt.datetime, rhythm: Rhythm) -> dt.timedelta:
    """Half of the mean time between items where they have times, the silence since the last one included; otherwise the
    last interval, halved when something was new and half as long again when nothing was."""
    last = rhythm.clamp(poll.interval or 4 * rhythm.least)
    times = sorted((time for time in told.published if time <= now), reverse=True)[:20] if told else []
    if told and told.new and len(times) > 2:
        return rhythm.clamp((now - times[-1]) / len(times) / 2)
    return rhythm.clamp(last / 2 if told and told.new else last * 1.5)


def _failed(
    poll: Poll,
    reason: str,
    sentence: str,
    now: dt.datetime,
    dice: float,
    rhythm: Rhythm,
    at_least: dt.timedelta = dt.timedelta(),
) -> Decision:
    """Twice as long as the last time, up to the longest."""
    failures = poll.failures + 1
    poll = poll.model_copy(update={"failures": failures})
    wait = max(min(rhythm.least * 2 ** min(failures - 1, 20), rhythm.longest), at_least)
    times = f" ({failures} times in a row)" if failures > 1 else ""
    alarm = failures >= rhythm.alarm_after
    return Decision("failed", poll, _due(poll, now, wait, dice), sentence + times, reason, alarm=alarm)


def _refused(poll: Poll, error: Rejected, now: dt.datetime, dice: float, rhythm: Rhythm) -> Decision:
    """What will not do is tried again too, since sites change; but rarely, and the operator hears of it at once."""
    poll = poll.model_copy(update={"failures": poll.failures + 1})
    return Decision("refused", poll, _due(poll, now, rhythm.longest, dice), str(error), error.reason, alarm=True)


def _asked(poll: Poll, until: dt.datetime | None) -> Poll:
    """The poll with what the server asks for, where that is later than what it asked for before."""
    if until is None or (poll.not_before and poll.not_before >= until):
        return poll
    return poll.model_copy(update={"not_before": until})


def _due(poll: Poll, now: dt.datetime, wait: dt.timedelta, dice: float) -> dt.datetime:
    """After the wait, and after what the server asked for, with jitter behind both, in no hour the source excludes."""
    due = now + wait * (1 + JITTER * dice)
    if poll.not_before:
        due = max(due, poll.not_before + min((poll.not_before - now) * JITTER, dt.timedelta(minutes=1)) * dice)
    open_hour = due
    for _ in range(7 * 24):
        if open_hour.hour not in poll.skip_hours and open_hour.weekday() not in poll.skip_days:
            return open_hour
        open_hour = open_hour.replace(minute=0, second=0, microsecond=0) + _HOUR
    return due  # a source that excludes every hour is not believed


def code_of(response: Response) -> str:
    """The stable code of an answer that gives no content."""
    return f"http_{response.status}"


def sentence_of(response: Response) -> str:
    """What the status of an answer that gives no content means."""
    status = response.status
    family = "the server failed" if status >= 500 else "the server does not give it to us"
    said = _SENTENCES.get(status) or (family if status >= 400 else "the server gave an answer that was not asked for")
    return f"{said} ({status})"


def page(response: Response, now: dt.datetime) -> Response:
    """The answer of a page that is fetched once, where it has content.

    Later `http_<status>` for what may pass (403, 408, 425, 429, 5xx), with the moment the server asked for; Rejected
    `http_<status>` for what will not.
    """
    if response.status in CONTENT:
        return response
    reason = code_of(response)
    if response.status in (403, 408, 425, 429) or response.status >= 500:
        after = retry_after(response.headers, now)
        raise Later(reason, sentence_of(response), min(after, now + LONGEST_ASKED) if after else None)
    raise Rejected(reason, sentence_of(response))
