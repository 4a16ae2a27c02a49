"""What a project is found by: the characters and pairs of characters of its names, and what it is, as terms of one inverted
index. PURE.

So the index alone tells which projects have several things together. A term may stand for more than what is asked for, so that
a project with all of them is looked at itself too.
"""

import re
from collections.abc import Mapping
from typing import Any

from service.store.rows import LEVELS
from service.store.words import tokens

_RUN = re.compile(r"[^\W_]+")
_TOLD = (*LEVELS, "status", "stage", "section")


def terms(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The terms of a row of `projects`, each once: of `words`, of the columns that say what it is, and of `tags`."""
    told = [term(name, row[name]) for name in _TOLD if row[name]]
    told += [term(*tag.split(":", 1)) for tag in row["tags"]]
    return tuple(dict.fromkeys([*tokens(row["words"]).split(), *told]))


def term(name: str, value: str) -> str:
    """The term of what a project is: letters and digits alone behind a colon, which is in no term of a name."""
    return f"{name}:{''.join(_RUN.findall(value)).lower()}"
