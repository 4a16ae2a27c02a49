"""What is a project's name, and what only looks like one."""

import pytest

from service.extract.projects import alike
from service.extract.projects import names as n


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("加强衢宁货运站建设", "衢宁货运站"),
        ("新建墨竹抽水站", "墨竹抽水站"),
        ("另一个蓝莓冻干", "蓝莓冻干"),
        ("临海渡槽主体工程", "临海渡槽"),
        ("开发区热力站", "开发区热力站"),
    ],
)
def test_tidy(text: str, name: str) -> None:
    """A name sheds the verb in front of it and 建设 behind it, and keeps the words that only look like them."""
    start, end = n.tidy(text)
    assert text[start:end] == name


@pytest.mark.parametrize("text", ["重点", "新能源", "城市基础设施", "先进装备制造", "四大骨干水利", "老旧小区改造"])
def test_says_nothing_of_its_own(text: str) -> None:
    """Words that every region's projects share leave no residue."""
    assert n.residue(text) == 0


@pytest.mark.parametrize("text", ["缙云木器产业园", "二期", "第二水厂", "大川", "年产Ⓠ铜箔", "“云谷”平台"])
def test_specific(text: str) -> None:
    """A proper part, a phase, a number or a quotation tells one project from others."""
    assert n.specific(text)


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("缙云抽水蓄能电站", "电站"),
        ("饶河污水处理厂（二期）", "污水处理厂"),
        ("乐东黄流机场三期工程", "机场"),
        ("浑江流域综合治理", "综合治理"),
        ("长白朝鲜族风味", None),
    ],
)
def test_head(text: str, head: str | None) -> None:
    """The head is the longest word for a built thing or a work at the end, before a bracket and a phase."""
    assert n.head(text) == head


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("临平大桥和余杭隧道", ["临平大桥", "余杭隧道"]),
        ("木棠水厂及配套管网工程", ["木棠水厂及配套管网工程"]),
        ("和龙仓储中心", ["和龙仓储中心"]),
        ("智能电表和储能柜生产线", ["智能电表和储能柜生产线"]),
    ],
)
def test_split(text: str, parts: list[str]) -> None:
    """和 divides two names that are whole, and stays inside one that is not."""
    assert [text[i:j] for i, j in n.split(text)] == parts


@pytest.mark.parametrize("text", ["“头雁”工程", "招商引资工程", "人才引育工程"])
def test_campaign(text: str) -> None:
    """What is called 工程 may be a campaign."""
    assert n.campaign(text)
    assert not n.campaign("桦南松木河灌区工程")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("德清地信小镇", "德清地信小镇项目"),
        ("东港码头（一期）", "东港码头一期"),
        ("永康五金城", "永康五金城二期"),
    ],
)
def test_equal(one: str, other: str) -> None:
    """Brackets and 项目 make no difference, and a name without a phase is the whole of its phases."""
    assert alike.equal(alike.key(one), alike.key(other))


VARIANTS = [
    ("龙泉市剑瓷产业园", "剑瓷产业园"),
    ("安图县长白山天然矿泉水", "安图长白山天然矿泉水"),
    ("金力永磁", "金力永磁（宁波）科技产业园"),
    ("义北路特种线缆生产线", "义北路电力特种线缆生产线"),
    ("县人民医院", "县人民医院迁建"),
    ("浙江雁荡菌菇食品有限公司", "雁荡菌菇"),
    ("贡觉50兆瓦牧光互补电站", "贡觉牧光互补电站"),
]


@pytest.mark.parametrize(("one", "other"), VARIANTS)
def test_variant(one: str, other: str) -> None:
    """A shorter wording that leaves out the place, the head or words inside names the same project."""
    assert alike.variant(alike.key(one), alike.key(other))


@pytest.mark.parametrize(("one", "other"), VARIANTS)
def test_edges(one: str, other: str) -> None:
    """Wordings of one project share an edge, by which they are found among many; the unlike mostly share none."""
    assert not alike.key(one).edges.isdisjoint(alike.key(other).edges)
    assert alike.key(one).edges.isdisjoint(alike.key("昌都三江口码头").edges)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("东港码头一期", "东港码头二期"),
        ("景宁高速", "景宁高速连接线"),
        ("墨脱水电站", "米林水电站"),
    ],
)
def test_different(one: str, other: str) -> None:
    """Two phases, or a thing and what is joined to it, are two projects."""
    a, b = alike.key(one), alike.key(other)
    assert not alike.equal(a, b)
    assert not alike.variant(a, b)


@pytest.mark.parametrize(
    ("words", "is_clause"),
    [
        ("代表庆元县报告一批工程", True),
        ("观看园区沙盘", True),
        ("群众看得见的实惠", True),
        ("意大利生产线", True),
        ("环岛公路又有3个驿站", True),
        ("龙井抽水蓄能电站", False),
        ("海丰临港冷链物流产业园二期", False),
        ("江山至廿八都旅游公路", False),
    ],
)
def test_clause(words: str, is_clause: bool) -> None:
    """Words with a predicate of their own are no name."""
    assert n.clause(words) is is_clause
