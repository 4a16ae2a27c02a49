"""Files that are put away: removed or moved, and never lost."""

import errno
import os
from pathlib import Path

import pytest

from service.sources.away import put_away, unfit
from service.sources.inbox import End, stamp_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    (tmp_path / "done").mkdir()
    return tmp_path / "root"


def end(path: Path, text: str = "x") -> End:
    """A file that was just read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    stamp = stamp_of(path)
    assert stamp
    return End(path, stamp)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


@pytest.fixture(params=["same", "other"])
def done(request: pytest.FixtureRequest, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are moved to, on the same file system or on another one."""
    if request.param == "other":
        replace = os.replace

        def across(source: Path, target: Path) -> None:
            if Path(source).is_relative_to(root) != Path(target).is_relative_to(root):
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            replace(source, target)

        monkeypatch.setattr(os, "replace", across)
    return root.parent / "done"


def test_moves_with_what_lies_beside(root: Path, done: Path) -> None:
    """A file is moved with the `.json` beside it, unless that lies beside another one too; both are renamed alike."""
    both = [end(root / "n" / "a.html", "1"), end(root / "n" / "b.html", "2"), end(root / "n" / "b.txt", "3")]
    for name in ("a.json", "a.meta.json", "b.json", "c.json"):
        (root / "n" / name).write_text(name)
    end(done / "n" / "a.json", "older")
    before = both[0].stamp
    assert list(put_away(both[:2], root, done)) == []
    assert names(root) == ["n/b.json", "n/b.txt", "n/c.json"]
    assert names(done) == ["n/a-2.html", "n/a-2.json", "n/a-2.meta.json", "n/a.json", "n/b.html"]
    assert stamp_of(done / "n" / "a-2.html") == before
    assert list(put_away(both[2:], root, done)) == []
    assert names(root) == ["n/c.json"]
    assert (done / "n" / "b.json").read_text() == "b.json"
    assert (done / "n" / "a.json").read_text() == "older"


def test_removes_with_what_lies_beside(root: Path) -> None:
    """A file is removed with the `.json` beside it, which would be a record of its own without it."""
    (root / "a.json").write_text("{}")
    assert list(put_away([end(root / "a.txt")], root, None)) == []
    assert names(root) == []


def test_what_has_changed_stays(root: Path, done: Path) -> None:
    """A file that was written to since it was read stays where it is, and so does one that is gone."""
    changed, gone = end(root / "a.txt"), end(root / "b.txt")
    (root / "a.txt").write_text("other words")
    (root / "b.txt").unlink()
    assert list(put_away([changed, gone], root, done)) == [changed.path, gone.path]
    assert (names(root), names(done)) == (["a.txt"], [])


def test_a_link_is_moved_as_what_it_leads_to(root: Path, done: Path) -> None:
    """A relative link would lead nowhere from another folder: its content is moved, and the file it leads to stays."""
    end(root / "there" / "a.txt", "words")
    (root / "link.txt").symlink_to("there/a.txt")
    stamp = stamp_of(root / "link.txt")
    assert stamp
    assert list(put_away([End(root / "link.txt", stamp)], root, done)) == []
    assert (done / "link.txt").read_text() == "words"
    assert not (done / "link.txt").is_symlink()
    assert names(root) == ["there/a.txt"]


def test_a_move_that_fails_leaves_all_where_it_was(root: Path, done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full, the file stays, and nothing is left where it should have gone."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "a.txt")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        list(put_away([end(root / "a.txt", "words")], root, done))
    assert (names(root), names(done)) == (["a.txt"], [])


def test_written_while_it_is_moved(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is written to between the look at it and its move is put back, so that it is taken anew."""
    one = end(root / "a.txt", "old")

    def late(path: Path) -> object:
        found = stamp_of(path)
        if path == one.path:
            path.write_text("newer")
        return found

    monkeypatch.setattr("service.sources.away.stamp_of", late)
    assert list(put_away([one], root, root.parent / "done")) == [one.path]
    assert (names(root), names(root.parent / "done")) == (["a.txt"], [])
    assert one.path.read_text() == "newer"


def test_unfit(root: Path) -> None:
    """A folder that is not there, is no folder, or is the watched one itself, is none to move files to."""
    (root / "file").touch()
    (root.parent / "link").symlink_to(root)
    for target, why in (("file", "no folder"), ("none", "no folder"), (".", "itself"), ("../link", "itself")):
        assert why in (unfit(root, root / target) or "")
    assert unfit(root, root.parent / "done") is None
    assert unfit(root, None) is None


def test_one_that_cannot_be_moved_holds_up_no_other(root: Path) -> None:
    """Where a file cannot be moved it stays, and is named when all others are moved."""
    done = root.parent / "done"
    (done / "bad").write_text("a file where a folder is wanted")
    ends = [end(root / "a.txt"), end(root / "bad" / "b.txt"), end(root / "c.txt")]
    with pytest.raises(OSError, match="exists") as raised:
        list(put_away(ends, root, done))
    assert raised.value.filename == str(done / "bad")
    assert names(root) == ["bad/b.txt"]
    assert names(done) == ["a.txt", "bad", "c.txt"]
