"""PURE. From the text of a page, whatever its build, to title, body, date of publication and outlet."""

from service.text.page.kinds import Kind, sniff
from service.text.page.markdown import read_markdown
from service.text.page.markup import read_html
from service.text.page.model import Page
from service.text.page.plain import read_plain
from service.text.page.record import read_record

__all__ = ["Page", "read"]


def read(text: str, media_type: str | None, source: str) -> Page:
    """The story of a decoded document.

    The build is told by the media type, else by the text itself and the suffix of `source` (a path or URL).
    Raises Rejected("not_a_record", ...) for JSON that holds no article.
    """
    match sniff(text, media_type, source):
        case Kind.HTML:
            return read_html(text)
        case Kind.JSON:
            return read_record(text)
        case Kind.MARKDOWN:
            return read_markdown(text)
        case Kind.PLAIN:
            return read_plain(text)
