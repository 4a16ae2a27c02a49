"""Every rule of every family against its own examples and near misses."""

import re
import signal
from collections import Counter
from collections.abc import Iterable
from types import FrameType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.extract import FAMILIES, sentences
from service.extract.grammar import RULES, Family, Found, Rule
from tests.extract import CONTEXT

MARKED = re.compile("⟦(.*?)⟧")


def run(rule: Rule, text: str) -> list[Found]:
    if rule.over == "text":
        return rule.find(text, CONTEXT)
    return [f for s in sentences(text, CONTEXT) for f in rule.find(s.shape, CONTEXT)]


def quoted(rule: Rule, text: str) -> list[tuple[str, object]]:
    if rule.over == "text":
        return [(text[f.start : f.end], f.value) for f in rule.find(text, CONTEXT)]
    return [(s.words(f.start, f.end), f.value) for s in sentences(text, CONTEXT) for f in rule.find(s.shape, CONTEXT)]


def everywhere(family: Family, text: str) -> list[tuple[str, tuple[int, int]]]:
    """Where the rules of a family match in the whole text, each by itself."""
    return [(rule.name, match.span()) for rule in family.rules for match in rule.regex.finditer(text)]


def told(matches: Iterable[tuple[Rule, re.Match[str]]]) -> list[tuple[str, tuple[int, int]]]:
    return [(rule.name, match.span()) for rule, match in matches]


YES = [pytest.param(r, t, v, id=f"{r.family}.{r.name}:{t}") for r in RULES for t, v in r.yes.items()]
NO = [pytest.param(r, t, id=f"{r.family}.{r.name}:{t}") for r in RULES for t in r.no]


@pytest.mark.parametrize(("rule", "marked", "value"), YES)
def test_example(rule: Rule, marked: str, value: object) -> None:
    """A rule finds in its example the marked words, with the value beside it, and nothing else."""
    text = marked.replace("⟦", "").replace("⟧", "")
    assert quoted(rule, text) == [(w, value) for w in MARKED.findall(marked)]


NUMBERS = "3 12 1,200 0.5 一 两 三千 百 十八 第 万 亿 余 多 来 约 近 不超过 至少 突破 — 至 到 - × . , ， 个 项 元 亩 平方米 人 余名 位 % 倍 个百分点 千瓦 吨 美元 人民币 台 以上 左右 月 期 款 米".split()


@given(st.lists(st.sampled_from(NUMBERS), max_size=14).map("".join))
@example("十八期")
def test_starts(text: str) -> None:
    """Where numbers begin, the rules with units find what they find in the whole text."""
    for family in (f for f in FAMILIES if f.start is not None):
        assert Counter(told(family.search.matches(text))) == Counter(everywhere(family, text))


OFFICES = (
    "市委 书记 副书记 副市长 市长 总工程师 总工 程师 第一书记 王 李明 高峰 张伟 扎西 、 ， 。 的 说 介绍 主持".split()
)


@given(st.lists(st.sampled_from(OFFICES), max_size=14).map("".join))
def test_at_near(text: str) -> None:
    """At their literals, the rules that begin with one find what they find in the whole text."""
    for family in FAMILIES:
        if all(rule.at_near for rule in family.rules):
            assert told(family.search.matches(text)) == everywhere(family, text)


def has_units(rule: Rule) -> bool:
    return bool(rule.units)


@given(st.lists(st.sampled_from([*NUMBERS, *OFFICES]), max_size=14).map("".join))
def test_overlap(text: str) -> None:
    """Of values that overlap the leftmost stays, then the longest, then the one of the earlier rule."""
    for family in FAMILIES:
        # The rules that are tried where numbers begin come after those that are searched.
        every = [found for rule in sorted(family.rules, key=has_units) for found in rule.find(text, CONTEXT)]
        kept: list[Found] = []
        for found in sorted(every, key=lambda f: (f.start, -f.end)):
            if not kept or found.start >= kept[-1].end:
                kept.append(found)
        assert family.find(text, CONTEXT) == kept


@pytest.mark.parametrize(("rule", "text"), NO)
def test_near_miss(rule: Rule, text: str) -> None:
    """A rule finds nothing in its near misses."""
    assert run(rule, text) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{r.family}.{r.name}")
def test_has_both(rule: Rule) -> None:
    """A rule has at least one example and one near miss."""
    assert rule.yes
    assert rule.no


def test_names_are_unique() -> None:
    """A rule's name tells it from every other rule."""
    assert [n for n, k in Counter(r.name for r in RULES).items() if k > 1] == []


def test_families_hold_all_rules() -> None:
    """Every rule that is defined belongs to a family that the extraction runs."""
    assert {r.name for f in FAMILIES for r in f.rules} == {r.name for r in RULES}


HARD = [
    "1" * 600,
    "一" * 600,
    "1," * 300,
    "1.1" * 200,
    "（" * 600,
    "、" * 600,
    "项目" * 300,
    "投资" * 300,
    "Ⓜ" * 600,
    "ⓂⓃ" * 300,
    "年" * 600,
    "A、" * 300,
    "约" * 600,
    "1亿元" * 200,
    "建设" * 300,
    "一二三十百千万亿" * 75,
    "的" * 600,
    " " * 600,
    "1×" * 300,
    "产业园" * 200,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{r.family}.{r.name}")
def test_stays_linear(rule: Rule) -> None:
    """A pattern gets through the hardest sentence that the splitter lets pass without running away."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TimeoutError(rule.name)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 3)
    try:
        for text in HARD:
            for _ in rule.regex.finditer(text):
                pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
