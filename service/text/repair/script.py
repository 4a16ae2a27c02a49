"""Traditional script to simplified, character for character.

A text in simplified script may hold a traditional character on purpose (a name: 旭昇, 乾元镇; 瞭望, 著名), so a character
that simplified print uses too is changed only where the writing around it is traditional. OpenCC's tables for this
direction hold no entry that changes the number of characters, so offsets stay; that is checked all the same.
"""

import re
from functools import lru_cache

from opencc import OpenCC

from service.text.repair.step import Step

# Outside GB 2312 and changed by OpenCC, but allowed in simplified print by the standard of 2013, mostly for names.
_ALLOWED = frozenset("昇陞甯龢鉅釐椀濬祇勣颺")
_SHARE = 0.08
# OpenCC leaves 著 alone, which traditional print has both for 着 (看著, 沿著) and for 著 (著名, 显著).
_ZHE = re.compile("(?<![显昭卓土名原专论编译巨所])著(?![名作称书述录者]|有[《“])")
_MISSED = str.maketrans("堿尅衞敍", "碱克卫叙")


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _has(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=30_000)
def _only_traditional(char: str) -> bool:
    """True for a character that simplified print never uses."""
    return char == "後" or not (char in _ALLOWED or _has(char, "gb2312"))


@lru_cache(maxsize=30_000)
def _only_simplified(char: str) -> bool:
    """True for a character that traditional print never uses."""
    return _has(char, "gb2312") and not _has(char, "cp950")


def simplify(text: str) -> tuple[str, int]:
    """The text in simplified script, of the same length, and the number of characters that changed."""
    converted = _converter().convert(text)
    if converted == text or len(converted) != len(text):
        return text, 0
    whole = _traditional(text, converted) >= _SHARE * len(text)
    result = "\n".join(_line(*lines, whole) for lines in zip(text.split("\n"), converted.split("\n"), strict=True))
    return result, sum(map(str.__ne__, text, result))


def _line(line: str, converted: str, whole: bool) -> str:
    """The line converted: all of it if it is in traditional script, or may be and the text is; else what cannot be right."""
    if line == converted and "著" not in line:
        return line
    count = _traditional(line, converted)
    if count >= max(2, _SHARE * len(line)) or (whole and not any(map(_only_simplified, line))):
        return _whole(converted)
    pairs = zip(line, converted, strict=True)
    return "".join(new if old != new and _only_traditional(old) else old for old, new in pairs) if count else line


def _traditional(text: str, converted: str) -> int:
    return sum(old != new and _only_traditional(old) for old, new in zip(text, converted, strict=True))


def _whole(converted: str) -> str:
    return _ZHE.sub("着", converted).translate(_MISSED)


simplified_script = Step(
    name="script",
    apply=simplify,
    yes={
        "嵊泗縣一片繁忙景象，幾臺機械沿著海岸平整土地": "嵊泗县一片繁忙景象，几台机械沿着海岸平整土地",
        "這項著名工程成效顯著，乾隆年間已有記載，乾燥車間著手擴建": "这项著名工程成效显著，乾隆年间已有记载，干燥车间着手扩建",
        "省发改委批复，项目总投資3亿元": "省发改委批复，项目总投资3亿元",
        "白山市重点项目开工。\n該縣負責人說，工程將於年內竣工。": "白山市重点项目开工。\n该县负责人说，工程将于年内竣工。",
        "工程以後交付": "工程以后交付",
    },
    no=(
        "旭昇公司落户德清县乾元镇",
        "著名的瞭望塔，成效显著，宫商角徵羽",
        "於先生、甯女士慰藉了狼藉的现场",
        "沿着海岸，干部们看着图纸，皇后镇里的台阶",
        "2×35万千瓦，PPP模式",
    ),
)
