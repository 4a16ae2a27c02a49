"""What lies in a folder and below it that can be taken: which files, and whether each is complete."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from service.sources import Decoder, Failure, Outcome
from service.sources.folder import walk
from service.sources.kind import ARCHIVES, is_ignored, is_sidecar, kind_by_name, readable_name, stems_by_folder
from service.sources.reader import UNSUPPORTED

_PARTIAL = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", ".lock", "~")
QUIET, QUIET_LARGE = 0.2, 2.0
"""Seconds a file has to be left alone before it is complete: one that is large, or holds others, is written in pieces."""
LARGE = 1 << 20


class Stamp(NamedTuple):
    """A file as it lies there: what tells that it has changed."""

    size: int
    mtime_ns: int


def is_partial(name: str) -> bool:
    """Whether a name says that the file is still being written."""
    return name.lower().endswith(_PARTIAL) or name.startswith(("~$", ".~"))


def is_wanted(path: Path, root: Path) -> bool:
    """Whether a file below the folder is one that can be taken: neither hidden, nor partial, nor beside an article."""
    within = path.relative_to(root).as_posix()
    if is_ignored(within) or is_partial(path.name):
        return False
    return path.suffix.lower() != ".json" or not is_sidecar(path.name, _stems(path.parent))


def stamp_of(path: Path) -> Stamp | None:
    """An ordinary file's stamp; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def quiet(path: Path, stamp: Stamp) -> float:
    """Seconds that the file has to be left alone."""
    kind = kind_by_name(path.name)
    return QUIET_LARGE if stamp.size > LARGE or kind in ARCHIVES or kind == "lines" else QUIET


def scan(root: Path, without: Path | None = None) -> Iterator[tuple[Path, Stamp]]:
    """All files below a folder that can be taken, sorted in each folder; OSError where the folder itself cannot be read.

    Links to folders are followed, each folder once; the folder `without` is left out. What vanishes or cannot be read
    meanwhile is left for the next scan.
    """
    stack, seen = [root], set[tuple[int, int]]()
    if without is not None:
        status = without.stat()
        seen.add((status.st_dev, status.st_ino))
    while stack:
        folder = stack.pop()
        try:
            status = folder.stat()
            names = [] if (here := (status.st_dev, status.st_ino)) in seen else sorted(os.listdir(folder))
        except OSError:
            if folder == root:
                raise
            continue
        seen.add(here)
        stems = stems_by_folder(names).get("", set())
        folders = []
        for name in names:
            path = folder / name
            if is_ignored(name) or is_partial(name) or is_sidecar(name, stems):
                continue
            if path.is_dir():
                folders.append(path)
            elif stamp := stamp_of(path):
                yield path, stamp
        stack.extend(reversed(folders))


class End(NamedTuple):
    """The end of a file: all it holds came before; `reasons` are those of its failures."""

    path: Path
    stamp: Stamp
    reasons: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return readable_name(str(self.path))


def contents(files: Iterable[tuple[Path, Stamp]], decode: Decoder) -> Iterator[Outcome | End]:
    """What files of a folder hold, each with its end behind it; a file of an unknown kind is a Failure."""
    for path, stamp in files:
        reasons = set[str]()
        for outcome in _outcomes(path, decode):
            if isinstance(outcome, Failure):
                reasons.add(outcome.reason)
            yield outcome
        yield End(path, stamp, frozenset(reasons))


def _outcomes(path: Path, decode: Decoder) -> Iterable[Outcome]:
    if kind_by_name(path.name) is None:
        return [Failure(readable_name(str(path)), "unsupported", UNSUPPORTED)]
    return walk([path], decode=decode)


def _stems(folder: Path) -> set[str]:
    try:
        return stems_by_folder(os.listdir(folder)).get("", set())
    except OSError:
        return set()
