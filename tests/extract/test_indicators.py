"""Group and regional figures of whole sentences."""

import datetime as dt
from decimal import Decimal

import pytest

from service.extract import sentences
from service.extract.grammar import Context
from service.extract.indicators.reading import indicators
from service.extract.projects.reading import projects
from service.extract.projects.roles import roles
from service.extract.projects.subjects import Claims, RoleMatch
from service.models import Indicator, Stage

CONTEXT = Context(dt.date(2024, 6, 21))


def read(text: str, claimed: frozenset[int] = frozenset()) -> list[Indicator]:
    """The indicators of a text in which no project is named."""
    found = sentences(text, CONTEXT)
    left = [
        RoleMatch(f.value, s.values[f.end - 1], *s.span(f.start, f.end), f.rule, number)
        for number, s in enumerate(found)
        for f in roles.find(s.shape, CONTEXT)
        if f.end - 1 in s.values
    ]
    return indicators(found, CONTEXT, Claims(claimed, tuple(m for m in left if m.value.start not in claimed)))


def facts(text: str) -> list[tuple[str, object]]:
    return [(i.metric, i.value) for i in read(text)]


def test_round_up() -> None:
    """A round-up gives its counts and sums, each part with the stage of the whole."""
    text = "海宁市此次集中开工的项目共24个，总投资63.7亿元，年度计划投资28.9亿元。其中产业项目15个、民生项目9个。"
    assert [(i.metric, i.stage, i.value) for i in read(text)] == [
        ("project_count", "started", 24),
        ("investment_total", "started", Decimal("6370000000.0")),
        ("investment_planned_year", "started", Decimal("2890000000.0")),
        ("project_count", "started", 15),
        ("project_count", "started", 9),
    ]


def test_progress() -> None:
    """What was invested stands beside its share of the year's plan."""
    text = "1至5月，丽水市36个重点项目完成投资34.2亿元，占年度计划投资的47%，开工率88.7%，总量居全省第二位。"
    assert facts(text) == [
        ("project_count", 36),
        ("investment_completed", Decimal("3420000000.0")),
        ("plan_completion_rate", 47),
        ("rate", Decimal("88.7")),
        ("rank", 2),
    ]
    assert {i.period.text for i in read(text) if i.period} == {"1至5月"}


@pytest.mark.parametrize(
    ("text", "count", "stage"),
    [
        ("今年全省可开复工项目310个。", 310, "planned"),
        ("储备了明年能开工的项目26个。", 26, "planned"),
        ("34个拟竣工产业项目达产后，产值可达9亿元。", 34, "planned"),
        ("认可开工手续的项目12个。", 12, "started"),
        ("31个项目建成投产。", 31, "operational"),
        ("220个项目处于主体施工阶段、又在加快建设。", 220, "construction"),
        ("在全省项目推进会上，又有6个山海协作项目牵手丽水。", 6, None),
    ],
)
def test_stage_of_a_count(text: str, count: int, stage: Stage | None) -> None:
    """What can or will be begun is planned; what follows 达产后 is no stage, and a meeting that pushes projects is none either."""
    assert [(i.value, i.stage) for i in read(text) if i.metric == "project_count"] == [(Decimal(count), stage)]


def test_equal_counts() -> None:
    """Small counts are equal by chance: what one counts is not what the other does, unless it is called the same."""
    text = "园区启动了3个子项目。年底前新开工5个子项目，另有3个项目洽谈中。"
    assert [(i.value, i.stage) for i in read(text)] == [
        (Decimal(3), "started"),
        (Decimal(5), "started"),
        (Decimal(3), "planned"),
    ]
    assert facts("31个重点项目开工。31个项目全部开工。") == [("project_count", 31)]


def test_sum_of_a_signing() -> None:
    """A sum that was signed is signed, whatever is said of the projects counted beside it."""
    text = "在建的6个项目牵手丽水，签约总额达21.3亿元。"
    assert [(i.metric, i.stage) for i in read(text)] == [
        ("project_count", "construction"),
        ("investment_total", "signed"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "通化市固定资产投资、社会消费品零售总额分别增长8.1%和5%。",
            [("固定资产投资", "8.1"), ("社会消费品零售总额", "5")],
        ),
        ("全州规上工业增加值、技改投资均增长10%。", [("规上工业增加值", "10"), ("技改投资", "10")]),
        (
            "城镇和农村居民人均可支配收入分别增长4.8%和6.6%。",
            [("城镇居民人均可支配收入", "4.8"), ("农村居民人均可支配收入", "6.6")],
        ),
        (
            "城乡居民人均可支配收入分别增长6%和6.2%。",
            [("城镇居民人均可支配收入", "6"), ("农村居民人均可支配收入", "6.2")],
        ),
        ("财政总收入9亿元、税收6亿元，分别增长7%和3%。", [("财政总收入", "7"), ("税收", "3")]),
        ("近三年固定资产投资分别增长5%、6%。", [("固定资产投资", "5"), ("固定资产投资", "6")]),
        ("完成投资9亿元，完成年度计划的60%，同比增长12%。", [("完成投资", "12")]),
        ("进出口总额12亿元，下降1.4%。", [("进出口总额", "-1.4")]),
        ("实际使用外资增长1.4倍。", [("实际使用外资", "140")]),
        ("GDP同比增长5.5%，两年平均增长4%。", [("地区生产总值", "5.5"), ("地区生产总值年均", "4")]),
    ],
)
def test_what_grew(text: str, expected: list[tuple[str, str]]) -> None:
    """A growth rate names what grew: one subject, a shared figure, or pairs by order."""
    found = [(i.of, i.value) for i in read(text) if i.metric == "growth_rate"]
    assert found == [(of, Decimal(value)) for of, value in expected]


@pytest.mark.parametrize(
    "text",
    [
        "对总投资5亿元以上的项目，由安吉县领导包联。",
        "农产品加工转化率提高12个百分点。",
        "项目共个，总投资达亿元，完成投资.5亿元。",
        "三个部门联合推进项目审批，“三个一批”项目、一个项目一名专员。",
        "把安全摆在第一位，位居第一方阵。",
        "龙舟赛设6个比赛项目。",
        "年产纱线1500吨、服饰10万件新建项目竣工。",
    ],
)
def test_nothing(text: str) -> None:
    """Thresholds, points, damaged digits, manners of speaking and other kinds of 项目 are no indicators."""
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云杉金属制品项目已完成投资8000万元，占总投资的16%。", []),
        ("云杉金属制品项目总投资5亿元，固定资产投资4亿元。", []),
        ("云杉金属制品项目开工。项目固定资产投资4亿元。", []),
        ("云杉金属制品项目（固定资产投资4亿元）入选。", []),
        ("云杉金属制品项目开工。项目建成后，预计年平均销售收入近3亿元。", []),
        ("云杉金属制品项目总投资5亿元，全市固定资产投资完成90亿元。", [("investment_completed", 9_000_000_000)]),
        (
            "36个项目完成投资8亿元，占总投资的16%。",
            [("project_count", 36), ("investment_completed", 800_000_000), ("rate", 16)],
        ),
    ],
)
def test_figures_of_one_project(text: str, expected: list[tuple[str, int]]) -> None:
    """A share of a project's sum, and what a project invests in assets, are no figures of a region or a group."""
    found = sentences(text, CONTEXT)
    _, claims = projects(found, CONTEXT)
    got: list[tuple[str, object]] = [(i.metric, i.value) for i in indicators(found, CONTEXT, claims)]
    assert got == expected


def test_shared_rank() -> None:
    """A rank shared by two subjects is two; several ranks pair by order."""
    assert facts("固定资产投资、工业增加值增速居全省第一位。") == [("rank", 1), ("rank", 1)]
    assert facts("总量、增速分别居全省第3位和第1位。") == [("rank", 3), ("rank", 1)]


def test_headline_and_lead() -> None:
    """What the headline and the lead both say stands once, with both proofs."""
    [count] = read("农安11个项目签约\n5月18日，农安县举行集中签约，11个招商项目现场签约。")
    assert (int(count.value), count.stage, len(count.evidence)) == (11, "signed", 2)


def test_equal_counts_of_two_kinds() -> None:
    """Equal numbers of two kinds of projects are two counts."""
    assert len(facts("引进石化项目4个、海上风电项目4个、冷链项目4个。")) == 3


def test_plan() -> None:
    """What is only planned is expected and has reached nothing; what is done behind it is not expected."""
    planned, done = read("全县计划新开工项目96个，截至5月底已开工88个。")
    assert (int(planned.value), planned.stage, planned.expected) == (96, "planned", True)
    assert (int(done.value), done.stage, done.expected) == (88, "started", False)


def test_hope_lasts() -> None:
    """A forecast reaches over semicolons to the end of the sentence."""
    text = "预计地区生产总值增长6%；固定资产投资增长9%。财政收入增长3%。"
    assert [i.expected for i in read(text)] == [True, True, False]


def test_year_of_the_report() -> None:
    """全年 is the last year that was named, and a year to compare with governs nothing."""
    text = "2022年，文昌市攻坚克难。全年固定资产投资较2021年增长9%。"
    [rate] = read(text)
    assert rate.period is not None
    assert (rate.period.from_, rate.period.to, rate.period.text) == (dt.date(2022, 1, 1), dt.date(2022, 12, 31), "全年")


def test_claimed() -> None:
    """A project's own sum is no group's."""
    text = "三门县20个重点项目加快建设，其中总投资12亿元。"
    assert ("investment_total", Decimal("1.2e9")) in facts(text)
    claimed = frozenset({text.index("12亿元")})
    assert [i.metric for i in read(text, claimed)] == ["project_count"]


def test_sum_of_a_named_project() -> None:
    """投资Ⓜ的X is X's sum, a group's only where X is counted."""
    assert [m for m, _ in facts("总投资98亿元的28个项目签约。")] == ["investment_total", "project_count"]
    assert [m for m, _ in facts("总投资9亿元的临江矿泉水厂等28个项目签约。")] == ["project_count"]


def test_hedges() -> None:
    """Hedges are kept."""
    [count, total] = read("龙泉市引进项目超过30个，总投资近90亿元。")
    assert (count.qualifier, total.qualifier) == ("over", "under")


@pytest.mark.parametrize(
    "text",
    [
        "上半年，陵水县累计召开项目调度会72次，解决用地、用林等问题143个。",
        "林芝市新签约项目42个，计划总投资58.9亿元，落地项目27个；到位资金增长16.2%，增速居全区第一。",
    ],
)
def test_evidence(text: str) -> None:
    """The quote is what stands at its place."""
    found = read(text)
    assert found
    for evidence in (e for i in found for e in i.evidence):
        assert text[evidence.start : evidence.end] == evidence.quote


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "全县重点项目96个，总投资64亿元，年计划投资9亿元，其中固定资产投资8亿元。",
            [
                ("project_count", None, 96),
                ("investment_total", None, 6_400_000_000),
                ("investment_planned_year", None, 900_000_000),
            ],
        ),
        (
            "集中开工项目9个，总投资7亿元，其中固定资产投资6亿元，计划年底前完成投资2亿元。",
            [
                ("project_count", "started", 9),
                ("investment_total", "started", 700_000_000),
                ("investment_planned_year", "started", 200_000_000),
            ],
        ),
        ("全市签约投资3000万元以上项目27个。", [("project_count", "signed", 27)]),
        ("总投资5亿元至10亿元项目有16个。", [("project_count", None, 16)]),
        ("招商大会上，现场签约总额突破30亿元。", [("investment_total", "signed", 3_000_000_000)]),
        ("该项目签约总额突破30亿元。", []),
        (
            "投资6亿元的甲药厂、乙冰厂等21个项目，投资3亿元的丙糖厂等12个项目集中投产。",
            [
                ("investment_total", "operational", 600_000_000),
                ("project_count", None, 21),
                ("investment_total", "operational", 300_000_000),
                ("project_count", "operational", 12),
            ],
        ),
        (
            "总投资50亿元及以上项目9个，全市固定资产投资上半年完成28亿元。",
            [("project_count", None, 9), ("investment_completed", None, 2_800_000_000)],
        ),
        ("松原市秋季项目集中开工，总投资达69亿元。", [("investment_total", "started", 6_900_000_000)]),
        ("进入施工期，今年将投资1亿元。", []),
        ("全年交通建设计划投资1亿元。", [("investment_planned_year", None, 100_000_000)]),
        ("重点项目完成投资1564元。", []),
        ("现代服务业项目占94个，5亿元以上的项目就达8个。", [("project_count", None, 94), ("project_count", None, 8)]),
    ],
)
def test_sums(text: str, expected: list[tuple[object, object, object]]) -> None:
    """A sum is the total, the year's plan or what was signed by its words; a part of it and a threshold are none."""
    found = sentences(text, CONTEXT)
    _, claims = projects(found, CONTEXT)
    assert [(i.metric, i.stage, i.value) for i in indicators(found, CONTEXT, claims)] == expected


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("今年计划实施的47个公路项目中，23个复工项目进展顺利，2个项目完工。", [None, "started", "completed"]),
        ("计划开工重点项目49个，总投资39亿元，今年计划完成投资6亿元。", ["planned"] * 3),
        ("集中开工重点项目29个，今年计划完成投资3亿元，其中省级项目7个，今年计划完成投资1亿元。", ["started"] * 4),
        (
            "全省安排项目83个。其中计划建成项目8个；续建项目40个。其中温州市项目11个。",
            [None, "planned", "construction", None],
        ),
        (
            "集中开工的项目共68个。其中产业转型领域60个，总投资6亿元；生态环保领域1个，总投资3亿元。",
            ["started"] * 5,
        ),
        ("集中开工的项目包括省重点推进项目2个。", ["started"]),
        ("12个项目正在加快前期工作，7个项目加快建设。", ["planned", "construction"]),
        ("还有28个项目将在本月开复工。", ["planned"]),
    ],
)
def test_stages(text: str, stages: list[str | None]) -> None:
    """A plan that only tells which projects are meant, or how much is to be invested, leaves the rest reached; a part has the stage of its whole."""
    assert [i.stage for i in read(text)] == stages
