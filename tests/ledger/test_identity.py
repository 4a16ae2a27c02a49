"""Which mentions are one project: on the written set, in any order, one by one as all at once."""

import random
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.identity import Memory, Written, b_cubed, clustered, read, same_in_any_order
from service.ledger import CROWD, Correction, Mention, cluster, keys, spelling
from service.ledger.names import parse
from service.ledger.words import PRODUCTS
from service.models import Capacity
from tests.ledger import ANJI, CHANGXING, HUZHOU, correction, mention, renumbered

WRITTEN = read()
MENTIONS = [w.mention for w in WRITTEN]


@cache
def whole() -> Memory:
    return clustered(MENTIONS)


def test_size() -> None:
    """The set has at least 60 projects in 240 articles of five provinces."""
    assert len({w.project for w in WRITTEN}) >= 60
    assert len({w.mention.content_sha256 for w in WRITTEN}) >= 240
    assert len({w.mention.region.path.split("/")[0] for w in WRITTEN if w.mention.region}) == 5


@pytest.mark.parametrize("held_out", [False, True], ids=["open", "held out"])
def test_b_cubed(held_out: bool) -> None:
    """B-cubed F1 is at least 0.97 on the part the rules were written against, and on the part held out."""

    def chosen(w: Written) -> bool:
        return w.held_out == held_out

    assert b_cubed(WRITTEN, whole(), chosen).f1 >= 0.97


@pytest.mark.parametrize("kind", sorted({w.kind for w in WRITTEN}))
def test_each_difficulty(kind: str) -> None:
    """No kind of difficulty falls under 0.9."""
    assert b_cubed(WRITTEN, whole(), lambda w: w.kind == kind).f1 >= 0.9


def test_twenty_orders() -> None:
    """The clusters are the same in 20 random orders of arrival, one by one, as all at once."""
    assert same_in_any_order(MENTIONS, orders=20)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, len(MENTIONS) - 1), min_size=1, max_size=40, unique=True), st.data())
def test_incremental(chosen: list[int], data: st.DataObject) -> None:
    """Mentions that come in any order, some to go again, leave the clusters of those that are left from scratch."""
    memory = Memory()
    for i in chosen:
        memory.add(MENTIONS[i])
    gone = data.draw(st.lists(st.sampled_from(chosen), unique=True))
    for i in gone:
        memory.remove(MENTIONS[i].record)
    left = [MENTIONS[i] for i in chosen if i not in gone]
    assert memory.partition() == clustered(left).partition()


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted({w.project for w in WRITTEN})))
def test_cluster_order(rng: random.Random, project: int) -> None:
    """The order within a component does not matter."""
    mentions = [w.mention for w in WRITTEN if w.project in (project, project + 1)]
    shuffled = rng.sample(mentions, len(mentions))
    assert cluster(shuffled) == cluster(mentions)


@pytest.mark.parametrize("m", MENTIONS[::5], ids=lambda m: m.project.name)
def test_keys_are_bounded(m: Mention) -> None:
    """A mention has between one and 24 keys of at most 90 characters, sorted and without repeats."""
    made = keys(m)
    assert 1 <= len(made) <= 24
    assert list(made) == sorted(set(made))
    assert max(map(len, made)) <= 90


def test_crowd() -> None:
    """A key that more than CROWD spellings share is given up, in whatever order they come, and comes back when they go."""
    others = sorted(p for p in PRODUCTS if not {"轴承", "齿轮"} & {p} and parse(f"轴承{p}").level == "described")
    plants = [mention(f"轴承{p}", article=p) for p in others[: CROWD + 1]]
    made = (Capacity(product="轴承", value=Decimal(90_000), unit="套"),)
    a, b = mention("轴承齿轮", capacity=made), mention("轴承", capacity=made)
    shared = set(keys(a)) & set(keys(b))
    assert shared
    apart = clustered([a, b, *plants]).partition()
    assert frozenset({a.record, b.record}) not in apart
    memory = Memory()
    for m in (plants[0], a, b, *plants[1:]):
        memory.add(m)
    assert memory.partition() == apart
    for m in plants[2:]:
        memory.remove(m.record)
    assert memory.partition() == clustered([a, b, *plants[:2]]).partition()
    assert frozenset({a.record, b.record}) in memory.partition()


def test_spelling() -> None:
    """Wordings of one core in one county are one spelling; a generic name has one in each article."""
    one, other = mention("天钧索具（长兴）科技产业园"), mention("长兴县天钧索具产业园项目")
    assert spelling(one) == spelling(other)
    assert spelling(mention("老旧小区改造", article="a")) != spelling(mention("老旧小区改造", article="b"))


def ids(memory: Memory, *mentions: Mention) -> bool:
    """Whether the mentions are in one cluster."""
    return len({id(memory.clusters[m.record]) for m in mentions}) == 1


PARK, PLANT = mention("天钧索具科技产业园", total=12), mention("禾禄锂电池隔膜", region=ANJI, total=32)
TWINS = [mention("天钧索具产业园", f"2023-0{n}-01", article=f"t{n}", total=12) for n in range(1, 7)]


def test_merge() -> None:
    """What a person merges is one project, though nothing in the names says so, and stays so when it is read anew."""
    merge = correction("merge", PARK, PLANT)
    assert not ids(clustered([PARK, PLANT]), PARK, PLANT)
    assert ids(clustered([PARK, PLANT], [merge]), PARK, PLANT)
    again = renumbered((PARK, PLANT), lambda name: name.replace("科技", "") + "项目")
    assert ids(clustered(again, [merge]), *again)


def test_split() -> None:
    """What a person parts is two projects, and what comes later goes to one of them."""
    split = correction("split", *TWINS[:2], apart=tuple(TWINS[2:4]))
    memory = clustered(TWINS, [split])
    assert ids(memory, *TWINS[:2])
    assert ids(memory, *TWINS[2:4])
    assert not ids(memory, TWINS[0], TWINS[2])
    assert len(memory.partition()) == 2


def test_later_decision_wins() -> None:
    """Of two decisions about the same mentions the later one counts."""
    split = correction("split", TWINS[0], apart=(TWINS[1],), id=1)
    merge = correction("merge", TWINS[0], TWINS[1], id=2)
    assert ids(clustered(TWINS[:2], [split, merge]), *TWINS[:2])
    later = split.model_copy(update={"id": 3})
    assert not ids(clustered(TWINS[:2], [split, merge, later]), *TWINS[:2])


@settings(max_examples=20, deadline=None)
@given(st.permutations(TWINS), st.integers(1, 5))
def test_corrections_in_any_order(order: list[Mention], cut: int) -> None:
    """Corrected clusters do not depend on the order of arrival either."""
    decided: list[Correction] = [correction("split", *TWINS[:cut], apart=tuple(TWINS[cut:]), id=4)]
    decided.append(correction("merge", TWINS[0], PLANT, id=7))
    memory = Memory(corrections=decided)
    for m in (*order, PLANT, PARK):
        memory.add(m)
    assert memory.partition() == clustered([*TWINS, PLANT, PARK], decided).partition()


def test_rename_goes_to_one() -> None:
    """A new name is for the project that has most of the mentions it was given for, also after a split."""
    rename = correction("rename", *TWINS[:3], id=2, value="天钧新城")
    split = correction("split", *TWINS[:2], apart=tuple(TWINS[2:]), id=3)
    memory = clustered(TWINS, [rename, split])
    assert memory.clusters[TWINS[0].record].corrections == (rename,)
    assert memory.clusters[TWINS[5].record].corrections == ()


def test_prefecture_and_county() -> None:
    """Who tells of a project from the prefecture is found by who tells of it from the county."""
    wide, near = mention("长兴天钧索具", region=HUZHOU), mention("天钧索具产业园", region=CHANGXING)
    assert ids(clustered([wide, near]), wide, near)
