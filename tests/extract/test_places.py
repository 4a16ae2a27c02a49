"""Which divisions a text names, and which one it is about."""

import pytest

from service.extract import extract
from service.extract.divisions import table
from service.extract.places import paper, places, region
from service.models import RawDocument
from service.text.clean import clean


def paths(text: str, title: str | None = None, outlet: str | None = None) -> list[str]:
    return [table().region(p.division.code).path for p in places(text, title, outlet)]


def about(text: str, title: str | None = None, outlet: str | None = None) -> str | None:
    found = region(text, places(text, title, outlet), title, outlet)
    return found.path if found else None


@pytest.mark.parametrize(
    "text",
    [
        "双方深化合作，投资兴业，拿出真金白银支持企业。",
        "新城区路网加快建设，老城区改造提速。",
        "广东某公司介绍，市场前景广阔。"[2:],
        "江苏企业走进义乌市场"[4:6] + "，两地平安、和平、光明、友好。",
        "他延长工时，比如夜里抢修，解放思想，资源公安前进。",
    ],
)
def test_ordinary_words_are_no_places(text: str) -> None:
    """A word that happens to be some county's short name is no place."""
    assert paths(text) == []


def test_short_name_needs_word_edges() -> None:
    """A short name that straddles two words is no place: 资兴 in 投资兴业, even in an article from its own province."""
    assert "湖南省/郴州市/资兴市" not in paths("湖南省郴州市优化环境，吸引客商投资兴业。")


def test_market_is_no_city() -> None:
    """义乌市场 is the market of 义乌, not 义乌市."""
    found = places("浙江省金华市发布消息，义乌市场客流回升。")
    assert [(p.division.name, p.end - p.start) for p in found][-1] == ("义乌市", 2)


def test_ambiguous_name_takes_the_article_s_parent() -> None:
    """朝阳区 alone is no place; in an article about 长春 it is that city's."""
    assert paths("朝阳区一批项目开工。") == []
    assert "吉林省/长春市/朝阳区" in paths("长春市朝阳区一批项目开工。")
    assert "北京市/朝阳区" in paths("北京市朝阳区一批项目开工。")


def test_province_before_city_of_the_same_name() -> None:
    """Bare 吉林 is the province, 吉林市 the city; bare 海南 is the province."""
    assert paths("吉林一季度投资增长。") == ["吉林省"]
    assert paths("吉林市一季度投资增长。") == ["吉林省/吉林市"]
    assert paths("海南自贸港建设提速。") == ["海南省"]


def test_city_before_county_of_the_same_name() -> None:
    """长沙 is the city unless the county is named in full."""
    assert paths("客商从长沙赶来。") == ["湖南省/长沙市"]


def test_county_article() -> None:
    """An article that speaks of its county throughout is about the county, though the city is named in the dateline."""
    text = "6月21日，记者在嘉兴市平湖市采访。平湖市今年开工项目12个，平湖加快建设。平湖市委书记到现场调研。"
    assert about(text) == "浙江省/嘉兴市/平湖市"


def test_city_article_with_counties() -> None:
    """An article about a city that visits several of its counties is about the city."""
    text = "绥化市召开项目推进会，全市开工项目120个。肇东市开工12个，安达市开工15个，海伦市开工9个。我市将继续加力。"
    assert about(text) == "黑龙江省/绥化市"


def test_several_provinces() -> None:
    """An article that is about places all over the country is about none."""
    assert about("浙江省、吉林省、海南省、四川省、广东省代表团参会，杭州市、长春市、成都市分别签约。") is None


def test_title_and_outlet_decide() -> None:
    """Where the body names no place, the title and the outlet say where."""
    assert about("全市重点项目建设提速，完成投资34亿元。", "舟山：项目建设提速", "舟山日报") == "浙江省/舟山市"


def test_offsets() -> None:
    """Each place's offsets give its words."""
    text = "浙江省湖州市长兴县和德清县签约。"
    assert [text[p.start : p.end] for p in places(text)] == ["浙江省", "湖州市", "长兴县", "德清县"]


def test_table() -> None:
    """The table holds every division of GB/T 2260 down to the county, each with its parents."""
    known = table()
    assert len(known.by_code) == 3211
    assert known.region("410403").path == "河南省/平顶山市/卫东区"
    assert known.region("419001").path == "河南省/济源市"
    assert known.region("110105").path == "北京市/朝阳区"


def test_town_of_the_same_name() -> None:
    """A town that is called as a county elsewhere is not that county."""
    assert about("福山镇飘着咖啡香，澄迈县文旅局说。", "澄迈福山：一杯咖啡") == "海南省/澄迈县"


def test_everyday_name_of_an_autonomous_division() -> None:
    """延边州 and 前郭县 are what people call the autonomous divisions."""
    assert paths("延边州148个项目开工。") == ["吉林省/延边朝鲜族自治州"]


def test_generic_name_needs_its_parent_before_it() -> None:
    """城区 and 新城区 are parts of any town, unless their city stands right before them."""
    assert paths("阳泉市中心城区扩容，新城区提速。") == ["山西省/阳泉市"]
    assert paths("阳泉市城区一批项目开工。") == ["山西省/阳泉市", "山西省/阳泉市/城区"]


def test_county_alone() -> None:
    """A county named without its city is the place, not the city that nobody named."""
    assert about("7月14日，武义经济开发区的地块成功出让，由浙江一家公司摘得。") == "浙江省/金华市/武义县"


def test_full_name_across_words() -> None:
    """A full name that straddles two words is no place: 上城区 in 县级以上城区, 环县 in 环县城."""
    assert paths("县级以上城区燃煤锅炉淘汰，推进环县城城镇群建设。") == []
    assert paths("杭州市上城区项目开工。") == ["浙江省/杭州市", "浙江省/杭州市/上城区"]


def test_place_in_another_projects_name() -> None:
    """A place in a project's name tells where that project stands, not the next one of the list, unless that one stands in it."""
    text = "黑龙江省一批项目提速，全省抢工期：鹤岗机场扩建工程、兴凯湖湿地修复工程开工。绥化云杉产业园内的智能仓储项目投产。黑龙江省服务全省项目。"
    article = clean(RawDocument(source="a.txt", data=text.encode()))
    stand = {p.name: p.region.path if p.region else None for p in extract(article).projects}
    assert stand["鹤岗机场扩建工程"] == "黑龙江省/鹤岗市"
    assert stand["兴凯湖湿地修复工程"] == "黑龙江省"
    assert stand["智能仓储"] == "黑龙江省/绥化市"


def test_paper() -> None:
    """Who brought the article helps to place it: its outlet, or the first words of its text."""
    text = "文成新闻网讯（记者 王海明）昨日，县长带队赴大峃镇、南田镇督查重点项目建设，要求保质量、赶进度。"
    assert paper(text, None) == "文成新闻网讯"
    assert about(text, outlet=paper(text, None)) == "浙江省/温州市/文成县"
    assert paper("本报天台6月29日电 一批项目开工。", "浙江日报") == "浙江日报 本报天台6月29日电"
    assert paper("新华社北京6月29日电 一批项目开工。", None) is None


def test_firms_are_from_elsewhere() -> None:
    """The place in a firm's name is where the firm is from, not what the article or its project is about."""
    text = "绥棱县抓项目。沈阳云杉纸业有限公司投资1亿元的密度板项目投产，大连鹏禾集团的冷饮项目开工，烟台鑫禾禽业公司的养殖项目签约。"
    assert about(text) == "黑龙江省/绥化市/绥棱县"
    article = clean(RawDocument(source="a.txt", data="沈阳云杉纸业有限公司投资1亿元的青杉密度板项目投产了。".encode()))
    assert [p.region for p in extract(article).projects] == [None]


def test_place_in_brackets_behind_another_project() -> None:
    """A place in brackets is that of the project before it."""
    text = "丽水市的项目包括青杉电子晶圆项目（莲都区），云岭动力电动车项目（缙云县），丽水市项目都已开工，丽水市要求加快建设。"
    article = clean(RawDocument(source="a.txt", data=text.encode()))
    assert {p.region.path for p in extract(article).projects if p.region} == {"浙江省/丽水市"}
