"""The text of an article with every fact marked in place.

Facts share words, lie within one another and overlap: marks are nested as far as they can be, and one that begins within
another and ends behind it is cut in two, of which the first has its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Union


class Span(NamedTuple):
    """Words that prove something: of which fact, as what, and under which names they can be led to."""

    start: int
    end: int
    kind: str
    record: int
    tip: str
    described: str
    ids: tuple[str, ...]


@dataclass
class Mark:
    """Marked words. `ids` are the names under which they are found; `first` is false for the rest of a mark that was cut."""

    kind: str
    records: tuple[int, ...]
    tip: str
    described: tuple[str, ...]
    ids: tuple[str, ...]
    first: bool = True
    children: list["Node"] = field(default_factory=list)


Node = Union[str, Mark]  # noqa: UP007 - a type that names itself


class _Piece(NamedTuple):
    """The place of a mark, or of a part of one."""

    start: int
    end: int
    spans: tuple[Span, ...]
    first: bool


def paragraphs(text: str, spans: Sequence[Span]) -> list[list[Node]]:
    """The lines of a text that hold something, marked. Spans must lie within the text."""
    same: dict[tuple[int, int], list[Span]] = {}
    for span in spans:
        same.setdefault((span.start, span.end), []).append(span)
    found, at = [], 0
    placed: set[tuple[int, int]] = set()
    for line in text.split("\n"):
        end = at + len(line)
        if line.strip():
            inside = [
                _Piece(max(place[0], at), min(place[1], end), tuple(of), place not in placed)
                for place, of in same.items()
                if place[0] < end and place[1] > at
            ]
            placed |= {place for place in same if place[0] < end and place[1] > at}
            found.append(_nested(text, at, end, inside))
        at = end + 1
    return found


def _nested(text: str, start: int, end: int, pieces: Sequence[_Piece]) -> list[Node]:
    waiting = sorted(pieces, key=lambda piece: (piece.start, -piece.end))
    nodes: list[Node] = []
    at = start
    while waiting:
        outer = waiting.pop(0)
        within = [piece for piece in waiting if piece.start < outer.end]
        cut = [_Piece(outer.end, piece.end, piece.spans, False) for piece in within if piece.end > outer.end]
        behind = [piece for piece in waiting if piece.start >= outer.end]
        waiting = sorted([*cut, *behind], key=lambda piece: (piece.start, -piece.end))
        if text[at : outer.start]:
            nodes.append(text[at : outer.start])
        mark = _mark(outer)
        mark.children = _nested(
            text, outer.start, outer.end, [piece._replace(end=min(piece.end, outer.end)) for piece in within]
        )
        nodes.append(mark)
        at = outer.end
    if text[at:end]:
        nodes.append(text[at:end])
    return nodes


def _mark(piece: _Piece) -> Mark:
    spans = piece.spans
    return Mark(
        kind=" ".join(dict.fromkeys(span.kind for span in spans)),
        records=tuple(dict.fromkeys(span.record for span in spans)),
        tip="\n".join(dict.fromkeys(span.tip for span in spans)),
        described=tuple(dict.fromkeys(span.described for span in spans)),
        ids=tuple(dict.fromkeys(id_ for span in spans for id_ in span.ids)) if piece.first else (),
        first=piece.first,
    )


def valid(text: str, evidence: Mapping[str, object]) -> bool:
    """Whether the quote still stands where the evidence says."""
    start, end = evidence["start"], evidence["end"]
    assert isinstance(start, int)
    assert isinstance(end, int)
    return 0 <= start < end <= len(text) and text[start:end] == evidence["quote"]
