"""The identity of an article: the hash of its bytes, of its content, and a signature that edited reposts nearly share.

All three are stored and compared for years, so they rest on SHA-256 and CRC-32 alone: no library's own hash, no seed of
the process, no byte order of the machine. Changing anything here makes every stored fingerprint worthless.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from operator import eq

SIZE = 64
"""Values in a signature, 32 bits each."""
ROWS = 4
"""Values in a band; two signatures that agree in one band are worth comparing."""
ALIKE = 0.5
"""The similarity from which on two articles are the same one, edited."""

_LETTERS = re.compile(r"[^\W_]+")
# 3.5 is not 35 and 1—4 not 14: a point or dash between digits stays, as a letter.
_POINT = re.compile("[.~～—–-](?<=[0-9].)(?=[0-9])")
_PROSE = re.compile("[。！？；…]")
_LONG = 40
_SHINGLE = 4
_FIGURE = re.compile("[0-9p]+.{0,2}")
_WEIGHT = range(1, 7)
_WIDTH = 2 * _SHINGLE
_RUNS = struct.Struct(f"{_WIDTH}s" * 32)
_MOST = 200_000
_STEP = 0x9E3779B1
_WORD = 0xFFFFFFFF


def raw_hash(data: bytes) -> str:
    """SHA-256 of the bytes, in hexadecimal."""
    return sha256(data).hexdigest()


def core(text: str, title: str | None = None) -> str:
    """The letters and digits of the body, which every copy of an article shares, whatever its marks and blanks.

    The headline is not part of it: reposts have another one, and plain text has it as its first line. So what stands
    before the first line of prose is left out; a text without prose is taken whole.
    """
    if text.isalnum():
        return text
    heading = "".join(_LETTERS.findall(title)) if title else ""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        letters = "".join(_LETTERS.findall(line))
        if (_PROSE.search(line) or len(letters) >= _LONG) and letters != heading:
            return _letters(text[start:])
        start += len(line) + 1
    return _letters(text)


def _letters(text: str) -> str:
    return text if text.isalnum() else "".join(_LETTERS.findall(_POINT.sub("p", text)))


def content_hash(text: str, title: str | None = None) -> str:
    """SHA-256 of the core of a canonical text, in hexadecimal: equal for every copy that says the same."""
    return sha256(core(text, title).encode("utf-8", "surrogatepass")).hexdigest()


def signature(text: str) -> tuple[int, ...]:
    """64 numbers of 32 bits, of which two texts share about as many as they share runs of four characters.

    One-permutation MinHash: every run falls into one of 64 bins by its hash, a bin keeps the least; an empty bin borrows
    from the next full one. Figures with their units count six times more, for they are what tells two articles written
    to one pattern apart. Marks, blanks and everything after the first 200,000 letters do not count. A text
    without letters has the empty signature.
    """
    read = _letters(text)[:_MOST]
    if not read:
        return ()
    letters = read.encode("utf-16-le", "surrogatepass")
    bins = [_WORD + 1] * SIZE
    for runs in _runs(letters):
        _keep(bins, map(zlib.crc32, runs))
    figures = [figure.encode("utf-16-le", "surrogatepass") for figure in _FIGURE.findall(read)]
    _keep(bins, (zlib.crc32(figure, salt) for figure in figures for salt in _WEIGHT))
    return tuple(bins) if max(bins) <= _WORD else _filled(bins)


def _runs(letters: bytes) -> Iterator[Sequence[bytes]]:
    """Every run of four characters (a shorter text whole), many at a time: one cut of a run by itself costs as much as its hash."""
    if len(letters) < _WIDTH:
        yield (letters,)
        return
    view = memoryview(letters)
    for start in range(0, _WIDTH, 2):
        whole = start + (len(letters) - start) // _RUNS.size * _RUNS.size
        yield from _RUNS.iter_unpack(view[start:whole])
        yield [letters[at : at + _WIDTH] for at in range(whole, len(letters) - _WIDTH + 1, _WIDTH)]


def _keep(bins: list[int], values: Iterable[int]) -> None:
    last = SIZE - 1
    for value in values:
        if value < bins[value & last]:
            bins[value & last] = value


def _filled(bins: list[int]) -> tuple[int, ...]:
    full: list[int] = []
    for index in range(SIZE):
        distance = next(step for step in range(SIZE) if bins[(index + step) % SIZE] <= _WORD)
        full.append((bins[(index + distance) % SIZE] + distance * _STEP) & _WORD)
    return tuple(full)


def bands(signature: Sequence[int]) -> tuple[int, ...]:
    """The look-up keys of a signature, each below 2**40: articles that are alike share at least one, most others none."""
    return tuple(
        band << 32 | zlib.crc32(struct.pack(f"<{ROWS}I", *signature[start : start + ROWS]))
        for band, start in enumerate(range(0, len(signature) - ROWS + 1, ROWS))
    )


def similarity(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of equal values, an estimate of the share of runs that two texts have in common; 0 for empty ones."""
    return sum(map(eq, one, other)) / SIZE if len(one) == len(other) else 0.0
