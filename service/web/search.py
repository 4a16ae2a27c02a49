"""The search: projects and articles by their words, the best first, with the matches marked."""

from typing import Any
from urllib.parse import urlencode

from pydantic import Field

from service.api.operation import Call, operation
from service.api.problems import Problem
from service.api.reply import Reply
from service.api.search import find, written
from service.api.wanted import Within
from service.pipeline.search import Answer
from service.store.rows import region
from service.web.page import SHOWN, PageQuery, page

PAGE = 20


class SearchQuery(PageQuery):
    q: str = Field("", max_length=100)
    region: Within = None
    after: str | None = Field(None, max_length=30)


@operation(SHOWN)
async def results(call: Call, query: SearchQuery) -> Reply:
    """What was found; without words, where to write some."""
    known: dict[str, Any] = {"query": query, "found": None, "more": None, "all_projects": "", "wrong": None}
    if not query.q.strip():
        return page(call, "search.html", **known)
    try:
        found = await find(call, query.q, query.region, query.after, PAGE)
    except Problem as problem:  # no such region, or words by which nothing can be found: say so where they were typed
        wrong = [error["parameter"] for error in problem.errors]
        return page(call, "search.html", problem.kind.status, **{**known, "wrong": wrong[0]})
    return page(call, "search.html", **{**known, "found": found, **_addresses(query, found)}, region_of=region)


def _addresses(query: SearchQuery, found: Answer) -> dict[str, str | None]:
    kept = query.model_dump(exclude_none=True, exclude={"lang", "after"})
    return {
        "more": f"/search?{urlencode(kept | {'after': written(found.after)})}" if found.after else None,
        "all_projects": f"/projects?{urlencode(kept | {'q': ' '.join(found.words)})}",
    }
