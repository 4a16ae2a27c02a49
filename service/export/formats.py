"""The formats by their names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from service.errors import GuatuError
from service.export.project import About, Sink, Writer

Name = Literal["csv", "xlsx", "ndjson", "parquet", "oc4ids", "atom", "jsonfeed"]


@dataclass(frozen=True)
class Format:
    """`whole`: nothing of it can go out before all of it is written, so that its sink is a file. `feed`: it is of the latest
    projects, not of all."""

    name: Name
    media_type: str
    suffix: str
    home: str
    whole: bool = False
    feed: bool = False

    def writer(self) -> Callable[[Sink, About], Writer]:
        """What makes a writer; its library is loaded with it. GuatuError where that is not installed."""
        module, _, name = self.home.rpartition(".")
        try:
            made: Any = getattr(import_module(f"service.export.{module}"), name)
        except ModuleNotFoundError as error:
            if error.name != "pyarrow":
                raise
            raise GuatuError("Parquet needs pyarrow, which is not installed: pip install 'guatu[parquet]'") from None
        writer: Callable[[Sink, About], Writer] = made
        return writer


_ALL = (
    Format("csv", "text/csv", "csv", "lines.Csv"),
    Format(
        "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "xlsx.Xlsx", whole=True
    ),
    Format("ndjson", "application/x-ndjson", "ndjson", "lines.Ndjson"),
    Format("parquet", "application/vnd.apache.parquet", "parquet", "parquet.Parquet"),
    Format("oc4ids", "application/json", "oc4ids.json", "oc4ids.Package"),
    Format("atom", "application/atom+xml", "atom", "feeds.Atom", feed=True),
    Format("jsonfeed", "application/feed+json", "feed.json", "feeds.JsonFeed", feed=True),
)
FORMATS: Mapping[Name, Format] = {one.name: one for one in _ALL}
