"""Cuts from the text of a page what is no story, and prints a story that stands there twice once.

Precision comes first: a line is cut only where the whole of it is frame, or where it stands in a place (the tail, a list under
a heading of related stories) in which only frame stands. Works before and after the repair of the text.
"""

import re

from service.text import pagedate
from service.text.datedlist import dated_list
from service.text.doubles import once
from service.text.inserts import without
from service.text.linekey import LONGEST, key
from service.text.noise import Kind, addresses_reader, closes, kind
from service.text.noisehints import HINT, SITE_HINT

STORY_LINE = 40
HEAD_LINES = 6
PASSES = 4
END_OF_SENTENCE = "。！？；!?;…”』」"
TAIL = 160
NEAR_END = 40
SHORT_HEADING = 12
SENTENCE = 20
CODE = 24
BELOW = 60
"""Lines below a story among which the line is looked for that closes it."""

# Behind a mark, a blank, or a bracket that closes no reading of a character; or before a bracket.
_CUT_POINT = re.compile(r"(?<=[。！？!?…”」』\s])(?=\S)|(?<=[^a-zA-Z\u00c0-\u01ff][）)\]】])(?=\S)|(?=[（(【\[])")
_NUMBER = re.compile(r"\d{3}[- ]?\d{4}")


def strip(body: str, title: str | None) -> tuple[str, int]:
    """The story's lines, and how many pieces (whole lines and ends of lines) were cut.

    Linear in the text; a text without any sign of a frame comes back as it is.
    """
    body, total = without(body)
    known: dict[str, Kind | None] = {}
    for _ in range(PASSES):  # a cut may bring a line to the end that is frame only there
        body, count = _pass(body, title, known)
        total += count
        if not count:
            break
    return body, total


def _pass(body: str, title: str | None, known: dict[str, Kind | None]) -> tuple[str, int]:
    """One round of cuts; `known` keeps what the lines are for the next."""
    lines = [line for line in body.split("\n") if line and not line.isspace()]
    for line in lines:
        if line not in known:
            known[line] = _kind(line)
    kinds = [known[line] for line in lines]
    before = len(lines)
    lines, kinds = _cut_lists(lines, kinds)
    lines, kinds = _cut_tail(lines, kinds)
    lines, kinds = _cut_head(lines, kinds, title)
    kept = [line for line, what in zip(lines, kinds, strict=True) if what not in (Kind.FRAME, Kind.CONTACT)]
    cut = before - len(kept)
    trimmed = [_trim(line, last=i == len(kept) - 1) for i, line in enumerate(kept)]
    cut += sum(a is not b for a, b in zip(kept, trimmed, strict=True))
    single, twice = once(trimmed)
    if not cut and not twice:
        return body, 0
    return "\n".join(single), cut + twice


def _kind(line: str) -> Kind | None:
    """`noise.kind`, asked only of lines that bear a sign of it: a sentence within the story is passed over at a glance."""
    if line[-1] in END_OF_SENTENCE:
        return kind(line) if "声明" in line[:12] or "聲明" in line[:12] else None
    return judge(line)


def _sentence(line: str) -> Kind | None:
    """What `judge` says of a line that `_kind` passed over."""
    return judge(line) if line[-1] in END_OF_SENTENCE else None


def judge(line: str) -> Kind | None:
    """What a line is where sentences may be frame too, as above and below the story; None for a line that may be story."""
    if len(line) > LONGEST:
        return kind(line)
    if line[-1] in END_OF_SENTENCE:
        return kind(line) if SITE_HINT.search(line) else None
    if HINT.search(line) or line.isascii() or ">" in line or _NUMBER.search(line):
        return kind(line)
    return None


def _is_story(line: str, what: Kind | None) -> bool:
    """Whether the line is a paragraph: long, and with the marks of a sentence."""
    return what is None and len(line) >= STORY_LINE and any(mark in line for mark in "。，,！？")


def _is_headline(line: str, what: Kind | None) -> bool:
    """Whether the line may be a headline in a list of other stories."""
    if what in (Kind.FRAME, Kind.CONTACT, Kind.ASIDE):
        return True
    return what is None and len(line) <= 64 and "。" not in line and line.rstrip()[-1] not in "；;：:，,…”"


def _cut_lists(lines: list[str], kinds: list[Kind | None]) -> tuple[list[str], list[Kind | None]]:
    """Without the lists of other stories: all that follows a heading of the site, the headlines below one of related stories."""
    if Kind.END not in kinds and Kind.RELATED not in kinds:
        return lines, kinds
    total = sum(map(len, lines))
    above, story = 0, False
    keep: list[int] = []
    at = 0
    while at < len(lines):
        what = kinds[at]
        if story and what is Kind.END and (total - above) <= 1.5 * above:
            break
        if story and what in (Kind.END, Kind.RELATED):
            end = at + 1
            while end < len(lines) and _is_headline(lines[end], kinds[end]):
                end += 1
            while end < len(lines) and end - at > 2 and len(lines[end - 1]) <= SHORT_HEADING:
                end -= 1  # a heading of the story that goes on
            if end - at > 2 or end == len(lines):
                above += sum(map(len, lines[at:end]))
                at = end
                continue
        story = story or _is_story(lines[at], what)
        if what is not Kind.END:
            keep.append(at)
        above += len(lines[at])
        at += 1
    return [lines[i] for i in keep], [kinds[i] for i in keep]


def _cut_tail(lines: list[str], kinds: list[Kind | None]) -> tuple[list[str], list[Kind | None]]:
    """Without the frame after the story, where also the site's sentences about itself and dated headlines are frame."""
    looked = len(lines)
    end = dated_list(lines, looked)
    while end:
        at = end - 1
        kinds[at] = kinds[at] or _sentence(lines[at])
        if (
            kinds[at] in (Kind.FRAME, Kind.CONTACT, Kind.ASIDE)
            or _is_code(lines[at])
            or _between_contacts(lines, kinds, at)
        ):
            end = at
        elif end != looked:
            looked = end
            end = dated_list(lines, end)
        elif (further := _closing(lines, kinds, end)) < end:
            end = further
        else:
            break
    return lines[:end], kinds[:end]


def _is_code(line: str) -> bool:
    """Whether a line below the story is a scrap of the page's code (-->, adr1), which holds letters or marks alone."""
    return (
        len(line) <= CODE and line.isascii() and (any(c.isalpha() for c in line) or not any(c.isdigit() for c in line))
    )


def _closing(lines: list[str], kinds: list[Kind | None], end: int) -> int:
    """Where the line stands that closes the story, below its last paragraph and above whatever the page adds; `end` if none."""
    top = end
    for at in range(end - 1, max(end - BELOW, 0) - 1, -1):
        line = lines[at]
        what = kinds[at] = kinds[at] or _sentence(line)
        tells = _is_story(line, what) or (what is None and len(line) >= SENTENCE and line[-1] in END_OF_SENTENCE)
        if tells or line.count("|") > 1:
            return top
        if what is not None and closes(line):
            top = at
    return end


def _between_contacts(lines: list[str], kinds: list[Kind | None], at: int) -> bool:
    """Whether the line speaks to the reader between a contact line above it and the frame below (请说明您的需求)."""
    if not 0 < at < len(lines) - 1 or kinds[at + 1] not in (Kind.CONTACT, Kind.FRAME, Kind.ASIDE):
        return False
    return judge(lines[at - 1]) is Kind.CONTACT and addresses_reader(lines[at])


def _cut_head(lines: list[str], kinds: list[Kind | None], title: str | None) -> tuple[list[str], list[Kind | None]]:
    """Without the title, however often it is repeated, and without the site's sentences and bare dates above the story."""
    for at, line in enumerate(lines):
        if line == title:
            kinds[at] = Kind.FRAME
    heading = key(title).replace(" ", "") if title else ""
    for at in range(min(HEAD_LINES, len(lines))):
        line = lines[at]
        if kinds[at] is None:
            kinds[at] = _sentence(line)
        if _is_story(line, kinds[at]):
            break
        if kinds[at] is Kind.ASIDE or pagedate.bare(line):
            kinds[at] = Kind.FRAME
        elif heading and len(line) < 3 * len(heading) + 20:
            text = key(line).replace(" ", "")
            if text == heading or (text.startswith(heading) and text[len(heading)] in "_-|"):
                kinds[at] = Kind.FRAME
    return lines, kinds


def _trim(line: str, *, last: bool) -> str:
    """The line without a bar that hangs at its end (…。(责任编辑:…)返回搜狐,查看更多); the very line if there is none."""
    if (line[-1] in END_OF_SENTENCE and not last) or line.isalnum() or line.isascii():
        return line
    start = max(0, len(line) - TAIL)
    if not (SITE_HINT.search(line, start) if line[-1] in END_OF_SENTENCE else HINT.search(line, len(line) - NEAR_END)):
        return line
    for point in _CUT_POINT.finditer(line, start):
        at = point.start()
        if at == 0:
            continue
        what = kind(line[at:])
        if what is Kind.FRAME or (last and what in (Kind.ASIDE, Kind.CONTACT) and line[at - 1] in END_OF_SENTENCE):
            return line[:at].rstrip()
    return line
