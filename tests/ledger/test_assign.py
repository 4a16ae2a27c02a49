"""Ids that stay."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from service.ledger import Cluster, Held, Mention, assign
from tests.ledger import mention, renumbered

MENTIONS = [mention("天钧索具科技产业园", f"2023-0{n}-01", article=f"a{n}") for n in range(1, 7)]


def clusters(*groups: list[Mention]) -> list[Cluster]:
    return [Cluster(mentions=tuple(group)) for group in groups]


def held(project: str, mentions: list[Mention], since: str = "2023-01-01") -> list[Held]:
    return [Held(handle=m.handle, project=project, since=dt.date.fromisoformat(since)) for m in mentions]


def test_new_id_is_made_from_the_oldest_mention() -> None:
    """A project that was not known gets an id that any replay makes again."""
    first = assign([], clusters(MENTIONS[:2]))
    assert first.new == first.ids
    assert assign([], clusters(MENTIONS[:1])).ids == first.ids
    assert assign([], clusters(MENTIONS[1:2])).ids != first.ids


def test_kept_when_read_better() -> None:
    """An id stays when records are new and names are read a little differently."""
    again = list(renumbered(tuple(MENTIONS), lambda name: "长兴" + name.replace("科技", "") + "项目"))
    found = assign(held("p1", MENTIONS), clusters(again))
    assert (found.ids, found.new) == (("p1",), ())


def test_merged() -> None:
    """Two that become one keep the id of the one with more mentions; the other redirects to it."""
    found = assign([*held("p1", MENTIONS[:2]), *held("p2", MENTIONS[2:])], clusters(MENTIONS))
    assert found.ids == ("p2",)
    assert found.merged == {"p1": "p2"}


def test_tie() -> None:
    """Of two with as many mentions the older one stays."""
    both = [*held("p1", MENTIONS[:3], "2023-02-01"), *held("p2", MENTIONS[3:], "2023-01-01")]
    assert assign(both, clusters(MENTIONS)).ids == ("p2",)


def test_split() -> None:
    """Of one that becomes two the part with more mentions keeps the id, and the new id is told as split from it."""
    found = assign(held("p1", MENTIONS), clusters(MENTIONS[:2], MENTIONS[2:]))
    assert found.ids[1] == "p1"
    assert found.split == {"p1": (found.ids[0],)}
    assert found.new == (found.ids[0],)


def test_split_does_not_reuse_the_id() -> None:
    """The part that loses the oldest mention's id to the larger part gets another one."""
    own = assign([], clusters(MENTIONS)).ids[0]
    found = assign(held(own, MENTIONS), clusters(MENTIONS[:1], MENTIONS[1:]))
    assert found.ids[1] == own
    assert found.ids[0] != own


def test_another_of_the_article() -> None:
    """An anchor is not taken for another project of its article."""
    road = mention("机场快速路", article="a1")
    found = assign(held("p1", MENTIONS[:1]), clusters([road]))
    assert found.new == found.ids
    assert found.merged == {}


@given(st.lists(st.integers(0, 2), min_size=6, max_size=6), st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_laws(before: list[int], after: list[int]) -> None:
    """Every cluster has one id, no two the same; every id before is kept or redirects to one that is."""
    groups = [[m for m, g in zip(MENTIONS, after, strict=True) if g == i] for i in range(3)]
    anchors = [a for m, g in zip(MENTIONS, before, strict=True) for a in held(f"p{g}", [m])]
    found = assign(anchors, clusters(*[g for g in groups if g]))
    assert len(set(found.ids)) == len(found.ids) == len([g for g in groups if g])
    for project in {a.project for a in anchors}:
        assert project in found.ids or found.merged[project] in found.ids
    assert set(found.new) <= set(found.ids)
    assert assign(reversed(anchors), clusters(*[g for g in groups if g])) == found
