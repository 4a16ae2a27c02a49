"""The marks of an article, whatever its facts share."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from service.web.marks import Mark, Node, Span, paragraphs, valid

TEXT = "甲项目开工。\n总投资三亿元，\n\n用地百亩。"


def spans() -> st.SearchStrategy[list[Span]]:
    place = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 12))
    some = st.tuples(place, st.sampled_from(["project", "indicator", "person"]))
    return st.lists(some, max_size=12).map(
        lambda all_: [
            Span(start, min(start + size, len(TEXT)), kind, number, f"tip {number}", f"f{number}", (f"r{number}",))
            for number, ((start, size), kind) in enumerate(all_)
        ]
    )


def text_of(nodes: list[Node]) -> str:
    return "".join(node if isinstance(node, str) else text_of(node.children) for node in nodes)


def marks_of(nodes: list[Node]) -> Iterator[Mark]:
    for node in nodes:
        if isinstance(node, Mark):
            yield node
            yield from marks_of(node.children)


@given(spans())
def test_the_text_stays_as_it_is(found: list[Span]) -> None:
    """Marks add nothing to the text and take nothing from it."""
    assert [text_of(line) for line in paragraphs(TEXT, found)] == [line for line in TEXT.split("\n") if line.strip()]


@given(spans())
def test_every_fact_marks_its_words(found: list[Span]) -> None:
    """The marks of a fact, in their order, are its words but for the ends of lines."""
    marked: dict[int, str] = {span.record: "" for span in found}
    for line in paragraphs(TEXT, found):
        for mark in marks_of(line):
            for record in mark.records:
                marked[record] += text_of(mark.children)
    assert marked == {span.record: TEXT[span.start : span.end].replace("\n", "") for span in found}


@given(spans())
def test_every_name_is_given_once(found: list[Span]) -> None:
    """A name that leads to a mark is in the page once, however often the mark is cut."""
    given_ = [id_ for line in paragraphs(TEXT, found) for mark in marks_of(line) for id_ in mark.ids]
    assert sorted(given_) == sorted(set(given_))
    assert set(given_) == {id_ for span in found if TEXT[span.start : span.end].strip() for id_ in span.ids}


def test_a_quote_that_is_gone() -> None:
    """Evidence counts only where the text still has its words."""
    assert valid(TEXT, {"start": 0, "end": 3, "quote": "甲项目"})
    assert not valid(TEXT, {"start": 1, "end": 4, "quote": "甲项目"})
    assert not valid(TEXT, {"start": 90, "end": 93, "quote": ""})
