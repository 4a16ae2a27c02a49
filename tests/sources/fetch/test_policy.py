"""What an answer means for the next poll."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from service.errors import Rejected
from service.sources.fetch import policy
from service.sources.fetch.answer import Hop, Later, Response
from service.sources.fetch.policy import Decision, Poll, Rhythm, Told, decide
from tests.test_layout import IMPURE, SERVICE, imports

NOW = dt.datetime(2026, 3, 2, 8, 20, tzinfo=dt.UTC)
RHYTHM = Rhythm()
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def answer(status: int = 200, body: bytes = b"one", hops: tuple[Hop, ...] = (), **headers: str) -> Response:
    named = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    return Response("http://a.test/feed", "http://a.test/feed", status, named, body if status == 200 else b"", hops)


def after(
    poll: Poll, given: Response | Later | Rejected, told: Told | Rejected | None = None, dice: float = 0.0
) -> Decision:
    return decide(poll, given, NOW, dice, RHYTHM, told)


def wait(decision: Decision) -> dt.timedelta:
    assert decision.due
    return decision.due - NOW


# What a server may do, and what it asks for by it: (answer, seconds that must pass).
_wholes = st.integers(0, 100 * 86400)
_asking = st.one_of(
    st.tuples(st.sampled_from([429, 503, 500, 404]), _wholes).map(
        lambda pair: (answer(pair[0], Retry_After=str(pair[1])), min(pair[1], 30 * 86400))
    ),
    st.tuples(st.sampled_from([200, 304]), _wholes).map(
        lambda pair: (
            answer(pair[0], Cache_Control=f"max-age={pair[1]}"),
            min(pair[1], RHYTHM.most.total_seconds()),
        )
    ),
    st.sampled_from([200, 404, 500, 403, 302]).map(lambda status: (answer(status), 0)),
    st.sampled_from(["dns", "tls", "timeout"]).map(lambda reason: (Later(reason, "no"), 0)),
    _wholes.map(lambda seconds: (Later("busy", "no", NOW + dt.timedelta(seconds=seconds)), 0)),
    st.just((Rejected("forbidden_address", "no"), 0)),
)
_told = st.one_of(
    st.none(),
    st.just(Rejected("bad_feed", "no")),
    st.builds(
        Told,
        st.integers(0, 50),
        st.lists(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC)), max_size=5),
        st.none() | st.timedeltas(dt.timedelta(), dt.timedelta(days=400)),
        st.frozensets(st.integers(0, 23)),
        st.frozensets(st.integers(0, 6)),
    ),
)
_history = st.lists(st.tuples(_asking, _told, st.integers(0, 200_000), st.floats(0, 1, exclude_max=True)), max_size=12)


@given(_history)
def test_never_before_the_server_asked(history: list[tuple[tuple[object, float], object, int, float]]) -> None:
    """Whatever came before, the next poll is never before what the server asked for, nor before the least interval, and
    a source that is not gone always has a next poll."""
    poll, now, asked = Poll(), NOW, NOW
    for (given_answer, seconds), told, pause, dice in history:
        now += dt.timedelta(seconds=pause)
        decision = decide(poll, given_answer, now, dice, RHYTHM, told)  # type: ignore[arg-type]
        asked = max(asked, now + dt.timedelta(seconds=seconds))
        assert decision.due
        assert decision.due >= asked
        if decision.outcome != "waiting":
            assert decision.due >= now + RHYTHM.least
        poll = Poll.model_validate_json(decision.poll.model_dump_json())
        assert poll == decision.poll


def test_pure() -> None:
    """What only judges imports no clock, network or file."""
    for name in ("policy", "headers", "robots", "body", "answer"):
        for line, module in imports(SERVICE / f"sources/fetch/{name}.py"):
            assert module.startswith("urllib.parse") or module.split(".")[0] not in IMPURE, f"{name}:{line}: {module}"


def test_backoff_doubles_up_to_a_day_and_never_stops() -> None:
    """A thousand failures in a row: each wait is twice the last, up to a day, and the alarm stays."""
    poll, waits = Poll(), []
    for _ in range(1000):
        decision = after(poll, Later("timeout", "no answer"))
        poll = decision.poll
        waits.append(wait(decision))
    assert waits[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert all(b == min(2 * a, DAY) for a, b in pairwise(waits))
    assert decision.alarm
    assert decision.sentence == "no answer (1000 times in a row)"


def test_too_many_requests_slow_down() -> None:
    """After 429 without Retry-After a source is asked half as often as before."""
    decision = after(Poll(interval=20 * MINUTE), answer(429))
    assert (wait(decision), decision.poll.interval) == (40 * MINUTE, 40 * MINUTE)


def test_nobody_is_waited_for_longer_than_a_month() -> None:
    """A Retry-After of years is kept to for 30 days."""
    assert wait(after(Poll(), answer(503, Retry_After="99999999"))) == 30 * DAY


def test_jitter() -> None:
    """The dice put a poll up to a fifth of its wait later, never earlier."""
    assert wait(after(Poll(interval=HOUR), answer(), Told(0), 0.0)) == HOUR
    assert HOUR < wait(after(Poll(interval=HOUR), answer(), Told(0), 0.999)) < HOUR * 1.2


def test_rhythm_by_the_times_of_the_items() -> None:
    """The interval is half of the mean time between items: two an hour are looked for every quarter of an hour."""
    times = [NOW - n * 30 * MINUTE for n in range(1, 21)]
    assert after(Poll(), answer(), Told(3, times)).poll.interval == 15 * MINUTE


def test_rhythm_without_times() -> None:
    """Without times the interval is halved with something new, half as long again without, within the bounds."""
    poll = Poll(interval=20 * MINUTE, body_sha256="x")
    assert after(poll, answer(), Told(1)).poll.interval == 10 * MINUTE
    assert after(poll, answer(), Told(0)).poll.interval == 30 * MINUTE
    assert after(poll, answer(304)).poll.interval == 30 * MINUTE
    assert after(Poll(interval=MINUTE), answer(), Told(1)).poll.interval == RHYTHM.least
    assert after(Poll(interval=HOUR), answer(), Told(0)).poll.interval == RHYTHM.most


def test_items_of_the_future_do_not_count() -> None:
    """Items dated into the future say nothing of the rhythm."""
    times = [NOW + n * DAY for n in range(1, 21)]
    assert after(Poll(interval=20 * MINUTE), answer(), Told(1, times)).poll.interval == 10 * MINUTE


def test_the_sources_own_interval() -> None:
    """ttl and sy:updatePeriod are kept to up to the most, also after a later 304."""
    decision = after(Poll(), answer(), Told(1, interval=45 * MINUTE))
    assert wait(decision) == 45 * MINUTE
    assert wait(after(decision.poll, answer(304))) == 45 * MINUTE
    assert wait(after(Poll(), answer(), Told(1, interval=30 * DAY))) == RHYTHM.most


@pytest.mark.parametrize(
    ("hours", "days", "due"),
    [
        ({8, 9, 10}, set(), NOW.replace(hour=11, minute=0)),
        ({23}, {0}, NOW.replace(day=3, hour=0, minute=0)),
        (set(range(24)), set(), NOW + 4 * MINUTE * 1.5),
    ],
)
def test_hours_the_source_excludes(hours: set[int], days: set[int], due: dt.datetime) -> None:
    """skipHours and skipDays are kept to; a source that excludes every hour is not believed."""
    told = Told(0, skip_hours=frozenset(hours), skip_days=frozenset(days))
    assert after(Poll(), answer(), told).due == due


@pytest.mark.parametrize(
    ("given_answer", "outcome", "sentence"),
    [
        (answer(410), "retired", "the server says that it is gone for good (410)"),
        (answer(404), "failed", "the server knows no such page (404)"),
        (answer(403), "failed", "the server forbids it to us (403)"),
        (answer(418), "failed", "the server does not give it to us (418)"),
        (answer(429), "failed", "the server finds that we ask too often (429)"),
        (answer(500), "failed", "the server failed (500)"),
        (answer(503), "failed", "the server is overloaded or closed for repairs (503)"),
        (answer(304), "failed", "the server gave an answer that was not asked for (304)"),
        (answer(206), "failed", "the server gave an answer that was not asked for (206)"),
        (Later("tls", "the certificate is old"), "failed", "the certificate is old"),
        (Later("busy", "others wait"), "waiting", "others wait"),
        (Rejected("robots", "robots.txt forbids it"), "refused", "robots.txt forbids it"),
        (answer(200), "new", "another body"),
    ],
)
def test_every_outcome_has_a_sentence(given_answer: Response | Later | Rejected, outcome: str, sentence: str) -> None:
    """Whatever comes, the outcome is one of a few and is said in words."""
    decision = after(Poll(), given_answer)
    assert (decision.outcome, decision.sentence) == (outcome, sentence)
    assert (decision.due is None) == (outcome == "retired")


def test_waiting_is_no_failure() -> None:
    """What our own manners hold back does not count against the source."""
    poll = Poll(failures=3, interval=HOUR)
    assert after(poll, Later("busy", "", NOW + HOUR)).poll.failures == 3


def test_a_body_that_cannot_be_read() -> None:
    """A body that is no feed is asked for again in a day, whole; what the server asked for and the address stay."""
    moved = answer(hops=(Hop(301, "http://b.test/"),), ETag='"1"')
    decision = after(Poll(), moved, Rejected("bad_feed", "this is no feed"))
    assert (decision.outcome, decision.alarm, decision.moved_to, wait(decision)) == ("refused", True, None, DAY)
    assert decision.poll.validators is None


@pytest.mark.parametrize("status", [429, 500, 502, 503, 403, 408])
def test_a_page_that_may_come_later(status: int) -> None:
    """A page that fails for now is tried later, when the server says."""
    with pytest.raises(Later) as error:
        policy.page(answer(status, Retry_After="60"), NOW)
    assert (error.value.reason, error.value.until) == (f"http_{status}", NOW + MINUTE)


@pytest.mark.parametrize("status", [404, 410, 401, 451, 204])
def test_a_page_that_will_not_come(status: int) -> None:
    """A page that is not there is not tried again."""
    with pytest.raises(Rejected, match=str(status)) as error:
        policy.page(answer(status), NOW)
    assert error.value.reason == f"http_{status}"


def test_a_page_that_came() -> None:
    """A page with content is handed on."""
    assert policy.page(answer(), NOW).body == b"one"
