"""Sends messages to webhooks.

A webhook is one worker's at a time: so new messages go out in the order of the log whichever worker has it, and the bounds
hold over all of them. What failed steps out of the line and is tried again by itself.
"""

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Iterable, Sequence

import structlog

from service import bootstrap
from service.errors import GuatuError, NotFound
from service.pipeline.messages import GONE, Bounds, Messenger, message, message_id
from service.pipeline.parts import plain_errors
from service.store import deliveries, log, webhooks
from service.store.bell import Bell, listening
from service.store.deliveries import Delivery
from service.store.webhooks import Webhook
from service.worker import Worker
from service.worker.retries import Law, Sent, Verdict, judge

TURN = dt.timedelta(seconds=10)
"""So long a webhook is served before others have their turn."""
SPARE = dt.timedelta(seconds=20)
"""What the lease of a webhook is longer than its turn with a message that hangs."""
BATCH = 20
"""Messages between two looks at the database: at most so many are sent twice when a worker dies."""
LOOK = 1.0
"""Seconds between two looks for messages that have become due."""
_log = structlog.get_logger()


async def tell(worker: Worker) -> None:
    """Send what is in the outbox, until the worker stops."""
    await Sender(bootstrap.messenger(), bootstrap.bounds())(worker)


class Sender:
    """Empties the outbox: `await Sender(messenger, bounds)(worker)`."""

    def __init__(
        self,
        messenger: Messenger,
        bounds: Bounds,
        law: Law = Law(),  # noqa: B008 - it is frozen
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._messenger = messenger
        self._bounds = bounds
        self._law = law
        self._dice = dice
        self.lease = TURN + dt.timedelta(seconds=messenger.seconds) + SPARE

    async def __call__(self, worker: Worker) -> None:
        """Send until the worker stops."""
        async with self._messenger, listening(worker.database, "records", "deliveries") as bell:
            with plain_errors():
                async with asyncio.TaskGroup() as group:
                    await self._serve(worker, bell, group)

    async def _serve(self, worker: Worker, bell: Bell, group: asyncio.TaskGroup) -> None:
        turns: set[asyncio.Task[None]] = set()
        while not worker.stopping.is_set():
            for webhook in await self._claim(worker, self._bounds.webhooks - len(turns)):
                turn = group.create_task(self._turn(worker, webhook))
                turns.add(turn)
                turn.add_done_callback(turns.discard)
                turn.add_done_callback(lambda _: bell.strike())
            await worker.wait(bell, LOOK)

    async def _claim(self, worker: Worker, most: int) -> list[Webhook]:
        if most <= 0:
            return []
        now = worker.now()
        async with worker.database.reading() as connection:  # which holds up nobody, unlike a transaction that writes
            if not await webhooks.any_ready(connection, now):
                return []
        async with worker.database.changing() as connection:
            return await webhooks.claim(connection, worker.name, now, self.lease, most)

    async def _turn(self, worker: Worker, webhook: Webhook) -> None:
        """Send to one webhook as long as there is something for it, it takes it, and the time is not over."""
        ends = worker.now() + TURN
        try:
            try:
                while await self._round(worker, webhook.id, ends):
                    pass
            finally:
                async with worker.database.changing() as connection:
                    await webhooks.release(connection, webhook.id, worker.name, worker.now())
        except NotFound:
            _log.info("webhook_gone", webhook=webhook.id)
        except GuatuError as error:
            _log.warning("webhook_turn_failed", webhook=webhook.id, error=str(error))

    async def _round(self, worker: Worker, webhook_id: int, ends: dt.datetime) -> bool:
        """Send some messages and write down what became of them; whether there may be more to do."""
        now = worker.now()
        async with worker.database.reading() as connection:
            webhook = await webhooks.one(connection, webhook_id)
            in_trouble = webhook.failures >= self._law.trouble
            most = 1 if in_trouble else BATCH
            due = await deliveries.due(connection, webhook_id, now, most, fresh_first=in_trouble)
            entries = await log.some(connection, [one.record_id for one in due if one.record_id is not None])
        if not due or webhook.state != "active" or now >= ends or worker.stopping.is_set():
            return False
        sent: list[Sent] = []
        try:
            bodies = [(one, one.body or message(entries[one.record_id or 0])) for one in due]
            await self._send(worker, webhook, bodies, sent, ends)
        finally:  # also where the worker is told to stop at once: what was delivered has to be known
            verdict = await self._settle(worker, webhook, sent)
        return verdict.goes_on

    async def _send(
        self,
        worker: Worker,
        webhook: Webhook,
        messages: Iterable[tuple[Delivery, bytes]],
        sent: list[Sent],
        ends: dt.datetime,
    ) -> None:
        """Send messages, begun in their order, until one shows that it is better to wait."""
        line = iter(messages)
        failures = webhook.failures

        async def one_after_another() -> None:
            nonlocal failures
            for delivery, body in line:
                now = worker.now()
                answer = await self._messenger.send(webhook.url, webhook.signing(now), message_id(delivery), body, now)
                sent.append(Sent(delivery.id, delivery.tries, answer))
                failures = failures + (delivery.tries == 0) if answer.error else 0
                waits = answer.not_before is not None or answer.status == GONE or failures >= self._law.trouble
                if waits or worker.now() >= ends or worker.stopping.is_set():
                    return

        await asyncio.gather(*(one_after_another() for _ in range(self._bounds.concurrency)))

    async def _settle(self, worker: Worker, webhook: Webhook, sent: Sequence[Sent]) -> Verdict:
        now = worker.now()
        verdict = judge(self._law, webhook.failures, sent, now, self._dice())
        async with worker.database.changing() as connection:
            await deliveries.settle(connection, webhook.id, verdict.outcomes, verdict.fate, now)
            if verdict.fate["failures"]:
                await deliveries.bound(connection, webhook.id, self._bounds.backlog)
        delivered = sum(one.answer.error is None for one in sent)
        worker.counts["messages_delivered"] += delivered
        worker.counts["messages_failed"] += len(sent) - delivered
        if "state" in verdict.fate:
            _log.warning("webhook_paused", webhook=webhook.id, error=verdict.fate["error"])
        return verdict
