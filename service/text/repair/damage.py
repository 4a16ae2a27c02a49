"""The inverses of the repairs: damage clean text exactly as scraped pages were damaged.

Used by the tests and the benchmark only; deterministic under the `random.Random` that is handed in.
"""

import random
from typing import Literal

from service.text.repair.gbk import characters, every_pair, is_pair, pairs
from service.text.repair.readings import raw_readings, toneless

_BRACKETS = (("(", ")"), ("(", ")"), ("(", ")"), ("（", "）"))


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def annotate(text: str, chance: random.Random, share: float = 0.3) -> tuple[str, int]:
    """Put pinyin notes behind a share of the characters, as noters do; gives the text and the number of notes.

    Any reading of the character, toned or toneless, now and then with a blank, in either brackets, or piled up.
    """
    parts: list[str] = []
    count = 0
    for char in text:
        parts.append(char)
        if not _is_han(char) or chance.random() >= share:
            continue
        known = raw_readings(char)
        for _ in range(chance.choice((1, 1, 1, 1, 2)) if known else 0):
            syllable = chance.choice(known)
            if chance.random() < 0.2:
                syllable = toneless(syllable)
            left, right = chance.choice(_BRACKETS)
            blank = " " if chance.random() < 0.1 else ""
            parts.append(f"{left}{syllable}{blank}{right}")
            count += 1
    return "".join(parts), count


FIVE_MARKS = "！？，：；"
TWO_MARKS = "！？"
Orphan = Literal["dropped", "shown", "swallowing"]


def fold_marks(text: str, marks: str = FIVE_MARKS) -> str:
    """The text with its full-width marks replaced as the page meant to: what a repair has to give back."""
    return text.translate({ord(mark): ord(mark) - 0xFEE0 for mark in marks})


def shift_bytes(text: str, marks: str = FIVE_MARKS, *, pairs_lost: bool = False, orphan: Orphan = "dropped") -> str:
    """Replace full-width marks byte by byte in the GBK bytes of the text, wherever their two bytes stand, and decode.

    `pairs_lost`: private-use characters vanish. `orphan`: a byte that makes no character is dropped, shown as `?`, or
    shown as `?` that swallows the ASCII byte behind it. Raises UnicodeEncodeError for a character GBK has not.
    """
    data = text.encode("gbk")
    for mark in marks:
        data = data.replace(mark.encode("gbk"), bytes((ord(mark) - 0xFEE0,)))
    return decode(data, pairs_lost=pairs_lost, orphan=orphan)


def decode(data: bytes, *, pairs_lost: bool, orphan: Orphan) -> str:
    """Read bytes as the page's decoder did."""
    return _decode(data, pairs_lost, orphan)[0]


def _decode(data: bytes, pairs_lost: bool, orphan: Orphan) -> tuple[str, list[int]]:
    """The text, and where the bytes stood that were swallowed."""
    table = characters() if pairs_lost else every_pair()
    shown: list[str] = []
    swallowed: list[int] = []
    at = 0
    while at < len(data):
        lead = data[at]
        trail = data[at + 1] if at + 1 < len(data) else 0
        if lead < 0x80:
            shown.append(chr(lead))
            at += 1
        elif is_pair(lead, trail):
            shown.append(table.get(lead << 8 | trail, ""))
            at += 2
        else:
            shown.append("" if orphan == "dropped" else "?")
            if orphan == "swallowing" and lead != 0x80 and 0 < trail < 0x80:
                at += 1
                swallowed.append(at)
            at += 1
    return "".join(shown), swallowed


def straddles(text: str) -> list[int]:
    """Where a noter that reads one byte off finds a character across the border: between text[at - 1] and text[at]."""
    table = characters()
    return [
        at
        for at in range(1, len(text))
        if _is_han(text[at - 1]) and _is_han(text[at]) and _is_noted(table.get(_straddling(text, at), ""))
    ]


def _is_noted(char: str) -> bool:
    return _is_han(char) and bool(raw_readings(char))


def _straddling(text: str, at: int) -> int:
    return pairs().get(text[at - 1], 0) << 8 & 0xFF00 | pairs().get(text[at], 0) >> 8


def shift_by_note(text: str, at: int, *, pairs_lost: bool = False, orphan: Orphan = "swallowing") -> tuple[str, str]:
    """Put the note of the character that straddles the border at `at` between the two bytes of text[at], and decode.

    Gives what a repair has to come to, and the damaged text: an ASCII byte that was swallowed is lost, and `?` stays.
    Raises UnicodeEncodeError for a character GBK has not.
    """
    before, behind = text[:at].encode("gbk"), text[at:].encode("gbk")
    note = raw_readings(characters()[_straddling(text, at)])[0]
    plain = before + behind[:1] + b"(" + b"\x01" * len(note) + b")" + behind[1:]
    shown, swallowed = _decode(plain, pairs_lost, orphan)
    for place in swallowed:
        plain = plain[:place] + b"?" + plain[place + 1 :]
    cut = len(before) + 1
    right = (plain[:cut] + plain[cut + len(note) + 2 :]).decode("gbk")
    return right, shown.replace("\x01" * len(note), note)
