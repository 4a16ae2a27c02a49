"""The seed articles against the answers beside them: the regression test of the whole reading."""

from pathlib import Path

import pytest

from benchmarks.accuracy import Group, records, tally

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
DAMAGED = ("029-shuangliao-swallowed", "030-xiangshan-masked")
GROUPS = ("region", "published", "repair", "project", "project value", "stage", "indicator", "person")


@pytest.fixture(scope="module")
def groups() -> dict[str, Group]:
    return tally(SEEDS)


@pytest.mark.parametrize("name", GROUPS)
def test_answers(groups: dict[str, Group], name: str) -> None:
    """In each group of facts F1 against the answers is at least 0.95."""
    group = groups[name]
    assert group.right > 10
    assert group.f1 >= 0.95, "\n".join([*group.missed, *group.spurious])


def test_damaged_digits(groups: dict[str, Group]) -> None:
    """Of an article whose digits were swallowed, deleted or masked no figure is read that the answer does not hold."""
    read = [s for name in ("project value", "indicator") for s in groups[name].spurious if s.startswith(DAMAGED)]
    assert read == []


def test_evidence() -> None:
    """Every fact of every article has its evidence, and each quote stands in the text where it says."""
    for record in records(SEEDS):
        text = record["document"]["text"]
        proofs = [e for fact in (*record["indicators"], *record["people"]) for e in fact["evidence"]]
        for project in record["projects"]:
            told = [k for k in project if k.startswith(("investment", "land", "floor", "annual", "jobs", "stage"))]
            assert all(k in project["evidence"] for k in told if project[k]), (project["name"], told)
            proofs += [e for quotes in project["evidence"].values() for e in quotes]
        assert proofs or not record["projects"]
        assert all(text[e["start"] : e["end"]] == e["quote"] for e in proofs)
        assert all(e["rule"] for e in proofs)
