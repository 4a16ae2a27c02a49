"""The inverses of the repairs: damage clean text exactly as scraped pages were damaged.

Used by the tests and the benchmark only; deterministic under the `random.Random` that is handed in.
"""

import random

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
