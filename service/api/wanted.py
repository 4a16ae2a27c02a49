"""The filters of records, as the query of every address that gives records takes them."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.api.problems import NOT_FOUND, Problem
from service.api.shapes import Kind
from service.errors import NotFound
from service.ledger.term import Term, parsed
from service.models import Stage
from service.pipeline.places import places_named
from service.pipeline.regions import code_of
from service.store.exact import LIMIT
from service.store.log import Wanted
from service.store.regions import NATION
from service.store.words import findable

_TIME = "(19[5-9][0-9]|2[0-9]{3})(-(W[0-5][0-9]|Q[1-4]|(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?))?"
Period = Annotated[
    str,
    Field(
        pattern=f"^{_TIME}(/{_TIME})?$",
        description="2026, 2026-Q3, 2026-08, 2026-W35, 2026-08-31, or from one to another with a / between",
    ),
]
"""A time as `service.ledger.term.parsed` takes it."""

Within = Annotated[
    str | None,
    Field(
        min_length=2,
        max_length=60,
        description="in this division and below: a code of GB/T 2260, a name, or a path",
    ),
]
"""A division as `places_of` takes it."""


def term_of(period: str) -> Term:
    """The time that a filter names. A Problem where there is none, such as 2026-02-30: it is not found."""
    try:
        return parsed(period)
    except ValueError as error:
        wrong = {"parameter": "period", "message": str(error), "allowed": "a time that there is"}
        raise Problem(NOT_FOUND, f"period: {error}", errors=[wrong]) from None


def places_of(region: str) -> tuple[dict[str, str], ...]:
    """The divisions that a filter names. A Problem where there is none: like a path that leads nowhere, it is not found."""
    try:
        return places_named(region)
    except NotFound as error:
        wrong = {"parameter": "region", "message": str(error), "allowed": "a division of GB/T 2260"}
        raise Problem(NOT_FOUND, f"region: {error}", errors=[wrong]) from None


def codes_of(region: str) -> tuple[str, ...]:
    """The codes of the divisions that a filter names, as `places_of` finds them; 000000 is the whole country."""
    return (NATION,) if region == NATION else tuple(code_of(place) for place in places_of(region))


def words_of(parameter: str, words: str | None) -> str | None:
    """The words that a filter asks for. A Problem where nothing is found by them."""
    try:
        return None if words is None else findable(words)
    except NotFound as error:
        wrong = {"parameter": parameter, "message": str(error), "allowed": "words with a letter, digit or character"}
        raise Problem(NOT_FOUND, f"{parameter}: {error}", errors=[wrong]) from None


class RecordFilter(BaseModel):
    """Which records; what is not given does not matter."""

    model_config = ConfigDict(extra="forbid")
    kind: list[Kind] | None = Field(None, description="of one of these kinds")
    region: Within = None
    stage: list[Stage] | None = Field(None, description="at one of these stages")
    source: int | None = Field(None, ge=1, description="from this source of /v1/sources")
    since: dt.date | None = Field(None, description="published on this day or later")
    until: dt.date | None = Field(None, description="published on this day or earlier")
    min_investment: Annotated[
        Decimal | None, Field(ge=0, lt=int(LIMIT), description="total investment in CNY, at least")
    ] = None
    q: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="these words in a name, an owner, an office or the article's title",
    )

    def wanted(self) -> Wanted:
        """The filter as the store takes it. A Problem where the division does not exist, or nothing is found by the words."""
        places = None if self.region is None else places_of(self.region)
        return Wanted(
            kinds=tuple(self.kind) if self.kind else None,
            places=places,
            stages=tuple(self.stage) if self.stage else None,
            source_id=self.source,
            since=self.since,
            until=self.until,
            minimum=self.min_investment,
            words=words_of("q", self.q),
        )
