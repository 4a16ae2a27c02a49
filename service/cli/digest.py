"""`guatu digest`: what happened in a week, month, quarter or year, for a meeting."""

import datetime as dt
from typing import Annotated, Literal

import typer

TermKind = Literal["week", "month", "quarter", "year"]
"""As in the ledger, which is not loaded for the help."""


def digest(
    term: Annotated[
        TermKind, typer.Argument(metavar="week|month|quarter|year", help="周例会, 月汇报, 季观摩, 年考评.")
    ],
    date: Annotated[
        str | None, typer.Argument(metavar="DATE", help="A day in it, such as 2026-08-31; left out: today, in China.")
    ] = None,
    region: Annotated[str | None, typer.Option(metavar="CODE|NAME", help="Of this division and below.")] = None,
    base: Annotated[str, typer.Option(metavar="URL", help="What links begin with: where guatu serve is found.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="A page of HTML.")] = False,
) -> None:
    """Print what was signed, started, completed and put into operation, as Markdown."""
    import asyncio

    if as_json and as_html:
        raise typer.BadParameter("--json and --html exclude each other", param_hint="--html")
    asyncio.run(_print(term, _day(date), region, base, "json" if as_json else "html" if as_html else "markdown"))


def _day(given: str | None) -> dt.date:
    from service.bootstrap import now
    from service.ledger.term import EARLIEST, LATEST
    from service.pipeline.mention import CHINA

    if given is None:
        return now().astimezone(CHINA).date()
    try:
        day = dt.date.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"{given!r} is no day: write it as 2026-08-31", param_hint="DATE") from None
    if not EARLIEST <= day <= LATEST:
        raise typer.BadParameter(f"{given} is not between {EARLIEST} and {LATEST}", param_hint="DATE")
    return day


async def _print(term: TermKind, day: dt.date, region: str | None, base: str, form: str) -> None:
    from service.bootstrap import database
    from service.cli.terminal import lines, safe
    from service.pipeline.digest import markdown, page
    from service.pipeline.gather import digest as gathered
    from service.pipeline.regions import named
    from service.store.regions import NATION

    code = NATION if region is None else named(region)
    async with database() as opened, opened.reading() as connection:
        found = await gathered(connection, term, day, code)
    base = base.rstrip("/")
    if form == "json":
        lines([found.model_dump_json().encode()])
    else:
        made = page(found, base) if form == "html" else markdown(found, base)
        lines([safe(made).rstrip("\n").encode()])
