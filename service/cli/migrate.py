"""`guatu migrate`: the tables of this Guatu."""


def migrate() -> None:
    """Bring the database's tables to this version of Guatu. Running it again changes nothing."""
    import asyncio

    asyncio.run(_migrate())


async def _migrate() -> None:
    from service.bootstrap import database
    from service.store.migrate import fit, upgrade

    async with database(ready=False) as opened:
        before = await fit(opened)
        if before != "current":
            await upgrade(opened)
    print("the database is up to date" if before == "current" else "the database was brought up to date")
