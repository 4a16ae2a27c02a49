"""The inverse of doubled punctuation: put a comma before every mark as pages do, and take it out again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.normalise import normalise
from service.text.repair.punctuation import fold_doubled

from .prose import SENTENCES

HALF = str.maketrans("，；：", ",;:")


@pytest.mark.parametrize("noise", [",", "，"])
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5))
def test_full_width(noise: str, sentences: list[str]) -> None:
    """Full-width marks come back exactly, whichever comma was put before them."""
    text = "\n".join(sentences)
    damaged = re.sub("(?=[，、。；：])", noise, text)
    assert fold_doubled(damaged) == (text, len(re.findall("[，、。；：]", text)))


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5))
def test_half_width(sentences: list[str]) -> None:
    """A page that also writes half-width marks comes back to the same canonical text."""
    text = "\n".join(sentences)
    damaged = re.sub("(?=[,、。;])", ",", text.translate(HALF))
    assert normalise(fold_doubled(damaged)[0]) == normalise(text)


@given(st.text(alphabet="项目a1,，、。；;：:？！?! \n", max_size=40))
def test_shrinks_only(text: str) -> None:
    """Folding only takes marks and the blanks between them away, and folding twice is folding once."""
    folded, count = fold_doubled(text)
    assert re.sub(r"[,，、。；;：:？！?!\s]", "", folded) == re.sub(r"[,，、。；;：:？！?!\s]", "", text)
    assert len(folded) < len(text) if count else folded == text
    assert fold_doubled(folded) == (folded, 0)
