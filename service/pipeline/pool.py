"""Worker processes for what costs CPU: bytes in, rows out. A document that kills its worker costs only itself.

The parent talks to each worker over its standard input and output, in frames of a length and a pickle. A worker ends
when its input does, so none outlives a killed parent.
"""

import asyncio
import gc
import os
import pickle
import resource
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from importlib import import_module
from types import TracebackType
from typing import Any, BinaryIO, Self

from service.errors import GuatuError, Rejected
from service.models import RawDocument
from service.steps import Steps, together, whole
from service.store.rows import Arrival, Digest, Refusal, digest, original

Result = Digest | Refusal
Work = Callable[[RawDocument], Steps[Result]]
_SERVE = "import sys; sys.path[:] = sys.argv[4:]; from service.pipeline.pool import serve; serve()"
_READY = b"ready"
_LENGTH = 8
_NICE = 19
"""The niceness of what works in bulk where there is no idle scheduling."""
_GRACE = 10
"""Seconds after which a worker ends itself where the parent did not end it in time."""
_BUFFER = 1 << 20
_OBJECTS = 20_000
"""Objects that bulk work makes between two searches for cycles: it leaves hardly any, and the searches cost a tenth of it."""


def give_way() -> None:
    """Let who answers requests on the same machine go before this process, which works in bulk: from an idle process Linux
    takes the core at once, from one that is merely nice at the end of its turn, 4 ms later."""
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(_NICE)


def collect_rarely() -> None:
    """Search for cycles of objects only after many new ones, and never among those that are here now, which stay."""
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    gc.enable()


def read(raw: RawDocument) -> Result:
    """One document to its rows: repaired, extracted. Never raises: what went wrong is the result."""
    return whole(reading(raw))


def reading(raw: RawDocument) -> Steps[Result]:
    """What `read` does, step by step."""
    from service.extract import extracting
    from service.text.clean import cleaning

    try:
        article = yield from cleaning(raw)
        yield
        extraction = yield from extracting(article)
        yield
        return digest(article, extraction)
    except Rejected as error:
        return Refusal(error.reason, str(error))
    except MemoryError:
        return Refusal("crashed", "needs more memory than GUATU_WORKER_MEGABYTES allows")
    except Exception as error:
        return Refusal("unexpected", _described(error), failed=True)


def _described(error: Exception) -> str:
    """The type and message of an error and the line it came from."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})" if trace else ""
    return f"{type(error).__name__}: {error}{where}"


class Pool:
    """`size` worker processes, started when they are needed and replaced when they die.

    A batch has `seconds` to be done. One that takes longer, or kills its worker, is taken apart and done again document
    by document; the one that does it alone too is refused as `timeout` or `crashed`.
    """

    def __init__(
        self, size: int, seconds: float, megabytes: int = 2048, work: str = "service.pipeline.pool:reading"
    ) -> None:
        self.size = size
        self._seconds = seconds
        self._arguments = (str(megabytes), str(int(seconds) + _GRACE), work)
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._workers = [_Worker(self._arguments) for _ in range(size)]
        for worker in self._workers:
            self._idle.put_nowait(worker)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def run(self, batch: Sequence[RawDocument]) -> list[Arrival]:
        """Read documents, in one worker, in their order. Raises GuatuError where workers cannot even start."""
        worker = await self._idle.get()
        try:
            done = await worker.exchange(batch, self._seconds)
            if not isinstance(done, Refusal):
                return done
            if len(batch) == 1:
                return [Arrival(original(batch[0]), done)]
            return [await self._alone(worker, raw) for raw in batch]
        finally:
            self._idle.put_nowait(worker)

    async def _alone(self, worker: "_Worker", raw: RawDocument) -> Arrival:
        done = await worker.exchange([raw], self._seconds)
        return Arrival(original(raw), done) if isinstance(done, Refusal) else done[0]


class _Worker:
    """One process, started at its first task and again after it died."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self._arguments = arguments
        self._process: Process | None = None

    async def exchange(self, batch: Sequence[RawDocument], seconds: float) -> list[Arrival] | Refusal:
        """The batch read, or the reason why this process could not."""
        process = self._process or await self._start()
        try:
            async with asyncio.timeout(seconds):
                await _send(process, [raw.model_dump() for raw in batch])
                reads: list[Arrival] = await _receive(process)
                return reads
        except TimeoutError:
            await self._end()
            return Refusal("timeout", f"took longer than the {seconds:g} s that GUATU_DOCUMENT_SECONDS allows")
        except (EOFError, ConnectionError):
            code = await self._end(grace=1)
            died = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
            return Refusal("crashed", f"the process that read it died ({died})")
        except BaseException:
            await self._end()  # a reply that nobody waits for would be taken for the next batch's
            raise

    async def _start(self) -> Process:
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _SERVE, *self._arguments, *filter(None, sys.path)),
            stdin=PIPE,
            stdout=PIPE,
            limit=_BUFFER,
            process_group=0,  # Ctrl-C is for the parent, which then ends its workers; in its session, where `_NICE` counts
        )
        try:
            assert process.stdout
            if await process.stdout.readexactly(len(_READY)) == _READY:
                return process
        except EOFError:
            pass
        await self._end()
        raise GuatuError("a worker process does not start: see the message above, or raise GUATU_WORKER_MEGABYTES")

    async def _end(self, grace: float = 0) -> int:
        """The exit code of the process, which is killed where it does not end by itself within `grace` seconds."""
        process, self._process = self._process, None
        assert process
        try:
            async with asyncio.timeout(grace):
                return await process.wait()
        except TimeoutError:
            process.kill()
        return await process.wait()

    async def stop(self) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.close()
            await self._end(grace=1)


async def _send(process: Process, batch: object) -> None:
    assert process.stdin
    frame = pickle.dumps(batch, pickle.HIGHEST_PROTOCOL)
    process.stdin.write(len(frame).to_bytes(_LENGTH, "big"))
    process.stdin.write(frame)
    await process.stdin.drain()


async def _receive(process: Process) -> list[Arrival]:
    assert process.stdout
    length = int.from_bytes(await process.stdout.readexactly(_LENGTH), "big")
    reads: list[Arrival] = pickle.loads(await process.stdout.readexactly(length))
    return reads


def serve() -> None:
    """What a worker process does: read batches from standard input until it ends."""
    megabytes, seconds, name = sys.argv[1:4]
    gc.disable()  # what is loaded with the first batch stays
    give_way()
    resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) << 20, resource.getrlimit(resource.RLIMIT_AS)[1]))
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up between the frames
    module, _, function = name.partition(":")
    work: Work = getattr(import_module(module), function)
    try:
        _answer(source, target, work, int(seconds))
    except BrokenPipeError:  # the parent was killed
        os._exit(0)


def _answer(source: BinaryIO, target: BinaryIO, work: Work, seconds: int) -> None:
    target.write(_READY)
    target.flush()
    while batch := _next(source):
        signal.alarm(seconds)  # should the parent be killed meanwhile, an endless document ends too
        raws = [RawDocument(**one) for one in batch]
        results = together([work(raw) for raw in raws])
        reads = [Arrival(original(raw), result) for raw, result in zip(raws, results, strict=True)]
        signal.alarm(0)
        frame = pickle.dumps(reads, pickle.HIGHEST_PROTOCOL)
        target.write(len(frame).to_bytes(_LENGTH, "big"))
        target.write(frame)
        target.flush()
        if not gc.isenabled():  # the first batch has loaded the tables
            collect_rarely()


def _next(source: BinaryIO) -> list[dict[str, Any]]:
    head = source.read(_LENGTH)
    if len(head) < _LENGTH:
        return []
    batch: list[dict[str, Any]] = pickle.loads(source.read(int.from_bytes(head, "big")))
    return batch
