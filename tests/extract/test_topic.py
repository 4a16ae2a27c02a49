"""An article keeps to the project it is about: what is aimed at, compared, ranked or only stood beside takes no figure from it."""

from decimal import Decimal

import pytest

from service.extract.projects.alike import key, variant
from tests.extract.reading import names, only, read

UNNAMED = {
    "aim": "该项目建成后将成为省内最大的菌菇加工基地之一。",
    "clause": "抚远这个医院项目有了新进展。",
    "comparison": "与旧厂房项目相比，能耗下降三成。",
    "venue": "封顶仪式在乐东县莺歌海港举行。",
    "partners": "签约的还有三山集团、极地数据中心、白桦科技公司等。",
    "heading": "玉米加工项目主要有：",
    "crew": "据嘉善东区项目经理部经理介绍，工期过半。",
    "zone": "多个重要项目落地舟山新区。",
}


@pytest.mark.parametrize("text", UNNAMED.values(), ids=UNNAMED)
def test_words_beside_the_projects_name_none(text: str) -> None:
    """Aims, clauses, comparisons, venues, partners, headings, crews and zones are no projects."""
    assert names(text) == []


KEPT = {
    "aim": "桦南紫苏油项目是当地的重点工程，也是加快建设三江油料基地的关键。",
    "zone": "桦南紫苏油项目由桦南紫苏油脂有限公司投资，位于桦南县龙岗工业园。",
    "extra": "桦南紫苏油项目已经开工。“以后打算再上一条灌装生产线。”经理说。",
    "parts": "桦南紫苏油项目占地40亩，主要建设项目包括厂房、道路、绿化等工程。",
    "area": "桦南紫苏油项目已经开工，边坡复绿、废油循环利用等设施同步投用。",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_figures_stay_with_the_project_of_the_story(text: str) -> None:
    """What follows a sentence that touches on something else is still said of the project."""
    project = only(text + "项目总投资3亿元，达产后年产值5亿元。")
    assert project.name == "桦南紫苏油"
    assert project.investment_total == 300_000_000
    assert project.annual_output == 500_000_000


ALIKE = [
    ("海林市椴木蜂蜜深加工", "椴木蜂蜜深加工"),
    ("海林椴蜜食品有限公司椴蜜深加工", "椴蜜深加工"),
    ("贡觉50兆瓦牧光互补电站", "贡觉牧光互补电站"),
    ("年产6万吨硅藻土助滤剂", "硅藻土助滤剂材料"),
    ("桦甸康顺新型硅藻土助滤材料", "康顺硅藻土助滤材料"),
]


def test_wordings_of_one_project_are_one() -> None:
    """A place, a firm or a size in front makes no other project; another size, place or product does."""
    assert [variant(key(a), key(b)) for a, b in ALIKE] == [True, True, True, False, True]
    assert not variant(key("贡觉50兆瓦牧光互补电站"), key("贡觉80兆瓦牧光互补电站"))


def test_sums_pair_with_names_by_order() -> None:
    """总投资分别为 gives each name of the list its own sum."""
    projects, _ = read("签约项目2个，分别为蛟河石材、舒兰大米项目，总投资分别为2亿元、3亿元。")
    assert [(p.name, int(p.investment_total or 0)) for p in projects.values()] == [
        ("蛟河石材", 200_000_000),
        ("舒兰大米", 300_000_000),
    ]


def test_one_sum_before_a_counted_list_is_the_sum_of_all() -> None:
    """投资9亿元的A、B等5个项目 gives A nothing."""
    projects, _ = read("投资9亿元的蛟河石材、舒兰大米等5个项目集中投产。")
    assert [(p.name, p.investment_total, p.stage) for p in projects.values()] == [
        ("蛟河石材", None, "operational"),
        ("舒兰大米", None, "operational"),
    ]


def test_preparations_that_go_well_are_preparations() -> None:
    """前期工作进展顺利 is no construction."""
    projects, _ = read("墨竹引水工程、当雄通用机场等项目前期工作进展顺利。")
    assert [p.stage for p in projects.values()] == ["planned", "planned"]


def test_a_capacity_of_a_named_size_is_kept() -> None:
    """年产6万吨 in the name is a capacity whatever the short form says."""
    project = only("年产6万吨硅藻土助滤剂项目开工。硅藻土助滤剂项目总投资2亿元。")
    assert project.capacity[0].value == Decimal(60000)
    assert project.investment_total == 200_000_000
