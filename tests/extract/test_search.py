"""Finding words: the automaton against the pattern, and the first looks that rest on it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.extract import FAMILIES, sentences
from service.extract.grammar import Context
from service.extract.projects.mentions import PROMISING, _Reader
from service.extract.projects.reading import projects
from service.extract.search import automaton, pattern
from service.models import RawDocument
from service.text.clean import clean

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
WORDS = st.lists(st.text(alphabet="园区甲城开发", min_size=1, max_size=4), min_size=1, max_size=8, unique=True)
PIECES = (
    "丽水青田智造园 通化人参产业园一期 松原 海口美兰机场 林芝二水厂改造 甲集团 该项目 这批 首批 一期 第二期 项目 工程 产业园 城市 提升 建设 开工 竣工 推进 新建 "
    "预计 已 全市 的 和 与 、 ， ； 。 等 在 总投资3亿元 投资5亿元 36个 12个项目 占地200亩 年产30万吨铝板 完成投资2亿元 由 公司投资建设 （一期） 自 开工以来 “云谷” 位于 包括 是 企业 就业300人"
).split()


@given(words=WORDS, text=st.text(alphabet="园区甲城开发，", max_size=40), overlapping=st.booleans())
def test_automaton_and_pattern(words: list[str], text: str, *, overlapping: bool) -> None:
    """Both find the same words at the same places: the longest at each, or every one."""
    pytest.importorskip("ahocorasick_rs")
    one, other = automaton(words, overlapping=overlapping), pattern(words, overlapping=overlapping)
    assert sorted(one(text)) == sorted(other(text))


def all_read(text: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """The projects of a text as they are read without the first looks."""
    with monkeypatch.context() as patched:
        patched.setitem(projects.__globals__, "may_speak", lambda *_: True)
        patched.setattr(_Reader, "_may_tell", lambda _, mark: PROMISING.search(mark.word) is not None)
        return projects(sentences(text, Context()), Context())


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_first_looks_at_examples(family: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first looks pass over tells of no project: in the examples of every rule."""
    for rule in family.rules:  # type: ignore[attr-defined]
        text = "。".join((*rule.yes, *rule.no)).replace("⟦", "").replace("⟧", "")
        assert projects(sentences(text, Context()), Context()) == all_read(text, monkeypatch)


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_first_looks_at_pages(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first looks pass over tells of no project: in whole pages."""
    text = clean(RawDocument(source=path.name, data=path.read_bytes())).clean.text
    assert projects(sentences(text, Context()), Context()) == all_read(text, monkeypatch)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_first_looks_at_anything(text: str) -> None:
    """What the first looks pass over tells of no project: in words thrown together."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert projects(sentences(text, Context()), Context()) == all_read(text, monkeypatch)
