"""HTML news pages: the box that holds the story is found by scoring blocks, title and date by what the page says of them."""

import re

from selectolax.lexbor import LexborHTMLParser

from service.text import boilerplate, pagedate
from service.text.noise import Kind, kind
from service.text.page.blocks import LINE, Block, Layout, layout
from service.text.page.meta import Meta, cut_site, meta
from service.text.page.model import Page
from service.text.page.plain import outlet, split

LARGE = 50_000
LONG_TAG = 2_000
MANY_TAGS = 10_000
DEEP = 400
HELD = 0.85  # a box that holds this share of what the page tells holds the story
_ABOVE_BODY = 12

_INLINE = re.compile(
    r"</?(?:font|b|i|em|strong|u|big|small|s|strike|tt|code|nobr|span|ins|mark|label|o:p|st1:\w{1,20}|bdo|wbr|acronym|cite|samp|kbd|var)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_BR = re.compile(r"<br(?=[\s/>])[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_OPEN = re.compile(r"<(/?)(?!(?:p|li|td|tr|th|dd|dt|br|img|input|hr|meta|link|option)\b)[a-z]", re.IGNORECASE)
_RAW = re.compile(r"<(script|style|!--)", re.IGNORECASE)
_RAW_END = {
    "script": re.compile(r"</script", re.IGNORECASE),
    "style": re.compile(r"</style", re.IGNORECASE),
    "!--": re.compile("-->"),
}
_TAG_BEGINS = re.compile("<[a-z]", re.IGNORECASE)
# A start tag with its attributes as the standard reads them; possessive, so that no text is read twice.
_START = re.compile(
    r"<([a-z][^\s/>]{0,30})((?:[\s/]++|[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+|=)*+)>",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[。，,；：:！？、”]")


def read_html(text: str) -> Page:
    """The story of an HTML page or fragment."""
    facts = meta(text)
    if len(text) > LARGE:
        text = _lightened(text)
        if text.count("<") > MANY_TAGS and _is_hostile(text):
            return _crude(text)
    tree = LexborHTMLParser(_BR.sub(LINE, _INLINE.sub("", text)))
    facts.read_tags(tree)
    page = layout(tree)
    title, at = _title(page, facts)
    story = _story(page, at)
    around = _around(page, at, story)
    body, _ = boilerplate.strip("\n".join(page.blocks[i].text for i in story), title)
    published = facts.published or pagedate.stated(around)
    return Page(title, body, published, outlet(around) or facts.outlet)


def _lightened(text: str) -> str:
    """A large page without scripts, styles and comments, and without the attributes of tags that are longer than LONG_TAG.

    The parser compares each attribute with all others of its tag.
    """
    pieces: list[str] = []
    at = 0
    while match := _RAW.search(text, at):
        pieces.append(text[at : match.start()])
        end = _RAW_END[match[1].lower()].search(text, match.end())
        if end is None:
            at = len(text)
            break
        at = text.find(">", end.start()) + 1 or len(text)
    pieces.append(text[at:])
    light = "".join(pieces)
    unfinished = _TAG_BEGINS.search(light, light.rfind(">") + 1)
    if unfinished:  # the page ends inside a tag; without it, every tag below has its end
        light = light[: unfinished.start()]
    return _START.sub(lambda tag: tag[0] if len(tag[2]) <= LONG_TAG else f"<{tag[1]}>", light)


def _is_hostile(text: str) -> bool:
    """Whether elements nest so deep that no browser would show them, and the parser would need quadratic time."""
    depth = 0
    for match in _OPEN.finditer(text):
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > DEEP:
            return True
    return False


def _crude(text: str) -> Page:
    """The text between the tags: bounded work for a page that was made to exhaust its reader."""
    body, _ = boilerplate.strip("\n".join(split(_TAG.sub("\n", text))), None)
    return Page(None, body, None, None)


def _title(page: Layout, facts: Meta) -> tuple[str | None, int]:
    """The headline and the number of its block, -1 where no block shows it.

    Shown is what <title> or og:title begins with, longest first; else the first heading; else <title> without the site's name.
    """
    said = [name for name in (facts.og_title, facts.tag_title) if name]
    best, at = "", -1
    for i, block in enumerate(page.blocks):
        text = block.text
        if not 4 <= len(text) <= 120 or len(text) <= len(best):
            continue
        if any(name.startswith(text) for name in said) and (len(text) >= 8 or block.heading or text in said):
            best, at = text, i
    if best:
        return best, at
    for i, block in enumerate(page.blocks):
        if (
            block.heading
            and 6 <= len(block.text) <= 80
            and block.links * 2 < len(block.text)
            and kind(block.text) is None
        ):
            return block.text, i
    return (cut_site(said[0]) or None, -1) if said else (None, -1)


def _worth(block: Block) -> float:
    """How much a block tells: its characters that are no links, less where no mark shows a sentence; 0 for frame."""
    free = len(block.text) - 3 * block.links
    if free <= 0:
        return 0.0
    if boilerplate.judge(block.text) is not None:
        return 0.0
    if block.row:
        return 0.8 * free
    return float(free) if len(block.text) > 15 and _MARKS.search(block.text) else 0.2 * free


def _story(page: Layout, title: int) -> list[int]:
    """The numbers of the blocks that are the story."""
    worth = [_worth(block) for block in page.blocks]
    frames = _frames(page, worth)
    sums = [0.0] * len(page.parents)
    for block, value in zip(page.blocks, worth, strict=True):
        if not frames[block.box]:
            sums[block.box] += value
    for box in range(len(sums) - 1, 0, -1):
        sums[page.parents[box]] += sums[box]
    inside = _inside(page, _main_box(page, sums))
    chosen = [i for i, block in enumerate(page.blocks) if inside[block.box] and not frames[block.box] and i != title]
    if title >= 0 and inside[page.blocks[title].box]:
        above = [i for i in chosen if i < title]
        if sum(worth[i] for i in above) < 0.5 * sum(worth[i] for i in chosen):
            chosen = chosen[len(above) :]
    return _unlinked(page.blocks, chosen)


def _unlinked(blocks: list[Block], chosen: list[int]) -> list[int]:
    """The chosen blocks without those that are mostly links, and without a heading of related stories over such."""
    kept: list[int] = []
    for i in chosen:
        if blocks[i].row or blocks[i].links * 2 <= len(blocks[i].text):
            kept.append(i)
        elif kept and len(blocks[kept[-1]].text) <= 24 and kind(blocks[kept[-1]].text) in (Kind.RELATED, Kind.FRAME):
            kept.pop()
    return kept


def _frames(page: Layout, worth: list[float]) -> list[bool]:
    """Which boxes are frame by their own name or a parent's; a name that stands on half of the page says nothing."""
    sums = [0.0] * len(page.parents)
    for block, value in zip(page.blocks, worth, strict=True):
        sums[block.box] += value
    for box in range(len(sums) - 1, 0, -1):
        sums[page.parents[box]] += sums[box]
    frames = [False] * len(page.parents)
    for box in range(1, len(frames)):
        named = page.frames[box] and sums[box] * 2 <= sums[0]
        frames[box] = named or frames[page.parents[box]]
    return frames


def _main_box(page: Layout, sums: list[float]) -> int:
    """The innermost box that holds nearly all that the page tells, never a part of a table or list."""
    heaviest = [-1] * len(sums)
    for box in range(1, len(sums)):
        parent = page.parents[box]
        if heaviest[parent] < 0 or sums[box] > sums[heaviest[parent]]:
            heaviest[parent] = box
    main = box = 0
    while (child := heaviest[box]) >= 0 and sums[child] >= HELD * sums[0] and sums[child] > 0:
        box = child
        if page.tags[box] not in ("ul", "ol", "dl", "blockquote", "figure", "table", "tbody", "tr"):
            main = box
    if page.tags[box] == "table" and heaviest[box] < 0:  # a table of data stays with the text around it
        main = page.parents[box]
    return main


def _inside(page: Layout, main: int) -> list[bool]:
    """Which boxes stand within the main one."""
    inside = [False] * len(page.parents)
    inside[main] = True
    for box in range(main + 1, len(inside)):
        inside[box] = inside[page.parents[box]]
    return inside


def _around(page: Layout, title: int, story: list[int]) -> list[str]:
    """The lines in which a byline may stand: from the title into the story, and at its end, up to the lists of other stories."""
    if not story:
        return [block.text for block in page.blocks[:_ABOVE_BODY]]
    first = (
        title + 1 if 0 <= title < story[0] and story[0] - title <= 2 * _ABOVE_BODY else max(0, story[0] - _ABOVE_BODY)
    )
    head = [block.text for block in page.blocks[first : story[0] + 4] if len(block.text) <= pagedate.BAR_LENGTH]
    tail: list[str] = []
    for i in range(max(story[-1] - 6, story[0] + 4), min(story[-1] + 4, len(page.blocks))):
        if kind(page.blocks[i].text) in (Kind.END, Kind.RELATED):
            break
        tail.append(page.blocks[i].text)
    return head + tail
