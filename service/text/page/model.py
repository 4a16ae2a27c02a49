"""What is read from a page."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """The story of one page: `body` is its paragraphs, headings and table rows without the title, one a line.

    `published` is the day in China; None where the page does not state one. `outlet` is who published it (来源).
    """

    title: str | None
    body: str
    published: dt.date | None
    outlet: str | None
