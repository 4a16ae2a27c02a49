"""The n-gram model reads prose in any script and width alike."""

import math

import pytest

from service.text.repair.ngram import Ngrams, continuations, count, count_words, fold, pack, shipped


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("總投資50億元", "总投资00亿元"),
        ("PPP项目(一期),好!", "AAA项目（一期），好。"),
        ("「開工」　", "“开工”\n"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Script, width, digits and letters do not count, and the length stays."""
    assert fold(text) == folded


def test_prose_reads_better() -> None:
    """Prose reads better than the same characters in another order, or one byte off."""
    model = shipped()
    assert model.score("总投资五十亿元的项目开工") > model.score("元亿十五资投总的工开目项") + 10
    assert model.score("株洲兆能机电") > model.score("敝曛拚啄軝") + 10
    assert model.score("總投資") == model.score("总投资")


def test_probabilities() -> None:
    """Packing keeps the counts, and the probabilities behind a history come to no more than one."""
    counts = count(["开工建设项目。开工仪式。", "项目开工。"])
    model = Ngrams.unpack(pack(counts))
    assert model.seen("开工") == 3
    assert model.followers("开") == "工"
    for history in ("", "开", "目开"):
        total = sum(math.exp(model.log_probability(history, token)) for token in counts[0])
        assert 0.5 < total <= 1.0001


def test_words() -> None:
    """Words weigh what their frequency says, and what weighs too little is left out."""
    assert count_words([("开工", 100), ("竣工", 1)], 0.1, 0.5)[1] == {"开工": 1}


def test_continuations() -> None:
    """A shorter n-gram counts by what it was seen behind, a mark by its share, and the longest as often as it was seen."""
    counts = count(["规模化，规模化，规模化，绿化。"])
    single, double, triple = continuations(counts)
    assert counts[0]["模"] == 3
    assert single["模"] == 1
    assert single["化"] == 2
    assert single["，"] > single["模"]
    assert double["模化"] == 1
    assert triple == counts[2]
