"""`guatu watches`: saved filters of projects."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.projects import AsJson, Industry, Minimum, Owner, Problems, Region, Statuses, wanted_of
from service.cli.webhooks import written

if TYPE_CHECKING:
    from service.store.wanted import Wanted

watches = typer.Typer(help="Save filters of projects, to be told of what changes in them.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="The number of a watch: guatu watches list.")]
Words = Annotated[str | None, typer.Option("--q", metavar="WORDS", help="These words in a name of it or of an owner.")]


@watches.command("list")
def list_(as_json: AsJson = False) -> None:
    """Print the watches and what each has."""
    import asyncio

    asyncio.run(_list(as_json))


@watches.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    region: Region = None,
    status: Statuses = None,
    industry: Industry = None,
    owner: Owner = None,
    problem: Problems = None,
    min_investment: Minimum = None,
    words: Words = None,
) -> None:
    """Save a filter of projects. To be told of what changes in it: guatu webhooks add URL --watch ID."""
    import asyncio

    from pydantic import TypeAdapter, ValidationError

    from service.models import Line, plain_number

    try:
        TypeAdapter(Line).validate_python(name)
    except ValidationError:
        raise typer.BadParameter("must be one line of 1 to 200 characters", param_hint="NAME") from None
    wanted = wanted_of([words] if words else None, region, status, industry, owner, problem, min_investment)
    given = {
        "region": region,
        "status": status,
        "industry": industry,
        "owner": owner,
        "problem": problem,
        "min_investment": None if wanted.minimum is None else plain_number(wanted.minimum),
        "q": words,
    }
    asyncio.run(_add(name, {key: value for key, value in given.items() if value}, wanted))


@watches.command()
def remove(id_: Number) -> None:
    """Remove a watch, with its webhooks and what waits for these."""
    import asyncio

    asyncio.run(_remove(id_))


async def _list(as_json: bool) -> None:
    import orjson
    from rich.table import Table

    from service.bootstrap import database
    from service.cli.terminal import console, lines, safe
    from service.store import watches as store

    async with database() as opened, opened.reading() as connection:
        found = await store.all_of_them(connection)
    if as_json:
        shown = ("id", "name", "filters", "created_at")
        lines(orjson.dumps({field: getattr(one, field) for field in shown}) for one in found)
        return
    table = Table("id", "name", "filters")
    for one in found:
        table.add_row(str(one.id), safe(one.name), safe(written(one.filters)))
    console().print(table)


async def _add(name: str, given: dict[str, Any], wanted: "Wanted") -> None:
    from service.bootstrap import database, now
    from service.store import watches as store

    async with database() as opened, opened.changing() as connection:
        made = await store.add(connection, name, store.filters_of(given, wanted), now())
    print(f"watch {made.id}: its feed is /v1/watches/{made.id}/feed")


async def _remove(id_: int) -> None:
    from service.bootstrap import database
    from service.store import watches as store

    async with database() as opened, opened.changing() as connection:
        await store.remove(connection, id_)
    print(f"watch {id_} is removed")
