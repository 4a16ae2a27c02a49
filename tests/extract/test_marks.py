"""A sentence's shape cut into marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import service.extract.projects  # noqa: F401  (every family has added its words)
from service.extract.projects import marks as m
from service.extract.projects.marks import marks, show


@pytest.mark.parametrize(
    ("shape", "cut"),
    [
        ("加快推进松阳水库建设", "加快推进/Sconstruction 松阳水库建设/n"),
        ("项目建成后，年产Ⓠ铜箔", "项目/P 建成后/M ，/， 年产/R Ⓠ铜箔/n"),
        ("嘉兴瑞泰年产Ⓠ铜箔项目", "嘉兴瑞泰年产Ⓠ铜箔/n 项目/P"),
        ("支持建设中街工业园", "支持/F 建设中街工业园/n"),
        ("海宁—桐乡连接线竣工", "海宁—桐乡连接线/n 竣工/Scompleted"),
        ("甲山生态修复工程", "甲山生态修复工程/n"),
        ("引进甲电子、美源地产等项目", "引进/Ssigned 甲电子/n 、/、 美源地产/n 等/G 项目/P"),
        ("总投资 Ⓜ的“云谷”产业园", "总投资/R Ⓜ/# 的/F “云谷”产业园/n"),
        ("总投资Ⓜ，春风化雨润万家，占地Ⓐ", "总投资/R Ⓜ/# ，/， ，/， 占地/R Ⓐ/#"),
    ],
)
def test_cut(shape: str, cut: str) -> None:
    """The longest word wins; words inside names are no marks; a clause that tells of no project is one stop."""
    assert show(marks(shape)) == cut


@given(st.text(alphabet="项目工程的，。、等一期总投资Ⓜ占地Ⓐ已建成后“”（） 甲乙年产Ⓠ和在", max_size=60))
def test_covers_in_order(shape: str) -> None:
    """Marks never overlap, stand in order, and quote the shape."""
    end = 0
    for mark in marks(shape):
        assert end <= mark.i < mark.j <= len(shape)
        if mark.cls != m.STOP:
            assert shape[mark.i : mark.j] == mark.word
        end = mark.j
