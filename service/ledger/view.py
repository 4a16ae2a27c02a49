"""The project as it is shown, out of its mentions and corrections."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from service.ledger.industry import industry
from service.ledger.match import LINES
from service.ledger.mention import Correction, Mention, age
from service.ledger.names import Known, Name, brand, normalised, parse, short
from service.ledger.profile import known_of
from service.ledger.programmes import programmes
from service.ledger.shown import Expectation, History, Official, Phase, Problem, ProjectView
from service.ledger.timeline import course, expectations, furthest_of, phase_of
from service.ledger.values import AMOUNTS, Claim, claim, history, ref
from service.models import Capacity, Region

MOST = 20
"""Further names, officials that are shown at most."""
_CAPACITY = re.compile("年产|年处理|年加工|[0-9]+(?:万|亿)?(?:吨|千瓦|平方米|兆瓦)")
_TAIL = re.compile("(?:建设)?(?:项目|工程项目)$")


def view(mentions: Sequence[Mention], corrections: Sequence[Correction], today: dt.date) -> ProjectView:
    """What the mentions of one cluster say together, as of `today`; the order of either does not matter."""
    ordered = sorted(mentions, key=age)
    decided = sorted(corrections, key=lambda c: c.id)
    known = known_of(ordered)
    name, aliases = _names(ordered, decided, known)
    region = _region(ordered, decided, known)
    owners = _owners(ordered, decided, known)
    fields = _fields(_whole(ordered, known), decided)
    capacity = _capacity(ordered)
    went = course(ordered, decided, today)
    due = expectations(ordered, today)
    chains = industry((name, *aliases), (c.product for c in capacity), owners)
    parts = _phases(ordered)
    return ProjectView(
        name=name,
        aliases=aliases,
        region=region,
        owners=owners,
        status=went.status,
        stage=went.stage,
        inferred=went.inferred,
        industry=chains.chains,
        section=chains.section,
        programmes=programmes(_words(ordered, known)),
        fields=fields,
        phases=parts,
        capacity=capacity,
        timeline=went.steps,
        expectations=due,
        people=_people(ordered),
        problems=_problems(went.status, fields, parts, due, region),
        first=ordered[0].day,
        latest=ordered[-1].day,
        sources=len({m.story for m in ordered}),
        copies=len({m.content_sha256 for m in ordered}) - len({m.story for m in ordered}),
        records=tuple(sorted(m.record for m in ordered)),
        corrections=tuple(c.id for c in decided),
    )


def _last(corrections: Sequence[Correction], wanted: Callable[[Correction], bool]) -> Correction | None:
    return next((c for c in reversed(corrections) if wanted(c)), None)


def _names(mentions: Sequence[Mention], corrections: Sequence[Correction], known: Known) -> tuple[str, tuple[str, ...]]:
    """The name that tells most and is used most, the newest of equals, and the other wordings in the order they came."""
    stories: dict[str, set[str]] = defaultdict(set)
    newest: dict[str, Mention] = {}
    wordings: dict[str, None] = {}
    for m in mentions:
        for told in (m.project.name, *m.project.aliases):
            wordings.setdefault(_TAIL.sub("", told) or told)
        key = _key(m.project.name)
        stories[key].add(m.story)
        newest[key] = m

    def worth(key: str) -> tuple[bool, float, dt.date, str]:
        name = parse(newest[key].project.name, known)
        return not name.phases, _complete(name) + min(len(stories[key]), 6) / 2, newest[key].day, key

    best = newest[max(stories, key=worth)].project.name
    renamed = _last(corrections, lambda c: c.kind == "rename")
    name = str(renamed.value) if renamed else _TAIL.sub("", best) or best
    others = {_key(w): w for w in reversed(wordings) if _key(w) != _key(name)}
    return name, tuple(reversed(others.values()))[:MOST]


def _complete(name: Name) -> float:
    """How much a name tells; where it stands and what it makes a year are told elsewhere."""
    length = len(_key(name.text)) - (len(short(name.place.split("/")[-1])) if name.place else 0)
    told = 2 * bool(name.proper) + min(len(name.tokens), 3) + (name.head is not None) + bool(name.numbers)
    return told + min(length, 14) * 0.15 - (2 if _CAPACITY.search(name.text) else 0)


def _key(name: str) -> str:
    """By what two wordings are the same."""
    return _TAIL.sub("", normalised(name)) or normalised(name)


def _region(mentions: Sequence[Mention], corrections: Sequence[Correction], known: Known) -> Region | None:
    """Where most stories say it stands: of the narrowest divisions; of a line through several that which holds them."""
    decided = _last(corrections, lambda c: c.field == "region")
    if decided is not None:
        return decided.value if isinstance(decided.value, Region) else None
    regions = {r.path: r for m in mentions for told in (m.place, m.project.region) if told for r in _holding(told)}
    votes: dict[str, set[str]] = defaultdict(set)
    for m in mentions:
        told = {n.place for n in [parse(m.project.name, known)] if n.place in regions}
        if m.region or told:
            votes[max((p for p in told if p), default=m.region.path if m.region else "")].add(m.story)
    if not votes:
        return None
    narrowest = {p: v for p, v in votes.items() if not any(o.startswith(p + "/") for o in votes)}
    heads = {parse(m.project.name, known).head for m in mentions}
    if len(narrowest) > 1 and heads & LINES:
        common = _common(narrowest)
        if common in regions:
            return regions[common]
    return regions[max(narrowest, key=lambda p: (len(votes[p]), p.count("/"), p))]


def _holding(region: Region) -> Iterable[Region]:
    """A division and those that hold it: GB/T 2260 numbers 331121 within 331100 within 330000."""
    parts = region.path.split("/")
    codes = [region.code[:2] + "0000", region.code[:4] + "00"][: len(parts) - 1]
    for i, code in enumerate([*codes, region.code]):
        yield Region(code=code, name=parts[i], path="/".join(parts[: i + 1]))


def _common(paths: Iterable[str]) -> str:
    """The division that holds all."""
    kept: list[str] = []
    for level in zip(*(p.split("/") for p in paths), strict=False):
        if len(set(level)) > 1:
            break
        kept.append(level[0])
    return "/".join(kept)


def _owners(mentions: Sequence[Mention], corrections: Sequence[Correction], known: Known) -> tuple[str, ...]:
    """The owners, those named most first; one by its fullest wording."""
    decided = _last(corrections, lambda c: c.field == "owners")
    if decided is not None:
        return decided.value if isinstance(decided.value, tuple) else ()
    stories: dict[str, set[str]] = defaultdict(set)
    wordings: dict[str, set[str]] = defaultdict(set)
    for m in mentions:
        for owner in m.project.owners:
            key = brand(owner, known.places) or owner
            stories[key].add(m.story)
            wordings[key].add(owner)
    ranked = sorted(stories, key=lambda key: (-len(stories[key]), key))
    return tuple(max(wordings[key], key=lambda w: (len(w), w)) for key in ranked)


def _whole(mentions: Sequence[Mention], known: Known) -> list[Mention]:
    """Those that tell of the whole: what is said of a phase is the phase's, and of one section of a line no more."""
    whole = [m for m in mentions if not phase_of(m)]
    through = [m for m in whole if not parse(m.project.name, known).section]
    return through or whole


def _fields(mentions: Sequence[Mention], corrections: Sequence[Correction]) -> dict[str, History]:
    """The histories of the amounts."""
    found = {}
    for field in AMOUNTS:
        decided = [c for c in corrections if c.kind == "value" and c.field == field]
        told = history(field, _claims(mentions, field), decided)
        if told is not None:
            found[field] = told
    return found


def _claims(mentions: Iterable[Mention], field: str) -> list[Claim]:
    return [claim(m, field, value) for m in mentions if (value := getattr(m.project, field)) is not None]


def _phases(mentions: Sequence[Mention]) -> tuple[Phase, ...]:
    """The phases, each with what is said of it under its own name or with the whole."""
    own: dict[str, list[Mention]] = defaultdict(list)
    split: dict[str, list[Claim]] = defaultdict(list)
    for m in mentions:
        number = phase_of(m)
        if number is not None:
            own[number].append(m)
        for phase, amount in m.project.investment_phase.items():
            split[phase].append(claim(m, "investment_total", Decimal(amount), "investment_phase"))
    found = []
    for number in sorted({*own, *split}, key=lambda n: (len(n), n)):
        fields = {}
        for field in AMOUNTS:
            more = split[number] if field == "investment_total" else []
            told = history(field, [*_claims(own[number], field), *more])
            if told is not None:
                fields[field] = told
        found.append(Phase(number=number, stage=furthest_of(own[number]), fields=fields))
    return tuple(found)


def _capacity(mentions: Sequence[Mention]) -> tuple[Capacity, ...]:
    """What it makes: of each product and unit the newest figure, of the whole before that of a phase."""
    newest: dict[tuple[str, str], Capacity] = {}
    for m in sorted(mentions, key=lambda m: (phase_of(m) is None, age(m))):
        for made in m.project.capacity:
            newest[made.product, made.unit] = made
    return tuple(newest[key] for key in sorted(newest))


def _people(mentions: Sequence[Mention]) -> tuple[Official, ...]:
    """Who is named beside the project: in its sentences, where these are known."""
    refs: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for m in mentions:
        for person in m.people:
            if not m.sentences or any(person.name in s for s in m.sentences):
                refs[person.name, person.title].append(m)
    ranked = sorted(refs, key=lambda key: (-len({m.story for m in refs[key]}), key))
    return tuple(
        Official(name=name, title=title, refs=tuple(ref(m, "people") for m in refs[name, title]))
        for name, title in ranked[:MOST]
    )


def _words(mentions: Iterable[Mention], known: Known) -> Iterable[str]:
    """What is said of the project itself: its names, its quotes and sentences, and the titles that name it."""
    for m in mentions:
        yield from (m.project.name, *m.project.aliases, *m.sentences)
        yield from (e.quote for found in m.project.evidence.values() for e in found)
        called = (m.project.name, *parse(m.project.name, known).proper)
        if m.title and any(c in m.title for c in called):
            yield m.title


def _problems(
    status: str | None,
    fields: dict[str, History],
    parts: Sequence[Phase],
    due: Sequence[Expectation],
    region: Region | None,
) -> tuple[Problem, ...]:
    """Why it needs looking at."""
    histories = [*fields.values(), *(h for part in parts for h in part.fields.values())]
    found: list[Problem] = []
    if status in ("stalled", "suspended"):
        found.append("stalled")
    if status != "cancelled" and any(e.outcome == "overdue" for e in due):
        found.append("overdue")
    if any(h.contradicted for h in histories):
        found.append("contradictory")
    if region is None:
        found.append("unplaced")
    return tuple(found)
