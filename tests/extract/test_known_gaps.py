"""Known gaps: sentences that are not read as they should be. Strict: one that comes right must be moved to the examples."""

import pytest

from service.extract import sentences
from service.extract.indicators.reading import indicators
from service.extract.projects.reading import projects
from tests.extract import CONTEXT

NAMES = {
    "县里投资3亿元的不锈钢水管，去年投产。": ["不锈钢水管"],
    "叶岭、拉山和松岭三座水电站开工。": ["叶岭水电站", "拉山水电站", "松岭水电站"],
}
FIGURES = {
    "全县工业用电量增长两成。": [("growth_rate", 20)],
    "新修7条道路，实施4大工程。": [("project_count", 4)],
    "谋划的重点项目，原则上产业类项目投资不低于5000万元。": [],
    "20%的企业完成技改，增长翻两番。": [("growth_rate", 300)],
}


@pytest.mark.parametrize(("text", "names"), NAMES.items(), ids=list(NAMES))
@pytest.mark.xfail(strict=True, reason="known gap")
def test_names(text: str, names: list[str]) -> None:
    """The projects of the sentence are read, and nothing else."""
    found, _ = projects(sentences(text, CONTEXT), CONTEXT)
    assert [p.name for p in found] == names


@pytest.mark.parametrize(("text", "figures"), FIGURES.items(), ids=list(FIGURES))
@pytest.mark.xfail(strict=True, reason="known gap")
def test_figures(text: str, figures: list[tuple[str, int]]) -> None:
    """The figures of the sentence are read, and nothing else."""
    read = sentences(text, CONTEXT)
    _, claims = projects(read, CONTEXT)
    assert [(i.metric, int(i.value)) for i in indicators(read, CONTEXT, claims)] == figures
