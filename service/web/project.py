"""The page of a project: its timeline drawn, each value with its history and who says so, its articles."""

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from service.api.operation import Call, operation
from service.api.problems import NOT_FOUND, Problem
from service.api.projects import ProjectPath
from service.api.reply import Reply
from service.store import projects
from service.web.page import SHOWN, PageQuery, language_of, page, redirect
from service.web.said import FIGURES, hedged
from service.web.units import figure
from service.web.words import Language

WIDTH = 1000
"""Units of the drawing from its left to its right."""
LEVELS = ("planned", "signed", "started", "construction", "completed", "operational")
Links = Mapping[int, int]
"""The document of each record."""


@operation(SHOWN, problems=(NOT_FOUND,))
async def one(call: Call, path: ProjectPath, query: PageQuery) -> Reply:
    """A project over all its articles."""
    async with call.parts.database.reading() as connection:
        body = await projects.one(connection, path.id)
        if body is None:
            into = await projects.redirect(connection, path.id)
            if into is None:
                raise Problem(NOT_FOUND, f"there is no project {path.id}")
            return redirect(f"/projects/{into}")
        articles = await projects.articles(connection, path.id)
    view = orjson.loads(body)
    links = {article["record"]: article["document"] for article in articles}
    today = call.parts.now().date()
    return page(
        call,
        "project.html",
        id=path.id,
        view=view,
        fields=_fields(view["fields"], links, language_of(call)),
        phases=[(phase, _fields(phase["fields"], links, language_of(call), phase=True)) for phase in view["phases"]],
        steps=[{**step, "sources": sources(step["refs"], "stage", links)} for step in view["timeline"]],
        expectations=[{**one, "sources": sources(one["refs"], "dates", links)} for one in view["expectations"]],
        people=[{**one, "sources": sources(one["refs"], None, links)} for one in view["people"]],
        drawing=drawn(view, today),
        articles=articles,
        stories=_stories(articles),
    )


class Source(NamedTuple):
    """Who says something: the outlet, the day, the words, and the address of these."""

    outlet: str | None
    day: str
    quote: str | None
    href: str


def sources(refs: list[dict[str, Any]], field: str | None, links: Links) -> list[Source]:
    """Who says so, each article once, with the address of the words that say it."""
    found: dict[tuple[object, ...], Source] = {}
    for ref in refs:
        record = ref["record"]
        mark = f"r{record}-{field}" if field and ref["quote"] else f"r{record}"
        document = links.get(record)
        href = f"/documents/{document}#{mark}" if document else f"/records/{record}"
        found.setdefault((ref["day"], document or record), Source(ref["outlet"], ref["day"], ref["quote"], href))
    return list(found.values())


def _fields(histories: Mapping[str, Any], links: Links, language: Language, *, phase: bool = False) -> list[Any]:
    """The fields in their order: name, current value, all values with their sources, whether sources contradict."""
    shown = []
    for name in [*(n for n in FIGURES if n in histories), *sorted(histories.keys() - set(FIGURES))]:
        history = histories[name]
        marked = "investment_phase" if phase and name == "investment_total" else name
        values = [
            {**value, "said": _said(name, value, language), "sources": sources(value["refs"], marked, links)}
            for value in history["values"]
        ]
        current = history["current"]
        current = next((value for value in values if current and value["value"] == current["value"]), None)
        shown.append({"name": name, "current": current, "values": values, "contradicted": history["contradicted"]})
    return shown


def _said(name: str, value: Mapping[str, Any], language: Language) -> tuple[str, str]:
    if value["value"] is None:
        return "—", ""
    return hedged(figure(name, value["value"], language), value["qualifier"], language)


def _stories(articles: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The articles by story: those of one are copies of one another."""
    stories: dict[str, list[dict[str, Any]]] = {}
    for article in articles:
        stories.setdefault(str(article["story"]), []).append(article)
    return list(stories.values())


class Point(NamedTuple):
    """A step in the drawing: where, what, its day, its height (0 the first stage), whether it moves the status."""

    x: int
    status: str
    day: str
    level: int
    moves: bool


class Drawing(NamedTuple):
    """The timeline as it is drawn: steps, announced completions, the years, and where today is."""

    points: list[Point]
    expected: list[tuple[int, str, str]]
    years: list[tuple[int, int]]
    today: int | None
    line: str


def drawn(view: Mapping[str, Any], today: dt.date) -> Drawing | None:
    """Where everything stands in the drawing; None where there is too little to draw."""
    days = [(_middle(step["day"]), step) for step in view["timeline"]]
    ends = [(_middle(one["expected"]), one) for one in view["expectations"] if one["outcome"] != "moved"]
    if len(days) + len(ends) < 2:
        return None
    first = min(day for day, _ in [*days, *ends])
    last = max([*(day for day, _ in [*days, *ends]), min(today, first + dt.timedelta(days=3650))])
    start, end = dt.date(first.year, 1, 1), dt.date(last.year + 1, 1, 1)

    def x(day: dt.date) -> int:
        return round((day - start) / (end - start) * WIDTH)

    points = [
        Point(x(day), step["status"], step["day"], _level(step["status"]), step["moves"])
        for day, step in sorted(days, key=lambda one: one[0])
    ]
    moved = [point for point in points if point.moves and point.level >= 0]
    return Drawing(
        points,
        [(x(day), one["expected"], one["outcome"]) for day, one in ends],
        [(x(dt.date(year, 1, 1)), year) for year in range(start.year, end.year)],
        x(today) if start <= today < end else None,
        " ".join(f"{point.x},{height(point.level)}" for point in moved),
    )


def height(level: int) -> int:
    """How far down a level is drawn."""
    return 150 - max(level, 0) * 24


def _level(status: str) -> int:
    return LEVELS.index(status) if status in LEVELS else -1


def _middle(day: str) -> dt.date:
    """The middle of a day, month or year that is written as 2024-05-07, 2024-05 or 2024."""
    year, *rest = (int(part) for part in day.split("-"))
    if not rest:
        return dt.date(year, 7, 1)
    month = rest[0]
    return dt.date(year, month, rest[1] if len(rest) > 1 else calendar.monthrange(year, month)[1] // 2)
