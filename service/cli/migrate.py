"""`guatu migrate`: the tables of this Guatu."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.store.migrate import Progress, Tell


def migrate() -> None:
    """Bring the database's tables to this version of Guatu. Stopped, it goes on there; run again, it changes nothing."""
    import asyncio

    asyncio.run(_migrate())


async def _migrate() -> None:
    from service.bootstrap import database
    from service.store.migrate import fit, upgrade

    async with database(ready=False) as opened:
        before = await fit(opened)
        if before != "current":
            await upgrade(opened, tell=_lines())
    print("the database is up to date" if before == "current" else "the database was brought up to date")


def _lines() -> "Tell":
    """Prints a line at each new percent of a migration, and where it is done."""
    last = ""

    def tell(progress: "Progress") -> None:
        nonlocal last
        far = f"{100 * (progress.last or 0) // progress.highest} %" if progress.highest else "done"
        line = f"migration {progress.revision}: {far}"
        if line != last:
            print(line, flush=True)
        last = line

    return tell
