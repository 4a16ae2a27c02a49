"""What figures and stages are said of: the types that the projects hand to the indicators.

`projects(sentences, context)` reads the named projects and returns them with a `Claims`: which value tokens belong to a project
(by the token's article offset), which role figures belong to no project, and which groups of projects the text counts.
The indicators are built from the last two; a claimed token is never read again.
"""

from dataclasses import dataclass
from typing import NamedTuple

from service.extract.grammar import Found
from service.models import Stage


@dataclass(frozen=True, slots=True)
class Group:
    """Many projects spoken of as one: 36个重点项目, A、B等24个项目, 谋划项目318个, 一批项目.

    `count` is the count token (value: Quantity) or None where there is none (一批); `start`/`end` are article offsets of the
    group's words; `sentence` is the index in the list of sentences; `stage` is the one the group has reached, None where the
    text gives none or only plans it; `planned` says that its verb stood under a plan word (力争开工36个).
    """

    count: Found | None
    start: int
    end: int
    sentence: int
    stage: Stage | None = None
    planned: bool = False


class RoleMatch(NamedTuple):
    """A figure with its role: 总投资Ⓜ, 完成投资Ⓜ, 占地Ⓐ, 提供岗位Ⓝ.

    `role` is a field of `Project`; `phase` is "1", "2" ... where it is a phase's figure. `value` is the value token with article
    offsets; `start`/`end` span the whole wording, `rule` is the role rule's name. `expected` marks a forecast (预计, 力争, 将).
    `group` is the group it was said of, None where it is a region's or nobody's.
    """

    role: str
    value: Found
    start: int
    end: int
    rule: str
    sentence: int
    phase: str | None = None
    expected: bool = False
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What projects.py took, and what it left to the indicators.

    `claimed` are article offsets of value tokens that belong to a named project (or to a name); `unclaimed` are role figures of a
    group, a region or nobody; `groups` are all counted groups of projects in order.
    """

    claimed: frozenset[int] = frozenset()
    unclaimed: tuple[RoleMatch, ...] = ()
    groups: tuple[Group, ...] = ()
