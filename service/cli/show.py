"""`guatu show`: what is stored, as tables for people, JSON lines or CSV for programs."""

from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import datetime as dt

    from service.store.log import Wanted

show = typer.Typer(help="Print what is stored: projects, indicators or documents.", no_args_is_help=True)

Region = Annotated[
    str | None, typer.Option(metavar="CODE|NAME", help="In this division and below: 330481, 海宁市, 浙江省/嘉兴市.")
]
Stage = Annotated[
    str | None, typer.Option(metavar="STAGE", help="planned, signed, started, construction, completed or operational.")
]
Minimum = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="Total investment at least: 500000000, 5亿, 3000万.")
]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Published on this day or later: 2024-06-12.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Published on this day or earlier.")]
Words = Annotated[str | None, typer.Option("--q", metavar="WORDS", help="These words in a name or a title.")]
Limit = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="So many at most; 50 in a table, all in JSON and CSV without.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
AsCsv = Annotated[
    bool, typer.Option("--csv", help="CSV in UTF-8; a text that a spreadsheet would run is put after a '.")
]
_TABLE = 50


@show.command()
def projects(
    region: Region = None,
    stage: Stage = None,
    min_investment: Minimum = None,
    since: Since = None,
    until: Until = None,
    words: Words = None,
    limit: Limit = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Print the projects, those of the latest articles first."""
    wanted = _wanted(region, stage, min_investment, since, until, words)
    _show("projects", wanted, limit, as_json, as_csv)


@show.command()
def indicators(
    region: Region = None,
    stage: Stage = None,
    since: Since = None,
    until: Until = None,
    words: Words = None,
    limit: Limit = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Print figures about many projects or whole regions, those of the latest articles first."""
    _show("indicators", _wanted(region, stage, None, since, until, words), limit, as_json, as_csv)


@show.command()
def documents(
    region: Region = None,
    since: Since = None,
    until: Until = None,
    words: Words = None,
    limit: Limit = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Print the documents, what became of them, and how many facts each gave, the latest first."""
    _show("documents", _wanted(region, None, None, since, until, words), limit, as_json, as_csv)


def _wanted(
    region: str | None, stage: str | None, minimum: str | None, since: str | None, until: str | None, words: str | None
) -> "Wanted":
    from service.models import STAGES
    from service.pipeline.places import places_named
    from service.store.log import Wanted
    from service.store.words import findable

    if stage is not None and stage not in STAGES:
        raise typer.BadParameter(f"{stage!r} is no stage; there are {', '.join(STAGES)}", param_hint="--stage")
    return Wanted(
        places=None if region is None else places_named(region),
        stages=None if stage is None else (stage,),
        minimum=None if minimum is None else money(minimum),
        since=day(since, "--since"),
        until=day(until, "--until"),
        words=None if words is None else findable(words),
    )


def money(text: str) -> Decimal:
    """An amount as people write it: 500000000, 5亿, 3000万."""
    import re

    found = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{1,6})?)\s*(亿|万)?\s*元?\s*", text)
    if not found:
        raise typer.BadParameter(
            f"{text!r} is no amount; write 500000000, 5亿 or 3000万", param_hint="--min-investment"
        )
    return Decimal(found[1]) * {"亿": 100_000_000, "万": 10_000}.get(found[2], 1)


def day(text: str | None, option: str) -> "dt.date | None":
    import datetime as dt

    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write 2024-06-12", param_hint=option) from None


def _show(kind: str, wanted: "Wanted", limit: int | None, as_json: bool, as_csv: bool) -> None:
    import asyncio

    from service.cli import rows

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude one another")
    write: Callable[[str, AsyncIterator[dict[str, Any]], int | None], Any] = rows.as_table
    if as_json or as_csv:
        write = rows.as_json if as_json else rows.as_csv
        shown = limit
    else:
        shown = limit or _TABLE
        limit = shown + 1  # one more than is shown tells that there are more
    asyncio.run(_stored(kind, wanted, limit, lambda found: write(kind, found, shown)))


async def _stored(
    kind: str, wanted: "Wanted", limit: int | None, write: Callable[[AsyncIterator[dict[str, Any]]], Any]
) -> None:
    from dataclasses import replace

    from service.bootstrap import database
    from service.store import listing
    from service.store.rows import KINDS

    async with database() as opened, opened.reading() as connection:
        if kind == "documents":
            await write(listing.articles(connection, wanted, limit))
        else:
            await write(listing.facts(connection, replace(wanted, kinds=(KINDS[kind],)), limit))
