"""The filters of projects, as the query of every address that gives projects takes them."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.wanted import Within, places_of, words_of
from service.ledger import Problem as Trouble
from service.ledger import Status
from service.models import Stage
from service.store.exact import LIMIT
from service.store.projects import Wanted

Amount = Annotated[Decimal | None, Field(ge=0, lt=int(LIMIT))]
Words = Annotated[str | None, Field(min_length=1, max_length=100)]


class ProjectFilter(BaseModel):
    """Which projects; what is not given does not matter."""

    model_config = ConfigDict(extra="forbid")
    region: Within = None
    status: list[Status] | None = Field(None, description="where it is now: one of these")
    stage: list[Stage] | None = Field(None, description="the furthest stage reached: one of these")
    reached: list[Status] | None = Field(
        None, description="it came to one of these, at any time or in the period given"
    )
    reached_since: dt.date | None = Field(None, description="it came there, or moved at all, on this day or later")
    reached_until: dt.date | None = Field(None, description="… and on this day or earlier")
    min_investment: Amount = Field(None, description="total investment in CNY, at least")
    max_investment: Amount = Field(None, description="total investment in CNY, at most")
    owner: Words = Field(None, description="a part of the name of one who owns or builds it")
    industry: Words = Field(None, description="of this chain, such as 新材料")
    section: list[str] | None = Field(
        None, max_length=30, description="of one of these sections of GB/T 4754, such as C"
    )
    programme: Words = Field(None, description="in this programme, such as 省重点")
    problem: list[Trouble] | None = Field(None, description="with one of these problems")
    since: dt.date | None = Field(None, description="with news of this day or later")
    until: dt.date | None = Field(None, description="without news after this day")
    due_since: dt.date | None = Field(None, description="its completion is announced for this day or later")
    due_until: dt.date | None = Field(None, description="its completion is announced for this day or earlier")
    q: Words = Field(None, description="these words in a name of it or of an owner")

    def wanted(self) -> Wanted:
        """The filter as the store takes it. A Problem where the division does not exist, or nothing is found by the words."""
        places = None if self.region is None else places_of(self.region)
        return Wanted(
            places=places,
            statuses=_some(self.status),
            stages=_some(self.stage),
            sections=_some(self.section),
            industry=self.industry,
            programme=self.programme,
            problems=_some(self.problem),
            reached=_some(self.reached),
            reached_since=self.reached_since,
            reached_until=self.reached_until,
            minimum=self.min_investment,
            maximum=self.max_investment,
            since=self.since,
            until=self.until,
            due_since=self.due_since,
            due_until=self.due_until,
            owner=words_of("owner", self.owner),
            words=words_of("q", self.q),
        )


def _some(values: list[Any] | None) -> tuple[Any, ...] | None:
    return tuple(values) if values else None
