"""One file, whatever it is, to the documents in it; archives are read through, one in another, as streams."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from posixpath import basename

from service.errors import Rejected
from service.models import RawDocument
from service.sources import Decoder, Failure, Outcome
from service.sources.archive import BROKEN, open_gzip, tar_members, zip_members
from service.sources.feed import is_feed, parse
from service.sources.kind import ARCHIVES, Kind, is_ignored, kind_by_head, kind_by_name, media_type_of, unpacked_name
from service.sources.limits import Bomb, Budget, Limits, take
from service.sources.records import from_json, from_lines, lines_of
from service.sources.warc import Page, pages

UNSUPPORTED = "is of a kind Guatu does not know; name the file itself to have it read all the same"


@dataclass(frozen=True)
class Place:
    """Where a stream was found: its full source name, its bare name, and what holds it."""

    source: str
    name: str
    budget: Budget
    depth: int = 0
    named: bool = False
    """Named by the user, or packed alone: read whatever its suffix is."""


@dataclass(frozen=True)
class Reader:
    """Reads with these limits, and with this decoder for feeds and records."""

    limits: Limits
    decode: Decoder

    def read(self, stream: BufferedReader, place: Place) -> Iterator[Outcome]:
        """The documents in a stream. What cannot be read is a Failure; only Bomb is raised."""
        try:
            kind = kind_by_name(place.name)
            if kind is None and place.named:
                kind = kind_by_head(stream.peek(512))
            if kind is None:
                yield Failure(place.source, "unsupported", UNSUPPORTED)
            elif kind in ARCHIVES:
                yield from self._archive(stream, kind, place)
            else:
                yield from self._plain(stream, kind, place)
        except Bomb:
            raise
        except Rejected as error:
            yield Failure(place.source, error.reason, str(error))
        except (*BROKEN, ValueError, NotImplementedError) as error:
            yield _broken(place, error)

    def _plain(self, stream: BufferedReader, kind: Kind, place: Place) -> Iterator[Outcome]:
        if kind == "lines":
            yield from from_lines(place.source, lines_of(stream, self.limits), self.decode)
            return
        data = take(stream, self.limits.document)
        yield from self._document(data, kind, place.source, media_type_of(place.name))

    def _document(
        self, data: bytes, kind: Kind, source: str, media_type: str | None, charset: str | None = None
    ) -> Iterator[Outcome]:
        if kind == "json" and data.strip():
            yield from from_json(source, data, self.decode)
        elif kind == "feed" and data.strip():
            text = self.decode(data, charset)
            if is_feed(text):
                for number, item in enumerate(parse(text, self.limits.feed_tags), 1):
                    yield item.raw(f"{source}#{number}")
            elif "<html" in text[:4096].lower():
                yield RawDocument(source=source, data=data, media_type="text/html", charset=charset)
            else:
                raise Rejected("bad_feed", "is XML, but neither RSS nor Atom nor a page")
        else:
            yield RawDocument(source=source, data=data, media_type=media_type, charset=charset)

    def _archive(self, stream: BufferedReader, kind: Kind, place: Place) -> Iterator[Outcome]:
        if kind == "warc":
            for page in pages(place.source, stream, self.limits):
                yield from self._page(page)
            return
        if kind == "gzip":
            inner = basename(unpacked_name(place.name))
            unpacked = open_gzip(stream, place.budget)
            # A packed tar or WARC is one archive and not two.
            within = place if kind_by_name(inner) in ("tar", "warc") else self._deeper(place)
            yield from self.read(unpacked, replace(within, name=inner, named=True))
            return
        deeper = self._deeper(place)
        members = (
            tar_members(place.source, stream, self.limits)
            if kind == "tar"
            else zip_members(place.source, stream, self.limits, place.budget)
        )
        for member in members:
            if isinstance(member, Failure):
                yield member
            elif not member.sidecar and not is_ignored(member.name):
                source = f"{place.source}!/{member.name}"
                yield from self.read(member.stream, replace(deeper, source=source, name=member.name, named=False))

    def _page(self, page: Page | Failure) -> Iterator[Outcome]:
        if isinstance(page, Failure):
            yield page
            return
        kind: Kind = "json" if "json" in page.media_type else "document"
        if page.media_type.endswith("xml") and "xhtml" not in page.media_type:
            kind = "feed"
        try:
            yield from self._document(page.data, kind, page.url, page.media_type, page.charset)
        except Rejected as error:
            yield Failure(page.url, error.reason, str(error))

    def _deeper(self, place: Place) -> Place:
        if place.depth >= self.limits.depth:
            raise Rejected(
                "too_deep", f"archives inside one another are read {self.limits.depth} deep; unpack it first"
            )
        return replace(place, depth=place.depth + 1)


def _broken(place: Place, error: BaseException) -> Failure:
    if isinstance(error, OSError) and error.errno is not None:
        return Failure(place.source, "unreadable", f"cannot be read: {error.strerror}")
    return Failure(place.source, "bad_archive", "is damaged or cut off; what was read before is kept")
