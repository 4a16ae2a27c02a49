"""Doubled punctuation: scrapers that hide copied text put a comma before every mark, 機器轟鳴,,工人; 盎然,。

A comma beside another mark was never meant; beside a comma, one of the two was. A full stop, a list comma, a semicolon or
a colon that stands twice is one. Ellipses, emphasis (！！) and what stands between Latin letters or digits stay.
"""

import re

from service.text.repair.step import Step

_COMMAS = re.compile("[,，]{2,}")
_BESIDE_PAUSE = re.compile("[,，]+(?=[、。；;：:])|(?<=[、。；;：:])[,，]+")
_RUN = re.compile("[,，、。；;：:？！?!](?:[ \u00a0\u3000]?[,，、。；;：:？！?!])+")
_TWICE = frozenset(("、、", "。。", "；；", "：："))
_MOST_COMMAS = 3
# 保护, had its BBA4 A3AC read as 护 with a full-width mark in front: a byte shift left 保;, or took 护 along, ;,
MAYBE_SHIFTED = re.compile("[!?:;],")


def fold_doubled(text: str) -> tuple[str, int]:
    """The text with every doubled mark folded to the one that was meant, and how many there were."""
    return _folded(text, maybe_shifted=True)


def fold_certain(text: str) -> tuple[str, int]:
    """The same where the page doubles its marks; else what a byte shift may have left of two characters waits for it."""
    folded, count = _folded(text, maybe_shifted=False)
    return fold_doubled(text) if count else (folded, 0)


def _folded(text: str, *, maybe_shifted: bool) -> tuple[str, int]:
    count = 0

    def meant(run: re.Match[str]) -> str:
        nonlocal count
        start, end = run.span()
        if not maybe_shifted and MAYBE_SHIFTED.fullmatch(run[0]):
            return run[0]
        if run[0].isascii() and not (_is_prose(text[max(start - 2, 0) : start]) or _is_prose(text[end : end + 2])):
            return run[0]
        mark = _meant(run[0], text[end : end + 1])
        count += mark != run[0]
        return mark

    folded = _RUN.sub(meant, text)
    return (folded, count) if count else (text, 0)


def _is_prose(side: str) -> bool:
    return not side.isascii() or "%" in side


def _meant(run: str, after: str) -> str:
    """The marks that a run of marks stands for; the run itself where that is open."""
    if run in _TWICE:
        return run[0]
    marks = "".join(run.split())
    if not marks.strip(",，"):
        if len(marks) > _MOST_COMMAS or after[:1] in ("", "\n"):
            return run
        return "，" if "，" in marks else ","
    folded = _BESIDE_PAUSE.sub("", marks)
    # ?! before a letter may be what a byte shift left of a full-width mark, and the comma before them is then meant.
    rest = folded.lstrip(",，")
    if rest[0] in "？！" or not after[:1].isalpha():
        folded = rest
    folded = _COMMAS.sub(lambda commas: "，" if "，" in commas[0] else ",", folded)
    if folded in _TWICE:
        return folded[0]
    return folded if folded != marks else run


doubled_punctuation = Step(
    name="doubled_punctuation",
    apply=fold_doubled,
    yes={
        "八月的舟山群岛,,碧波万顷,。": "八月的舟山群岛,碧波万顷。",
        "嵊泗縣搶工期,、趕進度,,全年簽約項目58個,；": "嵊泗縣搶工期、趕進度,全年簽約項目58個；",
        "白山市，，全年投资增长5.9%，，居全省第二。。": "白山市，全年投资增长5.9%，居全省第二。",
        "港区一期、，二期、、三期同步推进": "港区一期、二期、三期同步推进",
        "海南洋浦,，码头； ，仓库，、冷库已完工": "海南洋浦，码头；冷库已完工".replace("；冷库", "；仓库、冷库"),
        "“项目什么时候开工,？”记者问,：“年内,！”": "“项目什么时候开工？”记者问：“年内！”",
        "“路修好了吗,?”他问": "“路修好了吗?”他问",
        "增长6.4%，，2023年": "增长6.4%，2023年",
    },
    no=(
        "“桥通了！”他说，“终于通了……”——这条路，他等了十年。",
        "多么壮观！！真的吗？！真的。。。",
        "名称,投资,,\n2023,,3,,5",
        "foo(a,,b);; std::string",
        "他问：“谁来干？”、“怎么干？”，答案在现场。",
        "详见http://www.example.cn/a,b：正文",
        "工厂?、仓库?，均已封顶",
        "总投资2.5亿元,?!蔽遽负责人说",
        "上午8:00，10.8亿元",
        "，，，，，，",
    ),
)
