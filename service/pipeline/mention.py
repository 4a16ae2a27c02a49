"""A record of a project, with the article that says it, as the ledger takes it."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from service.ledger import Mention, spelling
from service.models import Person, Project, Region
from service.store.log import sentence
from service.store.mentions import Kept

CHINA = dt.timezone(dt.timedelta(hours=8))
"""Where a day begins and ends."""


def mention_of(row: Mapping[str, Any]) -> Mention:
    """The Mention of a row of `mentions.told`."""
    project = Project.model_validate_json(row["body"])
    return Mention(
        record=row["record"],
        content_sha256=row["content_sha256"],
        story=row["story"],
        published=row["published"],
        seen=row["first_seen"].astimezone(CHINA).date(),
        title=row["title"],
        outlet=row["outlet"],
        place=Region(**row["region"]) if row["region"] else None,
        project=project,
        people=tuple(Person.model_validate_json(body) for body in row["people"]),
        sentences=_sentences(project, row["text"] or ""),
    )


def _sentences(project: Project, text: str) -> tuple[str, ...]:
    """The sentences in which the evidence stands, in the order of the text."""
    spans = (span for spans in project.evidence.values() for span in spans)
    found = (sentence(text, span.start, span.end, span.quote) for span in spans)
    return tuple(text for _, text in sorted({(one["start"], one["text"]) for one in found if one}))


def kept(mention: Mention, project: str) -> Kept:
    """A standing mention as it is kept."""
    return Kept(
        record=mention.record,
        content_sha256=mention.content_sha256,
        name=mention.project.name,
        spelling=spelling(mention),
        project=project,
        day=mention.day,
        standing=True,
        body=mention.model_dump_json(by_alias=True).encode(),
    )


@lru_cache(4096)
def mention_in(body: bytes) -> Mention:
    """The Mention that is kept as these bytes."""
    return Mention.model_validate_json(body)
