"""The page of an article: the repaired text with each fact marked in place, or the original with what was repaired."""

import asyncio
from typing import Any, Literal

import orjson

from service.api.documents import DocumentPath, line
from service.api.operation import Call, operation
from service.api.problems import NOT_FOUND, Problem
from service.api.reply import Reply
from service.errors import GuatuError
from service.store import facts, library
from service.store.database import Connection
from service.store.library import Original
from service.text.decode import decode
from service.web.marks import paragraphs
from service.web.page import SHOWN, PageQuery, language_of, page
from service.web.said import Fact, cards_and_spans

LONGEST = 200_000
"""Characters of an original that are shown."""


class ArticleQuery(PageQuery):
    view: Literal["text", "original"] = "text"


@operation(SHOWN, problems=(NOT_FOUND,))
async def one(call: Call, path: DocumentPath, query: ArticleQuery) -> Reply:
    """An article with its facts."""
    async with call.parts.database.reading() as connection:
        row = await library.one(connection, path.id)
        if row is None:
            raise Problem(NOT_FOUND, f"there is no document {path.id}")
        said = await _said(connection, row)
        copies = await library.copies(connection, row["duplicate_of"] or path.id)
        reposts = await library.alike(connection, path.id, row["near_duplicate_of"])
        original = await library.original(connection, path.id) if query.view == "original" else None
    text = row["text"] or ""
    cards, spans = cards_and_spans(said, text, language_of(call))
    shown: dict[str, Any] = {"original": "", "cut": False, "encoding": row["encoding"] or "", "size": 0}
    if original is not None:
        shown = await asyncio.to_thread(_decoded, original)
    return page(
        call,
        "document.html",
        doc=line(row),
        view=query.view,
        paragraphs=paragraphs(text, spans) if text and query.view == "text" else [],
        cards=cards,
        copies=copies,
        reposts=reposts,
        **shown,
    )


async def _said(connection: Connection, row: dict[str, Any]) -> list[Fact]:
    """The records that stand for the content of a document."""
    if row["state"] not in ("processed", "duplicate"):
        return []
    standing = await facts.standing(connection, [row["content_sha256"]])
    return [Fact(one.id, one.said[0], orjson.loads(one.said[1])) for one in standing]


def _decoded(original: Original) -> dict[str, Any]:
    try:
        text, encoding = decode(original.data, original.charset)
    except GuatuError:
        text, encoding = original.data.decode("ascii", "replace"), "?"
    cut = len(text) > LONGEST
    return {"original": text[:LONGEST], "cut": cut, "encoding": encoding, "size": len(original.data)}
