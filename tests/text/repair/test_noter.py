"""What a misplaced pinyin note shifted is read again."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.text.repair.damage import Orphan, shift_by_note, straddles
from service.text.repair.lost import lost_characters
from service.text.repair.noter import lost_leads, noter_shift, unshift_noter
from service.text.repair.step import Step

from .prose import SENTENCES, traditional

# a run of plain words up to an ASCII mark, none of them a name
RUNS = (
    "全市上下继续推进重点项目建设,加快转型\n",
    "加快建设清洁能源基地,年内投产\n",
    "积极推动产业转型升级,效益明显\n",
)


STEPS = (noter_shift, lost_characters)
EXAMPLES = [(step, damaged, right) for step in STEPS for damaged, right in step.yes.items()]


@pytest.mark.parametrize(("step", "damaged", "right"), EXAMPLES)
def test_examples(step: Step, damaged: str, right: str) -> None:
    """Each wild example comes right, and the step says that it acted once."""
    assert step.apply(damaged) == (right, 1)


@pytest.mark.parametrize(("step", "text"), [(step, text) for step in STEPS for text in step.no])
def test_near_misses(step: Step, text: str) -> None:
    """What only looks like the damage stays as it is."""
    assert step.apply(text) == (text, 0)


@pytest.mark.parametrize("text", SENTENCES)
def test_clean_prose(text: str) -> None:
    """Clean prose stays as it is, in either script."""
    for form in (text, traditional(text)):
        assert noter_shift.apply(form) == (form, 0)
        assert lost_characters.apply(form) == (form, 0)


@pytest.mark.parametrize("text", RUNS)
@pytest.mark.parametrize("orphan", ["dropped", "swallowing"])
def test_inverse(text: str, orphan: Orphan) -> None:
    """A note put across any two characters of a plain sentence is taken out again, with the shift behind it."""
    for form in (text, traditional(text)):
        places = [place for place in straddles(form) if place < form.index(",") - 2]
        for place in random.Random(3).sample(places, 2):
            right, damaged = shift_by_note(form, place, orphan=orphan)
            assert unshift_noter(damaged)[0] == right


@given(st.sampled_from(SENTENCES), st.integers(0, 100))
@settings(deadline=None, max_examples=30)
def test_text_in_front_stays(text: str, number: int) -> None:
    """Nothing in front of the note changes."""
    places = straddles(text)
    place = places[number % len(places)]
    damaged = shift_by_note(text, place)[1]
    assert unshift_noter(damaged)[0].startswith(text[:place])


def test_lost_leads() -> None:
    """The lost byte is one that reads like the note behind the last byte of the character before: 88CC is 執."""
    assert 0xCC in lost_leads("龍", "zhí")
    assert lost_leads("龍", "lte") == []
