"""What a file is, by its name, or by its first bytes where the name does not say."""

import re
from collections.abc import Iterable, Set
from pathlib import PurePosixPath
from posixpath import split
from typing import Literal

Kind = Literal["document", "feed", "json", "lines", "zip", "tar", "gzip", "warc"]

_MEDIA = {
    **dict.fromkeys((".html", ".htm", ".shtml", ".xhtml"), "text/html"),
    **dict.fromkeys((".md", ".markdown"), "text/markdown"),
    **dict.fromkeys((".txt", ".text"), None),
}
# No articles, but what lies among articles: handed on, so that each is rejected for what its bytes are.
_OPAQUE = frozenset(
    ".pdf .png .jpg .jpeg .gif .webp .bmp .tif .tiff .doc .docx .xls .xlsx .ppt .pptx .wps .ofd .epub".split()
)
_SUFFIXES: dict[str, Kind] = {
    **dict.fromkeys((*_MEDIA, *_OPAQUE), "document"),
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf"), "feed"),
    **dict.fromkeys((".json",), "json"),
    **dict.fromkeys((".ndjson", ".jsonl"), "lines"),
    **dict.fromkeys((".zip",), "zip"),
    **dict.fromkeys((".tar",), "tar"),
    **dict.fromkeys((".gz", ".tgz"), "gzip"),
    **dict.fromkeys((".warc",), "warc"),
}
ARCHIVES: frozenset[Kind] = frozenset({"zip", "tar", "gzip", "warc"})
_FEED = re.compile(rb"^[^<]{0,64}<(?:\?xml|rss|feed|rdf:RDF)\b")
_LINES = re.compile(rb"^\s{0,16}\{.{1,4000}?\}\s{0,16}\n\s{0,16}\{", re.S)
_IGNORED = re.compile(r"(?:^|/)(?:\.|__MACOSX(?:/|$)|Thumbs\.db$|desktop\.ini$|README(?:\.[^/]{0,20})?$)", re.I)


def suffix_of(name: str) -> str:
    """The last suffix in lower case, with its dot."""
    return PurePosixPath(name).suffix.lower()


def kind_by_name(name: str) -> Kind | None:
    """What the suffix says, None where it says nothing Guatu knows."""
    return _SUFFIXES.get(suffix_of(name))


def kind_by_head(head: bytes) -> Kind:
    """What the first bytes (512 or more) say."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"WARC/"):
        return "warc"
    if head[257:262] == b"ustar":
        return "tar"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in b"{[" and start:
        return "lines" if _LINES.match(start) else "json"
    return "feed" if _FEED.match(start) else "document"


def media_type_of(name: str) -> str | None:
    """What the suffix declares of a document."""
    return _MEDIA.get(suffix_of(name))


def unpacked_name(name: str) -> str:
    """The name of what is inside a gzip: `a.tgz` holds `a.tar`, `a.html.gz` holds `a.html`."""
    return name[:-4] + ".tar" if name.lower().endswith(".tgz") else name[:-3] if name.lower().endswith(".gz") else name


def is_ignored(name: str) -> bool:
    """Hidden files, what operating systems leave behind, and notes to the reader of a folder."""
    return _IGNORED.search(name) is not None


def stem_of(name: str) -> str:
    """The name up to the suffix that tells its kind; both of `.tar.gz`."""
    inner = unpacked_name(name)
    return inner[: -len(suffix_of(inner))] if suffix_of(inner) else inner


def stems_by_folder(names: Iterable[str]) -> dict[str, set[str]]:
    """The stems of all files but the `.json` ones, by the folder they lie in."""
    stems: dict[str, set[str]] = {}
    for name in names:
        folder, bare = split(name)
        if suffix_of(bare) != ".json":
            stems.setdefault(folder, set()).add(stem_of(bare))
    return stems


def is_sidecar(name: str, stems: Set[str]) -> bool:
    """Whether a `.json` belongs to an article beside it (`stems`: those of the other files of the folder)."""
    if suffix_of(name) != ".json":
        return False
    bare = name[:-5]
    return bare in stems or any(bare[:at] in stems for at, char in enumerate(bare) if char == ".")


def readable_name(name: str) -> str:
    """A file name as text: names that are not UTF-8 are GBK on Chinese disks, and what is neither shows as U+FFFD."""
    data = name.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")
