"""The members of zip, tar and gzip files, one at a time as streams, each with a safe name."""

import lzma
import re
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from gzip import GzipFile
from io import BufferedReader
from posixpath import split
from typing import IO

from service.errors import Rejected
from service.sources import Failure
from service.sources.kind import is_sidecar, readable_name, stems_by_folder
from service.sources.limits import MIB, Budget, Guard, Limits, guarded, too_large

BROKEN = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    struct.error,
    OSError,
    RecursionError,
)
"""What the readers raise for a damaged archive, beside ValueError and NotImplementedError for nonsense in headers."""
_CLIMBS = re.compile(r"^(?:[A-Za-z]:)?[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0")
_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_SPOOL = 8 * MIB


@dataclass(frozen=True)
class Member:
    """One file in an archive; `stream` is good until the next member is asked for."""

    name: str
    stream: BufferedReader
    sidecar: bool = False
    """Whether it belongs to an article beside it; known where the archive tells its names beforehand."""


def open_gzip(stream: BufferedReader, budget: Budget) -> BufferedReader:
    """What a gzip file holds, all its parts after one another."""
    return guarded(_Gzip(GzipFile(fileobj=stream, mode="rb")), budget)


class _Gzip:
    """Gives what it has at once: filling up first would lose it where the file is cut."""

    def __init__(self, unpacker: GzipFile) -> None:
        self.read = unpacker.read1


def tar_members(source: str, stream: BufferedReader, limits: Limits) -> Iterator[Member | Failure]:
    """The files of a tar in its order, without seeking."""
    guard = Guard(stream)
    guard.ceiling = limits.header
    with tarfile.open(fileobj=BufferedReader(guard), mode="r|", errorlevel=1) as tar:
        while (info := tar.next()) is not None:
            tar.members.clear()  # type: ignore[attr-defined]  # it would keep every header
            guard.ceiling = tar.offset + limits.header
            name = readable_name(info.name)
            here = f"{source}!/{name}"
            if info.isdir():
                continue
            if _CLIMBS.search(name):
                yield _unsafe(here)
            elif info.issym() or info.islnk():
                yield Failure(here, "link", "is a link inside an archive; only real files are read")
            elif not info.isfile() or info.issparse():
                yield Failure(here, "special_file", "is no ordinary file")
            elif (opened := tar.extractfile(info)) is not None:
                yield Member(name, guarded(opened))


def zip_members(source: str, stream: BufferedReader, limits: Limits, budget: Budget) -> Iterator[Member | Failure]:
    """The files of a zip in the order of its table of contents. A stream that cannot seek is copied aside first."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spool:
        if not stream.seekable():
            _copy(stream, spool, limits.nested)
            stream = BufferedReader(spool)
        _check_directory(stream, limits)
        with zipfile.ZipFile(stream) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            stems = stems_by_folder(_name(entry) for entry in entries)
            for entry in entries:
                yield _zip_member(source, archive, entry, stems, budget)


def _zip_member(
    source: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, stems: Mapping[str, Set[str]], budget: Budget
) -> Member | Failure:
    name = _name(entry)
    here = f"{source}!/{name}"
    if _CLIMBS.search(name):
        return _unsafe(here)
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Failure(here, "link", "is a link inside an archive; only real files are read")
    if entry.flag_bits & 1:
        return Failure(here, "encrypted", "is encrypted; unpack it with its password and give the files")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Failure(here, "unsupported", "is packed in a way Guatu does not read; pack it again with deflate")
    try:
        folder, bare = split(name)
        return Member(name, guarded(archive.open(entry), budget), is_sidecar(bare, stems.get(folder, frozenset())))
    except (*BROKEN, ValueError, NotImplementedError):
        return Failure(here, "bad_archive", "is damaged in the archive")


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: zips made on Chinese Windows hold GBK and do not say so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    data = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _check_directory(stream: BufferedReader, limits: Limits) -> None:
    """A table of contents is read whole by the library, so its size is looked at first."""
    size = stream.seek(0, 2)
    start = max(0, size - 65_557)
    stream.seek(start)
    tail = stream.read(65_557)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise Rejected("bad_archive", "has no table of contents: it is no zip file, or cut off at its end")
    (directory,) = struct.unpack_from("<L", tail, at + 12)
    if tail[at - 20 : at - 16] == _LOCATOR64:
        (end64,) = struct.unpack_from("<Q", tail, at - 12)
        stream.seek(min(end64, size))
        record = stream.read(56)
        if len(record) == 56 and record.startswith(_END64):
            (directory,) = struct.unpack_from("<Q", record, 40)
    if directory > limits.directory:
        raise Rejected("too_large", f"has a table of contents above {limits.directory / MIB:g} MiB; split it")
    stream.seek(0)


def _copy(stream: BufferedReader, to: IO[bytes], limit: int) -> None:
    left = limit
    while part := stream.read(MIB):
        left -= len(part)
        if left < 0:
            raise too_large(limit)
        to.write(part)
    to.seek(0)


def _unsafe(source: str) -> Failure:
    return Failure(source, "unsafe_path", "its path leads out of the archive; it is not read")
