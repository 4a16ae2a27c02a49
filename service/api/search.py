"""The search: projects by their names and owners, articles by their titles and texts, the best first, matches marked."""

import datetime as dt
import re
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from service.api.operation import Answer, Call, operation
from service.api.parameters import MOST, PageSize
from service.api.problems import NOT_FOUND, Problem
from service.api.reply import Reply, as_json
from service.api.shapes import Shape
from service.api.wanted import Within, places_of
from service.errors import NotFound
from service.ledger import Status
from service.models import Region
from service.pipeline import search
from service.pipeline.search import After

_AFTER = re.compile("([0-9]{1,19})-([0-9]{1,4})")


class SearchQuery(BaseModel):
    """What is searched for, where, and from where on."""

    model_config = ConfigDict(extra="forbid")
    q: str = Field(
        min_length=2,
        max_length=100,
        description="words with blanks between them, all of which must be there; at least two characters that stand side by side",
    )
    region: Within = None
    after: str | None = Field(None, max_length=30, description="the place to go on from: a part of `next`")
    limit: PageSize = 20


class Piece(Shape):
    """A part of a text; `match` where it is one of the words. The pieces of a text, one behind the other, are the text."""

    text: str
    match: bool


class ProjectHit(Shape):
    """A project: `marked` is its name in pieces, `also` are other names of it and its owners that have one of the words."""

    id: str
    link: str
    name: str
    marked: list[Piece]
    also: list[list[Piece]]
    region: Region | None
    status: Status | None
    latest: dt.date


class Excerpt(Shape):
    """A part of the text around the matches: `text[start:end]` of the document, in code points."""

    start: int
    end: int
    marked: list[Piece]


class ArticleHit(Shape):
    """An article. `marked` is its title in pieces; of one story the best copy stands for all, `copies` are the others."""

    id: int
    link: str
    title: str | None
    marked: list[Piece]
    excerpt: Excerpt
    matches: int
    score: float = Field(description="by which articles of one answer are ordered, between 0 and 1")
    copies: int
    published: dt.date | None
    outlet: str | None
    source: str | None
    region: Region | None


class SearchPage(Shape):
    """What was found. `words` is what was searched for: in simplified script, in small letters.

    `projects` are on the first page alone; `more_projects` is where all of them are, null where these are all. `next` is the
    address of further articles, null where nothing follows.
    """

    words: list[str]
    projects: list[ProjectHit]
    more_projects: str | None
    articles: list[ArticleHit]
    next: str | None


_EXAMPLE = {
    "words": ["船配"],
    "projects": [
        {
            "id": "e98f334cf07a",
            "link": "/v1/projects/e98f334cf07a",
            "name": "澉浦船配产业园",
            "marked": [
                {"text": "澉浦", "match": False},
                {"text": "船配", "match": True},
                {"text": "产业园", "match": False},
            ],
            "also": [],
            "region": {"code": "330424", "name": "海盐县", "path": "浙江省/嘉兴市/海盐县"},
            "status": "started",
            "latest": "2025-03-01",
        }
    ],
    "more_projects": None,
    "articles": [
        {
            "id": 7,
            "link": "/v1/documents/7",
            "title": "海盐集中开工",
            "marked": [{"text": "海盐集中开工", "match": False}],
            "excerpt": {
                "start": 22,
                "end": 40,
                "marked": [
                    {"text": "澉浦", "match": False},
                    {"text": "船配", "match": True},
                    {"text": "产业园项目总投资12.5亿元", "match": False},
                ],
            },
            "matches": 1,
            "score": 0.42,
            "copies": 0,
            "published": "2025-03-01",
            "outlet": "海盐新闻网",
            "source": "https://news.example/7.html",
            "region": {"code": "330424", "name": "海盐县", "path": "浙江省/嘉兴市/海盐县"},
        }
    ],
    "next": None,
}


@operation(Answer(SearchPage, "what was found", example=_EXAMPLE), problems=(NOT_FOUND,))
async def page(call: Call, query: SearchQuery) -> Reply:
    """Search projects by their names and owners, and articles by their titles and texts; the best first, matches marked.

    A word is found wherever it stands, whatever stands around it, in traditional script too. Articles weigh by how often they
    have the words, the title more than the text, a short text more than a long one, what is new more than what is old.

    The 300 articles that came last of those that have the words are ranked together, then the 300 before them, so that a
    frequent word is found as quickly as a rare one: `next` leads through all. What comes in meanwhile shifts nothing.
    """
    found = await find(call, query.q, query.region, query.after, min(query.limit, call.parts.limits.page))
    kept = query.model_dump(exclude_none=True, exclude={"after"})
    named = {name: value for name, value in kept.items() if name != "limit"} | {"q": " ".join(found.words)}
    return as_json(
        {
            **search.as_told(found),
            "more_projects": f"/v1/projects?{urlencode(named)}" if found.more_projects else None,
            "next": f"/v1/search?{urlencode(kept | {'after': written(found.after)})}" if found.after else None,
        }
    )


async def find(call: Call, q: str, where: str | None, after: str | None, limit: int) -> search.Answer:
    """What a question finds. A Problem where nothing can be found by it, or the place or the division does not exist."""
    places = None if where is None else places_of(where)
    place = None if after is None else _place(after)
    try:
        async with call.parts.database.reading() as connection:
            return await search.search(connection, q, places, place, limit)
    except NotFound as error:
        wrong = {"parameter": "q", "message": str(error), "allowed": "two characters that stand side by side"}
        raise Problem(NOT_FOUND, f"q: {error}", errors=[wrong]) from None


def written(after: After) -> str:
    """A place to go on from, as `after` takes it."""
    return f"{after.before}-{after.skip}"


def _place(after: str) -> After:
    parts = _AFTER.fullmatch(after)
    if parts is None or int(parts[1]) > MOST:
        wrong = {"parameter": "after", "message": "must come from `next`", "allowed": "a place of this search"}
        raise Problem(NOT_FOUND, "after: must come from `next`", errors=[wrong])
    return After(int(parts[1]), int(parts[2]))
