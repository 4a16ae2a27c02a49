"""Canonical text: one way to write what looks the same.

`tidy` drops what cannot be seen and is safe before repair; `normalise` also folds widths, marks and blanks, which would
destroy the traces that the repairs read, and so comes after them. Both are idempotent and linear.
"""

import re
import unicodedata

_HIDDEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e01ef"
)
_INVISIBLE = re.compile(f"[{_HIDDEN}]+")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ACCENTED = re.compile("[A-Za-z\u00c0-\u01ff][\u0300-\u036f]+")
_UNTIDY = re.compile(f"[\r\x0b\x0c\x85\u2028\u2029\u0300-\u036f{_HIDDEN}]")

_BLANKS = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINE_EDGE = re.compile(" ?\n[ \n]*")

_FOLDS = (
    {chr(code): chr(code - 0xFEE0) for first, last in ("０９", "Ａｚ") for code in range(ord(first), ord(last) + 1)}
    | dict(zip("％＋／＝＆＃＠﹪﹢﹐﹔﹕﹖﹗∶｡､﹑", "%+/=&#@%+,;:?!:。、、", strict=True))
    | dict(zip("「」『』｢｣﹁﹂﹃﹄", "“”‘’“”“”‘’", strict=True))
    | {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
)
"""Folded one to one: full-width digits and letters, signs, small marks, the quotes of traditional print, radicals of PDFs."""
_FOLDED = re.compile("[" + re.escape("".join(_FOLDS)) + "]")
_ODD = re.compile(_UNTIDY.pattern[:-1] + _FOLDED.pattern[1:])
_BETWEEN_DIGITS = re.compile("[．－](?<=[0-9].)(?=[0-9])")

_HAN = "\u2e80-\u2eff\u3005-\u3007\u3021-\u3029\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HALF = ",;:!?()"
_FULL = "，；：！？（）"
_WIDE = str.maketrans(_HALF, _FULL, " ")
_HALF_MARK = re.compile(f"[{_HALF}]")
_BESIDE_BLANK = re.compile(f" (?:[{_FULL}]|(?<=[{_FULL}] ))")
_MARKS = re.compile(
    rf"""
      (?P<address> (?<![A-Za-z0-9]) (?:https?://|www\.) [!-~]{{0,2000}} [A-Za-z0-9/=&\#_-] )
    | [ ]? (?: [{_HALF}{_FULL}] [ ]? )+
    """,
    re.VERBOSE,
)
# A mark belongs to Chinese writing where what stands beside it does. No mark of the table is in here, so that folding
# one never decides over the next.
_SIDE = re.compile(f"[{_HAN}“”‘’《》〈〉【】〔〕、。…—·%‰℃]")
_HALF_PAIR = re.compile(r"（([^（）()\n]{0,200})\)|\(([^（）()\n]{0,200})）")

_NUMERAL = "一二三四五六七八九十零〇两几"
_LOOSE_FIGURE = re.compile(f" (?:(?<=[{_HAN}] )(?<![{_NUMERAL}] )(?=[0-9])|(?<=[0-9%] )(?![{_NUMERAL}])(?=[{_HAN}]))")


def tidy(text: str) -> str:
    """The text without control and zero-width characters, with `\\n` line ends and accents joined to their letters."""
    if not _UNTIDY.search(text):
        return text
    text = _LINE_END.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    return _ACCENTED.sub(lambda letter: unicodedata.normalize("NFC", letter[0]), text)


def normalise(text: str) -> str:
    """The canonical text: NFC, single blanks, no empty lines, half-width digits and letters, full-width Chinese marks.

    A half-width , ; : ! ? ( ) becomes full-width beside Chinese writing; never inside 10.8, 8:00, 3,000 or an address,
    and not `?` before a digit, which is a digit the page lost. Blanks beside a Chinese mark and between a figure and
    its noun go.
    """
    if _ODD.search(text):
        text = _FOLDED.sub(lambda found: _FOLDS[found[0]], tidy(text))
    text = unicodedata.normalize("NFC", text)
    text = _BLANKS.sub(" ", text)
    if "\n\n" in text or "\n " in text or " \n" in text:
        text = _LINE_EDGE.sub("\n", text)
    text = _BETWEEN_DIGITS.sub(lambda dot: "." if dot[0] == "．" else "-", text.strip(" \n"))
    blank = " " in text
    if blank:
        text = _LOOSE_FIGURE.sub("", text)
    if _HALF_MARK.search(text) or (blank and _BESIDE_BLANK.search(text)):
        text = _HALF_PAIR.sub(lambda pair: f"（{pair[1] or pair[2] or ''}）", _MARKS.sub(_widen, text))
    return text


def _widen(found: re.Match[str]) -> str:
    marks = found[0]
    if found["address"]:
        return marks
    text = found.string
    start, end = found.span()
    after = text[end : end + 1]
    if not (_SIDE.match(text[start - 1 : start]) or _SIDE.match(after)):
        return marks
    wide = marks.translate(_WIDE)
    return wide[:-1] + "?" if marks[-1] == "?" and after.isdecimal() else wide
