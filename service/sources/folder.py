"""Files and folders on disk to documents, in a fixed order and in memory that does not grow with them."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from service.errors import Rejected
from service.sources import Decoder, Failure, Outcome
from service.sources.kind import is_ignored, is_sidecar, kind_by_name, readable_name, stems_by_folder
from service.sources.limits import Budget, Limits
from service.sources.reader import UNSUPPORTED, Place, Reader

_LOOP = "leads back to a folder above it; followed once"
_Id = tuple[int, int]


def walk(paths: Iterable[Path], *, decode: Decoder, limits: Limits | None = None) -> Iterator[Outcome]:
    """The documents in files and folders (with all below them, sorted by name), and what could not be read.

    A file that is named is taken whatever its suffix. In folders hidden files, READMEs and the `.json` beside an
    article are passed over; a file of an unknown kind is a Failure. Sources are the paths as given, `archive!/member`,
    `file#number`, or the URL of a feed item, record or WARC page.
    """
    reader = Reader(limits or Limits(), decode)
    for path in paths:
        yield from _Walk(reader).walk(path)


class _Walk:
    """The walk below one named path."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen: set[_Id] = set()

    def walk(self, root: Path) -> Iterator[Outcome]:
        stack: list[tuple[Iterator[Path], _Id | None]] = [(iter((root,)), None)]
        named = True
        while stack:
            path = next(stack[-1][0], None)
            if path is None:
                stack.pop()
                continue
            try:
                status = os.stat(path)
                if stat.S_ISDIR(status.st_mode):
                    here = (status.st_dev, status.st_ino)
                    if any(here == above for _, above in stack):
                        yield Failure(_source(path), "symlink_loop", _LOOP)
                    elif here not in self._seen:
                        self._seen.add(here)
                        stack.append((_children(path), here))
                else:
                    yield from self._file(path, named)
            except OSError as error:
                yield _unreadable(path, error)
            named = False

    def _file(self, path: Path, named: bool) -> Iterator[Outcome]:
        source = _source(path)
        if not named and kind_by_name(path.name) is None:
            yield Failure(source, "unsupported", UNSUPPORTED)
            return
        with open(path, "rb", opener=_regular_only) as stream:
            budget = Budget(self._reader.limits, os.fstat(stream.fileno()).st_size)
            try:
                yield from self._reader.read(stream, Place(source, path.name, budget, named=named))
            except Rejected as error:
                yield Failure(source, error.reason, str(error))


def _children(folder: Path) -> Iterator[Path]:
    names = sorted(name for name in os.listdir(folder) if not is_ignored(name))
    stems = stems_by_folder(names).get("", set())
    return (folder / name for name in names if not is_sidecar(name, stems))


def _regular_only(path: str, flags: int) -> int:
    """Opens without waiting, as a pipe would make us, and refuses all but ordinary files."""
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _Special
    return descriptor


class _Special(OSError):
    pass


def _unreadable(path: Path, error: OSError) -> Failure:
    source = _source(path)
    if isinstance(error, _Special):
        return Failure(source, "special_file", "is a pipe, a device or a socket; only ordinary files are read")
    if isinstance(error, FileNotFoundError):
        dangling = path.is_symlink()
        return Failure(source, "not_found", "is a link to nothing" if dangling else "does not exist; check the path")
    if error.errno == errno.ELOOP:
        return Failure(source, "symlink_loop", "is a link to itself")
    return Failure(source, "unreadable", f"cannot be read: {error.strerror}; check its permissions")


def _source(path: Path) -> str:
    return readable_name(str(path))
