"""Markdown with front matter."""

import datetime as dt

import pytest

from service.text.page import read

TEXT = """---
title: "平湖四个重点项目开工"
date: 2024-06-21 08:00
source: 平湖发布
tags: [开工, 投资]
---

# 平湖四个重点项目开工

![现场](a.jpg)
3月5日，**平湖市**举行[集中开工](http://x.example/a)仪式，计划总投资**46.8**亿元。

## 强链补链

> - 独山港区项目总投资21亿元。
1. 一期占地120亩。

| 项目 | 总投资（亿元） |
|------|:----:|
| 轴承扩产 | 9.6 |

---
市里要求挂图作战。<br>
"""


def test_front_matter_and_marks() -> None:
    """Front matter gives title, date and outlet; headings, table rows and words stay, marks and images go."""
    page = read(TEXT, "text/markdown", "a.md")
    assert (page.title, page.published, page.outlet) == ("平湖四个重点项目开工", dt.date(2024, 6, 21), "平湖发布")
    assert page.body.split("\n") == [
        "3月5日，平湖市举行集中开工仪式，计划总投资46.8亿元。",
        "强链补链",
        "独山港区项目总投资21亿元。",
        "1. 一期占地120亩。",
        "项目 | 总投资（亿元）",
        "轴承扩产 | 9.6",
        "市里要求挂图作战。",
    ]


def test_first_heading_is_the_title_without_front_matter() -> None:
    """Without front matter the first heading is the title, and bylines are read as in plain text."""
    page = read("# 平湖四个重点项目开工 #\n\n2024-06-21 来源：平湖发布\n\n计划总投资46.8亿元。", None, "a.md")
    assert (page.title, page.published, page.outlet) == ("平湖四个重点项目开工", dt.date(2024, 6, 21), "平湖发布")


@pytest.mark.parametrize(
    ("line", "want"),
    [
        ("总投资**.*亿元，占地2*3公里*4条", "总投资**.*亿元，占地2*3公里*4条"),
        ("项目幇办******等机制", "项目幇办******等机制"),
        ("编号 a_b_c 与 __init__", "编号 a_b_c 与 init"),
        ("#项目为王#不是标题", "#项目为王#不是标题"),
        ("投资 < 5亿元 且 > 3亿元", "投资 < 5亿元 且 > 3亿元"),
    ],
)
def test_marks_that_are_no_marks_stay(line: str, want: str) -> None:
    """Masked digits, products and signs of less are no emphasis and no tags."""
    assert read(f"前一段说明项目情况。\n\n{line}", None, "a.md").body.split("\n")[-1] == want


@pytest.mark.parametrize(
    "text", ["---\n" + "a: b\n" * 50_000, "*a" * 300_000, "[" * 300_000, "![a](" * 100_000, "|" * 300_000, "---", ""]
)
def test_hard_markdown_stays_bounded(text: str) -> None:
    """Open fences, marks and brackets are read in proportion to their size."""
    assert read(text, "text/markdown", "a.md").published is None


def test_chinese_names_of_entries() -> None:
    """Entries may be named in Chinese; an address names no outlet."""
    page = read("---\n标题：项目开工\n日期：2024年6月21日\n来源：http://x.example\n---\n正文一段。", None, "a.md")
    assert (page.title, page.published, page.outlet) == ("项目开工", dt.date(2024, 6, 21), None)
