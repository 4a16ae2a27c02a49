"""Divisions as the pages show them: where each province stands on the chart, and what lies below a division."""

from collections.abc import Mapping
from typing import NamedTuple

from service.extract.divisions import table
from service.pipeline.regions import children

TILES: Mapping[str, tuple[int, int]] = {
    **{"230000": (8, 1)},
    **{"150000": (6, 2), "220000": (8, 2)},
    **{"650000": (1, 3), "620000": (3, 3), "640000": (4, 3), "140000": (5, 3), "130000": (6, 3), "110000": (7, 3)},
    **{"210000": (8, 3)},
    **{"630000": (2, 4), "610000": (4, 4), "410000": (5, 4), "370000": (6, 4), "120000": (7, 4)},
    **{"540000": (1, 5), "510000": (3, 5), "500000": (4, 5), "420000": (5, 5), "340000": (6, 5), "320000": (7, 5)},
    **{"520000": (4, 6), "430000": (5, 6), "360000": (6, 6), "330000": (7, 6), "310000": (8, 6)},
    **{"530000": (3, 7), "450000": (4, 7), "440000": (5, 7), "350000": (6, 7), "710000": (7, 7)},
    **{"460000": (4, 8), "820000": (5, 8), "810000": (6, 8)},
}
"""Column and row of each province on the chart of the nation."""


UNTOLD: Mapping[str, str] = {"710000": "台湾"}
"""Provinces of the chart that the table of divisions does not list."""


class Place(NamedTuple):
    """A division: its code, name and path, and those above it, the nation not among them."""

    code: str
    name: str
    path: str
    above: tuple["Place", ...]


def place(code: str) -> Place:
    """A division by its code."""
    region = table().region(code)
    parents = tuple(place(parent) for parent in table().by_code[code].parents)
    return Place(code, region.name, region.path, parents)


def below(code: str) -> list[Place]:
    """The divisions right below one; the provinces below the nation."""
    return [place(one) for one in children(code)]


def short(code: str) -> str:
    """The name of a division without its kind: 浙江."""
    return table().by_code[code].short
