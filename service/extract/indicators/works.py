"""Counts of what is done for projects and firms: meetings held, problems solved, firms gained."""

import re
from collections.abc import Iterator

from service.extract.grammar import Context, Family
from service.extract.indicators.clauses import Reading
from service.extract.indicators.growth import NO_CONTEXT
from service.extract.lexicon import alternatives
from service.extract.sentence import COUNT, Sentence

works = Family("works", over="shape")

SOLVES = r"(?:解决|化解|协调|办结|破解|收集|受理|梳理|排查|交办|整改|处置|处理|打通|疏通|回应|答复)"
PROBLEMS = ("问题", "难题", "诉求", "困难", "事项", "堵点", "难点", "痛点", "需求", "瓶颈")
PROBLEM = alternatives(PROBLEMS)
# 各类难题 and 办结企业问题 count 难题 and 企业问题.
OWN = re.compile(rf"^(?:{SOLVES}|了|各类|各项|等)+")
PLAIN = r"[^，。；：ⓂⓃⓅⓉ]"


@works.rule(
    r"(?:召开|举办|举行|组织|开展|组织开展) (?:了|各类|全[市县区州省])? (?P<of>[^，。；：ⓂⓃⓅⓉ]{1,14}?(?:会议?|活动|对接|培训|督查|仪式)) (?:共|累计|达)? Ⓝ",
    near=("会", "活动", "对接", "培训", "督查", "仪式"),
    yes={"累计⟦召开项目调度会72次⟧，": "项目调度会", "⟦举办银企对接会5场⟧": "银企对接会"},
    no=("召开会议部署", "社会组织12家", "协会会员300家"),
)
def meetings(m: re.Match[str], _: Context) -> str:
    return str(m["of"])


@works.rule(
    rf"{SOLVES} {PLAIN}{{0,22}}? (?P<of>(?:[^，。；：、的ⓂⓃⓅⓉ]{{0,6}}){PROBLEM}) (?:共|累计|共计|达)? Ⓝ",
    near=PROBLEMS,
    yes={
        "集中⟦解决项目建设中遇到的各类难题483项⟧，": "各类难题",
        "先后⟦收集办结企业问题202个⟧": "办结企业问题",
        "⟦协调解决用电、排污等问题17个⟧": "排污等问题",
    },
    no=("解决问题的办法有3条", "梳理项目12个"),
)
def problems_solved(m: re.Match[str], _: Context) -> str:
    return str(m["of"])


@works.rule(
    rf"{SOLVES} (?:了|企业|项目|各类)? {PLAIN}{{0,10}}? Ⓝ {PLAIN}{{0,8}}? (?P<of>{PROBLEM})",
    near=PROBLEMS,
    yes={"⟦解决了32个用地难题⟧": "难题"},
    no=("解决5个村的道路", "3个问题"),
)
def solved_problems(m: re.Match[str], _: Context) -> str:
    return str(m["of"])


@works.rule(
    rf"Ⓝ (?P<of>{PLAIN}{{0,6}}?{PROBLEM}) [，]? (?:已|均|全部|得到|目前|现已|基本){{0,3}} {SOLVES}",
    near=PROBLEMS,
    yes={"企业反映的⟦46个问题，已全部办结⟧": "问题"},
    no=("46个问题。", "发现3个问题"),
)
def problems_are_solved(m: re.Match[str], _: Context) -> str:
    return str(m["of"])


@works.rule(
    r"(?:新增|净增|新设立?|新认定|新培育|新登记|新注册|新引进) (?P<of>[^，。；：、ⓂⓃⓅⓉ]{0,12}(?:企业|市场主体|经营主体)) (?:共|达)? Ⓝ",
    near=("企业", "主体"),
    yes={"⟦净增规上工业企业35户⟧": "规上工业企业"},
    no=("新增企业产值5亿元", "企业35户"),
)
def firms_gained(m: re.Match[str], _: Context) -> str:
    return str(m["of"])


def worked(sentence: Sentence) -> Iterator[Reading]:
    """The counts of work in a sentence."""
    if COUNT not in sentence.shape:
        return
    for found in works.find(sentence.shape, NO_CONTEXT):
        token = sentence.shape.index(COUNT, found.start)
        start, end = sentence.span(found.start, found.end)
        of = OWN.sub("", str(found.value))
        yield Reading("count", token, start, end, found.rule, sentence.values[token].value, of)
