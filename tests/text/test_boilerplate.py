"""What is cut from a page, and what never is."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from service.text.boilerplate import strip

DATA = Path(__file__).parent / "data"
TO_TRADITIONAL = opencc.OpenCC("s2t")
STORY = [
    "3月5日上午，平湖市举行一季度重点项目集中开工仪式，四个项目同日动土，计划总投资46.8亿元。",
    "其中，独山港区的特种纤维材料项目占地120亩，计划总投资21亿元，建成后预计年产值30亿元。",
    "强链补链",
    "市委主要负责人在仪式上要求，各镇街要倒排工期、挂图作战，确保项目早竣工、早投产，为全年目标打下基础。",
]
LAST = "园区二期今年还将引进企业12家，预计新增就业岗位1500个，带动上下游企业集聚发展。"


def lines_of(name: str) -> list[str]:
    """The examples of a data file; lines that begin with # explain."""
    return [line for line in (DATA / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def with_readings(text: str) -> str:
    """The text with the reading behind every second Chinese character, as pinyin noters leave it."""
    readings = lazy_pinyin(list(text), style=Style.TONE)
    return "".join(
        f"{c}({r})" if i % 2 and "\u4e00" <= c <= "\u9fff" else c
        for i, (c, r) in enumerate(zip(text, readings, strict=True))
    )


def doubled(text: str) -> str:
    """The text with its commas and full stops doubled."""
    return text.replace("，", ",,").replace("。", ",。").replace("、", ",、")


DAMAGE: dict[str, Callable[[str], str]] = {
    "as written": str,
    "traditional": TO_TRADITIONAL.convert,
    "readings": with_readings,
    "doubled marks": doubled,
    "traditional with readings": lambda text: with_readings(TO_TRADITIONAL.convert(text)),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("line", lines_of("frame_lines.txt"))
def test_frame_below_the_story_is_cut(line: str, damage: str) -> None:
    """Each line of a frame is cut below a story, before the repair of the text as well as after it."""
    change = DAMAGE[damage]
    story = [change(each) for each in STORY]
    body, count = strip("\n".join([*story, change(line)]), None)
    assert body == "\n".join(story)
    assert count == 1


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("line", lines_of("story_lines.txt"))
def test_story_is_never_cut(line: str, damage: str) -> None:
    """A line of the story that speaks of editors, sources or sharing stays, at the end, within and at the head."""
    change = DAMAGE[damage]
    line, story = change(line), [change(each) for each in STORY]
    for body in ([*story, line], [*story[:2], line, *story[2:]], [line, *story]):
        text = "\n".join(body)
        assert strip(text, None) == (text, 0)


@pytest.mark.parametrize(
    "bar",
    [
        "返回搜狐，查看更多",
        "（来源：丽水市委宣传部 林海）返回搜狐，查看更多",
        "（责任编辑：何 琳）返回顶部",
        "责任编辑：何琳",
        "　　编辑：赵春雪",
        "特别声明：以上内容为自媒体平台用户上传并发布，本平台仅提供信息存储服务。",
    ],
)
@pytest.mark.parametrize("damage", ["as written", "traditional"])
def test_bar_at_the_end_of_a_paragraph_is_trimmed(bar: str, damage: str) -> None:
    """A bar that hangs at the end of the last paragraph goes, the paragraph stays."""
    change = DAMAGE[damage]
    body, count = strip(change("\n".join([*STORY, LAST + bar])), None)
    assert body == change("\n".join([*STORY, LAST]))
    assert count == 1


@pytest.mark.parametrize(
    "end", ["（记者 陈海潮）", "（陈海潮 摄）", "（一期120亩）", "（总投资5亿元）", "——这是责任编辑的期盼"]
)
def test_brackets_of_the_story_stay(end: str) -> None:
    """What a paragraph itself says in brackets at its end is not trimmed."""
    text = "\n".join([*STORY, LAST + end])
    assert strip(text, None) == (text, 0)


def test_dates_glued_to_other_stories_end_the_text() -> None:
    """A tail in which each line begins with the date of the story above it is a list of other stories, its first one too."""
    other = [
        "据介绍，南湖街道把网格员下沉一线，帮助企业解决招工难题。",
        "2023-08-218月19日，市运动会乒乓球比赛在体育馆举行，吸引了众多市民观看。",
        "2023-08-20七夕将至，鲜花市场迎来销售小高峰。",
        "2023-08-19",
    ]
    assert strip("\n".join([*STORY, LAST, *other]), None) == ("\n".join([*STORY, LAST]), 4)


def test_dates_before_other_stories_end_the_text() -> None:
    """Where the date stands before its story, the line above the first date is the story's own."""
    other = ["2023-08-21市运动会闭幕", "2023-08-21七夕鲜花市场升温", "2023-08-19卫生站启用"]
    assert strip("\n".join([*STORY, LAST, *other]), None) == ("\n".join([*STORY, LAST]), 3)


@pytest.mark.parametrize(
    "chronicle",
    [
        ["2019-03-15项目签约落地", "2020-06-01一期开工建设", "2022-10-20一期竣工投产"],
        ["2019年3月15日，项目签约。", "2020年6月1日，一期开工。"],
        ["2023年8月21日至25日，展会期间将发布一批项目。", "2023年8月19日，展会倒计时活动举行。"],
        ["2019-03-15", "项目签约", "2020-06-01", "一期开工"],
    ],
)
def test_chronicle_of_the_story_stays(chronicle: list[str]) -> None:
    """Entries of a chronicle begin with dates too, but ascend."""
    text = "\n".join([*STORY, *chronicle])
    assert strip(text, None) == (text, 0)


@pytest.mark.parametrize(
    "headlines",
    [
        ["相关阅读", "拉林铁路开通首月发送旅客8万人次", "米林农场藏药材基地投资2亿元扩建"],
        ["推荐阅读：", "· 拉林铁路开通首月发送旅客8万人次 2021-07-19", "· 波密县桃花沟景区道路完工 2021-07-18"],
        [
            "·东宁市互市贸易区二期投用 (2015-11-12)",
            "·穆棱麻纺产业园签约5个项目 (2015-11-09)",
            "·海林市药企搬迁 (2015-11-03)",
        ],
        ["热门排行", "长白山机场新增三条航线", "据悉，二道江区老旧小区改造收官，总投资2亿元，惠及居民3000户。"],
        ["網友評論", "海邊的風", "聽說總投資要追加到9億元，不知真假，反正工期一直在拖，大家等著看吧。"],
    ],
)
def test_lists_below_the_story_are_cut(headlines: list[str]) -> None:
    """Related stories, rankings and comments below the story go, whatever figures they hold."""
    body, count = strip("\n".join([*STORY, LAST, *headlines]), None)
    assert body == "\n".join([*STORY, LAST])
    assert count == len(headlines)


def test_list_within_the_story_is_cut_alone() -> None:
    """A box of related headlines between the paragraphs goes, the paragraphs below it stay."""
    box = ["延伸阅读", "拉林铁路开通首月发送旅客8万人次", "米林农场藏药材基地投资2亿元扩建"]
    assert strip("\n".join([*STORY[:2], *box, *STORY[2:]]), None) == ("\n".join(STORY), 3)


def test_sidebar_of_the_story_stays() -> None:
    """相关链接 over a paragraph heads a sidebar of the story and stays with it."""
    text = "\n".join(
        [*STORY, "相关链接", "“千项万亿”工程是指每年滚动推进1000个以上省重大项目、完成投资1万亿元以上的行动。"]
    )
    assert strip(text, None) == (text, 0)


def test_advertisement_between_telephone_numbers_is_cut() -> None:
    """A line that speaks to the reader between contact lines belongs to them."""
    tail = [
        "产业招商/厂房租售:400 1234 567",
        "请说明您的需求、用途、公司、联系人,以便快速帮您对接资源。",
        "扫一扫关注公众号",
    ]
    assert strip("\n".join([*STORY, LAST, *tail]), None) == ("\n".join([*STORY, LAST]), 3)


def test_forum_junk_between_the_lines_is_cut() -> None:
    """Floors, signatures and random letters between the paragraphs of a thread go."""
    junk = ["楼主", "发表于 2019-6-3 20:14:07 | 只看该作者", "积分 318", "; k' Z! O3 n. l5 T", "QQ群：123456789"]
    mixed = [line for pair in zip(STORY, junk, strict=False) for line in pair]
    assert strip("\n".join([*mixed, junk[-1]]), None) == ("\n".join(STORY), 5)


def test_title_above_the_story_is_cut() -> None:
    """The title printed once more, alone or with the site's name, is no part of the body."""
    title = "平湖市四个重点项目同日开工"
    head = [title, "原标题：平湖市四个重点项目同日开工", f"{title}_平湖要闻", "2024-03-06 09:12"]
    assert strip("\n".join([*head, *STORY]), title) == ("\n".join(STORY), 4)


@pytest.mark.parametrize("between", [[], ["返回"], ["本文来源于网络，如有侵权请联系删除。"]])
def test_story_printed_twice_is_kept_once(between: list[str]) -> None:
    """A page that prints its story twice has it once, with the short headings in it."""
    body, _ = strip("\n".join([*STORY, LAST, *between, *STORY, LAST]), None)
    assert [line for line in body.split("\n") if line not in between] == [*STORY, LAST]


def test_story_printed_twice_in_one_line_is_kept_once() -> None:
    """The same where both prints stand in one line."""
    whole = "".join(line for line in STORY if line.endswith("。"))
    assert strip(f"{whole}　{whole}", None) == (whole, 1)


def test_repeated_heading_stays() -> None:
    """A short line that comes twice in a story (签约现场。) is no double print."""
    text = "\n".join([STORY[0], "签约现场。", STORY[1], "签约现场。", STORY[3]])
    assert strip(text, None) == (text, 0)


def test_summary_that_repeats_the_lead_is_cut() -> None:
    """摘要 over the story goes where it only repeats how the story begins; another summary stays."""
    assert strip("\n".join(["摘要：" + STORY[0][:24] + "…", *STORY]), None) == ("\n".join(STORY), 1)
    other = "\n".join(["摘要：全年目标已经明确，各地你追我赶。", *STORY])
    assert strip(other, None) == (other, 0)


def test_page_of_frame_alone_is_empty() -> None:
    """Where nothing but frame stands, nothing remains."""
    assert strip("首页 > 新闻\n返回顶部\n浙ICP备05000000号", None) == ("", 3)
    assert strip("", None) == ("", 0)


@given(st.lists(st.sampled_from([*STORY, LAST, *lines_of("frame_lines.txt")]), max_size=14))
def test_strip_twice_cuts_no_more(lines: list[str]) -> None:
    """What is left once is left for good, and no line is invented."""
    body, count = strip("\n".join(lines), None)
    assert strip(body, None)[0] == body
    assert count >= 0
    assert all(any(line in each for each in lines) for line in body.split("\n") if line)


@pytest.mark.parametrize(
    "text",
    [
        "（" * 1_000_000,
        "总投资五亿元，" * 1_500_000,
        "责任编辑：" * 2_000_000,
        "责任编辑：张三来源：\n" * 50_000,
        "2023-08-21项目\n" * 50_000,
    ],
    ids=["brackets", "long line", "labels", "bars", "dates"],
)
def test_hard_text_stays_bounded(text: str) -> None:
    """A million brackets and a line of ten million characters take no more than a moment."""
    strip(text, None)


def test_order_of_frame_does_not_matter() -> None:
    """However the lines below a story are shuffled, all of them go."""
    frame = [line for line in lines_of("frame_lines.txt") if "排行" not in line]
    for seed in range(20):
        shuffled = random.Random(seed).sample(frame, 12)
        assert strip("\n".join([*STORY, LAST, *shuffled]), None)[0] == "\n".join([*STORY, LAST])


@pytest.mark.parametrize(
    "below",
    [
        ["责任编辑：何琳", "县域商务", "图说磐安"],
        ["责任编辑：", "何琳", "看县域新闻，关注磐安在线微信"],
        ["上一篇：茶园套种收益增", "下一篇：古村修缮完工", "新闻中心", "网站地图"],
        ["关键词：药材产业", "今日关注榜", "我看磐安"],
        ["监制：何琳", "记者：王一 张二", "[县域早读]古村修缮完工 游客纷至沓来", "[县域早读]冬季清雪机械到位"],
        ["-->", "adr1", "home"],
        [
            "磐安在线版权与免责声明：",
            "凡本网注明来源的稿件，版权归磐安在线独家所有，任何媒体转载必须注明来源，违者依法追究责任。",
        ],
    ],
)
def test_what_stands_below_the_close_is_cut(below: list[str]) -> None:
    """Below the line of the editors, keywords, neighbours or rights stands nothing of the story."""
    assert strip("\n".join([*STORY, LAST, *below]), None) == ("\n".join([*STORY, LAST]), len(below))


@pytest.mark.parametrize(
    "below",
    [
        ["平湖新埭镇", "平湖独山港区"],
        ["责任编辑：何琳", "另据报道，平湖市今年还将开工12个项目，总投资超过50亿元，涉及交通、水利和教育。"],
        ["责任编辑：何琳", "项目 | 投资 | 面积", "码头 | 3亿元 | 120亩"],
    ],
)
def test_what_follows_the_story_without_a_close_stays(below: list[str]) -> None:
    """Short lines at the end, a second story below the editors, and a table stay."""
    kept = [line for line in below if "编辑" not in line]
    assert strip("\n".join([*STORY, LAST, *below]), None)[0] == "\n".join([*STORY, LAST, *kept])


HOSTILE = {
    "bare dates": "2023-08-21\n" * 200_000,
    "days in turn": "\n".join(f"{1990 + i % 40}-{i % 12 + 1:02}-{i % 28 + 1:02}" for i in range(200_000)),
    "entries": "title: 项目\n" * 300_000,
    "table": "项目 | 投资5亿元 | 面积20亩\n" * 100_000,
    "closes": "责任编辑：王一\n县域商务\n" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hundreds_of_thousands_of_lines_take_about_a_second(name: str) -> None:
    """Floods of short lines are read once and remembered between the rounds."""
    start = time.process_time()
    strip(HOSTILE[name], None)
    assert time.process_time() - start < 4  # a second on a free machine
