"""Folders and files on disk."""

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sources.helpers import ARTICLE, halves, reasons, text_of

DATA = ARTICLE.encode()


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(DATA)


def test_order(tmp_path: Path) -> None:
    """A folder is read with all below it, sorted by name, and every source is its path as given."""
    fill(tmp_path, "b.txt", "a/2.html", "a/1.md", "c.htm", "a/z/0.txt")
    documents, failures = halves(tmp_path)
    names = ["a/1.md", "a/2.html", "a/z/0.txt", "b.txt", "c.htm"]
    assert [d.source for d in documents] == [f"{tmp_path}/{name}" for name in names]
    assert {d.data for d in documents} == {DATA}
    assert failures == []


def test_relative_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path stays relative in the source."""
    fill(tmp_path, "news/1.txt")
    monkeypatch.chdir(tmp_path)
    assert [d.source for d in halves(Path("news"), Path("news/1.txt"))[0]] == ["news/1.txt", "news/1.txt"]


def test_media_types(tmp_path: Path) -> None:
    """The suffix declares HTML and Markdown; a text file declares nothing, for it often holds a page."""
    fill(tmp_path, "a.html", "b.md", "c.txt")
    assert [d.media_type for d in halves(tmp_path)[0]] == ["text/html", "text/markdown", None]


def test_passed_over(tmp_path: Path) -> None:
    """Hidden files, what systems leave behind and READMEs are no articles."""
    fill(tmp_path, ".git/a.txt", ".DS_Store", "__MACOSX/._a.txt", "Thumbs.db", "README.md", "readme.zh-CN.md", "a.txt")
    documents, failures = halves(tmp_path)
    assert [Path(d.source).name for d in documents] == ["a.txt"]
    assert failures == []


def test_sidecars(tmp_path: Path) -> None:
    """A .json beside an article of the same stem is about that article; any other .json is an article."""
    record = json.dumps({"title": "开工", "text": ARTICLE}).encode()
    fill(tmp_path, "a.txt", "b.html", "c.tar.md")
    for name in ("a.json", "a.expected.json", "b.html.json", "ab.json", "d.json", "d.1.json"):
        (tmp_path / name).write_bytes(record)
    names = [Path(d.source).name for d in halves(tmp_path)[0]]
    assert names == ["a.txt", "ab.json", "b.html", "c.tar.md", "d.1.json", "d.json"]


def test_sidecar_by_name(tmp_path: Path) -> None:
    """A sidecar that is named is read."""
    fill(tmp_path, "a.txt")
    (tmp_path / "a.json").write_text(json.dumps({"title": "开工", "text": ARTICLE}))
    assert len(halves(tmp_path / "a.json")[0]) == 1


def test_unknown_suffix(tmp_path: Path) -> None:
    """A file of an unknown kind is reported in a folder, and read where it is named."""
    fill(tmp_path, "a.bak", "b")
    documents, failures = halves(tmp_path)
    assert documents == []
    assert reasons(failures) == ["unsupported", "unsupported"]
    assert len(halves(tmp_path / "a.bak", tmp_path / "b")[0]) == 2


def test_pictures_go_on(tmp_path: Path) -> None:
    """A picture, a PDF and an empty file go on by their bytes, to be rejected for what they are."""
    for name, data in {"a.png": b"\x89PNG\r\n\x1a\n", "b.pdf": b"%PDF-1.7", "c.txt": b"", "d.json": b" "}.items():
        (tmp_path / name).write_bytes(data)
    documents, failures = halves(tmp_path)
    assert [d.data[:4] for d in documents] == [b"\x89PNG", b"%PDF", b"", b" "]
    assert failures == []


def test_too_large(tmp_path: Path) -> None:
    """A text of 100 MB is rejected, and its neighbours are read."""
    with open(tmp_path / "a.txt", "wb") as file:
        file.truncate(100 * 1024 * 1024)
    fill(tmp_path, "b.txt")
    documents, failures = halves(tmp_path)
    assert reasons(failures) == ["too_large"]
    assert len(documents) == 1


def test_missing(tmp_path: Path) -> None:
    """A path that does not exist and a link to nothing are reported."""
    (tmp_path / "link.txt").symlink_to("nowhere.txt")
    documents, failures = halves(tmp_path / "no.txt", tmp_path)
    assert documents == []
    assert reasons(failures) == ["not_found", "not_found"]


def test_symlink_loop(tmp_path: Path) -> None:
    """A link to a folder above is reported, a link to itself too, and the walk ends."""
    fill(tmp_path, "a/1.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to("self.txt")
    documents, failures = halves(tmp_path)
    assert [Path(d.source).name for d in documents] == ["1.txt"]
    assert reasons(failures) == ["symlink_loop", "symlink_loop"]


def test_links_are_followed_once(tmp_path: Path) -> None:
    """Folders that all link to one another are read once each, not once by every way to them."""
    for name in "abcdefghij":
        fill(tmp_path, f"{name}/1.txt")
    for name in "abcdefghij":
        for other in "abcdefghij":
            if other != name:
                (tmp_path / name / f"to-{other}").symlink_to(tmp_path / other)
    documents, _ = halves(tmp_path)
    assert len(documents) == 10


def test_linked_folder(tmp_path: Path) -> None:
    """A link to a folder elsewhere is followed."""
    fill(tmp_path, "real/1.txt", "walked/2.txt")
    (tmp_path / "walked" / "more").symlink_to(tmp_path / "real")
    assert [Path(d.source).name for d in halves(tmp_path / "walked")[0]] == ["2.txt", "1.txt"]


def test_special_files(tmp_path: Path) -> None:
    """A pipe, a socket and a device are reported at once, without waiting for what they might say."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.txt"))
        fill(tmp_path, "a.txt")
        documents, failures = halves(tmp_path)
    assert len(documents) == 1
    assert sorted(reasons(failures))[0] == "special_file"
    assert len(failures) == 3


@contextmanager
def as_nobody() -> Iterator[None]:
    """Reading as a user without rights, where the tests run as root."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        yield


def test_unreadable() -> None:
    """A file and a folder that may not be read are reported, and what lies beside them is read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        fill(folder, "a.txt", "b.txt", "closed/c.txt")
        (folder / "a.txt").chmod(0)
        (folder / "closed").chmod(0)
        with as_nobody():
            documents, failures = halves(folder)
        (folder / "closed").chmod(0o755)
    assert reasons(failures) == ["unreadable", "unreadable"]
    assert [Path(d.source).name for d in documents] == ["b.txt"]


def test_names_in_gbk(tmp_path: Path) -> None:
    """A file name in GBK, as archives from Chinese Windows leave it, is read and shown."""
    with open(os.fsencode(tmp_path) + b"/" + "开工.txt".encode("gbk"), "wb") as file:
        file.write(DATA)
    assert [d.source for d in halves(tmp_path)[0]] == [f"{tmp_path}/开工.txt"]


def test_deep_folders(tmp_path: Path) -> None:
    """Folders 400 deep are walked."""
    deep = tmp_path
    for _ in range(400):
        deep = deep / "d"
    os.makedirs(deep)
    fill(deep, "a.txt")
    assert len(halves(tmp_path)[0]) == 1


def test_lazy(tmp_path: Path) -> None:
    """The first document comes before the second file is opened."""
    from service.sources.folder import walk

    fill(tmp_path, "a.txt", "b.txt")
    outcomes = walk([tmp_path], decode=text_of)
    next(outcomes)
    (tmp_path / "b.txt").write_bytes(b"changed")
    assert getattr(next(outcomes), "data", None) == b"changed"
