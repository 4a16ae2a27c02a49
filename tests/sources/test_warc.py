"""WARC files."""

import gzip
import io
import zlib
from pathlib import Path

import brotli
import pytest
from fastwarc.warc import ArchiveIterator

from tests.sources.helpers import ARTICLE, halves, item, reasons

PAGE = f"<html><body><p>{ARTICLE}</p></body></html>"
MIB = 1024 * 1024
BR_BOMB = brotli.compress(bytes(64 * MIB))


class Warc:
    """A WARC as a crawler writes it: where packed, each record is a gzip of its own."""

    def __init__(self, packed: bool = False) -> None:
        self.data = b""
        self.packed = packed

    def add(self, url: str, body: bytes, kind: str = "response", status: str = "200 OK", **headers: str) -> "Warc":
        """The headers are those of the answer; a record that is no answer has its content type for its own."""
        lines = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": "2024-06-12T00:00:00Z"}
        if kind == "response":
            lines["Content-Type"] = "application/http; msgtype=response"
            pairs = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
            body = f"HTTP/1.1 {status}\r\n{pairs}\r\n".encode() + body
        else:
            lines["Content-Type"] = headers.get("Content_Type", "application/http; msgtype=request")
        lines["Content-Length"] = str(len(body))
        head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
        record = head.encode() + body + b"\r\n\r\n"
        self.data += gzip.compress(record) if self.packed else record
        return self

    def save(self, path: Path) -> Path:
        path.write_bytes(self.data)
        return path


def test_independent_reader() -> None:
    """The files of these tests are what an independent reader takes for WARC."""
    warc = Warc().add("http://n.example/1", PAGE.encode(), Content_Type="text/html; charset=utf-8")
    for record in ArchiveIterator(io.BytesIO(warc.data)):
        assert record.headers["WARC-Target-URI"] == "http://n.example/1"
        assert record.reader.read() == PAGE.encode()
        return
    pytest.fail("no record")


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_pages(tmp_path: Path, name: str) -> None:
    """Successful pages come by their URL with the charset the server declared; all else in a crawl is passed over."""
    warc = Warc(name.endswith("gz"))
    warc.add("http://n.example/robots.txt", b"", "request")
    warc.add("http://n.example/1", PAGE.encode("gbk"), Content_Type="text/html; charset=GBK")
    warc.add("http://n.example/no", PAGE.encode(), status="404 Not Found", Content_Type="text/html")
    warc.add("http://n.example/a.jpg", b"\xff\xd8\xff", Content_Type="image/jpeg")
    warc.add("http://n.example/2", ARTICLE.encode(), "conversion", Content_Type="text/plain")
    documents, failures = halves(warc.save(tmp_path / name))
    assert failures == []
    assert [(d.source, d.media_type, d.charset) for d in documents] == [
        ("http://n.example/1", "text/html", "gbk"),
        ("http://n.example/2", "text/plain", None),
    ]
    assert documents[0].data == PAGE.encode("gbk")


def chunked(data: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (data[:10], data[10:], b""))


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("br", brotli.compress),
        ("gzip", bytes),
        ("identity", bytes),
    ],
)
@pytest.mark.parametrize("in_chunks", [True, False])
def test_codings(tmp_path: Path, coding: str, pack: type[bytes], in_chunks: bool) -> None:
    """Bodies are unpacked as the server packed them, also where the crawler had done it and kept the header."""
    body = pack(PAGE.encode())
    headers = {
        "Content_Type": "text/html",
        "Content_Encoding": coding,
        "Transfer_Encoding": "chunked" if in_chunks else "",
    }
    for name, data in (("a.warc", chunked(body) if in_chunks else body), ("b.warc", body)):
        path = Warc().add("http://n.example/1", data, **headers).save(tmp_path / name)
        assert [d.data for d in halves(path)[0]] == [PAGE.encode()]


def test_feeds_and_records(tmp_path: Path) -> None:
    """Feeds and records in a crawl are read as such."""
    rss = f"<rss><channel><item><title>开工</title><description>{ARTICLE}</description></item></channel></rss>"
    warc = Warc().add("http://n.example/rss", rss.encode(), Content_Type="application/rss+xml")
    warc.add("http://n.example/api", b'{"title": "x"}', Content_Type="application/json")
    warc.add("http://n.example/bad", b"{", Content_Type="application/json")
    documents, failures = halves(warc.save(tmp_path / "a.warc"))
    assert [d.source for d in documents] == ["http://n.example/rss#1", "http://n.example/api"]
    assert item(documents[0])["content_text"] == ARTICLE
    assert [(f.source, f.reason) for f in failures] == [("http://n.example/bad", "bad_json")]


@pytest.mark.parametrize(("coding", "bomb"), [("br", BR_BOMB), ("gzip", gzip.compress(bytes(64 * MIB), mtime=0))])
def test_packed_bomb(tmp_path: Path, coding: str, bomb: bytes) -> None:
    """A small body that unpacks to far too much is rejected, and the next page is read."""
    warc = Warc().add("http://n.example/1", bomb, Content_Type="text/html", Content_Encoding=coding)
    warc.add("http://n.example/2", PAGE.encode(), Content_Type="text/html")
    documents, failures = halves(warc.save(tmp_path / "a.warc"))
    assert reasons(failures) == ["too_large"]
    assert [d.source for d in documents] == ["http://n.example/2"]


def test_large_records(tmp_path: Path) -> None:
    """A film in a crawl is passed over, a page as large is rejected, neither is held in memory."""
    warc = Warc().add("http://n.example/film", bytes(20 * MIB), Content_Type="video/mp4")
    warc.add("http://n.example/page", bytes(20 * MIB), Content_Type="text/html")
    warc.add("http://n.example/2", PAGE.encode(), Content_Type="text/html")
    documents, failures = halves(warc.save(tmp_path / "a.warc"))
    assert [(f.source, f.reason) for f in failures] == [("http://n.example/page", "too_large")]
    assert len(documents) == 1


@pytest.mark.parametrize("packed", [True, False])
def test_truncated(tmp_path: Path, packed: bool) -> None:
    """What was read before the cut is kept."""
    warc = Warc(packed)
    for number in range(10):
        warc.add(f"http://n.example/{number}", PAGE.encode(), Content_Type="text/html")
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    data = warc.data
    path.write_bytes(data[: len(data) // 2 + 40])
    documents, failures = halves(path)
    assert len(documents) == 5
    assert reasons(failures) == ["bad_archive"]


@pytest.mark.parametrize(
    "data",
    [
        b"WARC/1.0\r\nWARC-Type: response\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: -5\r\n\r\n",
        b"WARC/1.0\r\n" + b"x" * 3 * MIB,
        b"WARC/1.0\r\n" + b"a: b\r\n" * 300_000,
        b"garbage\r\n\r\n",
    ],
)
def test_nonsense(tmp_path: Path, data: bytes) -> None:
    """Nonsense in a header ends the file with a reason."""
    path = tmp_path / "a.warc"
    path.write_bytes(data)
    documents, failures = halves(path)
    assert (documents, reasons(failures)) == ([], ["bad_archive"])
