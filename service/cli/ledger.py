"""`guatu ledger`: the ledger itself: how far it is, its fingerprint, and building it anew."""

import typer

ledger = typer.Typer(help="See how far the ledger is, and build it anew.", no_args_is_help=True)


@ledger.command()
def status() -> None:
    """Print how much of the log the ledger has read, and how many projects there are."""
    import asyncio

    asyncio.run(_status())


@ledger.command()
def fingerprint() -> None:
    """Print one sha256 over all projects: equal for any order in which the same articles came in."""
    import asyncio

    asyncio.run(_fingerprint())


@ledger.command()
def rebuild() -> None:
    """Build all projects anew from the records, as after an update of Guatu; ids and corrections stay."""
    import asyncio

    asyncio.run(_rebuild())


async def _status() -> None:
    from service.bootstrap import database
    from service.store import log, mentions
    from service.store.facets import facets
    from service.store.projects import Wanted

    async with database() as opened, opened.reading() as connection:
        read, head = await mentions.position(connection), await log.head(connection)
        counted = await facets(connection, Wanted(), ("status",))
    print(f"{read} of {head} records read, {counted.total} projects")


async def _fingerprint() -> None:
    from service.bootstrap import database
    from service.store import ledger as stored

    async with database() as opened, opened.reading() as connection:
        print(await stored.fingerprint(connection))


async def _rebuild() -> None:
    from service.bootstrap import database, now
    from service.pipeline.ledger import Ledger

    async with database() as opened:
        keeper = Ledger(opened, now)
        await keeper.rebuild()
        print(f"{await keeper.catch_up()} projects changed")
