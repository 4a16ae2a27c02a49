"""How a text is written, so that a lost character is not looked for in another script or among marks it does not use."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

from opencc import OpenCC

from service.text.repair.gbk import characters

_OTHER_SCRIPT = 6.0  # nats; a traditional character in simplified prose, or the reverse
_OTHER_MARK = 6.0  # corner brackets where the text quotes with “”, full-width letters and digits
_RARE_MARK = 2.5  # ！ and ？, which the model takes for full stops


class Style(NamedTuple):
    """The script of a text, and what it costs, in nats, to read a character it would not use."""

    traditional: bool
    costs: Mapping[str, float]


@functools.cache
def _scripts() -> tuple[frozenset[str], frozenset[str]]:
    """The characters of GBK that only simplified prose has, and those that only traditional prose has."""
    hanzi = [char for char in characters().values() if "\u3400" <= char <= "\ufaff"]
    joined = "\n".join(hanzi)
    traditional = {c for c, other in zip(hanzi, OpenCC("t2s").convert(joined).split("\n"), strict=True) if c != other}
    simplified = {c for c, other in zip(hanzi, OpenCC("s2t").convert(joined).split("\n"), strict=True) if c != other}
    return frozenset(simplified - traditional), frozenset(traditional)


@functools.cache
def _costs(other_script: int | None, corners: bool) -> Mapping[str, float]:
    costs = dict.fromkeys((*map(chr, range(0xFF01, 0xFF5F)), "\u3000"), _OTHER_MARK)
    for mark in "，：；（）":
        del costs[mark]
    costs |= {"！": _RARE_MARK, "？": _RARE_MARK + 1.0, "\u3000": 2 * _OTHER_MARK}
    costs |= dict.fromkeys("“”‘’" if corners else "「」『』", _OTHER_MARK)
    if other_script is not None:
        costs |= dict.fromkeys(_scripts()[other_script], _OTHER_SCRIPT)
    return costs


def style_of(text: str) -> Style:
    """How the text is written; where its script is mixed, neither costs."""
    simplified, traditional = _scripts()
    ours, theirs = (sum(map(script.__contains__, text)) for script in (simplified, traditional))
    other = 1 if ours > 2 * theirs else 0 if theirs > 2 * ours else None
    return Style(other == 0, _costs(other, "「" in text))
