"""`guatu explain`: where in the text each fact stands, and the rule that read it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from rich.text import Text

    from service.models import Article, Evidence, Extraction


class Mark(NamedTuple):
    """Words that prove a fact."""

    start: int
    end: int
    label: str
    style: str


def explain(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A file, or a folder.", show_default=False)],
) -> None:
    """Print what was repaired, then the text with each fact marked and named by its rule."""
    from service.cli.articles import documents, each, read
    from service.cli.terminal import complain_of, console
    from service.sources import Failure

    rejected = False
    out = console()
    for said in each(documents([path]), read):
        if isinstance(said, Failure):
            complain_of(said)
            rejected = True
        else:
            for text in _explained(*said):
                out.print(text)
    if rejected:
        raise typer.Exit(1)


def _explained(article: "Article", extraction: "Extraction") -> "Iterator[Text]":
    from rich.text import Text

    from service.cli.terminal import safe

    clean = article.clean
    yield Text(safe(clean.title or "(no title)"), "bold")
    facts = {
        "source": article.source,
        "encoding": clean.encoding,
        "published": clean.published and clean.published.isoformat(),
        "outlet": clean.outlet,
        "region": extraction.region and f"{extraction.region.path} ({extraction.region.code})",
        "rules": f"{extraction.rules_version}, words by {extraction.engine}",
    }
    for name, value in facts.items():
        yield Text.assemble((f"{name:<10}", "dim"), safe(value or "not said"))
    repairs = ", ".join(f"{repair.step} {repair.count}" for repair in clean.repairs)
    yield Text.assemble(("repaired  ", "dim"), repairs or "nothing")
    yield Text()
    yield marked(clean.text, marks(extraction))
    yield Text()


def marks(extraction: "Extraction") -> list[Mark]:
    """All evidence of an article; facts that stand on the same words share a mark."""
    found: dict[tuple[int, int], dict[str, str]] = {}

    def add(name: str, evidence: "tuple[Evidence, ...]", style: str) -> None:
        for words in evidence:
            found.setdefault((words.start, words.end), {})[f"{name} by {words.rule}"] = style

    for project in extraction.projects:
        for field, evidence in project.evidence.items():
            add(field, evidence, "green")
    for indicator in extraction.indicators:
        add(indicator.metric, indicator.evidence, "cyan")
    for person in extraction.people:
        add("person", person.evidence, "magenta")
    return [
        Mark(start, end, "; ".join(labels), next(iter(labels.values())))
        for (start, end), labels in sorted(found.items())
    ]


def marked(text: str, found: list[Mark]) -> "Text":
    """The text with each mark as ⟦words⟧(fact by rule); marks may lie inside one another or overlap."""
    from rich.text import Text

    from service.cli.terminal import safe

    out = Text()
    at = 0
    # At one place what ends comes before what begins, the inner before the outer.
    edges = sorted(
        [(mark.end, 0, -mark.start, mark) for mark in found] + [(mark.start, 1, -mark.end, mark) for mark in found]
    )
    inside: list[Mark] = []
    for place, opens, _, mark in edges:
        out.append(safe(text[at:place]), inside[-1].style if inside else None)
        at = place
        if opens:
            out.append("⟦", "dim")
            inside.append(mark)
        else:
            out.append("⟧", "dim").append(f"({mark.label})", f"dim {mark.style}")
            inside.remove(mark)
    return out.append(safe(text[at:]))
