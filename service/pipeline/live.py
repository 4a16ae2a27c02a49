"""Documents that wait: claimed, read in worker processes, written with their facts in the transaction that ends their wait.

Any number of processes do so beside each other. One that dies loses what it claimed to the others, and what it would have
written then is void.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, TypeGuard

from service.pipeline.parts import PART, PART_BYTES
from service.pipeline.pool import Pool
from service.pipeline.run import LIKENESS, Clock
from service.store import admission, queue
from service.store.database import Connection, Storage, Unwritable
from service.store.queue import Claim, Retry
from service.store.rows import Arrival, Refusal

LEASE = dt.timedelta(seconds=30)
"""Who has not renewed what it claimed for so long is taken for dead."""
BACKOFF = dt.timedelta(seconds=10)
LONGEST = dt.timedelta(hours=1)
"""What may pass is tried again after about BACKOFF, each time twice as long, at most LONGEST."""


class Read(NamedTuple):
    """A document that was claimed and read."""

    claim: Claim
    arrival: Arrival


class Live:
    """Takes documents out of the queue under `name`. What may pass is tried `tries` times; then the document has failed."""

    def __init__(self, storage: Storage, pool: Pool, clock: Clock, name: str, tries: int) -> None:
        self._storage = storage
        self._pool = pool
        self._clock = clock
        self._name = name
        self._tries = tries

    async def claim(self, first: int) -> list[Claim]:
        """As much as one worker process reads at a time, of the priority `first` before the other; empty where none waits."""
        now = self._clock()
        async with self._storage.reading() as connection:
            if not await queue.any_free(connection, now):
                return []
        async with self._storage.changing() as connection:
            return await queue.claim(connection, self._name, now, LEASE, some=PART, size=PART_BYTES, first=first)

    async def read(self, claims: Sequence[Claim]) -> list[Read]:
        """Read in a worker process. Raises GuatuError where none starts."""
        arrivals = await self._pool.run([claim.raw for claim in claims])
        return [Read(claim, arrival) for claim, arrival in zip(claims, arrivals, strict=True)]

    async def write(self, reads: Sequence[Read]) -> Counter[str]:
        """Write in one transaction; where a row cannot be written, each document in its own. Gives what became of them:
        the states of admission, `retried`, and `void` for what was no longer this worker's."""
        try:
            async with self._storage.writing() as connection:
                return await self._enter(connection, reads)
        except Unwritable:
            counts: Counter[str] = Counter()
            for read in reads:
                counts += await self._write_alone(read)
            return counts

    async def _write_alone(self, read: Read) -> Counter[str]:
        try:
            async with self._storage.writing() as connection:
                return await self._enter(connection, [read])
        except Unwritable as error:
            refused = Arrival(read.arrival.original, Refusal("unwritable", str(error), failed=True))
            async with self._storage.writing() as connection:
                return await self._enter(connection, [Read(read.claim, refused)])

    async def _enter(self, connection: Connection, reads: Sequence[Read]) -> Counter[str]:
        now = self._clock()
        again = [retry for read in reads if (retry := self._retry(read, now))]
        later = {retry.document_id for retry in again}
        await queue.retry(connection, self._name, again)
        over = {read.claim.document_id: _final(read.arrival) for read in reads if read.claim.document_id not in later}
        held = await queue.finish(connection, self._name, over.keys())
        arrivals = [arrival for id_, arrival in over.items() if id_ in held]
        verdicts = await admission.admit(connection, arrivals, now, LIKENESS) if arrivals else {}
        counts = Counter[str](verdict.state for verdict in verdicts.values())
        return counts + Counter(retried=len(again), void=len(over) - len(held))

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
