"""How the live sources are treated: every bound in one place."""

import datetime as dt
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from service.errors import GuatuError
from service.models import SourceSpec
from service.sources.fetch.answer import Response, Validators
from service.sources.fetch.policy import Rhythm


class Gets(Protocol):
    """What fetches: the polite fetcher."""

    def get(self, url: str, known: Validators | None = None) -> Awaitable[Response]: ...


class Lost(GuatuError):
    """Another worker has taken it over, or it is gone: nothing of what was found is kept."""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """The bounds; durations where not said otherwise."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    spacing: dt.timedelta = dt.timedelta(seconds=1)
    """Between two requests to one host: pages that a source names at once are due one after the other."""
    first: int = 500
    """Entries that are taken of a source when it is read for the first time, the newest."""
    lease: dt.timedelta = dt.timedelta(minutes=5)
    """How long a worker has what it took, unless it says more."""
    polls: int = 16
    """Sources that one worker asks at the same time."""
    pages: int = 16
    """Pages that one worker fetches at the same time."""
    host: int = 2
    """Of those, on one host."""
    tries: int = 8
    """Of a page, over about a day, before it is given up."""
    queue: int = 5000
    """Documents that may wait to be read before sources wait too."""
    scan: dt.timedelta = dt.timedelta(minutes=1)
    """Between two scans of a folder, which find what no event told of."""
    public_url: str | None = None
    """Where hubs reach the API."""
    sources: Path | None = None
    """The file that names the sources."""

    def rhythm_of(self, spec: SourceSpec) -> Rhythm:
        """The rhythm of a source: its own interval where the operator gave one."""
        if spec.interval is None:
            return self.rhythm
        interval = dt.timedelta(seconds=spec.interval)
        return replace(self.rhythm, least=interval, most=interval, longest=max(interval, self.rhythm.longest))
