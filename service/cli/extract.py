"""`guatu extract`: articles to facts, without a database."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from service.models import Article, Extraction, Indicator, Project, RawDocument


def extract(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files and folders.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an article and line.")] = False,
) -> None:
    """Print the facts of articles. Nothing is stored."""
    from service.cli.articles import documents, each
    from service.cli.terminal import complain_of, console, lines
    from service.sources import Failure

    rejected = False
    out = None if as_json else console()
    for said in each(documents(paths), _line if as_json else _pair):
        if isinstance(said, Failure):
            complain_of(said)
            rejected = True
        elif isinstance(said, bytes):
            lines([said])
        elif out is not None:
            out.print(*_rendered(*said), sep="\n")
    if rejected:
        raise typer.Exit(1)


def _line(raw: "RawDocument") -> "bytes | tuple[Article, Extraction]":
    import orjson

    from service.cli.articles import read
    from service.models import record

    return orjson.dumps(record(*read(raw)))


def _pair(raw: "RawDocument") -> "bytes | tuple[Article, Extraction]":
    from service.cli.articles import read

    return read(raw)


def _rendered(article: "Article", extraction: "Extraction") -> "Iterator[RenderableType]":
    from rich.text import Text

    from service.cli.terminal import safe

    clean = article.clean
    yield Text(safe(clean.title or "(no title)"), "bold")
    repairs = ", ".join(f"{repair.step} {repair.count}" for repair in clean.repairs)
    said = (
        safe(article.source),
        clean.published.isoformat() if clean.published else None,
        safe(clean.outlet or "") or None,
        extraction.region.path if extraction.region else None,
        clean.encoding,
        f"repaired: {repairs}" if repairs else None,
    )
    yield Text(" · ".join(part for part in said if part), "dim")
    if extraction.projects:
        yield _projects(extraction.projects)
    if extraction.indicators:
        yield _indicators(extraction.indicators)
    for person in extraction.people:
        yield Text(safe(f"{person.title} {person.name}"))
    if not (extraction.projects or extraction.indicators or extraction.people):
        yield Text("no facts")
    yield Text()


def _projects(projects: "tuple[Project, ...]") -> "RenderableType":
    from rich.table import Table

    from service.cli.terminal import amount, safe

    table = Table(
        "project", "stage", "investment", "region", "more", box=None, header_style="bold", padding=(0, 2, 0, 0)
    )
    for project in projects:
        more = [f"phase {phase} {amount(value)}" for phase, value in project.investment_phase.items()]
        for name, unit in _MORE.items():
            if (value := getattr(project, name)) is not None:
                more.append(f"{name} {amount(value, unit)}")
        more += [f"{c.product} {amount(c.value, c.unit)}" for c in project.capacity]
        more += [f"{what} {when}" for what, when in project.dates.items()]
        more += project.owners
        total = amount(project.investment_total)
        region = project.region.name if project.region else ""
        table.add_row(safe(project.name), project.stage or "", total, region, safe(", ".join(more)))
    return table


_MORE = {
    **dict.fromkeys(("investment_planned_year", "investment_completed", "annual_output", "annual_tax"), "元"),
    **dict.fromkeys(("land_area", "floor_area"), "m²"),
    "jobs": "人",
}


def _indicators(indicators: "tuple[Indicator, ...]") -> "RenderableType":
    from rich.table import Table

    from service.cli.terminal import figure, safe

    table = Table("indicator", "stage", "value", "of", "period", box=None, header_style="bold", padding=(0, 2, 0, 0))
    for fact in indicators:
        period = fact.period.text if fact.period else ""
        table.add_row(fact.metric, fact.stage or "", figure(fact.value, fact.unit), safe(fact.of or ""), safe(period))
    return table
