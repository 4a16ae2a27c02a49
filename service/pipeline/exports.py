"""An export on its way: page by page from the database, through a writer, into bytes; in memory is one page at a time."""

import asyncio
import datetime as dt
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from service.export import About, Article, Exported, Format, Writer
from service.store import exports
from service.store.database import Connection, Storage
from service.store.exports import Whole
from service.store.wanted import Wanted

PAGE = 500
_PIECE = 1 << 18
_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


async def pieces(
    storage: Storage, wanted: Wanted, format_: Format, about: Callable[[dt.datetime], About], most: int = 50
) -> AsyncGenerator[bytes, None]:
    """The bytes of an export. `about` is given the moment of the last change; `most` is for feeds. GuatuError where a library
    is missing; what is wrong with a format at all is raised before anything comes."""
    make = format_.writer()
    async with storage.reading() as connection:
        moment = await exports.asof(connection) or _NEVER
    found = _newest(storage, wanted, most) if format_.feed else _pages(storage, wanted)
    if format_.whole:
        with tempfile.TemporaryFile() as file:
            await _write(make(file, about(moment)), found)
            file.seek(0)
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece
        return
    sink = _Drain()
    writer = make(sink, about(moment))
    async for some in found:
        await asyncio.to_thread(writer.add, some)
        if piece := sink.taken():
            yield piece
    await asyncio.to_thread(writer.close)
    if piece := sink.taken():
        yield piece


async def _write(writer: Writer, found: AsyncIterator[list[Exported]]) -> None:
    async for some in found:
        await asyncio.to_thread(writer.add, some)
    await asyncio.to_thread(writer.close)


async def _pages(storage: Storage, wanted: Wanted) -> AsyncIterator[list[Exported]]:
    """Each page in a transaction of its own: none is open while a client reads."""
    after = 0
    while True:
        async with storage.reading() as connection:
            found = await exports.page(connection, wanted, after, PAGE)
            some = await _with_articles(connection, found)
        if some:
            yield some
        if len(found) < PAGE:
            return
        after = found[-1].number


async def _newest(storage: Storage, wanted: Wanted, most: int) -> AsyncIterator[list[Exported]]:
    async with storage.reading() as connection:
        some = await _with_articles(connection, await exports.newest(connection, wanted, most))
    yield some


async def _with_articles(connection: Connection, found: list[Whole]) -> list[Exported]:
    told = await exports.articles(connection, [one.id for one in found]) if found else {}
    return [
        Exported(one.id, one.changed, one.body, [Article(*article) for article in told.get(one.id, ())])
        for one in found
    ]


class _Drain:
    """A sink that is emptied as it fills."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._at = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """All is there already."""

    def taken(self) -> bytes:
        piece, self._pieces = b"".join(self._pieces), []
        return piece
