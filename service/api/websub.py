"""WebSub: where hubs confirm what was asked of them, and send the news of feeds."""

from pydantic import BaseModel, ConfigDict, Field

from service.api.body import ANY, Body
from service.api.operation import Answer, Call, operation
from service.api.problems import NOT_FOUND, REJECTED
from service.api.reply import Reply, nothing
from service.pipeline import subscription
from service.pipeline.delivery import deliver

TEXT = "text/plain"


class Path(BaseModel):
    id: int = Field(ge=1, description="the source")


class HubQuery(BaseModel):
    """What a hub says."""

    model_config = ConfigDict(extra="forbid")
    mode: str | None = Field(None, alias="hub.mode", max_length=20)
    topic: str | None = Field(None, alias="hub.topic", max_length=2000)
    challenge: str | None = Field(None, alias="hub.challenge", max_length=1000)
    lease_seconds: str | None = Field(None, alias="hub.lease_seconds", max_length=20)
    reason: str | None = Field(None, alias="hub.reason", max_length=1000)
    verify_token: str | None = Field(None, alias="hub.verify_token", max_length=1000)


@operation(Answer(bytes, "the challenge", media_types=(TEXT,)), problems=(NOT_FOUND,))
async def confirm(call: Call, path: Path, query: HubQuery) -> Reply:
    """A hub asks whether a subscription was meant: the answer is its challenge where one was asked for."""
    given = query.model_dump(by_alias=True, exclude_none=True)
    challenge = await subscription.confirm(call.parts.database, path.id, given, call.parts.now())
    return Reply(challenge.encode(), media_type=TEXT, cache="no-store")


@operation(Answer(None, "it was taken", 204), problems=(NOT_FOUND, REJECTED), bodies={ANY: bytes})
async def deliver_news(call: Call, path: Path, body: Body) -> Reply:
    """A hub sends the news of a feed. Without the signature of the secret that it was told nothing of it is kept."""
    signature = call.request.headers.get("X-Hub-Signature")
    content_type = f"{body.media_type}; charset={body.charset}" if body.charset else body.media_type
    parts = call.parts
    await deliver(parts.database, path.id, body.data, content_type, signature, parts.now, parts.habits)
    return nothing()
