"""Ids that stay: which project id each cluster keeps."""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from pydantic import Field

from service.ledger.handles import resolve
from service.ledger.mention import Cluster, Handle, age
from service.models import Frozen


class Held(Frozen):
    """An anchor of the assignment before: this mention belonged to this project. `since` is the day of the project's
    oldest mention."""

    handle: Handle
    project: str
    since: dt.date


class Assignment(Frozen):
    """`ids[i]` is the id of the i-th cluster. `new` are ids that no cluster before had; `merged` says into which id a
    project went (a redirect); `split` which further ids came out of a project that remains.
    """

    ids: tuple[str, ...]
    new: tuple[str, ...] = ()
    merged: dict[str, str] = Field(default_factory=dict)
    split: dict[str, tuple[str, ...]] = Field(default_factory=dict)


def assign(held: Iterable[Held], clusters: Sequence[Cluster]) -> Assignment:
    """Each cluster keeps the id of the project most of its anchors came from; ties go to the oldest project.

    `held` are the anchors of the articles of the clusters; the clusters are all those in which a mention of these
    projects now is (start the walk from their spellings too). An anchor is found again by its article and about its
    name, so that an extractor that names better changes no id. A new id is made from the oldest anchor, the same
    wherever it is made; one that was merged before may so come back: its redirect ends.
    """
    votes, since = _votes(held, clusters)
    ids: dict[int, str] = {}
    taken: set[str] = set()
    ballots = sorted(
        ((-count, since[project], project, i) for (project, i), count in votes.items()),
        key=lambda b: (b[0], b[1], b[2], b[3]),
    )
    for _, _, project, i in ballots:
        if i not in ids and project not in taken:
            ids[i] = project
            taken.add(project)
    new: list[str] = []
    for i, found in enumerate(clusters):
        if i not in ids:
            ids[i] = _made(found, taken | since.keys())
            taken.add(ids[i])
            new.append(ids[i])
    merged: dict[str, str] = {}
    split: dict[str, list[str]] = defaultdict(list)
    for project in sorted(since.keys()):
        went = sorted((i for p, i in votes if p == project), key=lambda i: (-votes[project, i], i))
        if project not in taken and went:
            merged[project] = ids[went[0]]
        elif project in taken:
            split[project] = [ids[i] for i in went if ids[i] in new]
    return Assignment(
        ids=tuple(ids[i] for i in range(len(clusters))),
        new=tuple(new),
        merged=merged,
        split={project: tuple(out) for project, out in split.items() if out},
    )


def _votes(held: Iterable[Held], clusters: Sequence[Cluster]) -> tuple[Counter[tuple[str, int]], dict[str, dt.date]]:
    """How many anchors of each project lie in each cluster, and since when the projects are known."""
    at = {m.record: i for i, found in enumerate(clusters) for m in found.mentions}
    by_article = defaultdict(list)
    for found in clusters:
        for m in found.mentions:
            by_article[m.content_sha256].append(m)
    votes: Counter[tuple[str, int]] = Counter()
    since: dict[str, dt.date] = {}
    for anchor in held:
        mention = resolve(anchor.handle, by_article[anchor.handle.content_sha256])
        if mention is not None:
            votes[anchor.project, at[mention.record]] += 1
            since[anchor.project] = anchor.since
    return votes, since


def _made(found: Cluster, taken: Collection[str]) -> str:
    """An id out of the oldest mention: twelve hexadecimal digits, those of a further round where they are taken."""
    oldest = min(found.mentions, key=age).handle
    made = ""
    while not made or made in taken:
        made = hashlib.sha256(f"{made}|{oldest.content_sha256}|{oldest.name}".encode()).hexdigest()[:12]
    return made
