"""Archives, whole, damaged and hostile."""

import gzip
import io
import struct
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources.helpers import ARTICLE, gzip_zeros, halves, read, reasons, tar_bytes, text_of, zip_bytes

DATA = ARTICLE.encode()
MEMBERS = {"新闻/1.txt": DATA, "2.html": DATA, "README.md": b"x", ".hidden.txt": b"x"}
MIB = 1024 * 1024
NOISE = bytes(range(256)) * 4


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.zip", zip_bytes),
        ("a.tar", tar_bytes),
        ("a.tar.gz", lambda members: gzip.compress(tar_bytes(members))),
        ("a.TGZ", lambda members: gzip.compress(tar_bytes(members))),
    ],
)
def test_members(tmp_path: Path, name: str, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    """The articles of an archive come in its order, named after it; hidden files and READMEs are passed over."""
    path = saved(tmp_path, name, pack(MEMBERS))
    documents, failures = halves(tmp_path)
    assert [d.source for d in documents] == [f"{path}!/新闻/1.txt", f"{path}!/2.html"]
    assert [d.media_type for d in documents] == [None, "text/html"]
    assert {d.data for d in documents} == {DATA}
    assert failures == []


def test_packed_alone(tmp_path: Path) -> None:
    """A packed page, and a packed file without a suffix, keep the name of the file."""
    paths = [saved(tmp_path, name, gzip.compress(DATA)) for name in ("a.html.gz", "b.gz")]
    documents, _ = halves(tmp_path)
    assert [(d.source, d.media_type) for d in documents] == [(str(paths[0]), "text/html"), (str(paths[1]), None)]


def test_by_its_bytes(tmp_path: Path) -> None:
    """An archive that is named is known by its bytes, whatever its suffix is."""
    packs = {"a": zip_bytes(MEMBERS), "b.bin": tar_bytes(MEMBERS), "c": gzip.compress(tar_bytes(MEMBERS))}
    documents, failures = halves(*(saved(tmp_path, name, data) for name, data in packs.items()))
    assert len(documents) == 6
    assert failures == []


def test_sidecars_in_a_zip(tmp_path: Path) -> None:
    """A .json beside an article inside a zip is about that article."""
    path = saved(tmp_path, "a.zip", zip_bytes({"x/1.txt": DATA, "x/1.json": b"{}", "y/1.json": b'{"title": "x"}'}))
    documents, failures = halves(path)
    assert [d.source for d in documents] == [f"{path}!/x/1.txt", f"{path}!/y/1.json"]
    assert failures == []


def test_names_in_gbk(tmp_path: Path) -> None:
    """A zip from Chinese Windows has its names in GBK and does not say so."""
    data = zip_bytes({"AAAAAA.txt": DATA}).replace(b"AAAAAA", "开工了".encode("gbk"))
    assert [d.source[-8:] for d in halves(saved(tmp_path, "a.zip", data))[0]] == ["/开工了.txt"]


def test_nesting(tmp_path: Path) -> None:
    """An archive in an archive is read; a third level is refused, and what lies beside it is read."""
    inner = zip_bytes({"1.txt": DATA, "deeper.zip": zip_bytes({"2.txt": DATA})})
    path = saved(tmp_path, "a.tar.gz", gzip.compress(tar_bytes({"in.zip": inner, "3.txt": DATA})))
    documents, failures = halves(path)
    assert [d.source for d in documents] == [f"{path}!/in.zip!/1.txt", f"{path}!/3.txt"]
    assert [(f.source, f.reason) for f in failures] == [(f"{path}!/in.zip!/deeper.zip", "too_deep")]


def test_packed_for_ever(tmp_path: Path) -> None:
    """A gzip in a gzip in a gzip, without names, ends."""
    data = DATA
    for _ in range(50):
        data = gzip.compress(data)
    assert reasons(halves(saved(tmp_path, "a.gz", data))[1]) == ["too_deep"]


@pytest.mark.parametrize(
    "name", ["../1.txt", "a/../../1.txt", "/etc/1.txt", "C:\\1.txt", "..\\1.txt", "\\\\host\\1.txt"]
)
@pytest.mark.parametrize("pack", [zip_bytes, tar_bytes])
def test_unsafe_paths(tmp_path: Path, name: str, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    """A path that leads out of the archive is not read, and the other members are."""
    documents, failures = halves(saved(tmp_path, f"a.{pack.__name__[:3]}", pack({name: b"x", "b..c/2.txt": DATA})))
    assert [d.data for d in documents] == [DATA]
    assert reasons(failures) == ["unsafe_path"]


def test_links_and_devices(tmp_path: Path) -> None:
    """Links, devices and pipes in a tar are reported, never followed."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("x.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert reasons(halves(saved(tmp_path, "a.tar", out.getvalue()))[1]) == [
        "link",
        "link",
        "special_file",
        "special_file",
    ]


def test_link_in_a_zip(tmp_path: Path) -> None:
    """A link in a zip is reported."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("x.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert reasons(halves(saved(tmp_path, "a.zip", out.getvalue()))[1]) == ["link"]


def test_encrypted(tmp_path: Path) -> None:
    """An encrypted member is reported as such, and the others are read."""
    data = bytearray(zip_bytes({"1.txt": DATA, "2.txt": DATA}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    documents, failures = halves(saved(tmp_path, "a.zip", bytes(data)))
    assert reasons(failures) == ["encrypted"]
    assert len(documents) == 1


def test_packing_that_needs_much_memory(tmp_path: Path) -> None:
    """LZMA, whose dictionary may be gigabytes, is refused with what to do."""
    path = saved(tmp_path, "a.zip", zip_bytes({"1.txt": DATA}, zipfile.ZIP_LZMA))
    assert reasons(halves(path)[1]) == ["unsupported"]


def test_truncated_tar(tmp_path: Path) -> None:
    """What was read before the cut in a tar.gz is kept, and the cut is reported."""
    members = {f"{n}.txt": DATA + NOISE * n for n in range(40)}
    data = gzip.compress(tar_bytes(members))
    documents, failures = halves(saved(tmp_path, "a.tar.gz", data[: len(data) // 2]))
    assert 3 < len(documents) < 40
    assert set(reasons(failures)) == {"bad_archive"}


def test_truncated_zip(tmp_path: Path) -> None:
    """A zip without its end has no table of contents: it is rejected."""
    data = zip_bytes(MEMBERS)
    assert reasons(halves(saved(tmp_path, "a.zip", data[:-30]))[1]) == ["bad_archive"]


def test_damaged_member(tmp_path: Path) -> None:
    """A member whose bytes are damaged is reported, and the others are read."""
    data = bytearray(zip_bytes({"1.txt": DATA * 9, "2.txt": DATA}))
    data[45:60] = bytes(15)
    documents, failures = halves(saved(tmp_path, "a.zip", bytes(data)))
    assert reasons(failures) == ["bad_archive"]
    assert len(documents) == 1


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.gz", "a.warc", "a.warc.gz"])
@pytest.mark.parametrize("data", [b"", b"no archive at all", b"PK\x05\x06", b"\x1f\x8b\x08\x00", b"\0" * 2000])
def test_no_archive(tmp_path: Path, name: str, data: bytes) -> None:
    """What only bears an archive's suffix gives no document and no crash."""
    documents, failures = halves(saved(tmp_path, name, data))
    assert [d.data for d in documents if d.data] == []
    assert set(reasons(failures)) <= {"bad_archive"}


def test_gzip_bomb(tmp_path: Path) -> None:
    """A gzip that unpacks to a quarter of a gigabyte is stopped as soon as it is larger than a document."""
    path = saved(tmp_path, "a.txt.gz", gzip_zeros(256))
    tracemalloc.start()
    begin = time.monotonic()
    documents, failures = halves(path)
    seconds, (_, peak) = time.monotonic() - begin, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (documents, reasons(failures)) == ([], ["too_large"])
    assert peak < 64 * MIB
    assert seconds < 5


def test_tar_bomb(tmp_path: Path) -> None:
    """A tar.gz of many large members is stopped by how far it unpacks; what came before is kept."""
    data = gzip.compress(tar_bytes({"1.txt": DATA, **{f"{n}.bin": bytes(8 * MIB) for n in range(12)}, "2.txt": DATA}))
    documents, failures = halves(saved(tmp_path, "a.tar.gz", data))
    assert [d.data for d in documents] == [DATA]
    assert reasons(failures)[-1] == "bomb"


def test_zip_bomb(tmp_path: Path) -> None:
    """A zip whose members each keep within the limit, but together unpack without end, is stopped."""
    data = zip_bytes({f"{n}.txt": bytes(15 * MIB) for n in range(8)})
    documents, failures = halves(saved(tmp_path, "a.zip", data))
    assert len(documents) == 4
    assert reasons(failures) == ["bomb"]


def test_nested_bomb(tmp_path: Path) -> None:
    """The budget is that of the file on disk: inner archives get no fresh one, and the walk goes on after it."""
    inner = zip_bytes({f"{n}.txt": bytes(15 * MIB) for n in range(3)})
    saved(tmp_path, "a.zip", zip_bytes({f"{n}.zip": inner for n in range(3)}))
    saved(tmp_path, "b.txt", DATA)
    documents, failures = halves(tmp_path)
    assert reasons(failures) == ["bomb"]
    assert documents[-1].data == DATA


def test_lying_size(tmp_path: Path) -> None:
    """A member that is longer than it says gives no more than it says, or is reported."""
    data = bytearray(zip_bytes({"1.txt": bytes(20 * MIB), "2.txt": DATA}))
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, entry + 24, 100)
    documents, failures = halves(saved(tmp_path, "a.zip", bytes(data)))
    assert reasons(failures) == ["bad_archive"]
    assert [d.data for d in documents] == [DATA]


def test_table_of_contents(tmp_path: Path) -> None:
    """A zip whose table of contents would fill the memory is refused before it is read."""
    path = saved(tmp_path, "a.zip", zip_bytes({f"{n}.txt": b"" for n in range(100)}))
    assert reasons(read(path, directory=1000)[1]) == ["too_large"]


def test_header_bomb(tmp_path: Path) -> None:
    """A tar header of hundreds of megabytes is not read into memory."""
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 300 * MIB
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as packed:
        packed.write(info.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(300):
            packed.write(b"0" * MIB)
    path = saved(tmp_path, "a.tar.gz", out.getvalue())
    tracemalloc.start()
    documents, failures = halves(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (documents, reasons(failures)) == ([], ["bad_archive"])
    assert peak < 16 * MIB


def test_memory_does_not_grow(tmp_path: Path) -> None:
    """Five thousand members cost no more memory than a few."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|gz", format=tarfile.USTAR_FORMAT) as archive:
        for number in range(5_000):
            info = tarfile.TarInfo(f"{number}.txt")
            info.size = len(DATA)
            archive.addfile(info, io.BytesIO(DATA))
    path = saved(tmp_path, "a.tar.gz", out.getvalue())
    from service.sources.folder import walk

    tracemalloc.start()
    assert sum(1 for _ in walk([path], decode=text_of)) == 5_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MIB
