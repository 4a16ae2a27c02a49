"""The parts of an OC4IDS project that are lists: parties, metrics, milestones, documents."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from service.export import oc4ids_codes as codes
from service.export.cells import fit
from service.export.project import CHINA, About, Article, Exported, evidence
from service.ledger import Expectation, History, ProjectView
from service.ledger.timeline import span
from service.models import is_web_address, plain_number

_FORECASTS = {
    "annual_output": "年产值",
    "annual_tax": "年税收",
    "jobs": "就业",
    "investment_planned_year": "年度计划投资",
}
_METRICS = {"land_area": "用地面积", "floor_area": "建筑面积"}
_UNITS = {"jobs": "人", "land_area": "平方米", "floor_area": "平方米"}
_OUTCOMES = {"ahead": "met", "on_time": "met", "late": "met", "overdue": "notMet", "open": "scheduled"}
_SAFE = "!$%&'()*+,/:;=?@~-._"
_BARE = re.compile("%(?![0-9A-Fa-f]{2})")


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is known: the standard has no null, no blank text and no empty list."""
    made: dict[str, Any] = {}
    for name, value in fields.items():
        value = fit(value).strip() if isinstance(value, str) else value
        if value is not None and value != "" and value != {} and value != []:
            made[name] = value
    return made


def when(day: dt.date | None) -> str | None:
    """A day as a date-time, which the standard asks for: its beginning in China."""
    return dt.datetime.combine(day, dt.time(), CHINA).isoformat() if day else None


def money(value: Decimal) -> dict[str, Any]:
    return {"amount": plain_number(value), "currency": "CNY"}


def unique(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of each id."""
    made: dict[str, dict[str, Any]] = {}
    for row in rows:
        made.setdefault(row["id"], row)
    return list(made.values())


def parties(view: ProjectView) -> list[dict[str, Any]]:
    """The owners: an office of the state is a public authority, whoever else pays for it a funder."""
    names = [name for owner in view.owners if (name := fit(owner).strip())]
    return [
        {"id": f"owner-{number}", "name": name, "roles": ["publicAuthority" if codes.is_public(name) else "funder"]}
        for number, name in enumerate(dict.fromkeys(names), 1)
    ]


def forecasts(view: ProjectView) -> list[dict[str, Any]]:
    """What the project is to bring: output, tax, jobs, capacity."""
    made = [_metric(name, title, view.fields.get(name)) for name, title in _FORECASTS.items()]
    for number, one in enumerate(view.capacity, 1):
        observation = {"id": "1", "measure": plain_number(one.value), "unit": present({"name": one.unit})}
        made.append(present({"id": f"capacity-{number}", "title": one.product, "observations": [present(observation)]}))
    return [metric for metric in made if metric]


def metrics(view: ProjectView) -> list[dict[str, Any]]:
    """What it is and has used up: areas, and the investment completed, as reported on each day."""
    made = [_metric(name, title, view.fields.get(name)) for name, title in _METRICS.items()]
    made.append(_metric("financialProgress", "完成投资", view.fields.get("investment_completed"), whole=True))
    return [metric for metric in made if metric]


def _metric(id_: str, title: str, history: History | None, *, whole: bool = False) -> dict[str, Any]:
    """The value that stands, or with `whole` each that was reported and is not doubted."""
    if history is None or history.current is None:
        return {}
    told = [one for one in history.values if one.doubt in (None, "superseded")] if whole else [history.current]
    observations = []
    for number, one in enumerate(told, 1):
        if one.value is None:
            continue
        unit = _UNITS.get(history.field)
        figure = {"value": money(one.value)} if unit is None else {"measure": plain_number(one.value)}
        period = {"endDate": when(one.last)}
        quotes = "; ".join(dict.fromkeys(ref.quote for ref in one.refs if ref.quote))
        notes = "; ".join(word for word in (one.qualifier, quotes) if word)
        row = {"id": str(number), **figure, "unit": unit and {"name": unit}, "period": period, "notes": notes}
        observations.append(present(row))
    return {"id": id_, "title": title, "observations": observations} if observations else {}


def milestones(view: ProjectView) -> list[dict[str, Any]]:
    """The steps that were reached, and the days announced for completion."""
    made = []
    for number, step in enumerate(view.timeline, 1):
        if step.basis == "inferred" or not step.moves:
            continue
        said = "; ".join(dict.fromkeys(ref.quote for ref in step.refs if ref.quote))
        row = {
            "id": f"step-{number}",
            "title": _title(codes.TITLES[step.status], step.phase),
            "type": "delivery",
            "code": codes.MILESTONES.get(step.status),
            "description": "; ".join(word for word in (_exact(step.day), said) if word),
            "dateMet": when(span(step.day)[1]),
            "status": "met",
        }
        made.append(present(row))
    made += [_announced(number, one) for number, one in enumerate(view.expectations, 1) if one.outcome != "moved"]
    return made


def _announced(number: int, one: Expectation) -> dict[str, Any]:
    said = "; ".join(dict.fromkeys(ref.quote for ref in one.refs if ref.quote))
    row = {
        "id": f"expected-{number}",
        "title": _title("预计竣工", one.phase),
        "type": "delivery",
        "code": "completion",
        "description": "; ".join(word for word in (one.outcome, _exact(one.expected), said) if word),
        "dueDate": when(span(one.expected)[1]),
        "dateMet": when(span(one.completed)[1]) if one.completed else None,
        "status": _OUTCOMES[one.outcome],
    }
    return present(row)


def _title(title: str, phase: str | None) -> str:
    return f"{title}（第{phase}期）" if phase else title


def _exact(day: str) -> str | None:
    """The day as it was told, where that is only a month or a year."""
    return day if len(day) < 10 else None


def documents(one: Exported, about: About) -> list[dict[str, Any]]:
    """The articles, with the words that they say it in."""
    said: dict[int, dict[str, None]] = defaultdict(dict)
    for _, ref in evidence(one.view):
        if ref.quote:
            said[ref.record][ref.quote] = None
    by_document: dict[int, list[Article]] = defaultdict(list)
    for article in one.articles:
        by_document[article.document].append(article)
    return [_document(found, said, about) for found in by_document.values()]


def _document(found: list[Article], said: Mapping[int, Mapping[str, None]], about: About) -> dict[str, Any]:
    article = found[0]
    stored = f"{about.base}/v1/documents/{article.document}"
    quotes = dict.fromkeys(words for one in found for words in said.get(one.record, ()))
    row = {
        "id": str(article.document),
        "title": article.title,
        "description": "; ".join(quotes),
        "url": _url(article.source) or (stored if about.base else None),
        "datePublished": when(article.published),
        "author": article.outlet,
        "language": "zh",
    }
    return present(row)


def _url(source: str | None) -> str | None:
    """The address of a page as a URI: what is not ASCII in percent-encoding."""
    if not source or not is_web_address(source) or fit(source) != source:
        return None
    host, slash, path = source.partition("//")[2].partition("/")
    if not host.isascii():
        return None
    before, hash_, fragment = _BARE.sub("%25", path).partition("#")
    return f"{source.partition('//')[0]}//{host}{slash}{quote(before, _SAFE)}{hash_}{quote(fragment, _SAFE)}"
