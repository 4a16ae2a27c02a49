"""`guatu webhooks`: who is told of new records, and what did not arrive."""

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from service.cli.show import day, money

if TYPE_CHECKING:
    from service.store.deliveries import Delivery

webhooks = typer.Typer(help="Tell others of new records, and see what did not arrive.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="The number of a webhook: guatu webhooks list.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", help="project, indicator, person.")]
Stages = Annotated[
    list[str] | None, typer.Option("--stage", metavar="STAGE", help="planned, signed, started, completed …")
]
Region = Annotated[str | None, typer.Option(metavar="CODE|NAME", help="In this division and below: 330481, 海宁市.")]
Minimum = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="Total investment at least: 500000000, 5亿, 3000万.")
]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Published on this day or later: 2024-06-12.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Published on this day or earlier.")]
Words = Annotated[str | None, typer.Option("--q", metavar="WORDS", help="These words in a name or a title.")]
Source = Annotated[int | None, typer.Option(min=1, metavar="ID", help="From this source: guatu sources list.")]
_KINDS = ("project", "indicator", "person")
_PAGE = 500


@webhooks.command("list")
def list_(as_json: AsJson = False) -> None:
    """Print the webhooks: what each wants, what it got, what waits, and why the last message failed."""
    import asyncio

    asyncio.run(_list(as_json))


@webhooks.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where messages are sent.")],
    kind: Kinds = None,
    region: Region = None,
    stage: Stages = None,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    min_investment: Minimum = None,
    words: Words = None,
    watch: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="ID", help="For what changes in this watch, in place of records: guatu watches list."
        ),
    ] = None,
) -> None:
    """Make a webhook for the records that are added from now on, and print its secret, which is never shown again."""
    import asyncio

    given: dict[str, Any] = {
        "kind": _one_of(kind, _KINDS, "--kind"),
        "region": region,
        "stage": _one_of(stage, _stages(), "--stage"),
        "source": source,
        "since": day(since, "--since"),
        "until": day(until, "--until"),
        "min_investment": None if min_investment is None else money(min_investment),
        "q": words,
    }
    kept = {name: value for name, value in given.items() if value is not None}
    if watch is not None and kept:
        raise typer.BadParameter("a watch has its own filters: give one or the other", param_hint="--watch")
    asyncio.run(_add(url, kept, watch))


@webhooks.command()
def pause(id_: Number) -> None:
    """Send nothing more to a webhook. What enters the log meanwhile is not kept for it."""
    import asyncio

    asyncio.run(_change(id_, "paused"))


@webhooks.command()
def resume(id_: Number) -> None:
    """Make a paused webhook active again, and try at once."""
    import asyncio

    asyncio.run(_change(id_, "active"))


@webhooks.command()
def remove(id_: Number) -> None:
    """Remove a webhook, with what waits for it and what is dead."""
    import asyncio

    asyncio.run(_remove(id_))


@webhooks.command()
def failed(
    webhook: Annotated[int | None, typer.Option(min=1, metavar="ID", help="Of this webhook.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Print the messages that were given up, the newest first."""
    import asyncio

    asyncio.run(_failed(webhook, limit, as_json))


@webhooks.command()
def resend(
    deliveries: Annotated[
        list[int] | None, typer.Argument(metavar="DELIVERY...", help="Numbers of deliveries: guatu webhooks failed.")
    ] = None,
    webhook: Annotated[int | None, typer.Option(min=1, metavar="ID", help="All of this webhook.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of every webhook.")] = False,
) -> None:
    """Send messages once more that were given up."""
    import asyncio

    if bool(deliveries) + (webhook is not None) + everything != 1:
        raise typer.BadParameter("give DELIVERY numbers, or --webhook, or --all")
    asyncio.run(_resend(deliveries or [], webhook))


def _stages() -> tuple[str, ...]:
    from service.models import Stage

    return get_args(Stage)


def _one_of(values: list[str] | None, allowed: tuple[str, ...], option: str) -> list[str] | None:
    for value in values or ():
        if value not in allowed:
            raise typer.BadParameter(f"{value!r} is none of {', '.join(allowed)}", param_hint=option)
    return values or None


async def _list(as_json: bool) -> None:
    import orjson
    from rich.table import Table

    from service.bootstrap import database
    from service.cli.terminal import console, lines, safe
    from service.store import deliveries
    from service.store import webhooks as store

    async with database() as opened, opened.reading() as connection:
        found, backlogs = await store.all_of_them(connection), await deliveries.backlogs(connection)
    table = Table("id", "state", "url", "filters", "delivered", "waiting", "dead", "error")
    for one in found:
        backlog = backlogs.get(one.id, deliveries.Backlog())
        shown = {
            name: getattr(one, name) for name in ("id", "state", "url", "filters", "watch_id", "delivered", "error")
        }
        if as_json:
            moments = {name: getattr(one, name) for name in ("created_at", "last_success", "last_failure")}
            lines([orjson.dumps({**shown, **backlog._asdict(), **moments})])
        filters = f"watch={one.watch_id}" if one.watch_id else ""
        filters += written(one.filters)
        counts = (str(one.delivered), str(backlog.waiting), str(backlog.dead))
        table.add_row(str(one.id), one.state, safe(one.url), safe(filters), *counts, safe(one.error or ""))
    if not as_json:
        console().print(table)


def written(filters: Mapping[str, Any]) -> str:
    """Filters in a line."""
    plain = ((name, value if isinstance(value, list) else [value]) for name, value in filters.items())
    return " ".join(f"{name}={','.join(map(str, values))}" for name, values in plain)


async def _add(url: str, given: dict[str, Any], watch: int | None) -> None:
    from service.bootstrap import database, messenger, now
    from service.models import plain_number
    from service.pipeline.messages import new_secret
    from service.pipeline.places import places_named
    from service.store import watches
    from service.store import webhooks as store
    from service.store.log import Wanted
    from service.store.words import findable

    wanted = Wanted(
        kinds=tuple(given["kind"]) if "kind" in given else None,
        places=places_named(given["region"]) if "region" in given else None,
        stages=tuple(given["stage"]) if "stage" in given else None,
        source_id=given.get("source"),
        since=given.get("since"),
        until=given.get("until"),
        minimum=given.get("min_investment"),
        words=findable(given["q"]) if "q" in given else None,
    )
    shown = dict(given)
    shown.update((name, given[name].isoformat()) for name in ("since", "until") if name in given)
    if wanted.minimum is not None:
        shown["min_investment"] = plain_number(wanted.minimum)
    address, secret = messenger().check(url), new_secret()
    async with database() as opened, opened.changing() as connection:
        if watch is not None:
            await watches.one(connection, watch, hold=True)
        made = await store.add(connection, address, store.filters_of(shown, wanted), secret, now(), watch)
    print(f"webhook {made.id} is active; its secret, which is never shown again:\n{secret}")


async def _change(id_: int, state: str) -> None:
    from service.bootstrap import database, now
    from service.store import webhooks as store

    async with database() as opened, opened.changing() as connection:
        await store.change(connection, id_, now(), state=state)
    print(f"webhook {id_} is {state}")


async def _remove(id_: int) -> None:
    from service.bootstrap import database
    from service.store import webhooks as store

    async with database() as opened, opened.changing() as connection:
        await store.remove(connection, id_)
    print(f"webhook {id_} is removed")


async def _failed(webhook: int | None, limit: int, as_json: bool) -> None:
    import orjson
    from rich.table import Table

    from service.cli.terminal import console, lines, safe

    if as_json:
        async for one in _dead(webhook, limit):
            lines([orjson.dumps({name: value for name, value in vars(one).items() if name != "body"})])
        return
    table = Table("delivery", "webhook", "of", "since", "tries", "error")
    async for one in _dead(webhook, limit):
        of = f"record {one.record_id}" if one.change_id is None else f"change {one.change_id}"
        ids = (str(one.id), str(one.webhook_id), of)
        table.add_row(*ids, f"{one.created_at:%Y-%m-%d %H:%M}", str(one.tries), safe(one.error or ""))
    console().print(table)


async def _dead(webhook: int | None, limit: int) -> "AsyncIterator[Delivery]":
    from service.bootstrap import database
    from service.store.deliveries import page

    async with database() as opened:
        before: int | None = None
        while limit > 0:
            async with opened.reading() as connection:
                found = await page(connection, "dead", webhook, before, min(limit, _PAGE))
            for one in found:
                yield one
            if len(found) < min(limit, _PAGE):
                return
            limit, before = limit - len(found), found[-1].id


async def _resend(ids: list[int], webhook: int | None) -> None:
    from service.bootstrap import database, now
    from service.store import deliveries
    from service.store import webhooks as store

    async with database() as opened, opened.changing() as connection:
        for id_ in ids:
            await deliveries.resend(connection, id_, now())
        count = len(ids)
        if not ids:
            which = [(await store.one(connection, webhook)).id] if webhook else None
            for id_ in which or [one.id for one in await store.all_of_them(connection)]:
                count += await deliveries.resend_dead(connection, id_, now())
    print(f"{count} will be sent again")
