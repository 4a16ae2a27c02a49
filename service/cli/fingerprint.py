"""`guatu fingerprint`: one hash over all facts."""


def fingerprint() -> None:
    """Print one sha256 over all facts: equal for any order of arrival, any number of workers, any repetition."""
    import asyncio

    print(asyncio.run(_fingerprint()))


async def _fingerprint() -> str:
    from service.bootstrap import database
    from service.store import facts

    async with database() as opened, opened.reading() as connection:
        return await facts.fingerprint(connection)
