"""Look-alikes and synonym spinning: a character replaced by one that looks or means the same, to slip past a filter.

A short list of what really occurs; each entry stays away from the words in which the odd character is right.
"""

import re

from service.text.repair.step import Step

_CHINESE_DIGIT = "一二三四五六七八九〇"
_NOUGHT = "○◯0Oo０Ｏ"
_REPLACED = (
    # Filters for superlatives: 蕞 is right in 蕞尔 (tiny) and 绵蕞 only.
    ("最", "(?<![绵綿])蕞(?![尔爾])"),
    # Spinners read 民 as common people, and that as 平易近人: 居平易近, 人平易近币. Right are 平易近人, 平易近民, 平易近情.
    ("民", "平易近(?![人民情])"),
    ("国", "囯"),
    ("高", "髙"),
    # 二○二一年, 二00九年: circles, noughts or letters for 〇 inside a year.
    ("〇", f"(?<=[{_CHINESE_DIGIT}])[{_NOUGHT}]{{1,3}}(?=[{_CHINESE_DIGIT}年])"),
)
_PATTERN = re.compile("|".join(f"({pattern})" for _, pattern in _REPLACED))
_ODD = re.compile(f"[蕞囯髙平{_CHINESE_DIGIT}](?:(?<=[蕞囯髙])|(?<=平)易近|(?<=[{_CHINESE_DIGIT}])[{_NOUGHT}])")


def _right(found: re.Match[str]) -> str:
    right = _REPLACED[(found.lastindex or 1) - 1][0]
    return right * len(found[0]) if right == "〇" else right


def restore_lookalikes(text: str) -> tuple[str, int]:
    """The text with the character that was meant in place of each look-alike, and how many there were."""
    if not _ODD.search(text):
        return text, 0
    return _PATTERN.subn(_right, text)


lookalikes = Step(
    name="lookalikes",
    apply=restore_lookalikes,
    yes={
        "打造黑龙江蕞具活力的产业园": "打造黑龙江最具活力的产业园",
        "總投資3亿元人平易近币，惠及当地居平易近": "總投資3亿元人民币，惠及当地居民",
        "中囯一重的髙端装备": "中国一重的高端装备",
        "二○二一年、二00九年、一九九O年": "二〇二一年、二〇〇九年、一九九〇年",
    },
    no=(
        "蕞尔小岛，绵蕞之礼",
        "他平易近人，平易近民，文风平易近情",
        "一是○号楼、一期O型管线，2020年10月",
        "十00式、五百○六、第一00中学",
    ),
)
