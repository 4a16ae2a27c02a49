"""A sentence and its shape.

The shape is the sentence with every value (a sum, an area, a date ...) replaced by the one character of its kind, so that
the rules that say whose figure it is read `总投资Ⓜ` whatever way the sum is written. Every position in the shape maps back to
the text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.extract.grammar import Context, Found, Search

MONEY = "Ⓜ"
FOREIGN = "Ⓕ"
AREA = "Ⓐ"
PERCENT = "Ⓟ"
COUNT = "Ⓝ"
PEOPLE = "Ⓙ"
QUANTITY = "Ⓠ"
RANK = "Ⓡ"
TIME = "Ⓣ"
KINDS = MONEY + FOREIGN + AREA + PERCENT + COUNT + PEOPLE + QUANTITY + RANK + TIME

LONGEST = 600
# A set in front is searched for quickly, a repeated one is not.
_BREAK = re.compile(r"[。！？；\n][。！？；\n]*[”’」』）]*")
_VALUE = re.compile(r"[0-9０-９一二两三四五六七八九十百千万亿零〇几数去今本明昨当上下年月同]")
_KIND_IN_TEXT = re.compile(f"[{KINDS}]")


@dataclass(slots=True)
class Sentence:
    """`text[start:end]` of the article, the paragraph it stands in, its shape and its values.

    `at[i]` is the offset in the article of the shape's i-th character (one more entry for the end); `values` gives the value
    that stands at an index of the shape, with article offsets.
    """

    text: str
    start: int
    end: int
    paragraph: int
    shape: str
    at: Sequence[int]
    values: dict[int, Found] = field(default_factory=dict)

    def span(self, i: int, j: int) -> tuple[int, int]:
        """Article offsets of the shape's characters i to j (j outside)."""
        if j <= i:
            return self.at[i], self.at[i]
        last = self.values.get(j - 1)
        return self.at[i], last.end if last else self.at[j - 1] + 1

    def words(self, i: int, j: int) -> str:
        """The article's words behind the shape's characters i to j."""
        start, end = self.span(i, j)
        return self.text[start:end]

    def index(self, offset: int) -> int:
        """The shape's index of an article offset (inside a value: that value's)."""
        i = bisect_left(self.at, offset)
        return i if i < len(self.at) and self.at[i] == offset else max(i - 1, 0)


def spans(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and paragraph of every sentence; ends at 。！？； or a line's end, and at LONGEST characters at the latest."""
    start, paragraph = 0, 0
    for match in _BREAK.finditer(text):
        end = match.end()
        yield from _pieces(text, start, end, paragraph)
        start = end
        paragraph += "\n" in match[0]
    yield from _pieces(text, start, len(text), paragraph)


def _pieces(text: str, start: int, end: int, paragraph: int) -> list[tuple[int, int, int]]:
    found = []
    while end - start > LONGEST:
        comma = text.rfind("，", start + 1, start + LONGEST)
        cut = comma + 1 if comma > 0 else start + LONGEST
        found.append((start, cut, paragraph))
        start = cut
    if text[start:end].strip():
        found.append((start, end, paragraph))
    return found


def shaped(text: str, values: Search, context: Context) -> list[Sentence]:
    """The sentences of `text`, each with its shape: what `values` finds in it is replaced by its kind."""
    readable = _enumerated(_KIND_IN_TEXT.sub("○", text))
    return [_shape(text, readable[i:j], i, j, paragraph, values, context) for i, j, paragraph in spans(text)]


_ENUMERATION = re.compile("(?<=项目)[^，。；：\n]{0,6}[为是有括]：([^。；：\n]+)")
_ITEM = re.compile(
    "[^，]{4,60}(?:项目|工程|基地|园|厂|中心|医院|学校|公路|大桥|水库|电站)(?:[（(][^（）()]{1,20}[)）])?"
)


def _enumerated(text: str) -> str:
    """The text with 、 for the commas of a list of projects: 3个项目为：A项目，B工程，C工程."""

    def listed(match: re.Match[str]) -> str:
        items = match[1].split("，")
        if len(items) < 3 or not all(_ITEM.fullmatch(item) for item in items):
            return match[0]
        return match[0].replace("，", "、")

    return _ENUMERATION.sub(listed, text) if "：" in text else text


def _shape(text: str, raw: str, start: int, end: int, paragraph: int, search: Search, context: Context) -> Sentence:
    found = search.find(raw, context, start) if _VALUE.search(raw) else None
    if not found:
        return Sentence(text, start, end, paragraph, raw, range(start, end + 1))
    parts: list[str] = []
    at: list[int] = []
    values: dict[int, Found] = {}
    here = start
    for value in found:
        parts += raw[here - start : value.start - start], value.kind
        at.extend(range(here, value.start))
        values[len(at)] = value
        at.append(value.start)
        here = value.end
    parts.append(raw[here - start :])
    at.extend(range(here, end + 1))
    return Sentence(text, start, end, paragraph, "".join(parts), at, values)
