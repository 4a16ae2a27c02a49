"""A worker from its start to its end: alone on its file if that is SQLite, warmed up, and drained when it is told to stop."""

import asyncio
import datetime as dt
import os
import random
import secrets
import socket
import time
from collections.abc import Callable, Mapping

import structlog

from service import bootstrap
from service.errors import GuatuError
from service.models import RawDocument
from service.pipeline.pool import Pool
from service.store import queue, workers
from service.worker import Background, Worker
from service.worker.background import BACKGROUND
from service.worker.life import Beating
from service.worker.lock import alone
from service.worker.reading import Reading

_log = structlog.get_logger()
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a coroutine that has failed is started again; after it has run for the longest, as at first."""
_AT_WORK = 0.8
"""The share of the time to stop in which what is at work may be finished; the rest is for giving back what is not."""
_WARM = "海盐县举行重点项目集中开工仪式，总投资12.5亿元的船用阀门项目开工建设，占地300亩。"


async def run(stopping: asyncio.Event, ready: Callable[[], None]) -> None:
    """Run a worker of the settings until `stopping` is set, calling `ready` when it takes work. Raises GuatuError where it
    cannot start."""
    async with bootstrap.database(create=True) as database, bootstrap.workers() as pool:
        with alone(database.file), bootstrap.telemetry("worker"):
            name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
            worker = Worker(name=name, database=database, now=bootstrap.now, stopping=stopping)
            beating = Beating(bootstrap.now(), dt.timedelta(seconds=bootstrap.chosen().lease_seconds))
            await _warm(pool)
            if database.file:
                async with database.changing() as connection:
                    await workers.alone(connection)
            await beating.once(worker)
            ready()
            _log.info("worker_started", worker=name, processes=pool.size)
            reading = Reading(bootstrap.live(database, pool, name), pool.size)
            await work(worker, {**BACKGROUND, "beating": beating, "reading": reading}, bootstrap.chosen().drain_seconds)
            _log.info("worker_stopped", worker=name, **worker.counts)


async def work(worker: Worker, parts: Mapping[str, Background], drain_seconds: float) -> None:
    """Run all parts until the worker stops, and then until they have ended or the time is over."""
    tasks = [asyncio.create_task(keep(name, part, worker)) for name, part in parts.items()]
    try:
        await worker.stopping.wait()
        await asyncio.wait(tasks, timeout=drain_seconds * _AT_WORK)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=drain_seconds * (1 - _AT_WORK))
    try:
        async with asyncio.timeout(drain_seconds * (1 - _AT_WORK)), worker.database.changing() as connection:
            await queue.release(connection, worker.name)
            await workers.leave(connection, worker.name)
    except (TimeoutError, GuatuError) as error:
        _log.warning("not_given_back", worker=worker.name, error=str(error))


async def keep(name: str, part: Background, worker: Worker) -> None:
    """Run a part until it ends by itself; where it fails, log why and start it again, later each time."""
    wait = FIRST_WAIT
    while not worker.stopping.is_set():
        began = time.monotonic()
        try:
            await part(worker)
            return
        except Exception as error:
            _log.error("background_failed", name=name, error=str(error), exc_info=not isinstance(error, GuatuError))
        if time.monotonic() - began > LONGEST_WAIT:
            wait = FIRST_WAIT
        await worker.pause(wait * random.uniform(0.75, 1.25))
        wait = min(2 * wait, LONGEST_WAIT)


async def _warm(pool: Pool) -> None:
    """Start the processes and have them load what they read with, so that the first document is as quick as any other."""
    sentence = RawDocument(source="", data=_WARM.encode())
    await asyncio.gather(*(pool.run([sentence]) for _ in range(pool.size)))
