"""Double-byte text that lost a byte: every pair behind the loss is read one byte off, up to the next ASCII byte.

The stretch is read again so that the fewest bytes are given up and the most characters are everyday ones.
"""

import re

from service.text.legibility import everyday

# A stretch holds no byte below 0x40, which ends a pair for certain, except inside the four-byte codes of GB18030.
_STRETCH = re.compile(rb"(?:[\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x40-\xff]){1,8192}")
_MOST = 100_000
CODECS = {"gb18030": "gb18030", "big5": "cp950"}
DOUBTFUL = re.compile("[\ue000-\uf8ff\ufffd]")
_MARKS = ("!", "?", ",", ":", ";")
_RARE = -2
_LOST = -6


def decode_double_byte(data: bytes, encoding: str) -> str:
    """The text of GB18030 or Big5 bytes; bytes that fit nowhere become U+FFFD. Never raises.

    The first 100,000 bytes of damaged stretches are read anew, which is slow; what is damaged beyond that is not worth it.
    """
    codec = CODECS[encoding]
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = ""
    if text and not DOUBTFUL.search(text):
        return text
    parts: list[str] = []
    done = anew = 0
    for stretch in _STRETCH.finditer(data):
        between = data[done : stretch.start()].decode("ascii", "replace")
        done = stretch.end()
        plain = stretch[0].decode(codec, "replace")
        # A mark between an orphan byte and misread text is the byte shift, which `repair` undoes; its evidence stays.
        shifted = between in _MARKS and bool(parts) and parts[-1].endswith("\ufffd")
        if anew < _MOST and not shifted and DOUBTFUL.search(plain):
            anew += len(stretch[0])
            plain = _best_reading(stretch[0], codec)
        parts += (between, plain)
    parts.append(data[done:].decode("ascii", "replace"))
    return "".join(parts)


def _best_reading(stretch: bytes, codec: str) -> str:
    """The reading of highest worth: everyday characters count 1, rare ones and lost bytes against it."""
    size = len(stretch)
    worth = [0] * (size + 2)
    step = [""] * (size + 1)
    width = [1] * (size + 1)
    for at in range(size - 1, -1, -1):
        byte = stretch[at]
        worth[at], step[at] = (worth[at + 1], chr(byte)) if byte < 0x80 else (worth[at + 1] + _LOST, "\ufffd")
        for length in (2, 4):
            char = _character(stretch[at : at + length], codec) if byte >= 0x80 and at + length <= size else ""
            value = worth[at + length] + (1 if everyday(char) else _RARE) if char else _LOST * size
            if char and value > worth[at]:
                worth[at], step[at], width[at] = value, char, length
    parts: list[str] = []
    at = 0
    while at < size:
        parts.append(step[at])
        at += width[at]
    return "".join(parts)


def _character(code: bytes, codec: str) -> str:
    try:
        char = code.decode(codec)
    except UnicodeDecodeError:
        return ""
    return char if len(char) == 1 else ""
