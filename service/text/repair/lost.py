"""Lost characters: a page showed `?` for a character of the user-defined area, 市委?記 for 市委書記.

A `?` between Chinese characters may as well be a question mark, so a character is put back only where exactly one makes
known words with what stands on both sides, and a sentence could hardly end there.
"""

import re

from service.text.repair.ngram import fold
from service.text.repair.step import Step
from service.text.repair.style import Style, style_of
from service.text.repair.tables import Tables, shipped_tables

_PLACE = re.compile("\\?(?<=[\u4e00-\u9fff]{2}.)(?=[\u4e00-\u9fff])")
_FIGURES = frozenset("〇零一二三四五六七八九十百千万亿两几数半0")
_LEAST_SEEN = 6
_LEAST_SHARE = 0.05  # of what follows the two characters before; 中国?鲜到延边 lost its dot, not the 朝 of 朝鲜
_LEAST_GAIN = 9.0  # nats, against a question mark
_MOST_PLACES = 500


def _candidate(tables: Tables, style: Style, before: str, behind: str) -> str | None:
    """The one character that makes words with both sides, in the script of the text; never a figure."""
    model = tables.model
    fitting = [
        token
        for token in model.followers(before[-1])
        if model.seen(before + token) >= max(_LEAST_SEEN, _LEAST_SHARE * model.total(before))
        and model.seen(before[-1] + token + behind) >= _LEAST_SEEN
    ]
    if len(fitting) != 1 or fitting[0] in _FIGURES or not "\u4e00" <= fitting[0] <= "\u9fff":
        return None
    token = fitting[0]
    if model.score(token + behind, before) - model.score("?" + behind, before) < _LEAST_GAIN:
        return None
    return min(tables.forms(token), key=lambda char: style.costs.get(char, 0.0))


def restore(text: str) -> tuple[str, int]:
    """The text with the characters put back that can be told, and how many they were."""
    if "?" not in text or _PLACE.search(text) is None:
        return text, 0
    tables, style = shipped_tables(), style_of(text)
    parts: list[str] = []
    done = count = 0
    for _, place in zip(range(_MOST_PLACES), _PLACE.finditer(text), strict=False):
        at = place.start()
        char = _candidate(tables, style, fold(text[at - 2 : at]), fold(text[at + 1]))
        if char:
            parts += (text[done:at], char)
            done = at + 1
            count += 1
    return "".join((*parts, text[done:])), count


lost_characters = Step(
    name="lost_characters",
    apply=restore,
    yes={
        "舟山市委?記到現場辦公": "舟山市委書記到現場辦公",
        "全年固定?产投资增长8%": "全年固定资产投资增长8%",
        "儋州市人民?府门户网站": "儋州市人民政府门户网站",
    },
    no=(
        "路修好了吗?村民说修好了",
        "为什么来?因为环境好",
        "谁来建设?企业来建设",
        "项目怎么样?负责人说",
        "年产多少?500万吨",
        "总投资?亿元，用地?余亩",  # a digit may have stood there
        "增强“美丽中国?鲜到延边”品牌影响力",
    ),
)
