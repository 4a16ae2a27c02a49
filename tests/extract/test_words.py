"""Segmentation: the fast engine against the reference."""

import pytest

from service.extract import words
from service.extract.words import Reference, Rust

PROSE = """项目建设是经济发展的压舱石。今年以来，全市上下聚焦主导产业，强化要素保障，推动一批重点项目加快建设。走进位于开发区的新材料产业园，
塔吊林立，机器轰鸣，工人们正在抢抓工期。据项目负责人介绍，该项目总投资十二亿元，占地三百亩，建成后可年产高性能纤维两万吨，带动就业八百人。
县发展和改革局有关同志表示，将持续优化营商环境，落实领导包联机制，确保项目早开工、早建成、早投产、早见效。"""


def spans(cut: list[str]) -> set[tuple[int, int]]:
    at, found = 0, set()
    for word in cut:
        found.add((at, at + len(word)))
        at += len(word)
    return found


def test_engines_agree() -> None:
    """The fast engine cuts as the reference does: at least 99 % of the words are the same spans."""
    pytest.importorskip("rjieba")
    fast, reference = spans(Rust().cut(PROSE)), spans(Reference().cut(PROSE))
    assert len(fast & reference) >= 0.99 * max(len(fast), len(reference))


@pytest.mark.parametrize("engine", [Rust, Reference])
def test_words_cover_the_text(engine: type[Rust] | type[Reference]) -> None:
    """The words, put together, are the text, and the engine says which it is."""
    one = engine()
    assert "".join(one.cut(PROSE)) == PROSE
    assert "".join(w for w, _ in one.tag(PROSE)) == PROSE
    assert one.name.split()[0] in ("rjieba", "jieba")


def test_cuts() -> None:
    """A stretch is cut at its ends where words begin and end."""
    assert words.is_cut_at("投资兴业", 0, 2)
    assert words.is_cut_at("投资兴业", 2, 4)
    assert words.is_cut_at("投资兴业", 0, 4)
    assert not words.is_cut_at("投资兴业", 1, 3)
    assert not words.is_cut_at("投资兴业", 0, 3)


@pytest.mark.parametrize("engine", [Rust, Reference])
def test_dictionary(engine: type[Rust] | type[Reference]) -> None:
    """A word of the dictionary is known, a name that the segmenter only guesses is not."""
    assert engine().knows("项目")
    assert not engine().knows("韩维民")
