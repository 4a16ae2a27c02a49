"""The blocks of an HTML tree in reading order, each with the box it stands in.

A block is what a reader sees as one paragraph, heading, list item or table row. A box is an element that holds blocks (div,
section, td ...). Boxes are numbered in document order, a box after its parent.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

LINE = "\x1e"
"""Stands for <br> in the text given to the parser."""

_DROPPED = [
    "script",
    "style",
    "noscript",
    "iframe",
    "object",
    "embed",
    "select",
    "button",
    "textarea",
    "svg",
    "nav",
    "footer",
]
_DROPPED += ["template", "video", "audio", "canvas", "map", "head", "title"]
_BOXES = frozenset(
    "div section article main aside header center form fieldset table tbody thead tr td th ul ol dl blockquote figure details".split()
)
_BREAKS = frozenset("p h1 h2 h3 h4 h5 h6 li dt dd pre figcaption caption address hr option legend summary".split())
_HEADINGS = frozenset(("h1", "h2", "h3"))
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_FRAME = re.compile(
    r"(?:^|[\s_-])(?:pl|reply|replies|share\w*|bdshare\w*|relat\w*|relevant|recommend\w*|tuijian|tj|xgyd|xgwz|xgxw|hot\w*|rank\w*|paihang|phb"
    r"|side|aside|nav\w*|menu\w*|crumbs?|bread\w*|weizhi|dqwz|curpos|foot\w*|copy|ads?|gg|guanggao|banner|login|toolbar|pager|pagination|pagenav"
    r"|fanye|ewm|erweima|friendlinks?|search\w*|sousuo|topbar|disclaimer|shengming|prev\w*|next\w*|popup|dialog|modal|statement)(?=$|[\s_\d-])"
    r"|comment|pinglun|sidebar|breadcrumb|copyright|advert|hotnews|hot[-_]news|qrcode|friendlink|xiangguan|recommend",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HAN = r"[\u2018-\u201d\u3000-\u9fff\uff00-\uffef]"
# A line break of the source beside Chinese, unless a date begins below it: bylines stand in lines of their own.
_WRAPPED = re.compile(rf"(?<={_HAN})[ \t]*[\r\n]\s*(?={_HAN}|\d(?!\d{{3}}[-/.年]))|(?<=\d)[ \t]*[\r\n]\s*(?={_HAN})")
CELL = 300
SEPARATOR = " | "


@dataclass(slots=True)
class Block:
    """One block: its text, how many characters of it are links, its box, and whether it is a heading or a table row."""

    text: str
    links: int
    box: int
    heading: bool = False
    row: bool = False


@dataclass(slots=True)
class Layout:
    """The blocks of a page and, by number, the parent of each box and whether its name says that it is frame."""

    blocks: list[Block] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [-1])
    tags: list[str] = field(default_factory=lambda: ["body"])
    frames: list[bool] = field(default_factory=lambda: [False])


def tidy(text: str) -> str:
    """Text with white space as a browser shows it, and Chinese that was only wrapped in the source unwrapped."""
    if "\n" in text or "\r" in text:
        text = _WRAPPED.sub("", text)
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())


class _Writer:
    """Collects inline text until a block ends."""

    def __init__(self) -> None:
        self.layout = Layout()
        self.parts: list[str] = []
        self.links = 0
        self.box = 0
        self.heading = False

    def close(self) -> None:
        """End the block under way; each <br> in it ends a line of its own."""
        if not self.parts:
            return
        joined = "".join(self.parts)
        self.parts = []
        links, self.links = self.links, 0
        if joined.isspace():
            return
        pieces = joined.split(LINE)
        whole = max(1, len(joined))
        for piece in pieces:
            if text := tidy(piece):
                share = links if len(pieces) == 1 else links * len(piece) // whole
                self.layout.blocks.append(Block(text, min(share, len(text)), self.box, self.heading))

    def open(self, node: LexborNode, tag: str) -> None:
        """Enter a box."""
        attributes = node.attributes if tag not in ("tbody", "tr", "thead") else {}
        name = f"{attributes.get('id') or ''} {attributes.get('class') or ''}" if attributes else " "
        frame = tag == "aside" or (name != " " and _FRAME.search(_CAMEL.sub("-", name)) is not None)
        self.layout.parents.append(self.box)
        self.layout.tags.append(tag)
        self.layout.frames.append(frame or bool(_HIDDEN.search(attributes.get("style") or "")))
        self.box = len(self.layout.parents) - 1

    def table(self, node: LexborNode) -> bool:
        """Write a table of data row by row; False for a table that only lays out the page."""
        rows = _rows(node)
        if not rows:
            return False
        self.close()
        self.open(node, "table")
        for cells, links in rows:
            text = SEPARATOR.join(cells)
            self.layout.blocks.append(Block(text, links, self.box, row=True))
        self.box = self.layout.parents[self.box]
        return True


def _rows(table: LexborNode) -> list[tuple[list[str], int]]:
    """The cells of each row and how many characters are links; empty unless the table holds data: short cells, a grid."""
    if len(table.css("table")) > 1:
        return []
    rows: list[tuple[list[str], int]] = []
    linked = bool(table.css_first("a"))
    grid = 0
    for row in table.css("tr"):
        cells: list[str] = []
        for cell in row.iter():
            if cell.tag not in ("td", "th"):
                continue
            raw = cell.text(deep=True, separator="", strip=False)
            if len(raw) > CELL * 4:
                return []
            text = tidy(raw.replace(LINE, " "))
            if len(text) > CELL:
                return []
            if text:
                cells.append(text)
        if cells:
            grid += len(cells) > 1
            rows.append((cells, sum(len(tidy(link.text())) for link in row.css("a")) if linked else 0))
    return rows if grid >= 2 and grid * 2 >= len(rows) else []


def layout(tree: LexborHTMLParser) -> Layout:
    """The blocks of a parsed page. One pass over the tree, without recursion."""
    tree.strip_tags(_DROPPED)
    writer = _Writer()
    body = tree.body
    node = body.child if body is not None else None
    path: list[tuple[LexborNode, str, int, bool]] = []
    anchors = 0
    while node is not None or path:
        if node is None:
            node, tag, box, heading = path.pop()
            if tag == "a":
                anchors -= 1
            elif tag in _BOXES or tag in _BREAKS:
                writer.close()
            writer.box, writer.heading = box, heading
            node = node.next
            continue
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            writer.parts.append(text)
            if anchors:
                writer.links += len(text.strip())
        elif (tag != "table" or not writer.table(node)) and (child := node.child) is not None:
            path.append((node, tag, writer.box, writer.heading))
            if tag == "a":
                anchors += 1
            elif tag in _BOXES:
                writer.close()
                writer.open(node, tag)
            elif tag in _BREAKS:
                writer.close()
                writer.heading = tag in _HEADINGS
            node = child
            continue
        elif tag in _BOXES or tag in _BREAKS:
            writer.close()
        node = node.next
    writer.close()
    return writer.layout
