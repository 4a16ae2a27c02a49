"""A plain page with all that its site prints around the story: the headline, its day, and nothing but the story."""

import datetime as dt

import pytest

from service.models import RawDocument
from service.text.clean import clean
from service.text.page import read
from service.text.page.headline import is_title, original, untagged

TITLE = "磐安药材产业园二期开工 总投资12亿元"
STORY = [
    "4月8日上午，磐安县药材产业园二期项目开工，计划总投资12亿元，用地160亩，建成后年产值可达15亿元。",
    "据了解，一期去年底投产，已有9家企业入驻，带动就业700余人。",
    "县里成立专班，一名领导、一张清单抓到底，力争二期明年底竣工。",
]

PAGES: dict[str, tuple[list[str], str | None]] = {
    "digital newspaper": (
        [
            "浙中晚报 数字报纸",
            "00004版：要闻",
            "TITLE",
            "*",
            "浙中晚报 要闻 00004 TITLE 2022-04-09 30127745 2 2022年04月09日 星期六",
        ],
        "2022-04-09",
    ),
    "masthead and ruling clock": (
        [
            "2023/11/2 下午3:05:41 星期四",
            "新闻热线：0579-80000000 | 关于我们 | 旧版",
            "您当前的位置 : 浙中在线 -> 新闻",
            "TITLE",
            "发布时间：2022年04月09日 来源：浙中在线",
            "*",
            "点击排行",
            "关于我们 | 联系我们 全站导航",
        ],
        "2022-04-09",
    ),
    "clock above, byline below": (
        [
            "新闻源 县域源",
            "2024年11月20日 星期三",
            "县域 > 滚动 > 正文",
            "字号：",
            "TITLE",
            "• 发布时间：2022-04-09 01:29 来源：浙中晚报 作者：佚名",
            "*",
        ],
        "2022-04-09",
    ),
    "bare date between headline and source": (
        [
            "搜 索",
            "当前位置: 首页 / 新闻中心 / 要闻",
            "TITLE",
            "磐安县人民政府",
            "2022-04-09",
            "来源：磐安发布",
            "【字体：",
            "打印本文",
            "*",
        ],
        "2022-04-09",
    ),
    "date over the headline": (["《浙中晚报》 《浙中商报》", "2022年04月09日", "TITLE", "*"], "2022-04-09"),
    "office and date over the headline": (
        ["彩票推荐，全网首选", "磐安县人民政府 | 2022-04-09 14:15", "打印 |", "字号：v|", "TITLE", "*", "-->"],
        "2022-04-09",
    ),
    "weather and portal": (
        ["金华", "17°", "( 12° / 19° )", "天气", "2022-04-09 | 浙中论坛报", "TITLE", "*", "最新县域新闻", "延伸阅读"],
        "2022-04-09",
    ),
    "forum": (
        [
            "春季家装节全场五折起",
            "找回密码",
            "QQ登录",
            "只需一步，快速开始",
            "查看: 27|回复: 0",
            "TITLE",
            "[复制链接]",
            "16",
            "主题",
            "66",
            "积分",
            "发表于 2022-4-9 22:41:36 | 显示全部楼层",
            "（原标题：TITLE）    9 E( O3 y0 C% S7",
            "*",
        ],
        "2022-04-09",
    ),
    "menu below the byline": (
        ["TITLE", "更新时间：2022-04-09 06:51 来源：浙中晚报", "晚报头条", "县域要闻", "国内新闻", "图片精选", "*"],
        "2022-04-09",
    ),
    "spaced date": (["浙中网 > > 正文", "2022 04/ 09 20:49:04", "来源：浙中网", "TITLE", "字体：", "*"], "2022-04-09"),
    "reader of newspapers": (
        [
            "电子报阅读机",
            "2026-01-03",
            "星期六",
            "当前报纸名称：浙中晚报",
            "TITLE",
            "日期：04-09",
            "字号：",
            "版面：第01版：头版 上一篇 下一篇",
            "*",
        ],
        None,
    ),
    "head of the browser's title": (
        ["TITLE -浙中便民网", "TITLE", "*", "上一篇：茶园套种收益增", "下一篇：古村修缮完工", "新闻中心", "网站地图"],
        None,
    ),
    "numbered title": (
        [
            "TITLE 县内新闻-图说磐安 王一 4018005",
            "TITLE 县内新闻-图说磐安 王一 4018005",
            "您当前的位置 :首页 > 县内新闻",
            "TITLE",
            "2022-04-09 11:06 来源：磐安发布",
            "*",
            "初审：王一 复审：张二 终审：朱三 新闻热线：0579-80000000",
        ],
        "2022-04-09",
    ),
    "reading mark": (
        [
            "点击右上角微信好友",
            "朋友圈",
            "请使用浏览器分享功能进行分享",
            "正在阅读：TITLE",
            "首页> 县域频道> 正文",
            "TITLE",
            "来源：浙中网2022-04-09 08:22",
            "*",
        ],
        "2022-04-09",
    ),
    "author over the byline": (
        ["TITLE", "洛桑次仁", "2022年04月09日10:27 来源：浙中晚报", "*", "（责编：王一、张二）", "县域商务"],
        "2022-04-09",
    ),
    "labels above their values": (
        ["TITLE", "2022年04月09日 07:01:24", "来源：", "浙中在线", "*", "标签：", "磐安|药材", "责任编辑：", "陈一丹"],
        "2022-04-09",
    ),
    "repeated at the end": (
        ["TITLE", "2022年04月09日 10:03 来源：磐安新闻网", "*", "网络编辑：王一", "TITLE"],
        "2022-04-09",
    ),
    "issue of a newspaper": (
        [
            "浙中报业旗下：浙中晚报 | 浙中商报 | 浙中画报 返回首页",
            "2022年04月09日 星期六  报料热线:966000",
            "当前版: 003版 上一版 下一版 上一期 下一期",
            "标题导航",
            "放大 缩小 默认",
            "TITLE",
            "*",
        ],
        "2022-04-09",
    ),
    "day, paper, page": (
        ["2022年04月09日", "浙中晚报 数字报纸", "第01版:头版", "TITLE", "微信图片_20220409162844", "*"],
        "2022-04-09",
    ),
    "portal of a government": (
        [
            "省政府网 市政府网 English",
            "首     页 政 务 公 开 网 上 办 事",
            "TITLE",
            "上载日期: 2022-04-09 来源: 县政府办公室",
            "*",
        ],
        "2022-04-09",
    ),
    "code of the page": (
        [
            "图说磐安 | 助力县域发展 |",
            "adtop",
            "adtop01",
            "当前位置: 图说磐安 > 社会",
            "TITLE",
            "作者：王一 栏目：社会 来源：图说磐安 发布时间：2022-04-09 00:48",
            "*",
            "adl03",
            "adr1",
        ],
        "2022-04-09",
    ),
}


def article(lines: list[str]) -> tuple[str | None, str | None, str]:
    """Title, day and text of a page whose headline is TITLE and whose story stands at *."""
    text = "\n\n".join("\n".join(STORY) if line == "*" else line.replace("TITLE", TITLE) for line in lines)
    found = clean(RawDocument(source="a.txt", data=text.encode())).clean
    return found.title, found.published.isoformat() if found.published else None, found.text


@pytest.mark.parametrize("name", PAGES)
def test_page_gives_its_headline_its_day_and_its_story(name: str) -> None:
    """Of a page, furniture and all, remain its headline, its day and the lines of the story, all of them."""
    lines, day = PAGES[name]
    title, published, text = article(lines)
    assert (title, published) == (TITLE, day)
    assert text.split("\n") == STORY


def test_line_over_the_headline_that_belongs_to_it_stays() -> None:
    """A place or subtitle that the paper prints beside its headline is text of the story."""
    lines = ["《浙中晚报》 《浙中商报》", "2022年04月09日", "金华市磐安县", "药材产业园跑出加速度", *STORY]
    page = read("\n".join(lines), None, "a.txt")
    assert (page.title, page.body.split("\n")) == ("药材产业园跑出加速度", ["金华市磐安县", *STORY])
    lines = ["上下同欲抓项目 齐心协力开新局", "王一到磐安调研", "2022-02-25 23:00 来源：磐安新闻网", *STORY]
    page = read("\n".join(lines), None, "a.txt")
    assert (page.title, page.body.split("\n")) == (lines[0], [lines[1], *STORY])


def test_heading_of_the_story_below_the_byline_is_not_the_headline() -> None:
    """The first heading of a story that is told place by place stays in it."""
    page = read("\n".join([TITLE, "2022-04-09 来源：磐安发布", "尖山镇", *STORY]), None, "a.txt")
    assert (page.title, page.body.split("\n")) == (TITLE, ["尖山镇", *STORY])


def test_day_may_stand_below_a_summary() -> None:
    """A byline between summary and story is above the story."""
    summary = "核心提示：药材产业园二期开工，县里的药材不愁卖，药农和企业两头都乐。"
    page = read("\n".join([TITLE, summary, "2022-04-09 10:03", *STORY]), None, "a.txt")
    assert (page.title, page.published, page.body.split("\n")) == (TITLE, dt.date(2022, 4, 9), [summary, *STORY])


def test_channel_over_crumbs_is_not_of_the_story() -> None:
    """The channel that the crumbs name once more goes, though the page has no headline."""
    title, _, text = article(["今日磐安", "浙中网 > 县域 > 今日磐安 > 正文", "*"])
    assert (title, text.split("\n")) == (None, STORY)


@pytest.mark.parametrize(
    "line",
    [
        "三、磐安县政府",
        "《浙中晚报》 《浙中商报》 《浙中画报》",
        "磐安县县长 王一鸣",
        "新华社杭州4月3日电 题：山里来了大项目",
        "县政府网站 | 省政府网站 | 市政府网站",
        "磐安日报记者 王一鸣",
        "药材加工项目现场.jpg",
        "1623 11",
        "王一鸣、李小满、陈大山",
        "首页 新闻 正文",
    ],
)
def test_no_headline(line: str) -> None:
    """Numbered headings, names, datelines, menus and pictures are no headline."""
    assert not is_title(line)


def test_original_title_comes_without_its_brackets() -> None:
    """原标题 in brackets is read up to the closing one, book title marks go, a board's tag is passed over."""
    assert original("原标题:《磐安产业园开工》") == "磐安产业园开工"
    assert original("原标题:《磐安》产业园开工") == "《磐安》产业园开工"
    assert original("(原标题:磐安产业园开工)   9 E( O3") == "磐安产业园开工"
    assert untagged("[新闻] 磐安产业园开工") == "磐安产业园开工"
    assert untagged("[2022]磐安产业园开工") == "[2022]磐安产业园开工"


@pytest.mark.parametrize(
    "line",
    [
        "TITLE 2022年4月9日，项目开工。",
        "TITLE",
        "2022-04-09 项目开工",
        "TITLE 总投资2亿元，2022-04-09开工",
        "上一篇：TITLE 浏览100",
    ],
)
def test_line_with_the_headline_in_the_story_states_no_day(line: str) -> None:
    """A sentence that holds the headline and a date is not the closing line of a page."""
    page = read("\n".join([TITLE, *STORY, line.replace("TITLE", TITLE)]), None, "a.txt")
    assert page.published is None


def test_clock_of_the_page_is_no_day_of_publication() -> None:
    """A date with its weekday above the headline is today's."""
    page = read("\n".join(["2024年11月20日 星期三", TITLE, *STORY]), None, "a.txt")
    assert page.published is None
    page = read("\n".join(["2024年11月20日", TITLE, *STORY]), None, "a.txt")
    assert page.published == dt.date(2024, 11, 20)
