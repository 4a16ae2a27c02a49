"""The two-byte code of GBK: which bytes make which character, and which bytes a character is made of.

A pair is the number lead * 256 + trail. Pairs of the user-defined areas and unassigned ones stand for no character:
browsers show them as private-use characters, and cleaners throw those away.
"""

import functools

LEADS = range(0x81, 0xFF)
TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))


def is_pair(lead: int, trail: int) -> bool:
    """Whether a decoder reads the two bytes as one unit, assigned or not."""
    return 0x81 <= lead <= 0xFE and 0x40 <= trail <= 0xFE and trail != 0x7F


@functools.cache
def every_pair() -> dict[int, str]:
    """Every pair and what a browser decodes it to, private-use characters included."""
    return {lead << 8 | trail: bytes((lead, trail)).decode("gb18030") for lead in LEADS for trail in TRAILS}


@functools.cache
def characters() -> dict[int, str]:
    """The pairs that stand for a character."""
    return {pair: char for pair, char in every_pair().items() if not "\ue000" <= char <= "\uf8ff"}


@functools.cache
def pairs() -> dict[str, int]:
    """The pair of each character, private-use characters included (a page may have kept them)."""
    return {char: pair for pair, char in every_pair().items()}
