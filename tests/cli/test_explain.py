"""`guatu explain`."""

from pathlib import Path

from service.cli.explain import Mark, marked
from tests.cli.conftest import Guatu


def test_explain(guatu: Guatu, article: Path) -> None:
    """What was repaired, then the whole text with each fact marked and named by its rule."""
    done = guatu("explain", article)
    assert (done.returncode, done.stderr) == (0, "")
    assert "doubled_punctuation 1" in done.stdout
    assert "浙江省/嘉兴市/海宁市 (330481)" in done.stdout
    assert "⟦总投资12亿元⟧(investment_total by " in done.stdout
    assert "参加活动。" in done.stdout


def test_nothing(guatu: Guatu, tmp_path: Path) -> None:
    """A file that is not there is one line and exit code 1."""
    done = guatu("explain", tmp_path / "no.txt")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_marks_in_one_another() -> None:
    """Marks may lie inside one another, touch and overlap: each closes with its own name."""
    found = [Mark(0, 4, "a", "red"), Mark(0, 2, "b", "red"), Mark(2, 4, "c", "red"), Mark(3, 6, "d", "red")]
    assert marked("一二三四五六七", found).plain == "⟦⟦一二⟧(b)⟦三⟦四⟧(c)⟧(a)五六⟧(d)七"


def test_no_marks() -> None:
    """A text without facts is the text."""
    assert marked("一二三", []).plain == "一二三"
