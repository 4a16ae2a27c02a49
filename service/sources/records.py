"""JSON and NDJSON: records of articles under the many names people give their fields, and JSON Feeds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader
from typing import Any

import orjson

from service.errors import Rejected
from service.models import RawDocument
from service.sources import Decoder, Failure, Outcome
from service.sources.item import Item, body, china_time, epoch, web_address
from service.sources.limits import CHUNK, Limits

_TITLE = ("title", "headline", "标题")
_HTML = ("content_html", "html", "body_html", "raw_html")
_TEXT = ("content_text", "content", "text", "body", "article", "article_body", "full_text", "正文", "内容")
_SHORT = ("summary", "description", "摘要")
_DATE = (
    *("date_published", "published", "published_at", "publish_time", "publish_date", "pub_date", "pub_time"),
    *("date", "time", "datetime", "created_at", "发布时间", "发布日期", "日期", "时间"),
)
_URL = ("url", "link", "href", "source_url", "page_url", "id", "source", "链接", "网址", "原文链接")
_RELATIVE = ("url", "link", "href", "链接", "网址")
_OUTLET = ("outlet", "source", "source_name", "site_name", "site", "media", "publisher", "来源", "媒体")
_LISTS = ("items", "articles", "records", "data", "results")
_SNAKE = re.compile(r"(?<=[a-z])(?=[A-Z])|-")


def from_json(source: str, data: bytes, decode: Decoder) -> Iterator[Outcome]:
    """A record, a list of records, a JSON Feed, or lines of records under the wrong suffix; raises Rejected."""
    try:
        value = _loads(data, decode)
    except Rejected:
        first, _, rest = data.partition(b"\n")
        if not rest.strip() or not _is_record(first, decode):
            raise
        yield from from_lines(source, data.split(b"\n"), decode)
        return
    records, outlet = listed(value)
    for number, record in enumerate(records, 1):
        here = source if record is value else f"{source}#{number}"
        yield _outcome(here, record, outlet)


def from_lines(source: str, lines: Iterable[bytes | None], decode: Decoder) -> Iterator[Outcome]:
    """A record a line, numbered from 1; a line that is no record fails alone. None stands for a line over the limit."""
    for number, line in enumerate(lines, 1):
        here = f"{source}#{number}"
        if line is None:
            yield Failure(here, "too_large", "the line is longer than a document may be")
        elif line.strip():
            try:
                yield _outcome(here, _loads(line, decode), None)
            except Rejected as error:
                yield Failure(here, error.reason, str(error))


def lines_of(stream: BufferedReader, limits: Limits) -> Iterator[bytes | None]:
    """The lines of a stream; None for one that is longer than a document may be, which is read past."""
    pending: list[bytes] | None = []
    size = 0
    while chunk := stream.read1(CHUNK):  # `read` would lose what it has where a packed file is cut
        *complete, rest = chunk.split(b"\n")
        for part in complete:
            whole = pending is not None and size + len(part) <= limits.document
            yield b"".join([*(pending or ()), part]) if whole else None
            pending, size = [], 0
        size += len(rest)
        if size > limits.document:
            pending = None
        if pending is not None:
            pending.append(rest)
    if size:
        yield b"".join(pending) if pending is not None else None


def item_of(record: Mapping[str, Any], outlet: str | None = None, base: str | None = None) -> Item:
    """The item a record holds; Rejected `bad_record` where it has neither a title nor a text.

    `base` is the address of the file that holds the record, where it has one.
    """
    fields = {_SNAKE.sub("_", key).lower(): value for key, value in record.items()}
    title = _pick(fields, _TITLE)
    page, text = _pick(fields, _HTML), _pick(fields, _TEXT) or _pick(fields, _SHORT)
    content = {"content_html": page} if page else body(text)
    if not title and not content:
        raise Rejected("bad_record", "has no field with a title or a text (title, content, text, html ...)")
    url = next((a for name in _URL if (a := web_address(_string(fields.get(name))))), None)
    if url is None and base:
        url = web_address(_pick(fields, _RELATIVE), base)
    named = next((s for name in _OUTLET if (s := _string(fields.get(name))) and not web_address(s)), None)
    published = next((s for name in _DATE if (s := _time(fields.get(name)))), None)
    return Item(title=title, date_published=published, url=url, outlet=named or outlet, **content)


def _outcome(source: str, record: object, outlet: str | None) -> RawDocument | Failure:
    if not isinstance(record, dict):
        return Failure(source, "bad_record", "is no record: an object with fields such as title and text is needed")
    try:
        return item_of(record, outlet).raw(source)
    except Rejected as error:
        return Failure(source, error.reason, str(error))


def _loads(data: bytes, decode: Decoder) -> object:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        try:
            data.decode()
        except UnicodeDecodeError:
            return _loads_text(decode(data, None))
        raise _bad(error) from None


def _loads_text(text: str) -> object:
    try:
        return orjson.loads(text.encode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        raise _bad(error) from None


def _bad(error: orjson.JSONDecodeError) -> Rejected:
    return Rejected("bad_json", f"is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})"[:200])


def _is_record(line: bytes, decode: Decoder) -> bool:
    try:
        return isinstance(_loads(line, decode), dict)
    except Rejected:
        return False


def listed(value: object) -> tuple[list[object], str | None]:
    """The records in a JSON value, and the name of the feed that holds them."""
    if isinstance(value, list):
        return value, None
    if isinstance(value, dict) and not _pick(value, _TEXT):
        for key in _LISTS:
            inner = value.get(key)
            if isinstance(inner, list) and all(isinstance(record, dict) for record in inner):
                return list(inner), _string(value.get("title"))
    return [value], None


def _pick(fields: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    return next((s for name in names if (s := _string(fields.get(name)))), None)


def _time(value: object) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return epoch(value)
    return china_time(_string(value))


def _string(value: object, depth: int = 3) -> str | None:
    """What a field says: a text, a list of paragraphs, or the name of a thing."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict) and depth:
        return _string(value.get("name"), depth - 1)
    if isinstance(value, list) and depth:
        return "\n".join(s for part in value if (s := _string(part, depth - 1))) or None
    return None
