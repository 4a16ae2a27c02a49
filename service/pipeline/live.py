"""Documents that wait: claimed, read in worker processes, written with their facts in the transaction that ends their wait.

Any number of processes do so beside each other. One that dies loses what it claimed to the others, and what it would have
written then is void.
"""

import datetime as dt
import random
from collections.abc import Sequence
from typing import NamedTuple, TypeGuard

from service.pipeline.parts import PART, PART_BYTES
from service.pipeline.pool import Pool
from service.pipeline.run import LIKENESS, Clock
from service.pipeline.spans import span
from service.store import admission, queue
from service.store.database import Connection, Storage, Unwritable
from service.store.queue import Claim, Retry
from service.store.rows import Arrival, Refusal

BACKOFF = dt.timedelta(seconds=10)
LONGEST = dt.timedelta(hours=1)
"""What may pass is tried again after about BACKOFF, each time twice as long, at most LONGEST."""


class Read(NamedTuple):
    """A document that was claimed and read."""

    claim: Claim
    arrival: Arrival


class Written(NamedTuple):
    """What became of a document: a state of admission, `retried`, or `void` where it was no longer this worker's. `reason`
    says why it was not taken."""

    document_id: int
    state: str
    reason: str | None


class Live:
    """Takes documents out of the queue under `name`. What may pass is tried `tries` times; then the document has failed.
    Who does not renew what it claimed within the `lease` is taken for dead."""

    def __init__(self, storage: Storage, pool: Pool, clock: Clock, name: str, tries: int, lease: dt.timedelta) -> None:
        self._storage = storage
        self._pool = pool
        self._clock = clock
        self._name = name
        self._tries = tries
        self._lease = lease

    async def claim(self, first: int) -> list[Claim]:
        """As much as one worker process reads at a time, of the priority `first` before the other; empty where none waits."""
        now = self._clock()
        async with self._storage.reading() as connection:
            if not await queue.any_free(connection, now):
                return []
        async with self._storage.changing() as connection:
            return await queue.claim(connection, self._name, now, self._lease, some=PART, size=PART_BYTES, first=first)

    async def read(self, claims: Sequence[Claim]) -> list[Read]:
        """Read in a worker process. Raises GuatuError where none starts."""
        with span("read", documents=len(claims)):
            arrivals = await self._pool.run([claim.raw for claim in claims])
        return [Read(claim, arrival) for claim, arrival in zip(claims, arrivals, strict=True)]

    async def write(self, reads: Sequence[Read]) -> list[Written]:
        """Write in one transaction; where a row cannot be written, each document in its own."""
        try:
            with span("write", documents=len(reads)):
                async with self._storage.writing() as connection:
                    return await self._enter(connection, reads)
        except Unwritable:
            return [written for read in reads for written in await self._write_alone(read)]

    async def give_back(self) -> None:
        """Leave all that was claimed to others at once."""
        async with self._storage.changing() as connection:
            await queue.release(connection, self._name)

    async def _write_alone(self, read: Read) -> list[Written]:
        try:
            async with self._storage.writing() as connection:
                return await self._enter(connection, [read])
        except Unwritable as error:
            refused = Arrival(read.arrival.original, Refusal("unwritable", str(error), failed=True))
            async with self._storage.writing() as connection:
                return await self._enter(connection, [Read(read.claim, refused)])

    async def _enter(self, connection: Connection, reads: Sequence[Read]) -> list[Written]:
        now = self._clock()
        again = {read.claim.document_id: retry for read in reads if (retry := self._retry(read, now))}
        await queue.retry(connection, self._name, list(again.values()))
        over = {read.claim.document_id: _final(read.arrival) for read in reads if read.claim.document_id not in again}
        held = await queue.finish(connection, self._name, over.keys())
        arrivals = [arrival for id_, arrival in over.items() if id_ in held]
        verdicts = await admission.admit(connection, arrivals, now, LIKENESS) if arrivals else {}
        written = [Written(id_, "retried", retry.reason) for id_, retry in again.items()]
        for id_, arrival in over.items():
            state = verdicts[arrival.original.raw_sha256].state if id_ in held else "void"
            refused = arrival.result if isinstance(arrival.result, Refusal) and state != "void" else None
            written.append(Written(id_, state, refused.reason if refused else None))
        return written

    def _retry(self, read: Read, now: dt.datetime) -> Retry | None:
        """When a document is tried again that could not be read for a reason that may pass, if it is."""
        claim, result = read.claim, read.arrival.result
        if not _may_pass(result) or claim.tries + 1 >= self._tries:
            return None
        wait = min(BACKOFF * 2**claim.tries, LONGEST) * random.uniform(0.75, 1.25)
        return Retry(claim.document_id, now + wait, result.reason, result.message)


def _may_pass(result: object) -> TypeGuard[Refusal]:
    return isinstance(result, Refusal) and result.reason in admission.RETRIED


def _final(arrival: Arrival) -> Arrival:
    """What is not tried again has failed, rather than being the fault of the document."""
    result = arrival.result
    return arrival._replace(result=result._replace(failed=True)) if _may_pass(result) else arrival
