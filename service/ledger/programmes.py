"""The programmes a project is told to be in: 三个一批, 省重点, 白名单 ...; each rule with examples and near misses."""

import re
from collections.abc import Iterable
from typing import NamedTuple


class Programme(NamedTuple):
    """A programme by its name, the words that tell of it, texts that do (`yes`) and near misses that do not (`no`)."""

    name: str
    pattern: re.Pattern[str]
    yes: tuple[str, ...]
    no: tuple[str, ...]


def _programme(name: str, pattern: str, yes: tuple[str, ...], no: tuple[str, ...]) -> Programme:
    return Programme(name, re.compile(pattern), yes, no)


PROGRAMMES = (
    _programme("三个一批", '[“"]?三个一批[”"]?', ("全市“三个一批”项目集中开工",), ("一批三个项目",)),
    _programme("四个一批", '[“"]?四个一批[”"]?', ("列入“四个一批”项目库",), ("四个项目一批签约",)),
    _programme(
        "国家重点",
        '国家(?:级)?重(?:点|大)(?:建设|工程|水利|能源)?(?:项目|工程)|国家(?:[“"]?十[三四五]五[”"]?)规划(?:重[点大])?(?:项目|工程)',
        ("是国家重大水利工程", "列入国家“十四五”规划重大项目"),
        ("国家重点实验室", "国家重点研发计划"),
    ),
    _programme(
        "省重点",
        '(?:省|自治区)(?:级)?(?:[“"]?[百千]?[大个][”"]?)?重[点大](?:建设|产业|工业|交通|民生)?(?:项目|工程)|省(?:级)?重点(?!实验室|中学|高中|学科|大学)',
        ("该项目是省重点建设项目", "列为省级重点项目", "自治区重点项目之一", "作为省重点，项目进展顺利"),
        ("省重点实验室", "省重点中学", "省级经济开发区"),
    ),
    _programme(
        "市重点",
        "(?<![城县])市(?:级)?重[点大](?:建设|产业|工业|交通|民生)?(?:项目|工程)",
        ("今年市重点项目", "市级重大项目"),
        ("城市重点区域", "市重点高中"),
    ),
    _programme(
        "白名单",
        '[“"]?白名单[”"]?(?=项目|贷款|企业|机制|管理|[，。；、]|$)',
        ("进入房地产融资“白名单”项目", "被纳入白名单"),
        ("白色名单簿", "邮箱白名单设置"),
    ),
    _programme(
        "百大项目",
        '[“"]?(?:百大|百项千亿|千项万亿)[”"]?(?:项目|工程)',
        ("省“百大项目”开工", "列入千项万亿工程"),
        ("百大企业", "百大名校"),
    ),
    _programme(
        "专项债",
        "(?:地方政府)?专项债(?:券)?(?:资金)?(?:项目|支持|资金)",
        ("争取专项债资金1.2亿元", "专项债券支持"),
        ("专项债务审计", "专项资金"),
    ),
    _programme("特别国债", "(?:超长期)?特别国债", ("获超长期特别国债资金支持",), ("国债利率下调",)),
    _programme("中央预算内投资", "中央预算内(?:投资|资金)", ("争取中央预算内投资8000万元",), ("中央预算安排",)),
)


def programmes(texts: Iterable[str]) -> tuple[str, ...]:
    """The programmes that the texts tell of, in the order of the table."""
    said = tuple(texts)
    return tuple(p.name for p in PROGRAMMES if any(p.pattern.search(text) for text in said))
