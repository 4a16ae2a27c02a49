"""A project as it is shown."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from benchmarks.identity import clustered, read
from service.ledger import Correction, Mention, ProjectView, decide, view
from service.models import Person
from tests.ledger import ANJI, CHANGXING, HUZHOU, YI, correction, mention

TODAY = dt.date(2024, 6, 1)


def shown(*mentions: Mention, today: dt.date = TODAY, corrections: tuple[Correction, ...] = ()) -> ProjectView:
    return view(mentions, corrections, today)


def course(v: ProjectView) -> list[tuple[str, str, bool]]:
    return [(s.status, s.day, s.moves) for s in v.timeline]


PARK = "天钧索具科技产业园"


# Names, places, owners


def test_name_and_aliases() -> None:
    """The name that tells most and is used most is shown, without 项目; the other wordings are aliases."""
    v = shown(
        mention("天钧索具", "2023-01-01"),
        mention("天钧索具（长兴）科技产业园项目", "2023-02-01"),
        mention("天钧索具(长兴)科技产业园", "2023-03-01"),
        mention("天钧产业园", "2023-04-01", aliases=("天钧园区",)),
    )
    assert v.name == "天钧索具(长兴)科技产业园"
    assert v.aliases == ("天钧索具", "天钧产业园", "天钧园区")


def test_name_without_phase() -> None:
    """A project is not called by one of its phases where it has a name of its own."""
    assert shown(*(mention(f"{PARK}二期", f"2023-0{n}-01") for n in range(1, 5)), mention(PARK)).name == PARK


def test_region() -> None:
    """The narrowest division that most stories tell."""
    v = shown(mention(PARK, region=HUZHOU), mention(PARK, "2023-06-01"), mention(PARK, "2023-07-01", region=HUZHOU))
    assert v.region == CHANGXING


def test_region_of_a_line() -> None:
    """A line through two counties stands in what holds both."""
    v = shown(mention("缙松高速公路"), mention("缙松高速公路", region=ANJI, day="2023-06-01"))
    assert v.region == HUZHOU


def test_owner_once() -> None:
    """An owner is shown once, by the fullest wording."""
    v = shown(mention(PARK, owners=("天钧索具",)), mention(PARK, "2023-06-01", owners=("天钧索具股份有限公司",)))
    assert v.owners == ("天钧索具股份有限公司",)


# Values


def test_newest_credible_value() -> None:
    """The newest value is shown; one before it is kept, superseded where the change is reported."""
    v = shown(
        mention(PARK, "2021-01-01", total=30),
        mention(PARK, "2021-06-01", total=56, sentences=("天钧索具科技产业园总投资由30亿元增至56亿元。",)),
    )
    history = v.fields["investment_total"]
    assert v.value("investment_total") == 56 * YI
    assert [(r.value, r.doubt) for r in history.values] == [(56 * YI, None), (30 * YI, "superseded")]
    assert not history.contradicted


def test_contradiction_is_kept() -> None:
    """Two figures at one time with no change reported are a contradiction: both are kept, and it is marked."""
    v = shown(
        mention(PARK, "2023-06-06", total=7.5, article="a"),
        mention(PARK, "2023-06-06", total=5.7, article="b"),
        mention(PARK, "2023-08-06", total=7.5, article="c"),
    )
    history = v.fields["investment_total"]
    assert [(r.value, r.doubt) for r in history.values] == [
        (Decimal("7.5") * YI, None),
        (Decimal("5.7") * YI, "contradicted"),
    ]
    assert history.contradicted
    assert v.problems == ("contradictory",)


def test_unit_slip() -> None:
    """A newer figure that is a hundred times smaller than what more stories tell is not believed, and no contradiction."""
    v = shown(
        mention(PARK, "2021-01-01", total=128),
        mention(PARK, "2022-01-01", total=128),
        mention(PARK, "2023-01-01", total=1.28),
    )
    assert v.value("investment_total") == 128 * YI
    assert [r.doubt for r in v.fields["investment_total"].values] == ["unit_slip", None]
    assert v.problems == ()


@pytest.mark.parametrize(
    ("one", "other", "hedges"),
    [(128, 130, {}), (128, 130, {"investment_total": "over"}), (29, 30, {"investment_total": "under"})],
)
def test_rounding(one: int, other: int, hedges: dict[str, str]) -> None:
    """Rounding and hedges are no contradiction."""
    v = shown(mention(PARK, total=one), mention(PARK, "2023-05-02", total=other, qualifiers=hedges))
    assert len(v.fields["investment_total"].values) == 1


def test_progress_is_no_contradiction() -> None:
    """What has been invested so far grows without anybody explaining it."""
    v = shown(*(mention(PARK, f"2023-{m:02}-01", investment_completed=m * YI) for m in (1, 4, 7)))
    assert v.value("investment_completed") == 7 * YI
    assert not v.fields["investment_completed"].contradicted


def test_copies_count_once() -> None:
    """Copies of a story are one source, and do not outvote another."""
    copies = [mention(PARK, total=5, article=f"c{n}", story="c0") for n in range(4)]
    others = [mention(PARK, total=8, article="x"), mention(PARK, "2023-05-02", total=8, article="y")]
    v = shown(*copies, *others)
    assert (v.sources, v.copies) == (3, 3)
    assert v.value("investment_total") == 8 * YI


def test_phase_values() -> None:
    """What is said of a phase is the phase's, in its own name or with the whole."""
    v = shown(
        mention(PARK, total=52, investment_phase={"1": 16 * YI, "2": 20 * YI}),
        mention(f"{PARK}二期", "2023-06-01", total=20, stage="started"),
    )
    assert v.value("investment_total") == 52 * YI
    assert [(p.number, p.stage, p.fields["investment_total"].current.value) for p in v.phases if p.fields] == [  # type: ignore[union-attr]
        ("1", None, 16 * YI),
        ("2", "started", 20 * YI),
    ]
    assert v.problems == ()


def test_evidence() -> None:
    """Every value leads to the record and the words that say it."""
    m = mention(PARK, total=12, said={"investment_total": "总投资12亿元"})
    ref = shown(m).fields["investment_total"].values[0].refs[0]
    assert (ref.record, ref.day, ref.quote) == (m.record, m.day, "总投资12亿元")


# Stages


def test_timeline() -> None:
    """Each stage stands with the day of its first report, or the day that the text gives."""
    v = shown(
        mention(PARK, "2021-03-02", stage="signed"),
        mention(PARK, "2022-02-10", stage="construction", dates={"started": "2021-06"}),
        mention(PARK, "2023-05-09", stage="operational"),
    )
    assert course(v) == [
        ("signed", "2021-03-02", True),
        ("started", "2021-06", True),
        ("construction", "2022-02-10", True),
        ("operational", "2023-05-09", True),
    ]
    assert (v.status, v.stage, v.timeline[1].basis) == ("operational", "operational", "dated")


def test_not_moved_back() -> None:
    """A later article that merely says 签约 of a running project does not move it back."""
    v = shown(mention(PARK, "2022-01-01", stage="operational"), mention(PARK, "2023-01-01", stage="signed"))
    assert (v.status, course(v)[1]) == ("operational", ("signed", "2023-01-01", False))


def test_moved_back_by_its_own_evidence() -> None:
    """Going back needs words that say so."""
    v = shown(
        mention(PARK, "2022-01-01", stage="started"),
        mention(PARK, "2023-01-01", stage="planned", sentences=(f"{PARK}至今尚未开工。",)),
    )
    assert (v.status, v.stage) == ("planned", "planned")


def test_suspended_and_resumed() -> None:
    """A stop that an article reports is shown, and ends with the report that work goes on."""
    halted = [
        mention(PARK, "2022-01-01", stage="construction"),
        mention(PARK, "2023-01-01", title=f"{PARK}因资金问题停工"),
    ]
    v = shown(*halted)
    assert (v.status, v.stage, v.problems) == ("suspended", "construction", ("stalled",))
    assert v.timeline[-1].refs[0].quote == "停工"
    assert shown(*halted, mention(PARK, "2023-09-01", title=f"{PARK}恢复施工")).status == "construction"
    assert shown(*halted, mention(PARK, "2023-09-01", stage="completed")).status == "completed"


def test_title_of_another() -> None:
    """A title that stops another project stops not this one."""
    v = shown(mention(PARK, "2023-01-01", stage="construction", title="禾禄隔膜项目停工"))
    assert v.status == "construction"


def test_cancelled() -> None:
    """Where the text says that it was given up, it is, and silence adds nothing."""
    v = shown(
        mention(PARK, "2018-01-01", stage="signed"),
        mention(PARK, "2019-01-01", sentences=(f"双方终止协议，{PARK}不再实施。",)),
    )
    assert (v.status, v.inferred) == ("cancelled", False)


@pytest.mark.parametrize(
    ("stage", "latest", "status", "inferred"),
    [
        ("construction", "2022-06-03", "construction", False),
        ("construction", "2022-06-01", "stalled", True),
        ("signed", "2020-06-02", "stalled", True),
        ("signed", "2020-06-01", "cancelled", True),
        ("completed", "2010-01-01", "completed", False),
        ("operational", "2010-01-01", "operational", False),
        (None, "2010-01-01", None, False),
    ],
)
def test_silence(stage: str | None, latest: str, status: str | None, inferred: bool) -> None:
    """After two years without news it counts as stalled, after four as cancelled, marked as inferred; never once built."""
    v = shown(mention(PARK, latest, stage=stage))
    assert (v.status, v.inferred) == (status, inferred)
    assert (v.stage or None) == stage
    assert ("inferred" in {s.basis for s in v.timeline}) == inferred


def test_phase_of_a_running_project() -> None:
    """The second phase starts beside the first that runs: the project runs on, and the step is told of its phase."""
    v = shown(
        mention(f"{PARK}一期", "2022-01-01", stage="operational"), mention(f"{PARK}二期", "2023-01-01", stage="started")
    )
    assert v.status == "operational"
    assert [(s.phase, s.status, s.moves) for s in v.timeline] == [("1", "operational", True), ("2", "started", False)]


@pytest.mark.parametrize(
    ("expected", "built", "outcome"),
    [
        ("2023-12", "2023-05-01", "ahead"),
        ("2023-05", "2023-05-20", "on_time"),
        ("2023", "2023-05-20", "on_time"),
        ("2023-03", "2023-05-20", "late"),
        ("2024-05", None, "overdue"),
        ("2024-06", None, "open"),
    ],
)
def test_expectation(expected: str, built: str | None, outcome: str) -> None:
    """An announced day is compared with the day it was finished, or with today."""
    mentions = [mention(PARK, "2023-01-01", stage="construction", dates={"completion_expected": expected})]
    mentions += [mention(PARK, built, stage="completed")] if built else []
    v = shown(*mentions)
    assert [e.outcome for e in v.expectations] == [outcome]
    assert ("overdue" in v.problems) == (outcome == "overdue")


def test_moved_expectation() -> None:
    """A later announcement replaces the earlier one, which is kept."""
    v = shown(
        mention(PARK, "2022-01-01", dates={"completion_expected": "2023"}),
        mention(PARK, "2023-10-01", dates={"completion_expected": "2024-12"}),
    )
    assert [(e.expected, e.outcome) for e in v.expectations] == [("2023", "moved"), ("2024-12", "open")]


# The rest


def test_programme_and_people() -> None:
    """Programmes are read from what is said of the project; people are those in its sentences."""
    v = shown(
        mention(
            PARK,
            sentences=(f"省重点项目{PARK}首席服务官李明到现场。",),
            people=(Person(name="李明", title="首席服务官"), Person(name="王强", title="县长")),
        )
    )
    assert v.programmes == ("省重点",)
    assert [(p.name, p.title) for p in v.people] == [("李明", "首席服务官")]


def test_corrections() -> None:
    """What a person corrects is shown instead, marked with the correction, and what was reported is kept."""
    m = mention(PARK, "2023-01-01", total=12, stage="started", owners=("甲有限公司",))
    made = (
        correction("rename", m, id=1, value="天钧新城"),
        correction("value", m, id=2, field="investment_total", value=Decimal(13) * YI),
        correction("value", m, id=3, field="stage", value="completed"),
        correction("value", m, id=4, field="region", value=ANJI),
        correction("value", m, id=5, field="owners", value=("乙有限公司",)),
        correction("value", m, id=6, field="jobs", value=None),
    )
    v = shown(m, corrections=made)
    assert (v.name, v.region, v.owners, v.status) == ("天钧新城", ANJI, ("乙有限公司",), "completed")
    assert PARK in v.aliases
    history = v.fields["investment_total"]
    assert [(r.value, r.correction, r.doubt) for r in history.values] == [
        (13 * YI, 2, None),
        (12 * YI, None, "superseded"),
    ]
    assert v.value("jobs") is None
    assert v.corrections == (1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "merge", "of": ()},
        {"kind": "split"},
        {"kind": "merge", "apart": True},
        {"kind": "rename", "value": None},
        {"kind": "rename", "value": Decimal(3)},
        {"kind": "value", "value": Decimal(3)},
        {"kind": "value", "field": "name", "value": "x"},
        {"kind": "value", "field": "jobs", "value": "many"},
        {"kind": "value", "field": "stage", "value": None},
        {"kind": "value", "field": "region", "value": "长兴县"},
    ],
)
def test_refused_corrections(more: dict[str, Any]) -> None:
    """A correction that names no mention, or a value that its field cannot have, is refused."""
    m = mention(PARK)
    given = {"of": (m,), **more}
    apart = (mention(PARK, "2024-01-01"),) if given.pop("apart", False) else ()
    with pytest.raises(ValidationError):
        correction(given.pop("kind"), *given.pop("of"), apart=apart, **given)


CLUSTERS = list({c.mentions[0].record: c for c in clustered([w.mention for w in read()]).clusters.values()}.values())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CLUSTERS), st.data())
def test_order(chosen: object, data: st.DataObject) -> None:
    """The view does not depend on the order of mentions, and goes through JSON unchanged."""
    mentions = data.draw(st.permutations(chosen.mentions))  # type: ignore[attr-defined]
    v = view(mentions, (), TODAY)
    assert v == view(chosen.mentions, (), TODAY)  # type: ignore[attr-defined]
    assert ProjectView.model_validate_json(v.model_dump_json()).model_dump_json() == v.model_dump_json()


# Changes


def test_decide() -> None:
    """New, unchanged by one more who says the same, updated by what is new, in conflict by another figure."""
    first = mention(PARK, "2023-01-01", total=12, stage="started")
    same = mention(PARK, "2023-01-10", total=12, stage="started")
    further = mention(PARK, "2023-03-01", stage="completed")
    other = mention(PARK, "2023-01-20", total=21)
    before = shown(first)
    assert decide(None, before).kind == "new"
    assert "investment_total" in decide(None, before).fields
    assert decide(before, shown(first, same)) == ("unchanged", ())
    assert decide(before, shown(first, further)) == ("updated", ("status", "stage", "timeline"))
    assert decide(before, shown(first, other)) == ("conflict", ("problems", "investment_total"))
    phase = mention(f"{PARK}二期", "2023-01-05", total=3)
    assert "phase.2" in decide(before, shown(first, phase)).fields
