"""Plain text: which line is the title, and which date is one of publication."""

import datetime as dt

import pytest

from service.text.page import read

STORY = [
    "3月5日上午，平湖市举行一季度重点项目集中开工仪式，四个项目同日动土，计划总投资46.8亿元。",
    "其中，独山港区的特种纤维材料项目占地120亩，计划总投资21亿元，建成后预计年产值30亿元。",
    "市委主要负责人要求，各镇街要倒排工期、挂图作战，确保项目早竣工、早投产。",
]


def page(*lines: str) -> tuple[str | None, str, str | None, str | None]:
    """Title, body, date and outlet of the lines."""
    read_page = read("\n".join(lines), "text/plain", "a.txt")
    return read_page.title, read_page.body, str(read_page.published) if read_page.published else None, read_page.outlet


@pytest.mark.parametrize(
    "title",
    [
        "平湖四个重点项目开工",
        "海南：项目建设提速 投资结构更优",
        "开工即冲刺！平湖四个项目集中开工！",
        "河南孟州:重點(diǎn)項(xiàng)目建設(shè)注入新動能",
        "1-4月重点项目完成投资34.2亿元",
    ],
)
def test_headline_is_the_title(title: str) -> None:
    """A short first line that is no sentence is the title, and no part of the body."""
    assert page(title, *STORY)[:2] == (title, "\n".join(STORY))


@pytest.mark.parametrize(
    "line",
    [
        "开工仪式现场。",
        "图为开工仪式现场",
        "（记者 陈海潮 摄）",
        "▲项目施工现场",
        "项目为王，发展为要。",
        "奋斗有我！",
        "6月21日，平湖市独山港区一片繁忙，",
        "一、高位推进：",
        "本报讯 记者陈海潮报道",
    ],
)
def test_other_first_line_is_no_title(line: str) -> None:
    """A caption, a slogan, a sentence or a byline is no title and stays in the body."""
    assert page(line, *STORY)[:2] == (None, "\n".join([line, *STORY]))


@pytest.mark.parametrize("label", ["原标题：", "原標題:", "原標(biāo)題(tí)：", "（原标题："])
def test_original_title_is_the_title_once(label: str) -> None:
    """原标题 repeats the title and goes; alone, it is the title."""
    title = "平湖四个重点项目开工"
    assert page(title, label + title, *STORY)[:2] == (title, "\n".join(STORY))
    assert page(label + title, *STORY)[0] == title


def test_bars_above_the_title_are_passed_over() -> None:
    """The title may stand below the place of the page in its site."""
    title, _, published, outlet = page(
        "当前位置：首页 > 新闻中心 > 要闻", "平湖四个重点项目开工", "2024-03-06 09:12　来源：平湖发布", *STORY
    )
    assert (title, published, outlet) == ("平湖四个重点项目开工", "2024-03-06", "平湖发布")


@pytest.mark.parametrize(
    "head",
    [
        ["周边 建德新闻", "我要投稿", "TITLE", "2021-03-17 09:51 来源:浙江在线", "原标题:TITLE", "image.png"],
        ["字号:", "TITLE", "TITLE", "2019年11月27日 10:55 来源:海岛网参与互动"],
        ["海岛网", "海岛网>>海南频道>>要闻", "TITLE", "2021年07月13日09:13 | 来源:海岛网", "小字号"],
        ["中国企业观察 2023-7-26 02:45 7009 0", "TITLE"],
        ["第01版:头条", "TITLE"],
        ["正在搜索...", "您所在的位置:首页>资讯", "TITLE", "作者: 发布时间:2021-03-23"],
        ["打开网易新闻 查看精彩图片", "TITLE"],
    ],
)
def test_title_is_found_below_the_masthead(head: list[str]) -> None:
    """The headline stands above the byline, or is the line that stands twice; names of sites and bars are none."""
    title = "平湖四个重点项目集中开工 总投资46.8亿元"
    found, body, _, _ = page(*[line.replace("TITLE", title) for line in head], *STORY)
    assert found == title
    assert title not in body
    assert body.endswith("\n".join(STORY))


@pytest.mark.parametrize(
    "bar",
    [
        "发布时间：2024-06-21 08:00",
        "發(fā)布時(shí)間：2024-06-21 08:00",
        "時間：2024-06-21　來源：兩岸財經網",
        "2024年6月21日08:00 | 来源：人民网-海南频道",
        "2024-06-21 来源：琼海发布 责任编辑：王一 我来说两句",
        "2024年06月21日 08:00",
        "琼海发布 2024/6/21 8:00:00",
        "２０２４年６月２１日　星期五",
        "二〇二四年六月二十一日",
        "作者：　发布日期：2024-06-21",
    ],
)
def test_byline_near_the_head_states_the_date(bar: str) -> None:
    """A byline or a bare date above the story is the date of publication."""
    assert page("平湖四个重点项目开工", bar, *STORY)[2] == "2024-06-21"


@pytest.mark.parametrize(
    "bar", ["发布时间：2024-06-21 08:00", "来源：《海南日报》（2024年6月21日）", "（摘自《海南日报》2024年6月21日）"]
)
def test_labelled_date_below_the_story_states_it(bar: str) -> None:
    """Below the story only a date that is labelled as one of publication counts."""
    assert page("平湖四个重点项目开工", *STORY * 3, bar)[2] == "2024-06-21"


@pytest.mark.parametrize(
    "line",
    [
        "2024年6月21日，项目通过竣工验收。",
        "2024年6月21日上午，平湖市召开项目推进会，部署下半年工作。",
        "开工时间：2024年6月21日",
        "竣工日期：2024-06-21",
        "时间：2024年6月21日 地点：市会展中心",
        "2023-08-218月19日，市运动会乒乓球比赛在体育馆举行。",
        "发布时间：1900-01-01",
        "发布时间：2024-13-21",
        "发布时间：6月21日",
    ],
)
@pytest.mark.parametrize("at", [1, 3, 4])
def test_date_of_the_story_is_none_of_publication(line: str, at: int) -> None:
    """A date in a sentence, of a notice, of another headline, or one that no calendar has, is not taken."""
    lines = ["平湖四个重点项目开工", *STORY]
    assert page(*lines[:at], line, *lines[at:])[2] is None


def test_dates_of_a_chronicle_are_none_of_publication() -> None:
    """Bare dates that head the entries of a chronicle are no date of publication."""
    assert page("园区建设大事记", "2019-03-15", "项目签约。", "2020-06-01", "一期开工。", *STORY)[2] is None


def test_dates_of_related_stories_are_none_of_publication() -> None:
    """Dates below the heading of other stories are theirs."""
    assert page(*STORY, "相关阅读", "发布时间：2024-06-21", "码头年底完工 2024-06-20")[2] is None


@pytest.mark.parametrize(
    ("line", "want"),
    [
        ("来源：海南日报", "海南日报"),
        ("来源：海南日报客户端　作者：计佳", "海南日报客户端"),
        ("稿源：吉林日报 编辑：赵敏", "吉林日报"),
        ("(來源:孟州市委宣傳部 牛聯平)返回搜狐,查看更多", "孟州市委宣傳部"),
        ("資金來源：中央預算內投資", None),
        ("项目资金来源：企业自筹", None),
    ],
)
def test_outlet_is_what_stands_behind_the_label(line: str, want: str | None) -> None:
    """来源 in a byline names the outlet; the source of funds does not."""
    assert page("平湖四个重点项目开工", *STORY, line)[3] == want


def test_lines_are_trimmed_and_empty_ones_dropped() -> None:
    """Every kind of line break ends a line, white space around lines goes."""
    text = "\ufeff　　第一段，项目开工。\r\n\r\n\u3000\xa0第二段，项目竣工。\u2028第三段，项目投产。\x0b \t"
    assert read(text, None, "a").body == "第一段，项目开工。\n第二段，项目竣工。\n第三段，项目投产。"


@pytest.mark.parametrize("text", ["", "\n\n", "总投资五亿元，" * 1_000_000, "[" * 1_000_000, "项目\n" * 100_000])
def test_any_text_is_read(text: str) -> None:
    """Nothing, a million brackets and a line of millions of characters are read."""
    assert read(text, None, "a.txt").published is None


def test_kind_is_told_by_type_content_and_name() -> None:
    """The media type comes first, then the look of the text, then the suffix; text/plain says nothing."""
    html = "<!DOCTYPE html><html><body><p>项目开工，总投资5亿元。</p></body></html>"
    assert read(html, "text/plain", "a.txt").body == "项目开工，总投资5亿元。"
    assert read(html, None, "http://news.example/a?id=1").body == "项目开工，总投资5亿元。"
    assert read("<项目开工>，总投资5亿元。", None, "a.txt").body == "<项目开工>，总投资5亿元。"
    assert read('{"text": "项目开工。"}', None, "feed#7").body == "项目开工。"
    assert read("# 项目开工了吗\n总投资5亿元。", None, "a.md").title == "项目开工了吗"
    assert read("[项目] 总投资5亿元。", None, "a.txt").body == "[项目] 总投资5亿元。"
    assert read("总投资5亿元。", None, "a.html").body == "总投资5亿元。"
    assert read("---\ntitle: 项目开工\ndate: 2024-06-21\n---\n总投资5亿元。", None, "a").published == dt.date(
        2024, 6, 21
    )
