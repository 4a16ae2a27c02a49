"""Digests: what happened in a week, month, quarter or year, for machines, for people, and to be pasted."""

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from service.api.negotiate import HTML, JSON
from service.api.operation import Answer, Call, operation
from service.api.problems import NOT_FOUND, Problem
from service.api.reply import Reply, as_json
from service.errors import NotFound
from service.ledger.term import EARLIEST, LATEST, TermKind
from service.pipeline.digest import MARKDOWN, markdown, page
from service.pipeline.gather import Digest, digest
from service.store.regions import NATION


class DigestPath(BaseModel):
    term: TermKind = Field(description="week (周例会), month (月汇报), quarter (季观摩) or year (年考评)")
    date: dt.date = Field(ge=EARLIEST, le=LATEST, description="a day in it", examples=["2026-08-31"])


class DigestQuery(BaseModel):
    """Of which division."""

    model_config = ConfigDict(extra="forbid")
    region: str = Field(NATION, pattern="^[0-9]{6}$", description="a code of GB/T 2260; 000000 is the whole country")


@operation(Answer(Digest, "the digest", media_types=(JSON, HTML, MARKDOWN)), problems=(NOT_FOUND,), cached=True)
async def one(call: Call, path: DigestPath, query: DigestQuery) -> Reply:
    """What was signed, started, completed and put into operation in the ISO week, month, quarter or year of a day.

    By division and project, with what it costs and who says so; days are those of China. With `Accept: text/html` it is a page,
    with `text/markdown` a text for a meeting: 周例会, 月汇报, 季观摩, 年考评.
    """
    async with call.parts.database.reading() as connection:
        await call.parts.news.ledger_in(connection)
        try:
            found = await digest(connection, path.term, path.date, query.region)
        except NotFound as error:
            raise Problem(NOT_FOUND, f"region: {error}") from None
    return told(call, found)


def told(call: Call, found: Digest) -> Reply:
    """A digest in the form that was asked for."""
    if call.media_type == JSON:
        return as_json(found)
    text = page(found) if call.media_type == HTML else markdown(found)
    return Reply(text.encode(), media_type=f"{call.media_type}; charset=utf-8")
