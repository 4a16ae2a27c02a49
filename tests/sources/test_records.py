"""JSON and NDJSON."""

import gzip
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sources.limits import Limits
from service.sources.records import lines_of
from tests.sources.helpers import ARTICLE, halves, item, read, reasons

RECORD = {"title": "开工", "text": ARTICLE}


def saved(folder: Path, name: str, *lines: object) -> Path:
    path = folder / name
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_lines(tmp_path: Path) -> None:
    """Each line is a document, named by its URL or its number; a broken line fails alone."""
    path = saved(tmp_path, "a.ndjson", RECORD, {**RECORD, "url": "http://n.example/2"}, "{broken", "", [1], {"x": 1})
    documents, failures = halves(path)
    assert [d.source for d in documents] == [f"{path}#1", "http://n.example/2"]
    assert [(f.source, f.reason) for f in failures] == [
        (f"{path}#3", "bad_json"),
        (f"{path}#5", "bad_record"),
        (f"{path}#6", "bad_record"),
    ]


@pytest.mark.parametrize(
    "record",
    [
        {"title": "开工", "content": ARTICLE, "pubDate": "2024-06-12 09:00", "source": "海宁日报", "link": "http://n.example/"},
        {"headline": "开工", "articleBody": [ARTICLE], "datePublished": "2024-06-12T01:00:00Z", "publisher": {"name": "海宁日报"},
         "id": "http://n.example/"},
        {"标题": "开工", "正文": ARTICLE, "发布时间": "2024-06-12T09:00:00+08:00", "来源": "海宁日报", "网址": "http://n.example/"},
        {"title": "开工", "text": ARTICLE, "time": 1718154000, "media": "海宁日报", "source": "http://n.example/"},
        {"title": "开工", "text": ARTICLE, "time": 1718154000000, "outlet": "海宁日报", "url": "http://n.example/"},
    ],
)  # fmt: skip
def test_field_names(tmp_path: Path, record: dict[str, object]) -> None:
    """The fields are found under the names that people give them."""
    (document,) = halves(saved(tmp_path, "a.json", record))[0]
    assert document.source == "http://n.example/"
    assert item(document) == {
        "title": "开工",
        "content_text": ARTICLE,
        "date_published": "2024-06-12T09:00:00+08:00",
        "url": "http://n.example/",
        "outlet": "海宁日报",
    }


def test_html_in_a_record(tmp_path: Path) -> None:
    """Markup in a content field is HTML; a sign in a text is not."""
    (first, second) = halves(saved(tmp_path, "a.json", [{"content": "<p>开工</p>"}, {"content": "PM2.5<35"}]))[0]
    assert item(first) == {"content_html": "<p>开工</p>"}
    assert item(second) == {"content_text": "PM2.5<35"}


@pytest.mark.parametrize("wrap", [lambda r: r, lambda r: {"articles": r}, lambda r: {"code": 0, "data": r}])
def test_lists(tmp_path: Path, wrap: object) -> None:
    """A list of records, bare or as an interface hands it out, gives each its number."""
    assert callable(wrap)
    path = saved(tmp_path, "a.json", wrap([RECORD, {**RECORD, "title": "封顶"}]))
    assert [(d.source, item(d)["title"]) for d in halves(path)[0]] == [(f"{path}#1", "开工"), (f"{path}#2", "封顶")]


def test_json_feed(tmp_path: Path) -> None:
    """The items of a JSON Feed take its title as their outlet."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "海宁新闻",
        "items": [{"id": "1", "content_html": "<p>开工</p>"}],
    }
    (document,) = halves(saved(tmp_path, "a.json", feed))[0]
    assert item(document) == {"content_html": "<p>开工</p>", "outlet": "海宁新闻"}


def test_lines_called_json(tmp_path: Path) -> None:
    """Lines of records under .json are lines of records."""
    path = saved(tmp_path, "a.json", RECORD, RECORD)
    assert [d.source for d in halves(path)[0]] == [f"{path}#1", f"{path}#2"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    """Records in GBK, and with a byte order mark."""
    path = tmp_path / name
    path.write_bytes(json.dumps(RECORD, ensure_ascii=False).encode(encoding))
    (document,) = halves(path)[0]
    assert item(document)["title"] == "开工"


@pytest.mark.parametrize("text", ["[" * 1_000_000, '{"a":' * 200_000, "{", "nul", '{"title": "\\ud800"}'])
def test_bad_json(tmp_path: Path, text: str) -> None:
    """A million brackets and other broken JSON are rejected, and the folder goes on."""
    saved(tmp_path, "a.json", text)
    saved(tmp_path, "b.json", RECORD)
    documents, failures = halves(tmp_path)
    assert reasons(failures) == ["bad_json"]
    assert len(documents) == 1


def test_deep_values(tmp_path: Path) -> None:
    """A value nested as deep as the parser allows is no text, and no crash."""
    path = saved(tmp_path, "a.json", '{"title": "开工", "text": ' + "[" * 900 + "]" * 900 + "}")
    (document,) = halves(path)[0]
    assert item(document) == {"title": "开工"}


def test_long_line(tmp_path: Path) -> None:
    """A line of a hundred megabytes fails alone, in little memory."""
    path = tmp_path / "a.ndjson"
    line = json.dumps(RECORD).encode() + b"\n"
    with open(path, "wb") as file:
        file.write(line)
        for _ in range(100):
            file.write(b"x" * 1024 * 1024)
        file.write(b"\n" + line)
    tracemalloc.start()
    documents, failures = halves(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [d.source for d in documents] == [f"{path}#1", f"{path}#3"]
    assert [(f.source, f.reason) for f in failures] == [(f"{path}#2", "too_large")]
    assert peak < 40 * 1024 * 1024


def test_cut_lines(tmp_path: Path) -> None:
    """Of packed lines that are cut in the middle those before the cut are kept, and the cut is reported."""
    lines = b"".join(json.dumps({"title": f"{n}", "text": str(hash(str(n)))}).encode() + b"\n" for n in range(500))
    data = gzip.compress(lines)
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(data[: len(data) // 2])
    documents, failures = halves(path)
    assert len(documents) > 100
    assert reasons(failures) == ["bad_archive"]


def test_large_json(tmp_path: Path) -> None:
    """A JSON file above the limit is rejected without being read whole."""
    assert reasons(read(saved(tmp_path, "a.json", [RECORD] * 50), document=1000)[1]) == ["too_large"]


class _Steps(io.RawIOBase):
    """A stream that gives the bytes in these steps."""

    def __init__(self, steps: list[bytes]) -> None:
        super().__init__()
        self._steps = [step for step in steps if step]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        step = self._steps.pop(0) if self._steps else b""
        memoryview(buffer)[: len(step)] = step  # type: ignore[arg-type]
        return len(step)


@given(st.lists(st.lists(st.sampled_from([b"a", b"bb", b"\n", b"cccccc", b"dddddddddd"])).map(b"".join)))
def test_lines_of(steps: list[bytes]) -> None:
    """However the stream is cut, the lines are those of the whole, and None stands for each that is too long."""
    whole = b"".join(steps)
    lines = whole.split(b"\n")
    if not lines[-1]:
        lines.pop()
    expected = [line if len(line) <= 8 else None for line in lines]
    assert list(lines_of(io.BufferedReader(_Steps(steps)), Limits(document=8))) == expected
