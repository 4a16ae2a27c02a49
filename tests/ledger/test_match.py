"""How likely two mentions are of one project, and why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.identity import read
from service.ledger import SAME, Mention, match
from service.models import Region
from tests.ledger import ANJI, HUZHOU, mention

OWNER = ("浙江禾禄膜材料有限公司",)


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        (mention("天钧索具（长兴）科技产业园"), mention("天钧索具"), "same core name: 天钧"),
        (mention("禾禄锂电池隔膜产业园"), mention("禾禄隔膜", region=HUZHOU), "one place within the other"),
        (
            mention("年产5亿平方米锂电池隔膜", owners=OWNER),
            mention("禾禄锂电池隔膜产业园"),
            "stands in the name of the other",
        ),
        (mention("晟芯复合铜箔二期", total=20), mention("晟芯复合铜箔生产基地"), "same core name"),
        (
            mention("污水处理厂提标改造", total=0.63),
            mention("污水处理厂", total=0.63),
            "investment within 5 %: 6300万元",
        ),
        (mention("县人民医院新院区"), mention("长兴县人民医院新院区"), "same name within a county"),
        (mention("331国道改建"), mention("G331改建工程"), "G331"),
    ],
)
def test_one(a: Mention, b: Mention, reason: str) -> None:
    """Variants of a name are one project, with the reason."""
    found = match(a, b)
    assert found.score >= SAME
    assert any(reason in r for r in found.reasons), found.reasons


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        (
            mention("污水处理厂提标改造", total=0.63),
            mention("污水处理厂提标改造", region=ANJI, total=0.63),
            "different places",
        ),
        (mention("光明垃圾焚烧发电", total=4), mention("光明垃圾焚烧发电", region=ANJI, total=4), "different places"),
        (mention("第一水厂扩建", total=1), mention("第二水厂扩建", total=1), "different numbers: 1 and 2"),
        (mention("城南智造产业园三期"), mention("晟芯智造产业园三期"), "different names: 城南 and 晟芯"),
        (mention("泽玉大道北延", total=2), mention("泽玉大道南延", total=2), "different parts: 北延 and 南延"),
        (mention("嘉海航道改造"), mention("嘉海航道船闸"), "different kinds of thing"),
        (mention("老旧小区改造"), mention("老旧小区改造", "2023-09-01"), "same generic name"),
        (mention("老旧小区改造", total=1.2), mention("老旧小区改造", "2023-09-01", total=2.9), "investment differs"),
        (mention("江峰至廿六都公路"), mention("江峰至石门公路"), "江峰 in both names"),
        (mention("机场快速路", article="a"), mention("机场商务酒店", article="a"), "one article tells of them as two"),
    ],
)
def test_two(a: Mention, b: Mention, reason: str) -> None:
    """What looks alike and is not stays apart, with the reason."""
    found = match(a, b)
    assert found.score < SAME
    assert any(reason in r for r in found.reasons), found.reasons


def test_line_through_counties() -> None:
    """A road may be told of in each county it runs through; a plant may not."""
    assert match(mention("缙松高速公路"), mention("缙松高速", region=ANJI)).score >= SAME
    assert match(mention("缙松新材料"), mention("缙松新材料", region=ANJI)).score < SAME


def test_place_in_the_name() -> None:
    """An article about the prefecture that names the county in the project's name is of that county."""
    wide = mention("安吉抽水蓄能电站", region=HUZHOU)
    assert match(wide, mention("抽水蓄能电站", region=ANJI)).score >= SAME
    there = Region(code="330522", name="长兴县", path="浙江省/湖州市/长兴县")
    assert (
        match(wide, mention("抽水蓄能电站", region=there)).score
        < match(wide, mention("抽水蓄能电站", region=ANJI)).score
    )


MENTIONS = [w.mention for w in read()]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MENTIONS), st.sampled_from(MENTIONS))
def test_symmetric(a: Mention, b: Mention) -> None:
    """The score and its reasons are the same whichever mention comes first."""
    assert match(a, b) == match(b, a)


@pytest.mark.parametrize("m", MENTIONS[::7], ids=lambda m: m.project.name)
def test_reflexive(m: Mention) -> None:
    """A mention with a figure, or with a name of its own, is its own project again."""
    if m.project.investment_total is not None and m.region is not None:
        assert match(m, m).score >= SAME
