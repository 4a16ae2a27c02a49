"""Bytes to text: byte order mark, UTF-8 where it is valid, else what reads as Chinese, with the declared charset's vote.

A declaration is believed only where the bytes do not speak against it: servers and templates declare the wrong charset
often, and `gb2312` nearly always means GB18030.
"""

import codecs
import re
from operator import itemgetter

from service.errors import Rejected
from service.text.legibility import legibility
from service.text.resync import CODECS, DOUBTFUL, decode_double_byte

MAX_BYTES = 10_000_000
"""Longest document that is read, in bytes; the longest real article is a hundredth of it."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"PK\x03\x04", "a zip archive or an office file"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"(\xb5/\xfd", "a zstandard archive"),
    (b"7z\xbc\xaf'\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office file"),
    (b"{\\rtf", "a rich text file"),
    (b"\x7fELF", "an executable"),
    (b"\xca\xfe\xba\xbe", "an executable"),
    (b"SQLite format 3\x00", "a database"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
)
_MAGICS = tuple(magic for magic, _ in _MAGIC)
_GB = ("gb2312", "gb_2312", "gb_2312-80", "gbk", "x-gbk", "gb18030", "cp936", "ms936", "euc-cn", "chinese")
_BIG5 = ("big5", "big5-hkscs", "big5hkscs", "big-5", "x-x-big5", "cp950", "cn-big5")
_LABELS = {"utf-8": "utf-8", "utf8": "utf-8"} | dict.fromkeys(_GB, "gb18030") | dict.fromkeys(_BIG5, "big5")
_HEAD = 2048
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,3}=\s{0,3}["']?\s{0,3}([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_CUT = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
_CONTROL = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_BYTES = bytes(code for code in range(0x80) if _CONTROL.match(chr(code)))
_EAST_ASIAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_HIGH = re.compile(b"[\x80-\xff]")
_SAMPLE = 30_000
_READABLE = 0.5
_LEGIBLE_WIDE = 0.8
_LEGIBLE = 0.93
_QUICK = 400
_VOTE = 0.08


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of a document and the encoding it was read in: utf-8, gb18030, big5, utf-16-le ...

    `declared` is the charset the transport named; a declaration in the first 2 KB of the document itself is looked for
    too. Damaged spots become U+FFFD, a character cut off at the very end is dropped. Raises Rejected with the reason
    `empty`, `too_large`, `not_text` or `undecodable`.
    """
    if len(data) > MAX_BYTES:
        raise Rejected("too_large", f"{len(data):,} bytes; an article of more than {MAX_BYTES:,} bytes is not read")
    if not data.strip(b"\0 \t\r\n\v\f"):
        raise Rejected("empty", "the document is empty")
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], name)
    _reject_binary(data)
    wide = _wide(data)
    if wide:
        return wide
    if (len(data) - len(data.translate(None, _CONTROL_BYTES))) * 50 > len(data):
        raise Rejected("not_text", "the document is full of control characters, it is no text")
    return _unicode(data) or _voted(data, _declared(data, declared))


def _marked(data: bytes, name: str) -> tuple[str, str]:
    text = data.decode(name, "replace")
    if not text.strip():
        raise Rejected("empty", "the document is empty but for its byte order mark")
    if text.count("\ufffd") * 10 > len(text) or text.count("\0") * 10 > len(text):
        raise Rejected("undecodable", f"the byte order mark says {name}, but the bytes are not")
    return text.rstrip("\ufffd"), name


def _reject_binary(data: bytes) -> None:
    if data.startswith(_MAGICS):
        what = next(what for magic, what in _MAGIC if data.startswith(magic))
        raise Rejected("not_text", f"the document is {what}, not text")
    if data[4:8] == b"ftyp" or data[:4] == b"RIFF" or (data[:2] in (b"MZ", b"BM") and b"\0" in data[:64]):
        raise Rejected("not_text", "the document is a picture, a film or a program, not text")


def _wide(data: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark, which shows by the NULs in its digits, line ends and tags."""
    if data.count(0) * 1000 < len(data):
        return None
    for name in ("utf-16-le", "utf-16-be"):
        text = data.decode(name, "replace")
        if not _CONTROL.search(text) and legibility(text) >= _LEGIBLE_WIDE:
            return text.rstrip("\ufffd"), name
    raise Rejected("not_text", "the document holds NUL bytes, it is no text")


def _declared(data: bytes, label: str | None) -> str | None:
    """The encoding that the transport named, or else the document; None for one that Chinese is not written in."""
    known = _LABELS.get((label or "").strip(" \"'").lower())
    found = None if known else _DECLARED.search(data[:_HEAD])
    return _LABELS.get(found[1].decode("ascii").lower()) if found else known


def _unicode(data: bytes) -> tuple[str, str] | None:
    """Valid UTF-8, which Chinese in another encoding is not; but a cut at the end is forgiven.

    Latin letters with accents alone may be a few GBK characters that happen to be valid UTF-8.
    """
    cut = _CUT.search(data[-3:])
    try:
        text = data[: len(data) - len(cut[0])].decode() if cut else data.decode()
    except UnicodeDecodeError:
        return None
    return (text, "utf-8") if _EAST_ASIAN.search(text) or (text.isascii() and not cut) else None


def _voted(data: bytes, vote: str | None) -> tuple[str, str]:
    """What reads best as Chinese; the declared encoding wins a close contest."""
    quick = _legible(data, vote if vote in ("gb18030", "big5") else "gb18030")
    if quick:
        return quick
    name, score = max(((name, _score(name, data, vote)) for name in ("utf-8", "gb18030", "big5")), key=itemgetter(1))
    if score < _READABLE:
        raise Rejected("undecodable", "neither UTF-8, GB18030 nor Big5 makes readable Chinese of the bytes")
    return _lossy(data, name).rstrip("\ufffd"), name


def _legible(data: bytes, name: str) -> tuple[str, str] | None:
    """The text if the bytes are whole in this encoding and read so well that no other needs to be tried."""
    try:
        text = data.decode(CODECS[name])
    except UnicodeDecodeError:
        return None
    start = _HIGH.search(data)
    sample = legibility(text[start.start() if start else 0 :][:_QUICK])
    return (text, name) if sample >= _LEGIBLE and not DOUBTFUL.search(text) else None


def _score(name: str, data: bytes, vote: str | None) -> float:
    start = _HIGH.search(data)
    sample = data[start.start() if start else 0 :][:_SAMPLE]
    # The sample may end inside a character, or begin inside one where bytes were lost; neither weighs.
    return legibility(_lossy(sample, name)) + (_VOTE if name == vote else 0)


def _lossy(data: bytes, name: str) -> str:
    return data.decode("utf-8", "replace") if name == "utf-8" else decode_double_byte(data, name)
