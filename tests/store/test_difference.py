"""What another reading changed, by rule."""

from decimal import Decimal

from service.models import Evidence, Extraction
from service.store.difference import UNPROVEN, Change, changes
from service.store.facts import Facts
from service.store.rows import digest
from tests.store.articles import article, extraction

NAME = "projects 澉浦绿色船配产业园"


def facts(said: Extraction) -> Facts:
    """The facts as a database gives them back."""
    return {kind: [fact.body for fact in facts] for kind, facts in digest(article(), said).facts.items()}


def test_the_same_reading_changes_nothing() -> None:
    """Two readings that say the same differ in nothing, though rules version and places in the text may differ."""
    one = extraction(version="2")
    moved = one.people[0].model_copy(
        update={"evidence": tuple(e.model_copy(update={"start": 0, "end": 5}) for e in one.people[0].evidence)}
    )
    assert changes(facts(extraction()), facts(one.model_copy(update={"people": (moved,)}))) == []


def test_a_changed_figure_is_charged_to_the_rule_that_reads_it_now() -> None:
    """A figure that is read otherwise names both values and today's rule."""
    before, after = facts(extraction()), facts(extraction(total=Decimal(130000000)))
    assert changes(before, after) == [
        Change("total", "changed", f"{NAME} investment_total", Decimal(1250000000), Decimal(130000000))
    ]
    assert changes(after, before)[0].before == Decimal(130000000)


def test_a_figure_that_comes_or_goes() -> None:
    """A figure that was not read before is added by its rule, and one that is no more is removed by the rule it had."""
    full = extraction()
    less = full.model_copy(update={"indicators": (), "people": ()})
    lost = changes(facts(full), facts(less))
    assert [(one.rule, one.sort, one.after) for one in lost] == [
        ("rate_reached", "removed", None),
        ("title_before_name", "removed", None),
    ]
    assert [(one.rule, one.sort) for one in changes(facts(less), facts(full))] == [
        ("rate_reached", "added"),
        ("title_before_name", "added"),
    ]


def test_the_same_figure_by_another_rule() -> None:
    """A value that another rule reads now is removed for the old rule and added for the new one."""
    one = extraction()
    other = one.people[0].model_copy(update={"evidence": (Evidence(start=0, end=1, quote="昨", rule="other_rule"),)})
    found = changes(facts(one), facts(one.model_copy(update={"people": (other,)})))
    assert {(change.rule, change.sort) for change in found} == {
        ("title_before_name", "removed"),
        ("other_rule", "added"),
    }


def test_two_facts_of_one_name_are_told_apart() -> None:
    """A second project with the name of the first is an addition and no change of it."""
    one = extraction()
    second = one.projects[0].model_copy(update={"investment_total": Decimal(7), "evidence": {}})
    found = changes(facts(one), facts(one.model_copy(update={"projects": (*one.projects, second)})))
    assert {change.sort for change in found} == {"added"}
    assert Change(UNPROVEN, "added", f"{NAME} #2 investment_total", None, Decimal(7)) in found
