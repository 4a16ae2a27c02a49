"""Trying it: an article that is pasted or dropped is repaired and read at once, and nothing is stored."""

import asyncio
from typing import Any

from service.api.body import Body
from service.api.operation import Call, operation
from service.api.problems import TOO_LARGE, Problem
from service.api.reply import Reply
from service.errors import Rejected
from service.models import Article, Extraction, RawDocument
from service.web.forms import MULTIPART, parts
from service.web.marks import paragraphs
from service.web.page import SHOWN, PageQuery, language_of, page
from service.web.said import Fact, cards_and_spans

LARGEST = 512 * 1024
"""Bytes that are read: an article is far smaller, and reading more takes seconds of this process."""
_turn = asyncio.Semaphore(1)


@operation(SHOWN)
async def form(call: Call, query: PageQuery) -> Reply:
    """The form that takes an article."""
    return _page(call, "")


@operation(SHOWN, bodies={MULTIPART: bytes})
async def read(call: Call, body: Body) -> Reply:
    """An article, repaired and read."""
    given = parts(call, body)
    pasted, file = given.get("text"), given.get("file")
    if file is not None and file.data:
        raw = RawDocument(source=file.file or "file", data=file.data)
    else:
        raw = RawDocument(source="text", data=pasted.data if pasted else b"", charset="utf-8")
    if len(raw.data) > LARGEST:
        raise Problem(TOO_LARGE, f"an article may have {LARGEST // 1024} KiB here")
    text = pasted.data.decode("utf-8", "replace") if pasted and raw.source == "text" else ""
    if not raw.data.strip():
        return _page(call, text, problem="try.nothing")
    try:
        async with _turn:
            article, said = await asyncio.to_thread(_read, raw)
    except Rejected as error:
        return _page(call, text, problem="try.rejected", reason=error)
    return _page(call, text, article=article, said=said)


def _read(raw: RawDocument) -> tuple[Article, Extraction]:
    from service.extract import extract  # heavy to load: only who tries it needs it
    from service.text.clean import clean

    article = clean(raw)
    return article, extract(article)


def _page(
    call: Call,
    text: str,
    *,
    problem: str | None = None,
    reason: Rejected | None = None,
    article: Article | None = None,
    said: Extraction | None = None,
) -> Reply:
    shown: dict[str, Any] = {"clean": article and article.clean, "cards": [], "paragraphs": [], "region": None}
    if article and said:
        cards, spans = cards_and_spans(_facts(said), article.clean.text, language_of(call))
        shown |= {"cards": cards, "paragraphs": paragraphs(article.clean.text, spans), "region": said.region}
    return page(call, "try.html", 422 if problem else 200, text=text, problem=problem, reason=reason, **shown)


def _facts(said: Extraction) -> list[Fact]:
    kinds = (("project", said.projects), ("indicator", said.indicators), ("person", said.people))
    found = [(kind, fact) for kind, facts in kinds for fact in facts]
    return [
        Fact(number, kind, fact.model_dump(mode="json", by_alias=True)) for number, (kind, fact) in enumerate(found, 1)
    ]
