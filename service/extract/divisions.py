"""The divisions of GB/T 2260 down to the county, from the table that ships with the package (benchmarks/build_divisions.py)."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from service.extract.search import Finder, finder
from service.models import Region


@dataclass(frozen=True, slots=True)
class Division:
    """One division: code, full official name, name without its kind, whether that short name is an ordinary word too.

    `level` is 1 province, 2 prefecture, 3 county; `parents` are the codes above it, the province first, `line` these and its own.
    """

    code: str
    name: str
    short: str
    ordinary: bool
    level: int
    parents: tuple[str, ...]
    line: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The divisions by code and by name; a name of either kind may belong to several. `find` gives every name in a text."""

    by_code: dict[str, Division]
    by_name: dict[str, tuple[Division, ...]]
    by_short: dict[str, tuple[Division, ...]]
    find: Finder

    def region(self, code: str) -> Region:
        """The division as the contract shows it."""
        return _region(code)


@lru_cache(maxsize=4096)
def _region(code: str) -> Region:
    known = table().by_code
    return Region(code=code, name=known[code].name, path="/".join(known[c].name for c in known[code].line))


def _division(line: str, codes: set[str]) -> Division:
    code, name, short, ordinary = line.split("\t")
    province, prefecture = f"{code[:2]}0000", f"{code[:4]}00"
    level = 1 if code == province else 2 if code == prefecture else 3
    above = [c for c in (province, prefecture) if c != code and c in codes]
    parents = tuple(above[: level - 1])
    return Division(code, name, short, ordinary == "1", level, parents, (*parents, code))


def _everyday(division: Division) -> str:
    """What an autonomous division is called outside the statute book: 延边州, 前郭县."""
    kind = division.name[-1]
    return division.short + kind if division.name.endswith(("自治州", "自治县", "自治旗")) else division.name


@lru_cache(maxsize=1)
def table() -> Table:
    """The table, read once."""
    text = (files("service.extract") / "data" / "divisions.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    codes = {line[:6] for line in lines}
    by_name: dict[str, list[Division]] = defaultdict(list)
    by_short: dict[str, list[Division]] = defaultdict(list)
    by_code = {}
    for line in lines:
        division = _division(line, codes)
        by_code[division.code] = division
        for name in {division.name, _everyday(division)}:
            by_name[name].append(division)
        if len(division.short) > 1:
            by_short[division.short].append(division)
    return Table(
        by_code,
        {k: tuple(v) for k, v in by_name.items()},
        {k: tuple(v) for k, v in by_short.items()},
        finder(dict.fromkeys((*by_name, *by_short)), overlapping=True),
    )
