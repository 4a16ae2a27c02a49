"""Every repair step: its examples come right, its near misses stay, its names are its own."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.models import Repair
from service.text.repair import STEPS, repair
from service.text.repair.step import Step

from .prose import SENTENCES

HARD = ("(", "（a", ",", "，。", ", ", "、", "?!", "國", "蕞", "平易近", "一0", "！睖", "項(xiàng)", "a", "項")


def cases(kind: str) -> list[object]:
    """All examples or near misses of all steps, each with its id."""
    return [
        pytest.param(step, text, id=f"{step.name}-{text[:20]}")
        for step in STEPS
        for text in (step.yes if kind == "yes" else step.no)
    ]


@pytest.mark.parametrize(("step", "damaged"), cases("yes"))
def test_examples(step: Step, damaged: str) -> None:
    """A wild example comes right and is counted, and there is nothing left to repair in it."""
    right = step.yes[damaged]
    repaired, count = step.apply(damaged)
    assert repaired == right
    assert count > 0
    assert step.apply(right) == (right, 0)


@pytest.mark.parametrize(("step", "text"), cases("no"))
def test_near_misses(step: Step, text: str) -> None:
    """What only looks like the damage stays."""
    assert step.apply(text) == (text, 0)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_has_both(step: Step) -> None:
    """A step has examples and near misses, and leaves the empty text alone."""
    assert step.yes
    assert step.no
    assert step.apply("") == ("", 0)


def test_names() -> None:
    """The names of the steps, which travel in the results, are unique."""
    assert len({step.name for step in STEPS}) == len(STEPS)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_clean_prose(sentence: str) -> None:
    """Clean prose passes through all steps untouched."""
    assert repair(sentence) == (sentence, ())


@pytest.mark.parametrize("piece", HARD)
def test_linear(piece: str) -> None:
    """Two hundred thousand characters of anything take moments, whatever the step."""
    start = time.process_time()
    repair(piece * (200_000 // len(piece)))
    assert time.process_time() - start < 5


@given(st.text(alphabet="項目项,，。!？?(（）)ài蕞0一A \n\u3000\ue000", max_size=60))
@settings(deadline=None)  # the first damaged text loads the tables
def test_lines_stay(text: str) -> None:
    """No repair adds or takes a line end, so that title and body can go through together."""
    assert repair(text)[0].count("\n") == text.count("\n")


SHIFTED = {
    # 保护, left a semicolon and a comma: no doubled mark
    "白山市加强耕地;,开展土壤污染防治。": "白山市加强耕地保护,开展土壤污染防治。",
    # the note made a mark of two characters: no byte shift of its own
    "舟山市推进生态环(fáng)潮；び虢ㄉ,年内完工": "舟山市推进生态环境保护与建设,年内完工",
    "舟山市推进生态环境(cháo)；び虢ㄉ,年内完工": "舟山市推进生态环境保护与建设,年内完工",
}


@pytest.mark.parametrize(("damaged", "right"), SHIFTED.items())
def test_signs_stay(damaged: str, right: str) -> None:
    """No step takes the signs away by which another one reads a shifted run again."""
    assert repair(damaged)[0] == right


def test_doubled_beside_a_mark() -> None:
    """Where a page doubles its marks, a comma behind a semicolon is one of them; alone, it is folded at the end."""
    assert repair("白山市加强耕地;,全面开工,。")[0] == "白山市加强耕地;全面开工。"
    assert repair("全县共有项目58个;,全面开工。")[0] == "全县共有项目58个;全面开工。"


def test_reports() -> None:
    """Several kinds of damage in one text are undone together, each counted under its name."""
    damaged = "嵊泗縣(xiàn)項(xiàng)目,,全面開工,。總投資3亿元人平易近币"
    text, repairs = repair(damaged)
    assert text == "嵊泗县项目,全面开工。总投资3亿元人民币"
    assert repairs == (
        Repair(step="pinyin_notes", count=2),
        Repair(step="doubled_punctuation", count=2),
        Repair(step="lookalikes", count=1),
        Repair(step="script", count=5),
    )
