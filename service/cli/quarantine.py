"""`guatu quarantine`: what was not taken and why, and a second chance for it."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from service.store.quarantine import Held, Which

quarantine = typer.Typer(help="Look at what was not taken, and release it.", no_args_is_help=True)

Reason = Annotated[str | None, typer.Option(metavar="REASON", help="With this reason: timeout, crashed, empty …")]
State = Annotated[str | None, typer.Option(metavar="STATE", help="rejected, failed or no_bytes.")]
Limit = Annotated[int, typer.Option(min=1, metavar="N", help="So many at most.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
_PAGE = 500


@quarantine.command("list")
def list_(reason: Reason = None, state: State = None, limit: Limit = 50, as_json: AsJson = False) -> None:
    """Print what was not taken: documents, the latest first, then sources that gave no bytes."""
    import asyncio

    asyncio.run(_list(_which(reason, state), limit, as_json))


@quarantine.command()
def show(key: Annotated[str, typer.Argument(metavar="KEY", help="document:17, 17 or source:PATH|URL.")]) -> None:
    """Print one as a JSON object, with its message."""
    import asyncio

    asyncio.run(_show(key))


@quarantine.command()
def release(
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="KEY...", help="document:17, 17 or source:PATH|URL.")
    ] = None,
    reason: Reason = None,
    state: State = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything in the quarantine.")] = False,
) -> None:
    """Queue documents again, and forget that sources failed: those named, or all of a reason or a state."""
    import asyncio

    given = bool(keys) + (reason is not None or state is not None) + everything
    if given != 1:
        raise typer.BadParameter("give KEYs, or --reason and --state, or --all")
    asyncio.run(_release(keys or [], None if keys else _which(reason, state)))


def _which(reason: str | None, state: str | None) -> "Which":
    from service.store.quarantine import STATES, Which

    if state is not None and state not in STATES:
        raise typer.BadParameter(f"--state is {', '.join(STATES[:-1])} or {STATES[-1]}")
    return Which(reason, state)


async def _list(which: "Which", limit: int, as_json: bool) -> None:
    import orjson
    from rich.table import Table

    from service.cli.terminal import console, lines, safe

    if as_json:
        async for held in _all_of(which, limit):
            lines([orjson.dumps(_plain(held))])
        return
    table = Table("key", "state", "reason", "tries", "seen", "source")
    async for held in _all_of(which, limit):
        seen = f"{held.seen:%Y-%m-%d %H:%M}"
        source = "" if held.document_id is None else safe(held.source)
        table.add_row(safe(held.key), held.state, safe(held.reason), str(held.tries), seen, source)
    console().print(table)


async def _all_of(which: "Which", limit: int) -> "AsyncIterator[Held]":
    from service.bootstrap import database
    from service.store.quarantine import page

    async with database() as opened:
        after: str | None = None
        while limit > 0:
            async with opened.reading() as connection:
                found = await page(connection, which, min(limit, _PAGE), after)
            for held in found:
                yield held
            if len(found) < min(limit, _PAGE):
                return
            limit, after = limit - len(found), found[-1].key


async def _show(key: str) -> None:
    import orjson

    from service.bootstrap import database
    from service.cli.terminal import lines
    from service.store.quarantine import one

    async with database() as opened, opened.reading() as connection:
        lines([orjson.dumps(_plain(await one(connection, key)), option=orjson.OPT_INDENT_2)])


async def _release(keys: list[str], which: "Which | None") -> None:
    from service.bootstrap import database, now
    from service.store.quarantine import one, release

    async with database() as opened, opened.writing() as connection:
        for key in keys:
            await one(connection, key)
        released = await release(connection, now(), keys, which)
    print(f"{released} released")


def _plain(held: "Held") -> dict[str, Any]:
    return {"key": held.key, **held._asdict()}
