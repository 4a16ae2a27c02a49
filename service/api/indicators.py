"""Indicators: what articles say of whole regions, as series, beside the projects of the ledger."""

from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from service.api import cursor
from service.api.operation import Answer, Call, operation
from service.api.problems import NOT_FOUND
from service.api.reply import Reply, as_json
from service.api.shapes import Shape
from service.api.wanted import Period, Within, codes_of, term_of
from service.models import Metric, Stage
from service.pipeline.series import Series, series
from service.store.indicators import Key, Wanted

_KINDS = (str, str, str, str, str, bool)


class IndicatorQuery(BaseModel):
    """Which series; what is not given does not matter."""

    model_config = ConfigDict(extra="forbid")
    region: Within = None
    metric: list[Metric] | None = Field(None, description="one of these metrics")
    stage: list[Stage] | None = Field(None, description="of projects at one of these stages")
    of: str | None = Field(None, min_length=1, max_length=100, description="a part of what is counted")
    expected: bool | None = Field(None, description="only what is hoped for or planned; only what was reached")
    period: Period | None = None
    after: str | None = Field(None, max_length=1000, description="the place to go on from: a part of `next`")
    limit: int = Field(20, ge=1, le=100, description="so many series at most; never more than the server's page")

    def wanted(self) -> Wanted:
        time = term_of(self.period) if self.period else None
        return Wanted(
            codes=None if self.region is None else codes_of(self.region),
            metrics=tuple(self.metric) if self.metric else None,
            stages=tuple(self.stage) if self.stage else None,
            subject=self.of,
            expected=self.expected,
            since=time.since if time else None,
            until=time.until if time else None,
        )


class SeriesPage(Shape):
    """Series in the order of region, metric, stage and what is counted. `next` is the address of what follows, null where
    nothing does."""

    series: list[Series]
    next: str | None


@operation(Answer(SeriesPage, "the series"), problems=(NOT_FOUND,), cached=True)
async def page(call: Call, query: IndicatorQuery) -> Reply:
    """Figures about regions and about many projects, as series by region, metric, stage and what is counted.

    Of each period the newest credible value stands, with all that was said and who said it. Beside a reported number or total
    of projects are those that the ledger knows one by one, and the difference.
    """
    limit = min(query.limit, call.parts.limits.page)
    after = None if query.after is None else cursor.place(query.after, _KINDS, Key)
    async with call.parts.database.reading() as connection:
        await call.parts.news.head_in(connection)
        await call.parts.news.ledger_in(connection)
        found, last = await series(connection, query.wanted(), after, limit)
    following = None
    if last is not None:
        kept = query.model_dump(exclude_none=True, mode="json") | {"after": cursor.written(last)}
        following = f"/v1/indicators?{urlencode(kept, doseq=True)}"
    return as_json(SeriesPage(series=found, next=following))
