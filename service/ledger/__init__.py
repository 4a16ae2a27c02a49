"""PURE. One project over many articles: which mentions are one, which id it keeps, what is shown of it, what changed.

walk(start) -> components;  cluster(*component) -> clusters;  assign(held, clusters) -> ids;  view(...);  decide(before, after)
"""

from service.ledger.assign import Assignment, Held, assign
from service.ledger.cluster import cluster
from service.ledger.decide import Change, decide
from service.ledger.keys import CROWD, keys, spelling
from service.ledger.match import SAME, Match, match
from service.ledger.mention import CORRECTABLE, Cluster, Correction, CorrectionKind, Handle, Mention, age
from service.ledger.shown import (
    Expectation,
    History,
    Official,
    Phase,
    Problem,
    ProjectView,
    Ref,
    Reported,
    Status,
    Step,
)
from service.ledger.view import view
from service.ledger.walk import Answer, Ask, Component, walk

__all__ = [
    "CORRECTABLE",
    "CROWD",
    "SAME",
    "Answer",
    "Ask",
    "Assignment",
    "Change",
    "Cluster",
    "Component",
    "Correction",
    "CorrectionKind",
    "Expectation",
    "Handle",
    "Held",
    "History",
    "Match",
    "Mention",
    "Official",
    "Phase",
    "Problem",
    "ProjectView",
    "Ref",
    "Reported",
    "Status",
    "Step",
    "age",
    "assign",
    "cluster",
    "decide",
    "keys",
    "match",
    "spelling",
    "view",
    "walk",
]
