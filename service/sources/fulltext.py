"""Whether what a feed carries of an article is the article, or a teaser of it.

The doubt is settled towards the teaser: a page fetched in vain costs one request, a teaser taken for the article costs the
figures that stood in the rest.
"""

import html
import re
from collections import Counter
from collections.abc import Sequence

CONTENT = 200
"""Characters from which what stands in a field for the content is the article."""
SUMMARY = 500
"""Characters from which what stands in a field for a summary is the article after all, as many sites have it."""
_SHARED = 3
"""So many texts of one length were cut at it."""

_TAG = re.compile(r"<[^<>]*>")
_EDGE = re.compile(r"(<(?:script|style)\b|</(?:script|style)\b[^<>]*>?)", re.I)
_CREDIT = re.compile(r"(?:The post|文章|本文).{1,200}?(?:appeared first on|最先出现在|首发于).{1,100}\Z", re.I)
_MORE = re.compile(
    r"(?:…|\.{3}|。。。|\[…\]|(?:点击|继续)?(?:阅读|查看|浏览)(?:全文|原文|更多|详情|余下全文)|全文阅读|详细(?:内容)?|了解更多"
    r"|read more|continue reading|full (?:story|article)|more)[\s\]\)】）>»›→。.]{0,12}\Z",
    re.I,
)
_CLOSED = re.compile(r"[。！？!?.”’」』）)】\]〕>]\Z")


def plain(body: str | None) -> str:
    """The words of a body, without its markup, scripts and styles."""
    shown, hidden = [], False
    for piece in _EDGE.split(body or ""):
        if _EDGE.match(piece):
            hidden = not piece.startswith("</")
        elif not hidden:
            shown.append(piece)
    return " ".join(html.unescape(_TAG.sub(" ", " ".join(shown))).split())


def is_teaser(words: str) -> bool:
    """Whether a text says itself that there is more of it."""
    return _MORE.search(_CREDIT.sub("", words[-400:]).rstrip()) is not None


def are_full(bodies: Sequence[tuple[str, bool]]) -> list[bool]:
    """For each item of a feed whether it carries its whole article.

    Each is the plain words and whether they stood in a field that is meant for the content (not for a summary). Where
    three items or more have the very same length they were cut at it.
    """
    lengths = Counter(len(words) for words, _ in bodies)
    return [
        len(words) >= (CONTENT if meant else SUMMARY)
        and (meant or _CLOSED.search(words) is not None)
        and lengths[len(words)] < _SHARED
        and not is_teaser(words)
        for words, meant in bodies
    ]
