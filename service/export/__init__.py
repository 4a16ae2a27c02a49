"""Projects as files of other programs: CSV, XLSX, NDJSON, Parquet, OC4IDS, Atom, JSON Feed.

Each format is a Writer: it is given a sink for bytes, then projects, some at a time, and closed. What it keeps in memory does
not grow with their number. Nothing here asks a database or a clock.
"""

from service.export.formats import FORMATS, Format, Name
from service.export.project import About, Article, Exported, Sink, Writer

__all__ = ["FORMATS", "About", "Article", "Exported", "Format", "Name", "Sink", "Writer"]
