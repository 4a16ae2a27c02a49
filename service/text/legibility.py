"""How well a decoded text reads as Chinese: the share of its characters that a newspaper would print.

Wrongly decoded bytes are mostly characters, too, but rare ones. Everyday are the 3,755 characters of the first level of
GB 2312 (97 of 100 characters of real prose) and their traditional forms.
"""

import re
from functools import lru_cache

from opencc import OpenCC

_FOREIGN = re.compile("[^\x00-\x7f]")
_MARKS = frozenset("，。、；：！？“”‘’（）《》〈〉「」『』【】〔〕…—·～％　．－＋×℃‰→■●★◆○①②③④⑤⑥⑦⑧⑨")
_SAMPLE = 20_000
_DAMAGE = 3


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=30_000)
def everyday(char: str) -> bool:
    """True for a character or mark that prose is made of, in either script; half- or full-width forms count."""
    if char in _MARKS or "\uff10" <= char <= "\uff5a":
        return True
    try:
        code = _simplifier().convert(char).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


def legibility(text: str) -> float:
    """0 to 1: the share of everyday characters among those that are not ASCII; a U+FFFD weighs as three bad ones.

    Text in ASCII alone is 1. Long text is judged by its first 20,000 characters that are not ASCII.
    """
    foreign = _FOREIGN.findall(text, 0, 1_000_000)[:_SAMPLE]
    if not foreign:
        return 1.0
    good = sum(map(everyday, foreign))
    damaged = foreign.count("\ufffd")
    return good / (len(foreign) + (_DAMAGE - 1) * damaged)
