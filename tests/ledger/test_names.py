"""Names taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ledger.names import Known, brand, number, parse, phases, short

KNOWN = Known(("浙江省/湖州市/长兴县", "浙江省/衢州市/江山市"), ("顺昌特钢",))


@pytest.mark.parametrize(
    ("name", "proper", "products", "head"),
    [
        ("天钧索具(长兴)科技产业园", ("天钧",), {"索具"}, "plant"),
        ("天钧索具（长兴）科技产业园项目", ("天钧",), {"索具"}, "plant"),
        ("长兴天钧索具科技产业园", ("天钧",), {"索具"}, "plant"),
        ("“天钧”索具", ("天钧",), {"索具"}, None),
        ("年产5亿平方米锂电池隔膜", (), {"锂电池", "隔膜"}, None),
        ("潭海产业园", ("潭海",), set(), "plant"),
        ("渤水路跨河桥工程", ("渤水路",), set(), "bridge"),
        ("江峰至廿六都旅游公路", ("江峰", "廿六都"), set(), "road"),
        ("江山至石门公路", ("江山", "石门"), set(), "road"),
        ("长兴县店水镇越海新材料年产3万吨精密铜管生产线", ("越海",), {"铜管"}, "plant"),
        ("本河镇冷链集配中心", ("本河",), {"冷链"}, "logistics"),
        ("顺昌特钢冷轧板", ("顺昌特钢", "冷轧板"), set(), None),
        ("顺昌冷轧板", ("顺昌", "冷轧板"), set(), None),
        ("浪湾集装箱码头扩建工程", ("浪湾",), {"集装箱"}, "port"),
    ],
)
def test_parts(name: str, proper: tuple[str, ...], products: set[str], head: str | None) -> None:
    """Owner, place, brackets, capacity, phase and words for works are told from what is proper to a name."""
    parsed = parse(name, KNOWN)
    assert (parsed.proper, set(parsed.products), parsed.head) == (proper, products, head)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("天钧索具科技产业园", "proper"),
        ("县人民医院新院区", "unique"),
        ("第二水厂", "unique"),
        ("G331改建工程", "proper"),
        ("锂电池隔膜生产线", "described"),
        ("老旧小区改造", "generic"),
        ("长兴县污水处理厂提标改造工程", "generic"),
        ("标准化厂房建设项目", "generic"),
        ("重点项目", "generic"),
    ],
)
def test_level(name: str, level: str) -> None:
    """A name is proper, one of its kind in a county, a description, or said of many things."""
    assert parse(name, KNOWN).level == level


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("第二水厂", {"2"}),
        ("地铁1号线南延", {"1"}),
        ("轨道交通二号线", {"2"}),
        ("331国道珲春段", {"G331"}),
        ("国道331线", {"G331"}),
        ("G331改建", {"G331"}),
        ("省道S307那大段", {"S307"}),
        ("十二号地块", {"12"}),
        ("新奥三期", set()),
        ("年产10万吨负极材料", set()),
    ],
)
def test_numbers(name: str, numbers: set[str]) -> None:
    """The number that tells one from its like is found in all its wordings; a phase and a capacity are none."""
    assert parse(name).numbers == numbers


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("智能工厂（二期）", ("2",)),
        ("复合铜箔一期工程", ("1",)),
        ("码头扩建工程首期", ("1",)),
        ("一、二期安置房", ("1", "2")),
        ("科创绿谷第三期", ("3",)),
        ("十二期", ("12",)),
        ("期货大厦", ()),
        ("学期公寓", ()),
    ],
)
def test_phases(name: str, found: tuple[str, ...]) -> None:
    """The phases are read in figures and numerals."""
    assert phases(name) == found


@pytest.mark.parametrize(
    ("division", "called"),
    [
        ("长兴县", "长兴"),
        ("敦化市", "敦化"),
        ("乃东区", "乃东"),
        ("延边朝鲜族自治州", "延边"),
        ("陵水黎族自治县", "陵水"),
        ("前郭尔罗斯蒙古族自治县", "前郭"),
        ("西藏自治区", "西藏"),
        ("浙江省", "浙江"),
    ],
)
def test_short(division: str, called: str) -> None:
    """A division is known by its short name."""
    assert short(division) == called


@pytest.mark.parametrize(
    ("owner", "core"),
    [
        ("浙江禾禄膜材料有限公司", "禾禄"),
        ("天钧索具股份有限公司", "天钧"),
        ("长兴越海新材料有限公司", "越海"),
        ("顺昌特钢集团有限公司", "顺昌特钢"),
        ("有限公司", None),
    ],
)
def test_brand(owner: str, core: str | None) -> None:
    """What is proper to a company's name is found without place, trade and form."""
    assert brand(owner, KNOWN.places) == core


def test_places() -> None:
    """The division in a name is told apart from it, and named."""
    assert parse("长兴县人民医院新院区", KNOWN).place == "浙江省/湖州市/长兴县"
    assert parse("澄迈县人民医院新院区").place == "澄迈县"
    assert parse("市图书馆新馆").core == parse("市图书馆新馆", KNOWN).core


@given(st.integers(1, 99))
def test_number(n: int) -> None:
    """Numerals up to 99 are read as figures are."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(n, 10)
    told = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
    assert number(told) == number(str(n)) == str(n)


@given(st.text(alphabet="天钧长兴县市第二一期(（)）年产3万吨至路桥厂索具改造—·“”", max_size=24))
def test_never_fails(text: str) -> None:
    """Any text is taken apart, and the same again from what it was taken from."""
    assert parse(text, KNOWN) == parse(text, KNOWN)
