"""`guatu keys`: who may use the API, and for what."""

import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.store.keys import Key, Scope

keys = typer.Typer(help="Make, list and revoke keys of the API.", no_args_is_help=True)
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def _span(text: str) -> dt.timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,3})([hdw])", text)
    if not found:
        raise typer.BadParameter("a number of hours, days or weeks, such as 12h, 90d or 52w")
    return dt.timedelta(**{_UNITS[found[2]]: int(found[1])})


def _scope(text: str) -> str:
    if text not in ("read", "write", "admin"):
        raise typer.BadParameter("read, write (which includes read) or admin (which includes both)")
    return text


def _name(text: str) -> str:
    if not (text.strip() and text.isprintable() and len(text) <= 100):
        raise typer.BadParameter("a line of at most 100 characters")
    return text.strip()


@keys.command()
def create(
    name: Annotated[str, typer.Option(parser=_name, metavar="NAME", help="Who it is for; the access log shows it.")],
    scope: Annotated[str, typer.Option(parser=_scope, metavar="SCOPE", help="read, write or admin.")] = "read",
    expires: Annotated[
        dt.timedelta | None, typer.Option(parser=_span, metavar="SPAN", help="After 12h, 90d or 52w; without it never.")
    ] = None,
) -> None:
    """Make a key and print it, this once: only its hash is stored."""
    import asyncio
    from typing import cast

    asyncio.run(_create(name, cast("Scope", scope), expires))


@keys.command("list")
def list_() -> None:
    """Print all keys, without what their owners hold."""
    import asyncio

    asyncio.run(_list())


@keys.command()
def revoke(id_: Annotated[int, typer.Argument(metavar="ID", min=1, help="Its id in guatu keys list.")]) -> None:
    """Revoke a key for ever. A running API takes it for two more seconds at the most."""
    import asyncio

    asyncio.run(_revoke(id_))


async def _create(name: str, scope: "Scope", expires: dt.timedelta | None) -> None:
    from service.api.keys import hashed, new
    from service.bootstrap import database, now
    from service.store.keys import add

    key, moment = new(), now()
    async with database(create=True) as opened, opened.changing() as connection:
        await add(connection, name, hashed(key), scope, moment, moment + expires if expires else None)
    print(key)


async def _list() -> None:
    from rich.table import Table

    from service.bootstrap import database, now
    from service.cli.terminal import console, safe
    from service.store.keys import all_of_them

    async with database() as opened, opened.reading() as connection:
        found = await all_of_them(connection)
    table = Table("id", "name", "scope", "created", "state", box=None, header_style="bold", padding=(0, 2, 0, 0))
    for key in found:
        table.add_row(str(key.id), safe(key.name), key.scope, f"{key.created_at:%Y-%m-%d}", _state(key, now()))
    console().print(table if found else "there is no key: guatu keys create --name NAME makes one")


def _state(key: "Key", moment: dt.datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is None:
        return "good"
    return f"{'good until' if moment < key.expires_at else 'expired'} {key.expires_at:%Y-%m-%d %H:%M} UTC"


async def _revoke(id_: int) -> None:
    from service.bootstrap import database, now
    from service.store.keys import revoke

    async with database() as opened, opened.changing() as connection:
        key = await revoke(connection, id_, now())
    print(f"key {key.id} ({key.name}) is revoked")
