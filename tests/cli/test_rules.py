"""`guatu rules`."""

import json

from service.extract.grammar import RULES
from tests.cli.conftest import Guatu


def test_catalogue(guatu: Guatu) -> None:
    """Every rule stands in the catalogue with its examples and near misses."""
    done = guatu("rules")
    assert (done.returncode, done.stderr) == (0, "")
    for rule in RULES:
        assert f"  {rule.name}\n" in done.stdout
        for example in (*rule.yes, *rule.no):
            assert example in done.stdout
    assert f"{len(RULES)} rules" in done.stdout


def test_json(guatu: Guatu) -> None:
    """A family as JSON, a rule a line."""
    done = guatu("rules", "money", "--json")
    rules = [json.loads(line) for line in done.stdout.splitlines()]
    assert [rule["name"] for rule in rules] == [rule.name for rule in RULES if rule.family == "money"]
    assert all(rule["yes"] and rule["no"] and rule["pattern"] for rule in rules)


def test_unknown(guatu: Guatu) -> None:
    """A name that is no rule's is one line that says which there are."""
    done = guatu("rules", "no_such_rule")
    assert done.returncode == 1
    assert "no_such_rule" in done.stderr
    assert "money" in done.stderr
    assert done.stderr.count("\n") == 1
