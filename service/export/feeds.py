"""Atom (RFC 4287) and JSON Feed 1.1: the projects that changed last, each an entry with its evidence."""

import datetime as dt
import uuid
from collections.abc import Sequence
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

import orjson

from service.export.cells import fit
from service.export.oc4ids_codes import TITLES
from service.export.project import CHINA, About, Article, Exported, Sink, evidence, expected
from service.ledger import ProjectView, Ref
from service.models import is_web_address

_ATOM = "http://www.w3.org/2005/Atom"
_OURS = uuid.UUID("7b0f4c0e-6f5b-5f0e-9d3a-2f6f2d3c9a41")
"""The space of names of projects and feeds: what is made in it stays the same wherever a Guatu runs."""
_QUOTES = 12
_AMOUNTS = {"investment_total": "总投资", "investment_completed": "完成投资", "annual_output": "年产值"}


class Atom:
    """All entries are kept until the end: a feed is short."""

    def __init__(self, sink: Sink, about: About) -> None:
        ET.register_namespace("", _ATOM)
        self._sink, self._about = sink, about
        self._feed = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh"})
        _text(self._feed, "id", _urn("feed", about.url.removeprefix(about.base)))
        _text(self._feed, "title", about.title)
        self._updated = _part(self._feed, "updated")
        self._newest: dt.datetime | None = None
        _text(_part(self._feed, "author"), "name", about.publisher)
        _text(self._feed, "generator", "Guatu")
        if about.base:
            _part(self._feed, "link", rel="self", type="application/atom+xml", href=about.url)
            _part(self._feed, "link", rel="alternate", type="text/html", href=f"{about.base}/projects")

    def add(self, projects: Sequence[Exported]) -> None:
        for one in projects:
            self._entry(one)
            self._newest = max(self._newest or one.changed, one.changed)

    def close(self) -> None:
        self._updated.text = _moment(self._newest or self._about.asof)
        self._sink.write(ET.tostring(self._feed, encoding="utf-8", xml_declaration=True))

    def _entry(self, one: Exported) -> None:
        view, entry = one.view, _part(self._feed, "entry")
        _text(entry, "id", _urn("project", one.id))
        _text(entry, "title", _title(view))
        _text(entry, "updated", _moment(one.changed))
        _text(entry, "published", _moment(_begin(view.first)))
        if self._about.base:
            _part(entry, "link", rel="alternate", type="text/html", href=f"{self._about.base}/projects/{one.id}")
        for address in _addresses(one.articles):
            _part(entry, "link", rel="via", href=address)
        for term in _tags(view):
            _part(entry, "category", term=term)
        _text(entry, "content", _content(one), type="html")


class JsonFeed:
    """All items are kept until the end: a feed is short."""

    def __init__(self, sink: Sink, about: About) -> None:
        self._sink, self._about = sink, about
        self._items: list[dict[str, Any]] = []

    def add(self, projects: Sequence[Exported]) -> None:
        self._items += [self._item(one) for one in projects]

    def close(self) -> None:
        about = self._about
        feed: dict[str, Any] = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": fit(about.title),
            "language": "zh",
            "authors": [{"name": fit(about.publisher)}],
        }
        if about.base:
            feed |= {"home_page_url": f"{about.base}/projects", "feed_url": about.url}
        self._sink.write(orjson.dumps(feed | {"items": self._items}))

    def _item(self, one: Exported) -> dict[str, Any]:
        item: dict[str, Any] = {
            "id": _urn("project", one.id),
            "title": fit(_title(one.view)),
            "content_html": _content(one),
            "date_published": _moment(_begin(one.view.first)),
            "date_modified": _moment(one.changed),
            "tags": [fit(tag) for tag in _tags(one.view)],
        }
        if self._about.base:
            item["url"] = f"{self._about.base}/projects/{one.id}"
        if found := _addresses(one.articles)[:1]:
            item["external_url"] = found[0]
        return item


def _urn(kind: str, name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_OURS, f'{kind}:{name}')}"


def _part(above: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(above, f"{{{_ATOM}}}{name}", {key: fit(value) for key, value in attributes.items()})


def _text(above: ET.Element, name: str, text: str, **attributes: str) -> None:
    _part(above, name, **attributes).text = fit(text)


def _moment(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), CHINA)


def _title(view: ProjectView) -> str:
    status = TITLES.get(view.status or "")
    return f"{view.name}（{status}）" if status else view.name


def _tags(view: ProjectView) -> list[str]:
    region = [view.region.name] if view.region else []
    status = [view.status] if view.status else []
    return list(dict.fromkeys((*status, *region, *view.industry, *view.programmes, *view.problems)))


def _addresses(articles: Sequence[Article]) -> list[str]:
    """The pages of the articles, the newest first."""
    sources = (article.source for article in reversed(articles))
    return list(dict.fromkeys(s for s in sources if s and is_web_address(s) and fit(s) == s))


def _content(one: Exported) -> str:
    """What is known as HTML, all text escaped: place, owners, figures, day expected, problems, and the words of the newest
    evidence with who said them."""
    view, due = one.view, expected(one.view)
    facts = [view.region.path if view.region else "", "、".join(view.owners)]
    facts += [f"{label} {_figure(view, field)}" for field, label in _AMOUNTS.items() if _figure(view, field)]
    facts += [f"预计竣工 {due.expected}（{due.outcome}）"] if due else []
    facts += [f"问题：{'、'.join(view.problems)}"] if view.problems else []
    lines = "".join(f"<li>{_html(fact)}</li>" for fact in facts if fact)
    sources = {article.record: article for article in one.articles}
    quotes: dict[tuple[int, str], Ref] = {}
    for _, ref in sorted(evidence(view), key=lambda said: said[1].day, reverse=True):
        if ref.quote:
            quotes.setdefault((ref.record, ref.quote), ref)
    said = "".join(_quoted(ref, sources.get(ref.record)) for ref in list(quotes.values())[:_QUOTES])
    return f"<ul>{lines}</ul>{said}"


def _quoted(ref: Ref, article: Article | None) -> str:
    who = _html(" ".join(part for part in (ref.outlet, str(ref.day)) if part))
    if article and article.source and is_web_address(article.source):
        who = f'<a href="{_html(article.source)}">{who}</a>'
    return f"<blockquote><p>{_html(ref.quote or '')}</p><footer>{who}</footer></blockquote>"


def _figure(view: ProjectView, field: str) -> str:
    value = view.value(field)
    if value is None:
        return ""
    return f"{value / 100_000_000:.4f}".rstrip("0").rstrip(".") + "亿元"


def _html(text: str) -> str:
    return escape(fit(text))
