"""`guatu serve`: the API here, and one worker as a process of its own, so that what is read never keeps a request waiting."""

from service.cli.worker import WITH_PARENT

_MORE = 2
"""Seconds that the worker has beyond its own time to stop before it is killed."""


def serve() -> None:
    """Serve the API and work, until it is told to stop. An SQLite database that does not exist is made."""
    import asyncio

    from service.api.log import configure

    configure()
    asyncio.run(_run())


async def _run() -> None:
    import asyncio

    from service import bootstrap
    from service.cli.api import listening
    from service.worker.child import Child
    from service.worker.signals import on_signals

    bootstrap.check_sources()
    seconds = bootstrap.chosen().drain_seconds + _MORE
    child = Child(("worker", WITH_PARENT), seconds)
    on_signals(child.stop, seconds + _MORE, child.kill)
    async with bootstrap.database(create=True) as database:
        async with listening(database) as url:
            keeping = asyncio.create_task(child.keep())
            if await child.works():
                print(f"Guatu is up: {url}", flush=True)
            await child.stopping.wait()
        await keeping
