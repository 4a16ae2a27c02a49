"""What a question finds: projects by their names, owners and other names, articles by their titles and texts.

Work is bounded: the newest LOOKED articles that may be meant are looked at and ranked, then the next older ones. So what is
found first is the best of the newest, and going on leads to all.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from service.errors import NotFound
from service.store import articles, hits, projects
from service.store.articles import Article
from service.store.database import Connection
from service.store.hits import Piece, Snippet
from service.store.projects import Wanted
from service.store.rows import region
from service.store.words import asked, folded, pairs_of
from service.text.normalise import normalise
from service.text.repair.script import simplify

LOOKED = 300
"""So many articles, and projects, are looked at for one answer."""
Places = Sequence[Mapping[str, str]] | None


class After(NamedTuple):
    """The place to go on from: behind `skip` of those that are ranked together, which are older than the document `before`."""

    before: int | None
    skip: int


class Project(NamedTuple):
    """A project that is found: `line` is what lists show of it; `also` are other names and owners that have a word."""

    line: dict[str, Any]
    name: tuple[Piece, ...]
    also: tuple[tuple[Piece, ...], ...]


class Hit(NamedTuple):
    """An article that is found; `copies` are further ones that tell the same story."""

    article: Article
    title: tuple[Piece, ...]
    excerpt: Snippet
    matches: int
    score: float
    copies: int


class _Ranked(NamedTuple):
    """An article that has the words, before it is shown."""

    score: float
    matches: int
    article: Article
    copies: int = 0

    @property
    def rank(self) -> tuple[float, int]:
        return self.score, self.article.id


@dataclass(frozen=True)
class Answer:
    """`more_projects`: there are others beside those that are given. `after` leads to further articles."""

    words: tuple[str, ...]
    projects: tuple[Project, ...]
    more_projects: bool
    articles: tuple[Hit, ...]
    after: After | None


def words_of(question: str) -> tuple[str, ...]:
    """The words of a question, in the script and width in which texts are kept. Raises NotFound where nothing can be found
    by them: an index of pairs knows no single character."""
    words = tuple(dict.fromkeys(asked(folded(simplify(normalise(question))[0]))))
    if not any(map(pairs_of, words)):
        raise NotFound(f"{question!r}: two letters, digits or characters must stand side by side in one of the words")
    return words


async def search(
    connection: Connection, question: str, places: Places = None, after: After | None = None, limit: int = 20
) -> Answer:
    """The best `limit` articles, and on the first page the best `limit` projects. Raises NotFound as `words_of` does."""
    words = words_of(question)
    named, more = ((), False) if after else await _projects(connection, words, places, limit)
    place = after or After(None, 0)
    looked = await articles.newest(connection, words, places, place.before, LOOKED)
    ranked = _ranked(looked, words)
    shown, following = ranked[place.skip : place.skip + limit], None
    if place.skip + limit < len(ranked):
        # what comes in meanwhile is no part of what was ranked
        following = After(looked[0].id + 1, place.skip + limit)
    elif len(looked) == LOOKED:
        following = After(looked[-1].id, 0)
    return Answer(words, tuple(named), more, tuple(_hit(one, words) for one in shown), following)


def _ranked(looked: Sequence[Article], words: Sequence[str]) -> list[_Ranked]:
    """Those that have the words, the best first; of one story the best stands for all."""
    newest = max((one.published for one in looked if one.published), default=None)
    stories: dict[int, list[_Ranked]] = {}
    for one in looked:
        found = hits.weigh(one.title or "", one.text, words)
        if found is not None:
            score = found.weight * hits.freshness(_days(one.published, newest))
            stories.setdefault(one.near_duplicate_of or one.id, []).append(_Ranked(score, found.matches, one))
    best = [max(story, key=lambda one: one.rank)._replace(copies=len(story) - 1) for story in stories.values()]
    return sorted(best, key=lambda one: one.rank, reverse=True)


def _hit(one: _Ranked, words: Sequence[str]) -> Hit:
    title, excerpt = hits.marked(one.article.title or "", words), hits.snippet(one.article.text, words)
    return Hit(one.article, title, excerpt, one.matches, one.score, one.copies)


def _days(published: dt.date | None, newest: dt.date | None) -> int:
    return (newest - published).days if published and newest else 0


async def _projects(
    connection: Connection, words: Sequence[str], places: Places, limit: int
) -> tuple[list[Project], bool]:
    """Of the projects with the latest news that have the words, those whose own name has more of them first."""
    wanted = Wanted(places=None if places is None else tuple(places), words=" ".join(words))
    lines = await projects.page(connection, wanted, "latest", None, LOOKED)
    named = sorted((_project(orjson.loads(line.json), words) for line in lines), key=_share, reverse=True)
    return named[:limit], len(named) > limit


def _project(line: dict[str, Any], words: Sequence[str]) -> Project:
    others = [name for name in (*line["aliases"], *line["owners"]) if hits.spans(name, words)]
    return Project(line, hits.marked(line["name"], words), tuple(hits.marked(name, words) for name in others))


def _share(project: Project) -> float:
    """How much of the name is matches."""
    return sum(len(piece.text) for piece in project.name if piece.match) / max(len(project.line["name"]), 1)


def as_told(answer: Answer) -> dict[str, Any]:
    """The answer as the API and the commands tell it; addresses that go on are the API's own."""
    return {
        "words": answer.words,
        "projects": [_told_project(one) for one in answer.projects],
        "articles": [_told_article(hit) for hit in answer.articles],
    }


def _told_project(one: Project) -> dict[str, Any]:
    shown = {name: one.line[name] for name in ("id", "name", "region", "status", "latest")}
    marks = {"marked": _pieces(one.name), "also": [_pieces(name) for name in one.also]}
    return {**shown, **marks, "link": f"/v1/projects/{one.line['id']}"}


def _told_article(hit: Hit) -> dict[str, Any]:
    one, excerpt = hit.article, hit.excerpt
    return {
        **{name: getattr(one, name) for name in ("id", "title", "published", "outlet", "source")},
        "link": f"/v1/documents/{one.id}",
        "marked": _pieces(hit.title),
        "excerpt": {"start": excerpt.start, "end": excerpt.end, "marked": _pieces(excerpt.pieces)},
        "matches": hit.matches,
        "score": round(hit.score, 4),
        "copies": hit.copies,
        "region": region(one._asdict()),
    }


def _pieces(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    return [piece._asdict() for piece in pieces]
