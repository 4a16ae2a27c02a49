"""SIGTERM and SIGINT: the first asks a process to finish, the second ends it at once."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def on_signals(stop: Callable[[], None], seconds: int, at_once: Callable[[], None] = lambda: None) -> None:
    """Call `stop` at the first signal that the running loop's process gets; at the second `at_once`, and end with 128 and
    the number of the signal, as a shell shows it. A process that has not ended so many `seconds` after the first is ended
    by SIGALRM, whatever it hangs in. What was under way then is claimed by leases, and so not lost."""
    told = False

    def hear(number: int) -> None:
        nonlocal told
        if told:
            at_once()
            os._exit(128 + number)
        told = True
        signal.alarm(seconds)
        stop()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, hear, number)


def on_end_of_input(stop: Callable[[], None]) -> None:
    """Call `stop` when standard input ends: when the parent that holds its other end does, however that happens."""
    loop = asyncio.get_running_loop()

    def look() -> None:
        with suppress(BlockingIOError):
            if not os.read(0, 1024):
                loop.remove_reader(0)
                stop()

    loop.add_reader(0, look)
