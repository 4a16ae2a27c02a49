"""What becomes of files of a folder that are stored: removed, or moved to where the operator wants them; never lost."""

import errno
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from service.sources.inbox import End, Stamp, stamp_of
from service.sources.kind import stem_of, suffix_of

NOT_THERE = "is no folder, or not there: make it, or mount what it lies on"


def unfit(root: Path, target: Path | None) -> str | None:
    """Why files of `root` cannot be moved to `target`, in a sentence; None where they can."""
    if target is None:
        return None
    try:
        if not target.is_dir():
            said = NOT_THERE
        elif target.samefile(root):
            said = "is the folder itself: name another one"
        elif not os.access(target, os.W_OK | os.X_OK):
            said = "cannot be written: check its permissions"
        else:
            return None
    except OSError as error:
        said = f"cannot be read: {error.strerror}"
    return f"{target}, where taken files are to be moved, {said}"


def put_away(ends: Iterable[End], root: Path, target: Path | None) -> Iterator[Path]:
    """Remove files, or move each to its place below `target`, with the `.json` beside it; gives those that have changed
    since they were read, which stay.

    OSError, with the file's name, where that could not be done with one, which lies where it lay; all others are done first.
    """
    folders: dict[Path, _Beside] = {}
    failed: OSError | None = None
    for end in ends:
        try:
            gone = stamp_of(end.path) == end.stamp and _gone(end, root, target, folders)
        except OSError as error:
            failed = failed or error
            continue
        if not gone:
            yield end.path
    if failed is not None:
        raise failed


def _gone(end: End, root: Path, target: Path | None, folders: "dict[Path, _Beside]") -> bool:
    """Remove or move a file with what lies beside it; False where it has changed, and stays."""
    path = end.path
    if path.parent not in folders:
        folders[path.parent] = _Beside(path.parent)
    both = [*folders[path.parent].leave(path), path]  # the article last: without it the other is a document of its own
    if target is not None:
        return _move(both, target / path.parent.relative_to(root), end.stamp)
    for one in both:
        one.unlink()
    return True


class _Beside:
    """The `.json` files of a folder that lie beside articles, and which articles they lie beside."""

    def __init__(self, folder: Path) -> None:
        names = os.listdir(folder)
        self._stems = Counter(stem_of(name) for name in names if suffix_of(name) != ".json")
        self._by_stem = defaultdict[str, list[str]](list)
        for name in names:
            if suffix_of(name) == ".json":
                for stem in _stems(name):
                    self._by_stem[stem].append(name)

    def leave(self, path: Path) -> list[Path]:
        """The files that go with this one: those that lie beside no other that stays."""
        if suffix_of(path.name) == ".json":
            return []
        stem = stem_of(path.name)
        self._stems[stem] -= 1
        alone = [name for name in self._by_stem[stem] if not any(self._stems[one] > 0 for one in _stems(name))]
        return [one for name in alone if (one := path.parent / name).exists()]


def _stems(name: str) -> list[str]:
    """The stems of the files that a `.json` may lie beside."""
    bare = name[:-5]
    return [bare, *(bare[:at] for at, char in enumerate(bare) if char == ".")]


def _move(files: list[Path], folder: Path, stamp: Stamp) -> bool:
    """Move files into a folder under names that are free there, the last one with this stamp; False where that has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    places = _free(files, folder)
    done = []
    try:
        for path, place in zip(files, places, strict=True):
            _replace(path, place)
            done.append((path, place))
    finally:
        for place in places[len(done) :]:
            place.unlink(missing_ok=True)
    if stamp_of(places[-1]) == stamp:
        return True
    for path, place in reversed(done):  # written to meanwhile: back with it, it is taken anew
        _replace(place, _free([path], path.parent)[0])
    return False


def _free(files: list[Path], folder: Path) -> list[Path]:
    """Empty files in a folder, made here: called like `files`, with a number where one of the names is taken."""
    stem = stem_of(files[-1].name)
    for number in count(1):
        mark = f"-{number}" if number > 1 else ""
        places: list[Path] = []
        try:
            for path in files:
                place = folder / f"{stem}{mark}{path.name[len(stem) :]}"
                place.touch(exist_ok=False)
                places.append(place)
            return places
        except OSError as error:
            for place in places:
                place.unlink()
            if not isinstance(error, FileExistsError):
                raise
    raise AssertionError


def _replace(path: Path, place: Path) -> None:
    """Put a file in place of the empty one. A link, and what lies on another file system, is copied first."""
    if not path.is_symlink():
        try:
            os.replace(path, place)
            return
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
    part = place.with_name(f".{place.name[:80]}.part")
    try:
        with path.open("rb") as source, part.open("wb") as copy:
            status = os.fstat(source.fileno())
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.utime(part, ns=(status.st_atime_ns, status.st_mtime_ns))
            os.fsync(copy.fileno())
        if stamp_of(path) != Stamp(status.st_size, status.st_mtime_ns):
            raise OSError(errno.EBUSY, "it is written to", str(path))
        os.replace(part, place)
        _sync(place.parent)
        path.unlink()
    finally:
        part.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """See to it that the names in a folder outlive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
