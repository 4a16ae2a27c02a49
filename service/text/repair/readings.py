"""How a Chinese character is read: toneless Hanyu pinyin syllables, from the data of pypinyin.

The data (42,000 characters, all readings of each) is loaded with the first question that needs it.
"""

import functools
import unicodedata

from opencc import OpenCC

_MARKS = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c\u0302"))
_LETTERS = str.maketrans({"ɑ": "a", "ɡ": "g", "ü": "v", "ê": "e"})
TONED_LETTERS = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿêếề"
SYLLABLE_LETTERS = f"a-zɑɡ{TONED_LETTERS}"


@functools.cache
def _data() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict  # an 0.8 MB table: only when a text has something to look up

    return dict(pinyin_dict)


@functools.cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@functools.lru_cache(maxsize=4096)
def toneless(syllable: str) -> str:
    """The syllable in plain letters, without tone; ü is written v."""
    plain = unicodedata.normalize("NFD", syllable.translate(_LETTERS)).translate(_MARKS)
    return unicodedata.normalize("NFC", plain).translate(_LETTERS)


def raw_readings(char: str) -> list[str]:
    """The readings of one character as the data spells them, with tone marks, the usual one first."""
    return [reading for reading in _data().get(ord(char), "").split(",") if reading]


@functools.lru_cache(maxsize=65536)
def readings(char: str) -> frozenset[str]:
    """All toneless readings of one character and of its simplified form; empty for what is not a Chinese character."""
    known = {char, _simplifier().convert(char)}
    found = {toneless(reading) for form in known if len(form) == 1 for reading in raw_readings(form)}
    # some noters write lu, nu for lü, nü
    found |= {reading.replace("v", "u") for reading in found if "v" in reading}
    return frozenset(found)


def is_reading(char: str, note: str) -> bool:
    """Whether `note` (toned or not) is a way to read `char`; the tone is not compared, noters get it wrong."""
    return toneless(note) in readings(char)
