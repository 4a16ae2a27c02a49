"""`guatu sources`: where news is taken from, and how each source fares."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from service.models import SourceSpec
    from service.pipeline.check import Checked

sources = typer.Typer(help="Where news is taken from, and how each source fares.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="The number of a source: guatu sources list.")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="A folder, or the URL of a feed, a sitemap or a page.")]
Kind = Annotated[
    str | None, typer.Option(metavar="KIND", help="folder, feed, sitemap or list; guessed where it is not given.")
]
Name = Annotated[str | None, typer.Option(help="What it is called: the host, or the folder's name.")]
Category = Annotated[str | None, typer.Option(help="Where it belongs: 浙江/海宁.")]
Pattern = Annotated[str | None, typer.Option(help="Only addresses that fit: /art/**, or re:…")]
Interval = Annotated[str | None, typer.Option(help="Between two looks: 90s, 15m, 2h; its own rhythm otherwise.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@sources.command("list")
def list_(as_json: AsJson = False) -> None:
    """Print the sources with their health: last success, next look, failures, items a day."""
    import asyncio

    asyncio.run(_list(as_json))


@sources.command()
def add(
    address: Address,
    kind: Kind = None,
    name: Name = None,
    category: Category = None,
    pattern: Pattern = None,
    interval: Interval = None,
    remove: Annotated[bool, typer.Option("--remove", help="Folder: delete a file once it is stored.")] = False,
    move_to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder: move a file there once it is stored.")
    ] = None,
) -> None:
    """Add a source: it is asked, or watched, at once. `guatu sources check ADDRESS` says beforehand what it would give."""
    import asyncio

    given = {"name": name, "category": category, "pattern": pattern, "interval": interval, "remove": remove}
    moved = {"move_to": str(move_to.absolute())} if move_to else {}
    asyncio.run(_add(_spec(address, kind, given | moved)))


@sources.command()
def check(
    what: Annotated[str, typer.Argument(metavar="ID|ADDRESS", help="A source, or an address that may become one.")],
    kind: Kind = None,
    pattern: Pattern = None,
    as_json: AsJson = False,
) -> None:
    """Look at a source once and say what that gives, down to the first article's facts; nothing is kept."""
    import asyncio

    if asyncio.run(_check(what, kind, pattern, as_json)).problem:
        raise typer.Exit(1)


@sources.command()
def pause(id_: Number) -> None:
    """Ask a source no more until it is resumed."""
    import asyncio

    asyncio.run(_set_state(id_, "paused"))


@sources.command()
def resume(id_: Number) -> None:
    """Ask a source again that was paused, or retired, at once."""
    import asyncio

    asyncio.run(_set_state(id_, "active"))


@sources.command()
def remove(id_: Number) -> None:
    """Delete a source; the documents that it gave stay."""
    import asyncio

    asyncio.run(_remove(id_))


@sources.command("import")
def import_(file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="A list of feeds.")]) -> None:
    """Add the feeds of an OPML file, except those that are sources already."""
    import asyncio

    from service.errors import NotFound

    try:
        data = file.read_bytes()
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}") from None
    asyncio.run(_import(data))


@sources.command()
def export() -> None:
    """Print the feeds as OPML, for other readers."""
    import asyncio

    asyncio.run(_export())


def guessed(address: str) -> str:
    """The kind that an address most likely is."""
    if "://" not in address:
        return "folder"
    return "sitemap" if re.search(r"sitemap[^/]{0,40}\.(?:xml|txt)(?:\.gz)?\Z", address, re.I) else "feed"


def _spec(address: str, kind: str | None, given: dict[str, Any]) -> "SourceSpec":
    from pydantic import ValidationError

    from service.models import SourceSpec

    if kind == "folder" or (kind is None and guessed(address) == "folder"):
        address = str(Path(address).absolute())  # the worker may run elsewhere
    try:
        return SourceSpec.model_validate({"kind": kind or guessed(address), "address": address, **given})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    said = str(first["msg"]).removeprefix("Value error, ")
    raise typer.BadParameter(f"{first['loc'][0]}: {said}" if first["loc"] else said)


async def _list(as_json: bool) -> None:
    import orjson

    from service.bootstrap import database, now
    from service.cli.terminal import console, lines
    from service.pipeline.health import shown_of
    from service.store import sources as store

    async with database() as opened, opened.reading() as connection:
        shown = await shown_of(connection, await store.listed(connection), now())
    if as_json:
        lines(orjson.dumps(one) for one in shown)
    else:
        console().print(_table(shown))


def _table(shown: list[dict[str, Any]]) -> "Table":
    from rich.table import Table

    from service.cli.terminal import safe

    table = Table(
        "id", "state", "kind", "name", "address", "last success", "next", "failures", "a day", "waiting", "error"
    )
    for one in shown:
        health = one["health"]
        state = f"{one['state']}, ALARM" if health["alarm"] and one["state"] == "active" else one["state"]
        moments = [f"{at:%m-%d %H:%M}" if (at := health[name]) else "" for name in ("last_success", "next_poll")]
        counts = (str(health["failures"]), f"{health['items_a_day']:g}", str(health["pages_waiting"]))
        named = (safe(one["name"]), safe(one["address"]))
        table.add_row(str(one["id"]), state, one["kind"], *named, *moments, *counts, safe(health["error"] or ""))
    return table


async def _add(spec: "SourceSpec") -> None:
    from service.bootstrap import database, now
    from service.store import sources as store

    async with database(create=True) as opened, opened.changing() as connection:
        id_ = await store.add(connection, spec, "api", now())
    print(f"source {id_} is active: {spec.kind} {spec.address}")


async def _check(what: str, kind: str | None, pattern: str | None, as_json: bool) -> "Checked":
    import orjson

    from service import bootstrap
    from service.cli.terminal import lines
    from service.pipeline.check import check
    from service.store import sources as store

    if what.isdecimal():
        async with bootstrap.database() as opened, opened.reading() as connection:
            spec = (await store.one(connection, int(what))).spec
    else:
        spec = _spec(what, kind, {"pattern": pattern})
    async with bootstrap.fetcher() as fetcher:
        found = await check(fetcher, spec, bootstrap.now, bootstrap.habits())
    if as_json:
        lines([orjson.dumps(found)])
    else:
        _print(found)
    return found


def _print(found: "Checked") -> None:
    from service.cli.terminal import safe

    answered = [str(found.status), f"{found.bytes} bytes", found.media_type or "no type", found.encoding or "no text"]
    told: list[tuple[str, object]] = [
        ("kind", f"{found.kind} {found.address}"),
        ("answer", ", ".join(answered) if found.status else None),
        ("redirects", " → ".join(found.redirects) or None),
        ("moved to", found.moved_to),
        ("robots.txt", found.robots),
        ("found", found.found and f"{found.found} {found.title or ''}".strip()),
        ("items", found.items),
        ("with full text", found.full_text),
        ("newest", found.newest),
        ("next look", found.next_poll and f"{found.next_poll:%Y-%m-%d %H:%M:%S} UTC"),
        ("hubs", ", ".join(found.hubs) or None),
        *(("", f"  {entry}") for entry in found.entries),
        ("problem", found.problem),
        *(("try", f"--kind {one.kind} {one.address}: {one.reason}") for one in found.suggestions),
        ("first article", _facts(found.article)),
        ("first article", found.article_problem),
    ]
    for label, value in told:
        if value is not None:
            print(f"{label:>14}  {safe(str(value))}")


def _facts(article: dict[str, Any] | None) -> str | None:
    if article is None:
        return None
    counts = ", ".join(f"{len(article[kind])} {kind}" for kind in ("projects", "indicators", "people"))
    names = "; ".join(one["name"] for one in article["projects"][:3])
    document = article["document"]
    return f"{document['title'] or 'no title'} ({document['published'] or 'no date'}): {counts}" + f": {names}" * bool(
        names
    )


async def _set_state(id_: int, state: Any) -> None:  # noqa: ANN401 - a State of the store
    from service.bootstrap import database, now
    from service.store import sources as store

    async with database() as opened, opened.changing() as connection:
        await store.set_state(connection, id_, state, now())
    print(f"source {id_} is {state}")


async def _remove(id_: int) -> None:
    from service.bootstrap import database
    from service.store import sources as store

    async with database() as opened, opened.changing() as connection:
        await store.remove(connection, id_)
    print(f"source {id_} is removed; its documents stay")


async def _import(data: bytes) -> None:
    from service.bootstrap import database, now
    from service.cli.terminal import complain
    from service.pipeline.subscriptions import take

    async with database(create=True) as opened:
        done = await take(opened, data, None, now())
    print(f"{done.added} added, {done.known} known")
    for one in done.refused:
        complain(one)
    if done.refused:
        raise typer.Exit(1)


async def _export() -> None:
    import sys

    from service.bootstrap import database
    from service.pipeline.subscriptions import write

    async with database() as opened:
        sys.stdout.write(await write(opened))
