"""The written set of benchmarks.identity as articles that were read, on the way into the database."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256

from benchmarks.identity import read
from service.ledger import Mention
from service.models import RawDocument, Region
from service.pipeline.run import LIKENESS
from service.store import admission
from service.store.database import Database
from service.store.rows import Arrival, Digest, _fact, found_by, levels, original, pack

NOW = dt.datetime(2025, 6, 1, 4, tzinfo=dt.UTC)
Article = tuple[Mention, ...]


def articles(most: int | None = None) -> list[Article]:
    """The mentions by article, those of the first `most` articles."""
    found: dict[str, list[Mention]] = defaultdict(list)
    for one in read():
        found[one.mention.content_sha256].append(one.mention)
    return [tuple(mentions) for mentions in found.values()][:most]


def arrival(article: Article, *, silent: bool = False, title: str = "", raw: str = "") -> Arrival:
    """An article that was read; `silent` where the rules found nothing in it. Copies of a story are alike. `raw` names
    other bytes of the same content."""
    first = article[0]
    place = _coded(first.place)
    document = {
        **{"content_sha256": first.content_sha256, "published": first.published, "title": title or first.project.name},
        **{"rules_version": "1", "engine": "test", "encoding": "utf-8", "repairs": {}, "outlet": "报"},
        **{"signature": _signature(first), "text": first.project.name, "region_code": place.code if place else None},
        **dict(zip(("province", "prefecture", "county"), levels(place), strict=True)),
    }
    projects = [m.project.model_copy(update={"region": _coded(m.project.region)}) for m in article]
    facts = [] if silent else [_fact("project", one, one.region or place, None) for one in projects]
    data = (raw + first.content_sha256).encode()
    came = original(RawDocument(source=f"{raw}{first.content_sha256}.txt", data=data))
    return Arrival(came, Digest(document, {"projects": facts, "indicators": [], "people": []}, found_by(document)))


async def admit(database: Database, number: int, arrivals: Sequence[Arrival], *, again: bool = False) -> None:
    """Write them as the `number`th transaction."""
    async with database.writing() as connection:
        await admission.admit(connection, arrivals, NOW + dt.timedelta(seconds=number), LIKENESS, again=again)


def _coded(place: Region | None) -> Region | None:
    """The division with a code of its level; the set has none."""
    if place is None:
        return None
    ends = {1: "0000", 2: "00", 3: ""}[place.path.count("/") + 1]
    number = int(sha256(place.path.encode()).hexdigest(), 16)
    own = "".join(str(11 + number // 89**n % 89) for n in range(3))
    return Region(code=own[: 6 - len(ends)] + ends, name=place.name, path=place.path)


def _signature(mention: Mention) -> bytes:
    dice = random.Random(mention.story)
    return pack(tuple(dice.getrandbits(32) for _ in range(64)))
