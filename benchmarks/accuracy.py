"""How much of what the seeds' answers hold is read, and how much is read beside it.

    python -m benchmarks.accuracy [FOLDER]

FOLDER holds articles with their answers beside them (default: seeds/; the form is in its README). Prints precision, recall
and F1 for each group of facts, and with --verbose every miss (-) and everything read that is not there (+).
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import Any

from service.cli.articles import documents, read
from service.models import RawDocument, record

Facts = dict[str, Any]
ALIKE = 0.72
FIELDS = ("investment_total", "investment_completed", "annual_output", "annual_tax", "land_area", "floor_area", "jobs")
_LOOSE = re.compile(r"[\s()（）“”\"'《》、·\-—]|(?:建设)?(?:项目|工程)$")


@dataclass
class Group:
    """What of one group of facts was read: right, missed and spurious."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    spurious: list[str] = field(default_factory=list)

    def add(self, article: str, missed: Sequence[object], spurious: Sequence[object], right: int) -> None:
        self.right += right
        self.missed += [f"{article} - {m}" for m in missed]
        self.spurious += [f"{article} + {s}" for s in spurious]

    @property
    def f1(self) -> float:
        """Twice the right over all that was wanted and all that was read."""
        all_of_it = 2 * self.right + len(self.missed) + len(self.spurious)
        return 2 * self.right / all_of_it if all_of_it else 1.0


def records(folder: Path) -> Iterator[Facts]:
    """The record of every article in `folder`, as `guatu extract --json` prints it."""
    for item in documents([folder]):
        if not isinstance(item, RawDocument):
            raise ValueError(f"{item.source}: {item.message}")
        yield record(*read(item))


def answers(folder: Path) -> dict[str, Facts]:
    """The answers in `folder` by the id of their article."""
    found = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json")))
    return {answer["id"]: answer for answer in found}


def _likeness(one: Facts, other: Facts) -> float:
    """How alike two projects' names are, the best of their wordings; a name inside the other counts by its share."""
    return max(_alike(a, b) for a in (one["name"], *one.get("aliases", ())) for b in (other["name"], *other["aliases"]))


def _alike(a: str, b: str) -> float:
    a, b = _LOOSE.sub("", a), _LOOSE.sub("", b)
    if min(len(a), len(b)) >= 3 and (a in b or b in a):
        return 0.6 + 0.4 * min(len(a), len(b)) / max(len(a), len(b))
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _pairs(wanted: Sequence[Facts], read: Sequence[Facts]) -> dict[int, int]:
    scores = [(_likeness(w, r), -i, -j) for i, w in enumerate(wanted) for j, r in enumerate(read)]
    pairs: dict[int, int] = {}
    for score, i, j in sorted(scores, reverse=True):
        if score >= ALIKE and -i not in pairs and -j not in pairs.values():
            pairs[-i] = -j
    return pairs


def _values(project: Facts) -> list[tuple[str, float]]:
    found = [(f, float(project[f])) for f in FIELDS if project.get(f) is not None]
    found += [(f"phase {k}", float(v)) for k, v in (project.get("investment_phase") or {}).items()]
    return found + [("capacity", float(c["value"])) for c in project.get("capacity") or ()]


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 0.005 * max(abs(a), abs(b))


def _match(
    wanted: list[Any], read: list[Any], optional: list[Any], equal: Callable[[Any, Any], bool]
) -> tuple[list[Any], list[Any], int]:
    """What was missed, what is spurious, and how many are right; an optional answer excuses one reading."""
    spare, missed, right = list(read), [], 0
    for w in wanted:
        hit = next((r for r in spare if equal(w, r)), None)
        if hit is None:
            missed.append(w)
        else:
            spare.remove(hit)
            right += 1
    for o in optional:
        hit = next((r for r in spare if equal(o, r)), None)
        if hit is not None:
            spare.remove(hit)
    return missed, spare, right


def _one_of(wanted: object, read: object) -> bool:
    return read in (wanted if isinstance(wanted, list) else [wanted])


def tally(folder: Path) -> dict[str, Group]:
    """The groups of facts over all articles of `folder`."""
    groups: dict[str, Group] = defaultdict(Group)
    found = {PurePosixPath(r["document"]["source"]).stem: r for r in records(folder)}
    for name, answer in answers(folder).items():
        read = found[name]
        region = (read["document"]["region"] or {}).get("path")
        _single(groups["region"], name, answer.get("region"), region)
        if "published" in answer:
            _single(groups["published"], name, answer["published"], read["document"]["published"])
        _repairs(groups["repair"], name, answer, f"{read['document']['title']}\n{read['document']['text']}")
        _projects(groups, name, answer, read["projects"])
        _named(groups["indicator"], name, answer["indicators"], read["indicators"], _same_indicator)
        _named(groups["person"], name, answer["people"], read["people"], lambda a, b: a["name"] == b["name"])
    return groups


def _single(group: Group, name: str, wanted: object, read: object) -> None:
    if wanted is not None or read is not None:
        right = int(wanted == read)
        group.add(
            name, [wanted] if wanted is not None and not right else [], [read] if read and not right else [], right
        )


def _repairs(group: Group, name: str, answer: Facts, text: str) -> None:
    def fold(words: str) -> str:
        return re.sub(r"\s", "", words).translate(str.maketrans(",;:!?()", "，；：！？（）"))

    for pair in answer.get("repaired", ()):
        done = fold(pair["right"]) in fold(text)
        group.add(name, [] if done else [f"{pair['damaged']} -> {pair['right']}"], [], int(done))


def _projects(groups: dict[str, Group], name: str, answer: Facts, read: Sequence[Facts]) -> None:
    wanted = answer["projects"]
    pairs = _pairs(wanted, read)
    missed = [w for i, w in enumerate(wanted) if i not in pairs and not w.get("optional")]
    spurious = [r for j, r in enumerate(read) if j not in pairs.values()]
    right = [(w, read[pairs[i]]) for i, w in enumerate(wanted) if i in pairs and not w.get("optional")]
    groups["project"].add(name, [w["name"] for w in missed], [s["name"] for s in spurious], len(right))
    for w, r in [*((w, {}) for w in missed), *(({}, s) for s in spurious), *right]:
        lost, extra, hits = _match(_values(w), _values(r), [], lambda a, b: a[0] == b[0] and _close(a[1], b[1]))
        groups["project value"].add(f"{name} {(w or r)['name']}", lost, extra, hits)
    for w, r in right:
        if w.get("stage") is not None:
            hit = _one_of(w["stage"], r["stage"])
            groups["stage"].add(name, [] if hit else [f"{w['name']} {w['stage']}: {r['stage']}"], [], int(hit))


def _same_indicator(a: Facts, b: Facts) -> bool:
    return bool(a["metric"] == b["metric"] and _close(float(a["value"]), float(b["value"])))


def _brief(fact: Facts) -> str:
    return " ".join(
        str(fact[k]) for k in ("metric", "stage", "of", "value", "name", "title") if fact.get(k) is not None
    )


def _named(
    group: Group, name: str, wanted: list[Facts], read: list[Facts], equal: Callable[[Facts, Facts], bool]
) -> None:
    required = [w for w in wanted if not w.get("optional")]
    missed, spurious, right = _match(required, read, [w for w in wanted if w.get("optional")], equal)
    group.add(name, [_brief(m) for m in missed], [_brief(s) for s in spurious], right)


def main(*arguments: str) -> None:
    folder = next((a for a in arguments if not a.startswith("-")), "seeds")
    for name, group in tally(Path(folder)).items():
        if "--verbose" in arguments:
            print(*group.missed, *group.spurious, sep="\n")
        counts = f"right {group.right:4}  missed {len(group.missed):3}  spurious {len(group.spurious):3}"
        print(f"{name:14} {counts}  F1 {group.f1:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
