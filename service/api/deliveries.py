"""Deliveries: messages to webhooks that have not arrived."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import urlencode

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from pydantic import BaseModel, ConfigDict, Field

from service.api.metrics import Watcher
from service.api.operation import Answer, Call, operation
from service.api.parameters import PageSize
from service.api.parts import Parts
from service.api.problems import NOT_FOUND
from service.api.reply import Reply, as_json
from service.api.shapes import Shape
from service.pipeline.messages import message_id
from service.store import deliveries, webhooks
from service.store.deliveries import Backlog, Delivery

State = Literal["waits", "dead"]


class DeliveryShown(Shape):
    """A message that has not arrived: it `waits` to be tried (again), or is `dead` and tried no more."""

    id: int
    webhook_id: int
    record_id: int | None = Field(description="the record it tells of; null where that is a change of a project")
    change_id: int | None = Field(description="the change of the ledger it tells of")
    project: str | None = Field(description="the project that changed")
    message_id: str = Field(description="its header webhook-id")
    state: State
    created_at: dt.datetime
    next_attempt: dt.datetime | None
    tries: int
    status: int | None = Field(description="of the last answer; null where there was none")
    error: str | None = Field(description="why the last try failed")


class DeliveryPage(Shape):
    deliveries: list[DeliveryShown]
    next: str | None


class DeliveryQuery(BaseModel):
    """Which messages."""

    model_config = ConfigDict(extra="forbid")
    state: State = "dead"
    webhook: int | None = Field(None, ge=1, description="of this webhook")
    before: int | None = Field(None, ge=1, description="older than the delivery with this id")
    limit: PageSize = 20


class Path(BaseModel):
    id: int = Field(ge=1)


@operation(Answer(DeliveryPage, "the messages, the newest first"))
async def page(call: Call, query: DeliveryQuery) -> Reply:
    """Messages to webhooks that have not arrived: those that are dead, or those that wait. Delivered ones are not kept."""
    limit = min(query.limit, call.parts.limits.page)
    async with call.parts.database.reading() as connection:
        found = await deliveries.page(connection, query.state, query.webhook, query.before, limit)
    following = None
    if len(found) == limit:
        kept = query.model_dump(exclude_none=True) | {"before": found[-1].id}
        following = f"/v1/deliveries?{urlencode(kept)}"
    return as_json({"deliveries": [_shown(one) for one in found], "next": following})


@operation(Answer(DeliveryShown, "the message, which waits now", 202), problems=(NOT_FOUND,))
async def resend(call: Call, path: Path) -> Reply:
    """Send a message once more, at once, dead or not; its tries begin anew."""
    async with call.parts.database.changing() as connection:
        return as_json(_shown(await deliveries.resend(connection, path.id, call.parts.now())), 202)


def watcher(parts: Parts) -> Watcher:
    """What Prometheus is told of the outbox."""

    async def watch() -> Iterable[Metric]:
        async with parts.database.reading() as connection:
            hooks, backlogs = await webhooks.all_of_them(connection), await deliveries.backlogs(connection)
        messages = GaugeMetricFamily(
            "guatu_webhook_messages", "Messages that have not arrived", labels=("webhook", "state")
        )
        failures = GaugeMetricFamily("guatu_webhook_failures", "New messages in a row that failed", labels=("webhook",))
        for hook in hooks:
            backlog = backlogs.get(hook.id, Backlog())
            messages.add_metric((str(hook.id), "waits"), backlog.waiting)
            messages.add_metric((str(hook.id), "dead"), backlog.dead)
            failures.add_metric((str(hook.id),), hook.failures)
        return messages, failures

    return watch


def _shown(one: Delivery) -> dict[str, Any]:
    """A message as `DeliveryShown` describes it."""
    names = ("id", "webhook_id", "record_id", "change_id", "project", "state", "created_at", "tries", "status", "error")
    return {
        **{name: getattr(one, name) for name in names},
        "message_id": message_id(one),
        "next_attempt": one.due if one.state == "waits" else None,
    }
