"""What one look at a source would do, writing nothing: what the site answers, what is found, and what the first article says."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from service.errors import Rejected
from service.models import RawDocument, SourceKind, SourceSpec, record
from service.pipeline.habits import Gets, Habits
from service.pipeline.named import Found, Named, moment, read, text_of
from service.sources import Failure, feed, links, sitemap
from service.sources.away import NOT_THERE, unfit
from service.sources.fetch import policy
from service.sources.fetch.answer import CONTENT, Later, Response
from service.sources.fetch.policy import Poll, Told, decide
from service.sources.inbox import contents, scan
from service.text.decode import decode

ENTRIES = 10
"""So many entries, or files, are shown."""
FILES = 10_000
"""So many files of a folder are counted."""


@dataclass(frozen=True)
class Suggestion:
    """A source that would give more than the one that was named."""

    kind: SourceKind
    address: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """What was found out. `problem` says in one line why nothing can be taken; null where something can."""

    kind: SourceKind
    address: str
    problem: str | None = None
    reason: str | None = None
    """The same as a stable code."""
    status: int | None = None
    url: str | None = None
    redirects: tuple[str, ...] = ()
    moved_to: str | None = None
    media_type: str | None = None
    declared_charset: str | None = None
    encoding: str | None = None
    bytes: int | None = None
    robots: str | None = None
    """`allowed` or `forbidden`; null where that was not found out."""
    found: str | None = None
    title: str | None = None
    items: int | None = None
    full_text: int | None = None
    """Items that carry their article, so that no page has to be fetched."""
    newest: str | None = None
    entries: tuple[str, ...] = ()
    hubs: tuple[str, ...] = ()
    next_poll: dt.datetime | None = None
    suggestions: tuple[Suggestion, ...] = ()
    article: dict[str, Any] | None = None
    """The first article as `guatu extract --json` shows it, without its text."""
    article_problem: str | None = None
    article_reason: str | None = None
    """The same as a stable code."""


async def check(fetcher: Gets, spec: SourceSpec, clock: Callable[[], dt.datetime], habits: Habits) -> Checked:
    """Look at a source once. Nothing that is wrong with it is raised: it is what the answer says."""
    if spec.kind == "folder":
        return await asyncio.to_thread(_folder, spec)
    seen = Checked(spec.kind, spec.address)
    try:
        answer = await fetcher.get(spec.address)
    except (Later, Rejected) as error:
        robots = "forbidden" if isinstance(error, Rejected) and error.reason == "robots" else None
        return replace(seen, problem=str(error), reason=error.reason, robots=robots)
    seen = _answered(seen, answer)
    if answer.status not in CONTENT:
        return replace(seen, problem=policy.sentence_of(answer), reason=policy.code_of(answer))
    try:
        found = await asyncio.to_thread(read, spec, answer)
        if found.sitemaps:
            found = await _latest(fetcher, spec, found)
    except (Later, Rejected) as error:
        suggestions = await asyncio.to_thread(_suggestions, spec, answer)
        return replace(seen, problem=str(error), reason=error.reason, suggestions=suggestions)
    told = Told(len(found.entries), found.moments, _interval(found), found.feed.skip_hours, found.feed.skip_days)
    decision = decide(Poll(), answer, clock(), 0.0, habits.rhythm_of(spec), told)
    seen = replace(_with(seen, found), next_poll=decision.due)
    if not found.entries:
        suggestions = await asyncio.to_thread(_suggestions, spec, answer)
        said = "nothing that can be taken was found in it"
        return replace(seen, problem=said, reason="empty", suggestions=suggestions)
    return await _with_article(fetcher, seen, found.entries[0], clock)


def _answered(seen: Checked, answer: Response) -> Checked:
    try:
        encoding = decode(answer.body, answer.charset)[1] if answer.body else None
    except Rejected:
        encoding = None
    return replace(
        seen,
        status=answer.status,
        url=answer.url,
        redirects=tuple(f"{hop.status} {hop.url}" for hop in answer.hops),
        moved_to=answer.moved_to,
        media_type=answer.media_type,
        declared_charset=answer.charset,
        encoding=encoding,
        bytes=len(answer.body),
        robots="allowed",
    )


def _with(seen: Checked, found: Found) -> Checked:
    days = [entry.published for entry in found.entries if entry.published]
    times = [time for day in days if (time := moment(day))]
    newest = max(times).isoformat() if times else max(days, default=None)
    return replace(
        seen,
        found=found.what,
        title=found.feed.title,
        items=len(found.entries),
        full_text=sum(entry.raw is not None for entry in found.entries),
        newest=newest,
        entries=tuple(entry.url or entry.key for entry in found.entries[:ENTRIES]),
        hubs=found.feed.hubs,
    )


async def _latest(fetcher: Gets, spec: SourceSpec, index: Found) -> Found:
    """An index with what the sitemap of it that changed last names."""
    latest = max(index.sitemaps, key=lambda place: place.changed or "")
    inner = await asyncio.to_thread(read, spec, policy.page(await fetcher.get(latest.url), dt.datetime.now(dt.UTC)))
    return replace(inner, what=f"index of {len(index.sitemaps)} sitemaps", sitemaps=())


async def _with_article(fetcher: Gets, seen: Checked, entry: Named, clock: Callable[[], dt.datetime]) -> Checked:
    try:
        raw = entry.raw or await _page(fetcher, entry, clock)
        return replace(seen, article=await asyncio.to_thread(_read, raw))
    except (Later, Rejected) as error:
        return replace(seen, article_problem=f"{entry.url or entry.key}: {error}", article_reason=error.reason)


async def _page(fetcher: Gets, entry: Named, clock: Callable[[], dt.datetime]) -> RawDocument:
    answer = policy.page(await fetcher.get(entry.url or ""), clock())
    return RawDocument(
        source=answer.url,
        data=answer.body,
        media_type=answer.media_type,
        charset=answer.charset,
        published=entry.day,
    )


def _read(raw: RawDocument) -> dict[str, Any]:
    from service.extract import extract  # heavy to load: only who checks needs it
    from service.text.clean import clean

    article = clean(raw)
    shown = record(article, extract(article))
    document = {name: value for name, value in dict(shown["document"]).items() if name != "text"}  # type: ignore[call-overload]
    return {**shown, "document": document}


def _interval(found: Found) -> dt.timedelta | None:
    return dt.timedelta(seconds=found.feed.interval) if found.feed.interval else None


def _suggestions(spec: SourceSpec, answer: Response) -> tuple[Suggestion, ...]:
    """What the address gives as another kind, and the feeds that its page names."""
    try:
        text = text_of(answer.body, answer.charset)
    except Rejected:
        return ()
    told = [Suggestion("feed", url, "the page names it as its feed") for url in links.feeds(text, answer.url)]
    if spec.kind != "feed" and feed.is_feed(text):
        told.append(Suggestion("feed", spec.address, "it is a feed"))
    if spec.kind != "sitemap" and "<html" not in text[:4096].lower():
        try:
            places = sitemap.read(text, answer.url)
            told.append(
                Suggestion("sitemap", spec.address, f"it is a sitemap of {len(places.pages or places.sitemaps)}")
            )
        except Rejected:
            pass
    if spec.kind != "list" and (found := links.read(text, answer.url)):
        told.append(Suggestion("list", spec.address, f"the page links to {len(found)} articles: {found[0].url}"))
    return tuple(told)


def _folder(spec: SourceSpec) -> Checked:
    root = Path(spec.address).absolute()
    seen = Checked(spec.kind, spec.address, found="folder")
    try:
        if not root.is_dir():
            return replace(seen, problem=NOT_THERE, reason="folder", found=None)
        target = Path(spec.move_to).absolute() if spec.move_to else None
        if said := unfit(root, target):
            return replace(seen, problem=said, reason="folder")
        files = list(islice(scan(root, target), FILES))
    except OSError as error:
        return replace(seen, problem=f"cannot be read: {error.strerror}", reason="folder", found=None)
    shown = tuple(str(path.relative_to(root)) for path, _ in files[:ENTRIES])
    newest = max((stamp.mtime_ns for _, stamp in files), default=None)
    when = None if newest is None else dt.datetime.fromtimestamp(newest / 1e9, dt.UTC).isoformat()
    seen = replace(seen, items=len(files), entries=shown, newest=when)
    for item in contents(files[:ENTRIES], text_of):
        if isinstance(item, Failure):
            if not seen.article_problem:
                said = f"{item.source}: {item.message}"
                seen = replace(seen, article_problem=said, article_reason=item.reason)
        elif isinstance(item, RawDocument):
            try:
                return replace(seen, article=_read(item), article_problem=None, article_reason=None)
            except Rejected as error:
                return replace(seen, article_problem=f"{item.source}: {error}", article_reason=error.reason)
    return seen
