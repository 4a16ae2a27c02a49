"""`guatu worker`: reads what waits, looks at the sources, tells the webhooks."""

from typing import Annotated

import typer

WITH_PARENT = "--with-parent"


def worker(
    with_parent: Annotated[bool, typer.Option(WITH_PARENT, hidden=True, help="End when standard input does.")] = False,
) -> None:
    """Run a worker until it is told to stop. On PostgreSQL any number may run beside each other, on SQLite one."""
    import asyncio

    from service.api.log import configure

    configure()
    asyncio.run(_run(with_parent))


async def _run(with_parent: bool) -> None:
    import asyncio

    from service import bootstrap
    from service.worker.run import run
    from service.worker.signals import on_end_of_input, on_signals

    stopping = asyncio.Event()
    on_signals(stopping.set, bootstrap.chosen().drain_seconds + 1)
    if with_parent:
        on_end_of_input(stopping.set)
    else:
        bootstrap.check_sources()
    await run(stopping, lambda: print("ready", flush=True) if with_parent else None)
