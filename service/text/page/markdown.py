"""Markdown with front matter: what the front matter says, and the text without its marks."""

import datetime as dt
import re

from service.text import pagedate
from service.text.page.model import Page
from service.text.page.plain import outlet, read_plain, split

FRONT_MATTER = 200  # lines at most
_FENCE = re.compile(r"(?:---|\+\+\+)[ \t]*")
_ENTRY = re.compile(r"(?P<name>[A-Za-z_\u4e00-\u9fff]{2,20})[ \t]*[:：=][ \t]*(?P<value>\S.{0,400})")
_TITLE = ("title", "标题", "headline", "name")
_DATE = (
    "published",
    "date_published",
    "pubdate",
    "publish_date",
    "date",
    "发布时间",
    "发布日期",
    "日期",
    "时间",
    "created",
)
_OUTLET = ("outlet", "source", "publisher", "site", "来源", "媒体", "稿源")

_HEADING = re.compile(r"#{1,6}[ \t]+(?P<text>.*?)[ \t#]*")
_RULE = re.compile(r"(?:[-*_=][ \t]?){3,}|```.{0,40}|~~~.{0,40}|\[[^\]]{1,80}\]:\s.{0,400}")
_CELLS = re.compile(r"\|?[ \t:|-]{3,}\|?")
_BULLET = re.compile(r"(?:>[ \t]?){0,4}(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)?")
_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\]\([^()\n]{0,800}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\([^()\n]{0,800}\)")
_BOLD = re.compile(r"(\*\*|__)(?=[^\s*_])([^*_\n]{1,400})(?<=[^\s*_])\1")
_ITALIC = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]{1,200})(?<=[^\s*])\*(?![*\w])")
_TAG = re.compile(
    r"</?(?:br|p|b|i|strong|em|u|span|font|center|div|img|a|sub|sup)\b[^<>\n]{0,400}>|<!--[^\n]{0,400}?-->",
    re.IGNORECASE,
)


def read_markdown(text: str) -> Page:
    """The story of a Markdown text. Front matter goes before the text; without it, the text is read as a plain page."""
    matter, body = _front_matter(text)
    title = next((matter[name] for name in _TITLE if name in matter), None)
    lines, heading = _lines(body)
    if title is None:
        title = heading
        lines = lines[1:] if heading and lines and lines[0] == heading else lines
    elif lines and lines[0] == title:
        lines = lines[1:]
    plain = read_plain("\n".join(lines))
    if title is None:
        title, lines = plain.title, plain.body.split("\n")
    return Page(title, "\n".join(lines), _date(matter) or plain.published, _outlet(matter) or outlet(lines))


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The entries between the fences at the top, names in lower case, and the text below. Only flat entries are read."""
    head = text.lstrip("\ufeff\n\r ")
    first, _, rest = head.partition("\n")
    if not _FENCE.fullmatch(first.rstrip("\r")):
        return {}, text
    matter: dict[str, str] = {}
    at = 0
    for _ in range(FRONT_MATTER):
        end = rest.find("\n", at)
        line = rest[at : end if end >= 0 else len(rest)].rstrip("\r \t")
        if _FENCE.fullmatch(line):
            return matter, rest[end + 1 :] if end >= 0 else ""
        if end < 0:
            break
        if entry := _ENTRY.fullmatch(line):
            matter.setdefault(entry["name"].lower(), entry["value"].strip().strip("\"'“”"))
        at = end + 1
    return {}, text


def _date(matter: dict[str, str]) -> dt.date | None:
    """The first entry that is a date of publication."""
    return next((found for name in _DATE if name in matter and (found := pagedate.stamp(matter[name]))), None)


def _outlet(matter: dict[str, str]) -> str | None:
    """The first entry that names an outlet; an address is no name."""
    return next((matter[name] for name in _OUTLET if name in matter and "://" not in matter[name]), None)


def _lines(body: str) -> tuple[list[str], str | None]:
    """The lines without their marks, and the first heading if it stands before all text."""
    lines: list[str] = []
    heading: str | None = None
    for raw in split(body):
        if _RULE.fullmatch(raw) or ("|" in raw and "-" in raw and _CELLS.fullmatch(raw)):
            continue
        if match := _HEADING.fullmatch(raw) if raw[0] == "#" and len(raw) < 400 else None:
            raw = match["text"]
            if not lines:
                heading = _plain(raw)
        if line := _plain(raw):
            lines.append(line)
    return lines, heading


def _plain(line: str) -> str:
    """One line without links, images, emphasis, tags and list marks; the cells of a table row are parted by ` | `."""
    if bullet := _BULLET.match(line):
        line = line[bullet.end() :]
    if "](" in line:
        line = _LINK.sub(r"\1", _IMAGE.sub("", line))
    if "*" in line or "__" in line:
        line = _ITALIC.sub(r"\1", _BOLD.sub(r"\2", line))
    if "<" in line:
        line = _TAG.sub("", line)
    if line.startswith("|") and line.endswith("|"):
        line = " | ".join(cell for raw in line.strip("|").split("|") if (cell := raw.strip()))
    return line.strip()
