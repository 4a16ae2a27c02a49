"""Numbers as the press writes them: 3,000  10.8  三百五十  两  1.2万  — and which are damaged and mean nothing."""

import re
from collections.abc import Iterable
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": Decimal(10**4), "亿": Decimal(10**8)}
_SCALE = {"百": Decimal(100), "千": Decimal(1000), **_LARGE}

# A number is not read where a digit before it was swallowed, deleted or masked: ?000, .5, **.*
# and not where it is the tail of a code or a word: A3, G98.
_NO_TAIL = "0-9.*?？＊×xX/A-Za-z﹖"
_INTACT = rf"(?<![{_NO_TAIL}])(?<![0-9][,，])"
ARABIC = rf"{_INTACT}(?:[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{1,4}}|[1-9][0-9]{{0,11}}|0(?=\.))(?:\.[0-9]{{1,6}})?(?![0-9*＊]|[?？][0-9])"
_NO_PART = "数几上好成碳一二两三四五六七八九十百千万亿零〇0-9"
CHINESE = rf"(?:(?<![{_NO_PART}])[一二两三四五六七八九十百千][一二两三四五六七八九十百千零〇]{{0,10}}(?:点[一二三四五六七八九零〇]{{1,4}})?)"
# 第三 is an ordinal, not a number: only a rank reads it.
ORDINAL = rf"(?:{ARABIC}|{CHINESE})"
NUMBER = rf"(?:{ARABIC}|(?<!第){CHINESE})"
# What a number, its scale and the hedges within are made of.
IN_NUMBER = "0-9.,点一二两三四五六七八九十百千万亿零〇余多来"
# Where a NUMBER may begin, and what stands behind it, its scale and 余, 多, 来: the first character of its unit.
START = rf"""[0-9一二两三四五六七八九十百千] (?: (?<=[0-9])(?<![{_NO_TAIL}].)(?<![0-9][,，].) | (?<![0-9])(?<![第{_NO_PART}].) )
            (?= [{IN_NUMBER}]* (?P<unit>.) )"""
SCALE = r"(?:[百千]?[万亿]|万亿|百万|千万|百|千)"


def first_letters(units: Iterable[str]) -> str:
    """The first character of each unit that is no part of a number: 瓦 of 千瓦."""
    return "".join(dict.fromkeys(re.sub(f"^[{IN_NUMBER}]+", "", unit)[0] for unit in units))


def number(text: str) -> Decimal | None:
    """The value of a numeral in Arabic or Chinese digits, None where it is none (百 alone, 一二三)."""
    if text[0].isascii():
        return Decimal(text.replace(",", ""))
    return chinese(text)


def chinese(text: str) -> Decimal | None:
    """The value of a Chinese numeral: 三百五十, 一千零五, 两万五, 三点六; None for a bare unit and for digits side by side."""
    whole, _, fraction = text.partition("点")
    total, section, digit, last = Decimal(0), 0, None, 1
    for c in whole:
        if c in _DIGITS:
            if digit is not None and digit != 0 and c not in "零〇":
                return None
            digit = _DIGITS[c]
        elif c in _SMALL:
            if digit is None and c != "十":
                return None
            section += (1 if digit is None else digit) * _SMALL[c]
            digit, last = None, _SMALL[c]
        elif c in _LARGE:
            total = (total + section + (digit or 0)) * _LARGE[c]
            section, digit, last = 0, None, int(_LARGE[c])
        else:
            return None
    if digit:
        # 两百五 is 250, 二百零五 is 205.
        section += digit * (last // 10 if last >= 100 and whole[-2] not in "零〇" else 1)
    value = total + section
    if fraction:
        value += Decimal("0." + "".join(str(_DIGITS[c]) for c in fraction))
    return value if value or whole in ("零", "〇") else None


def scaled(text: str, scale: str | None) -> Decimal | None:
    """`text` times its scale: 10.8 亿, 三 千万."""
    value = number(text)
    if value is None:
        return None
    for c in scale or "":
        value *= _SCALE[c]
    return value
