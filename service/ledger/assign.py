"""Ids that stay: which project id each cluster keeps."""

import datetime as dt
from collections.abc import Iterable, Sequence

from pydantic import Field

from service.ledger.mention import Cluster, Handle
from service.models import Frozen


class Held(Frozen):
    """An anchor of the assignment before: this mention belonged to this project. `since` is the day of the project's
    oldest mention."""

    handle: Handle
    project: str
    since: dt.date


class Assignment(Frozen):
    """`ids[i]` is the id of the i-th cluster. `new` are ids given for the first time; `merged` says into which id a
    project went (a redirect); `split` which ids came out of a project that remains; `gone` are projects without mentions.
    """

    ids: tuple[str, ...]
    new: tuple[str, ...] = ()
    merged: dict[str, str] = Field(default_factory=dict)
    split: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    gone: tuple[str, ...] = ()


def assign(held: Iterable[Held], clusters: Sequence[Cluster]) -> Assignment:
    """Each cluster keeps the id of the project most of its anchors came from; ties go to the oldest project.

    `held` are the anchors of all projects that the clusters' mentions belonged to. An anchor is found again by its
    article and about its name. A new id is made from the oldest anchor, so that it is the same wherever it is made.
    """
    raise NotImplementedError
