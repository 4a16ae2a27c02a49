"""Pinyin notes go, everything else in brackets stays."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.repair.damage import annotate
from service.text.repair.notes import pinyin_notes
from service.text.repair.readings import is_reading, readings, toneless

from .prose import SENTENCES


@pytest.mark.parametrize(("damaged", "right"), pinyin_notes.yes.items())
def test_examples(damaged: str, right: str) -> None:
    """Each wild example comes right, and the step says that it acted."""
    repaired, count = pinyin_notes.apply(damaged)
    assert repaired == right
    assert count > 0


@pytest.mark.parametrize("text", pinyin_notes.no)
def test_near_misses(text: str) -> None:
    """What only looks like a note stays as it is."""
    assert pinyin_notes.apply(text) == (text, 0)


@pytest.mark.parametrize("text", SENTENCES)
def test_clean_prose(text: str) -> None:
    """Clean prose has no notes."""
    assert pinyin_notes.apply(text) == (text, 0)


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), st.integers(), st.floats(0.05, 1))
def test_inverse(sentences: list[str], seed: int, share: float) -> None:
    """Notes put behind any characters, in any of their shapes, are all taken out again."""
    text = "\n".join(sentences)
    damaged, count = annotate(text, random.Random(seed), share)
    assert pinyin_notes.apply(damaged) == (text, count)


@given(st.text())
def test_any_text(text: str) -> None:
    """No text makes the step fail; without an action the text comes back as it was."""
    repaired, count = pinyin_notes.apply(text)
    assert (repaired == text) == (count == 0)


def test_readings() -> None:
    """All readings of a character count, in either script, and the tone does not."""
    assert readings("重") >= {"zhong", "chong"}
    assert readings("綠") >= {"lv", "lu"}
    assert readings("A") == frozenset()
    assert toneless("lǜ") == "lv"
    assert toneless("ɡuɑn") == "guan"
    assert is_reading("發", "fà")
    assert not is_reading("發", "jia")
