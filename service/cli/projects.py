"""`guatu projects`: the ledger from a terminal: find, show, merge, split, correct."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from service.ledger import ProjectView
    from service.store.database import Connection, Database
    from service.store.projects import Wanted

projects = typer.Typer(help="Find projects and show them; say which are one, and what is right.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The id that guatu projects find prints.")]
Why = Annotated[str | None, typer.Option("--why", metavar="TEXT", help="Why, for the trail.")]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides; you, by the name of your account.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Words = Annotated[list[str] | None, typer.Argument(metavar="WORDS...", help="In a name of it or of an owner.")]
Region = Annotated[str | None, typer.Option(metavar="CODE|NAME", help="In this division and below.")]
Statuses = Annotated[list[str] | None, typer.Option(metavar="STATUS", help="Where it is now; may be repeated.")]
Industry = Annotated[str | None, typer.Option(metavar="NAME", help="Of this chain, such as 新材料.")]
Owner = Annotated[str | None, typer.Option(metavar="NAME", help="A part of the name of an owner.")]
Problems = Annotated[
    list[str] | None, typer.Option(metavar="KIND", help="stalled, overdue, contradictory or unplaced.")
]
Minimum = Annotated[str | None, typer.Option(metavar="AMOUNT", help="At least: 500000000, 5亿.")]


@projects.command()
def find(
    words: Words = None,
    region: Region = None,
    status: Statuses = None,
    industry: Industry = None,
    owner: Owner = None,
    problem: Problems = None,
    min_investment: Minimum = None,
    sort: Annotated[str, typer.Option(metavar="ORDER", help="latest, investment, name or first.")] = "latest",
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Print the projects that are meant, those with the latest news first."""
    import asyncio

    from service.store.projects import Order

    _one_of("--sort", [sort], Order)
    wanted = wanted_of(words, region, status, industry, owner, problem, min_investment)
    asyncio.run(_find(wanted, sort, limit, as_json))


@projects.command()
def show(id_: Id, as_json: AsJson = False) -> None:
    """Print one project: where it is, its timeline, its values with what contradicts them, its articles."""
    import asyncio

    asyncio.run(_show(id_, as_json))


@projects.command()
def merge(
    ids: Annotated[list[str], typer.Argument(metavar="ID ID...", help="The projects that are one.")],
    why: Why = None,
    by: By = None,
) -> None:
    """Say that projects are one."""
    import asyncio

    from service.pipeline import decisions

    asyncio.run(_decide(lambda c, who, now: decisions.merge(c, ids, who, why, now), by))


@projects.command()
def split(
    id_: Id,
    records: Annotated[list[int], typer.Argument(metavar="RECORD...", help="What guatu projects show prints.")],
    why: Why = None,
    by: By = None,
) -> None:
    """Say that these records of a project are of another."""
    _correct(id_, {"kind": "split", "records": records, "reason": why}, by)


@projects.command()
def correct(
    id_: Id,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="name, region, owners, stage, investment_total …")],
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="An amount such as 12.5亿, a code, names with commas; none.")
    ],
    why: Why = None,
    by: By = None,
) -> None:
    """Say what a project is called, or what a value is."""
    if field == "name":
        _correct(id_, {"kind": "rename", "value": value, "reason": why}, by)
    else:
        _correct(id_, {"kind": "value", "field": field, "value": _typed(field, value), "reason": why}, by)


@projects.command()
def corrections(
    project: Annotated[str | None, typer.Argument(metavar="ID", help="Of this project.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Print what people decided, the latest first, also what was taken back."""
    import asyncio

    asyncio.run(_corrections(project, limit, as_json))


@projects.command()
def undo(
    correction: Annotated[int, typer.Argument(metavar="NUMBER", help="What guatu projects corrections prints.")],
    why: Why = None,
    by: By = None,
) -> None:
    """Take a correction back; the trail keeps it."""
    import asyncio

    from service.pipeline import decisions

    async def taken_back(connection: "Connection", who: str, now: Any) -> int:  # noqa: ANN401
        await decisions.take_back(connection, correction, who, why, now)
        return correction

    asyncio.run(_decide(taken_back, by))


def wanted_of(
    words: list[str] | None,
    region: str | None,
    status: list[str] | None,
    industry: str | None,
    owner: str | None,
    problem: list[str] | None,
    min_investment: str | None,
) -> "Wanted":
    """Which projects the options mean."""
    from service.cli.show import money
    from service.ledger import Problem, Status
    from service.pipeline.places import places_named
    from service.store.projects import Wanted
    from service.store.words import findable

    _one_of("--status", status or [], Status)
    _one_of("--problem", problem or [], Problem)
    return Wanted(
        places=None if region is None else places_named(region),
        statuses=tuple(status) if status else None,
        industry=industry,
        owner=None if owner is None else findable(owner),
        problems=tuple(problem) if problem else None,
        minimum=None if min_investment is None else money(min_investment),
        words=findable(" ".join(words)) if words else None,
    )


def _one_of(option: str, given: list[str], allowed: Any) -> None:  # noqa: ANN401 - a Literal
    from typing import get_args

    for value in given:
        if value not in get_args(allowed):
            raise typer.BadParameter(f"{value!r} is none of {', '.join(get_args(allowed))}", param_hint=option)


def _typed(field: str, value: str) -> Decimal | str | list[str] | None:
    from service.cli.show import money
    from service.ledger.values import AMOUNTS

    if value == "none":
        return None
    if field in AMOUNTS:
        try:
            return Decimal(value)
        except InvalidOperation:
            return money(value)
    return [part.strip() for part in value.replace("，", ",").split(",")] if field == "owners" else value


def _correct(id_: str, said: dict[str, Any], by: str | None) -> None:
    import asyncio

    from pydantic import TypeAdapter, ValidationError

    from service.pipeline import decisions

    try:
        decision = TypeAdapter[decisions.Decision](decisions.Decision).validate_python(said)
    except ValidationError as error:
        raise typer.BadParameter("; ".join(one["msg"] for one in error.errors()[:2])) from None
    asyncio.run(_decide(lambda c, who, now: decisions.decide_on(c, id_, decision, who, now), by))


async def _decide(decide: Callable[["Connection", str, Any], Any], by: str | None) -> None:
    """Write a decision down and see it through: there may be no worker that would."""
    import getpass

    from service.bootstrap import database, now
    from service.pipeline.ledger import Ledger

    async with database() as opened:
        async with opened.changing() as connection:
            number = await decide(connection, by or getpass.getuser(), now())
        await Ledger(opened, now).catch_up()
    print(f"correction {number}")


@asynccontextmanager
async def _opened() -> "AsyncIterator[tuple[Database, Connection]]":
    from service.bootstrap import database

    async with database() as opened, opened.reading() as connection:
        yield opened, connection


async def _find(wanted: "Wanted", order: Any, limit: int, as_json: bool) -> None:  # noqa: ANN401
    import orjson
    from rich.table import Table

    from service.cli.terminal import amount, console, lines, safe
    from service.store.projects import page

    async with _opened() as (_, connection):
        found = await page(connection, wanted, order, None, limit)
    if as_json:
        lines(line.json for line in found)
        return
    table = Table(
        "id", "latest", "region", "project", "status", "investment", "problems", box=None, padding=(0, 2, 0, 0)
    )
    for line in found:
        one = orjson.loads(line.json)
        total = one["investment_total"]
        shown = (
            *(one["id"], one["latest"], one["region"]["name"] if one["region"] else "", safe(one["name"])),
            *(one["status"] or "", "" if total is None else amount(Decimal(str(total))), ", ".join(one["problems"])),
        )
        table.add_row(*shown)
    out = console()
    out.print(table if found else "no projects found")


async def _show(id_: str, as_json: bool) -> None:
    import orjson

    from service.cli.terminal import lines
    from service.errors import NotFound
    from service.ledger import ProjectView
    from service.store import projects as stored

    async with _opened() as (_, connection):
        known = await stored.redirect(connection, id_) or id_
        body = await stored.one(connection, known)
        if body is None:
            raise NotFound(f"there is no project {id_}: guatu projects find lists them")
        articles = await stored.articles(connection, known)
    if as_json:
        lines([orjson.dumps({"id": known, **orjson.loads(body), "articles": articles})])
    else:
        _print(known, ProjectView.model_validate_json(body), articles)


def _print(id_: str, view: "ProjectView", articles: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from service.cli.terminal import console, figure, safe

    out = console()
    where = view.region.path if view.region else "place unknown"
    status = f"{view.status or 'stage unknown'}{' (inferred)' if view.inferred else ''}"
    out.print(safe(f"{view.name}  {id_}"), style="bold")
    out.print(safe(f"{where}  {status}  {', '.join(view.owners)}"))
    for title, words in (("also", view.aliases), ("industry", view.industry), ("programmes", view.programmes)):
        if words:
            out.print(safe(f"{title}: {', '.join(words)}"))
    if view.problems:
        out.print(f"problems: {', '.join(view.problems)}", style="red")
    values = Table("field", "value", "first", "last", "stories", "doubt", box=None, padding=(0, 2, 0, 0))
    for field, history in view.fields.items():
        unit = {"land_area": "m²", "floor_area": "m²", "jobs": "people"}.get(field, "CNY")
        for told in history.values:
            value = "none" if told.value is None else figure(told.value, unit)
            stories = str(len({ref.story for ref in told.refs})) if told.correction is None else "corrected"
            values.add_row(field, value, str(told.first), str(told.last), stories, told.doubt or "")
    steps = Table("day", "step", "how known", box=None, padding=(0, 2, 0, 0))
    for step in view.timeline:
        steps.add_row(step.day, step.status, step.basis if step.moves else f"{step.basis}, looks back")
    told_by = Table("record", "published", "outlet", "article", box=None, padding=(0, 2, 0, 0))
    for one in articles:
        told_by.add_row(
            str(one["record"]),
            str(one["published"] or ""),
            safe(one["outlet"] or ""),
            safe(one["title"] or one["source"] or ""),
        )
    for table in (steps, values, told_by):
        out.print()
        out.print(table)


async def _corrections(project: str | None, limit: int, as_json: bool) -> None:
    import orjson
    from rich.table import Table

    from service.cli.terminal import console, lines, safe
    from service.store.corrections import page

    async with _opened() as (_, connection):
        found = await page(connection, project, None, limit)
    if as_json:
        lines(orjson.dumps({**one._asdict(), "body": None, **one.said}) for one in found)
        return
    table = Table(
        "number", "project", "kind", "field", "value", "by", "made", "why", "taken back", box=None, padding=(0, 2, 0, 0)
    )
    for one in found:
        said = one.said
        table.add_row(
            *(
                str(one.id),
                one.project,
                one.kind,
                said["field"] or "",
                safe(str(said["value"] or "")),
                safe(said["by"]),
            ),
            *(f"{one.made:%Y-%m-%d %H:%M}", safe(said["reason"] or ""), safe(one.withdrawn_by or "")),
        )
    console().print(table if found else "no corrections")
