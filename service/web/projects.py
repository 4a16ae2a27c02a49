"""The table of projects: filtered by the address, counted, sorted, a page at a time."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
from pydantic import Field

from service.api.operation import Call, operation
from service.api.problems import Problem
from service.api.project_filter import ProjectFilter
from service.api.projects import place_of, written
from service.api.reply import Reply
from service.errors import NotFound
from service.pipeline.regions import division
from service.store import facets, projects
from service.store.facets import Facets
from service.store.projects import Order, Wanted
from service.web.page import SHOWN, language_of, page
from service.web.units import money
from service.web.words import WORDS, Language, say

Pairs = list[tuple[str, str]]
"""The parameters of an address in their order."""
PAGE = 50
SHORT = 12
"""So many values of a facet are offered."""
COUNTED: tuple[facets.Facet, ...] = ("status", "region", "industry", "section", "programme", "problem")
AMOUNTS = tuple(count * 10**8 for count in (1, 5, 10, 50, 100))
"""The least amounts that the form offers, in CNY."""
ORDERS: tuple[Order, ...] = ("latest", "investment", "first", "name")
EXPORTS: tuple[tuple[str, str, Pairs], ...] = (
    ("CSV", "/v1/export/csv", [("bom", "true")]),  # for Excel, which takes it for GBK otherwise
    ("XLSX", "/v1/export/xlsx", []),
    ("OC4IDS", "/v1/export/oc4ids", []),
    ("JSON", "/v1/projects", []),
)
"""What may be made of the projects that are shown: its name, the address of the API, what is said to it besides."""
_NOT_A_FILTER = ("lang", "sort", "after", "measure")
_TYPED = ("q", "region", "owner", "min_investment", "since", "until")
"""What the form has a field for."""


class ProjectsQuery(ProjectFilter):
    lang: Language | None = None
    sort: Order = "latest"
    after: str | None = Field(None, max_length=400)


class Choice(NamedTuple):
    """A value of a facet: what it is called, how many there are, the address that adds or takes it, whether it is chosen."""

    label: str
    number: int
    href: str
    chosen: bool


class Filter(NamedTuple):
    """A filter that is set, and the address without it."""

    label: str
    value: str
    href: str


@operation(SHOWN)
async def table(call: Call, query: ProjectsQuery) -> Reply:
    """Projects as a table."""
    language = language_of(call)
    given = asked(call)
    try:
        wanted = query.wanted()
    except Problem as problem:  # no such region, or words by which nothing is found: say so where they were typed
        return _page(call, query, given, {"wrong": problem.errors[0]["parameter"]}, problem.kind.status)
    after = None if query.after is None else place_of(query.sort, query.after)
    async with call.parts.database.reading() as connection:
        found = await projects.page(connection, wanted, query.sort, after, PAGE)
        counts = await facets.facets(connection, wanted, COUNTED)
    more = None
    if len(found) == PAGE:
        more = address("/projects", [*given, ("sort", query.sort), ("after", written(found[-1]))])
    shown = {
        "lines": [orjson.loads(line.json) for line in found],
        "counts": counts,
        "choices": _choices(given, counts, wanted, language),
        "more": more,
    }
    return _page(call, query, given, shown)


def _page(call: Call, query: ProjectsQuery, given: Pairs, shown: Mapping[str, Any], status: int = 200) -> Reply:
    language = language_of(call)
    known: dict[str, Any] = {"lines": [], "counts": None, "choices": {}, "more": None, "wrong": None}
    return page(
        call,
        "projects.html",
        status,
        **{**known, **shown},
        query=query,
        filters=filters(given, language),
        **form("/projects", query, given, {"sort": query.sort} if query.sort != "latest" else {}),
        sorts=[(order, address("/projects", [*given, ("sort", order)])) for order in ORDERS],
        feed=address("/v1/export/atom", given),
        exports=[(label, address(path, [*given, *more])) for label, path, more in EXPORTS],
    )


def asked(call: Call) -> Pairs:
    """The filters of the address, as they were given."""
    return [(name, value) for name, value in call.request.query.items() if value and name not in _NOT_A_FILTER]


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """An address with these parameters."""
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path


def form(action: str, query: ProjectFilter, given: Pairs, more: Mapping[str, str]) -> dict[str, Any]:
    """What the form of filters shows; it keeps what it has no field for, and `more`."""
    typed = [int(query.min_investment)] if query.min_investment else []
    kept = [(name, value) for name, value in given if name not in _TYPED]
    return {"action": action, "kept": [*kept, *more.items()], "amounts": sorted({*AMOUNTS, *typed})}


def filters(given: Pairs, language: Language, path: str = "/projects") -> list[Filter]:
    """The filters that are set, each with the address that loosens it."""
    return [
        Filter(
            say(language, f"filter.{name}") if f"filter.{name}" in WORDS else name,
            _value(name, value, language),
            address(path, [pair for pair in given if pair != (name, value)]),
        )
        for name, value in given
    ]


def _value(name: str, value: str, language: Language) -> str:
    if name in ("min_investment", "max_investment"):
        try:
            return money(float(value), language)
        except ValueError:
            return value
    if name == "region" and value.isdigit():
        with suppress(NotFound):
            return division(value).name
    return called(name, value, language)


def called(name: str, value: str, language: Language) -> str:
    """What a value of a filter is called."""
    key = f"{'status' if name in ('status', 'stage', 'reached') else name}.{value}"
    return say(language, key) if key in WORDS else value


def _choices(given: Pairs, counts: Facets, wanted: Wanted, language: Language) -> dict[str, list[Choice]]:
    """The values of each facet that would narrow what is shown, and those that do."""
    above = ""
    if wanted.places and len(wanted.places) == 1:
        above = "/".join(wanted.places[0].values())
    made = {}
    for facet, values in counts.counts.items():
        choices = []
        for value, count in list(values.items())[:SHORT]:
            meant = f"{above}/{value}" if facet == "region" and above and not above.endswith(value) else value
            pair = (str(facet), meant)
            chosen = pair in given
            others = [one for one in given if one != pair]
            if not chosen:
                single = facet in ("region", "industry", "programme")
                others = [*(one for one in others if not (single and one[0] == facet)), pair]
            choices.append(Choice(called(str(facet), value, language), count, address("/projects", others), chosen))
        if choices:
            made[str(facet)] = choices
    return made
