"""The mentions that are connected with some spellings: many walks at a time, whose questions go to the database together."""

import asyncio
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence

from service.ledger import CROWD, Answer, Ask, Component, Correction, walk
from service.pipeline.mention import mention_in
from service.store import corrections, mentions
from service.store.database import Connection
from service.store.mentions import Kept

WAVE = 400
"""So many walks at a time."""

Asking = tuple[Generator[Ask, Answer, tuple[Component, ...]], Ask]


class Connected:
    """`changed` are mentions as they are from now on, by record: the database does not have them yet. `by_key` are the
    spellings of some keys, as `mentions.keyed` gives them. `rows` are the rows of all mentions that were met."""

    def __init__(
        self, connection: Connection, changed: Mapping[int, Kept], by_key: Mapping[str, Sequence[str]]
    ) -> None:
        self.rows: dict[int, Kept] = {}
        self._connection = connection
        self._changed = changed
        self._by_key: dict[str, Sequence[str]] = dict(by_key)
        self._by_spelling: dict[str, list[Kept]] = {}
        self._by_article: dict[str, list[Kept]] = {}
        self._corrections: dict[str, list[Correction]] = {}

    async def components(self, starts: Iterable[str]) -> list[Component]:
        """Each component that one of the spellings belongs to, once."""
        found: dict[int, Component] = {}
        done: set[str] = set()
        left = sorted(set(starts))
        while left:
            wave, left = [spelling for spelling in left[:WAVE] if spelling not in done], left[WAVE:]
            for component in await self._walked(wave):
                found[component.mentions[0].record] = component
                done.update(self.rows[mention.record].spelling for mention in component.mentions)
        return list(found.values())

    async def _walked(self, starts: Sequence[str]) -> list[Component]:
        found: list[Component] = []
        walks = [walk([start]) for start in starts]
        asking: list[Asking] = [(one, next(one)) for one in walks]
        while asking:
            await self._learn([ask for _, ask in asking])
            asking = await asyncio.to_thread(self._go_on, asking, found)
        return found

    def _go_on(self, asking: Sequence[Asking], found: list[Component]) -> list[Asking]:
        """Answer each, and gather what those that are done have `found`."""
        still: list[Asking] = []
        for one, ask in asking:
            try:
                still.append((one, one.send(self._answer(ask))))
            except StopIteration as end:
                found += end.value
        return still

    def _answer(self, ask: Ask) -> Answer:
        rows = [row for spelling in ask.spellings for row in self._by_spelling[spelling]]
        rows += [row for article in ask.articles for row in self._by_article[article]]
        told = {one.id: one for article in ask.corrected for one in self._corrections[article]}
        by_key = {key: self._by_key[key] for key in ask.keys}
        return Answer(by_key, [mention_in(row.body) for row in rows], list(told.values()))

    async def _learn(self, asks: Collection[Ask]) -> None:
        """Fetch what is not known yet of all that is asked."""
        keys = {key for ask in asks for key in ask.keys} - self._by_key.keys()
        self._by_key |= await mentions.keyed(self._connection, keys, CROWD + 1)
        spellings = {spelling for ask in asks for spelling in ask.spellings} - self._by_spelling.keys()
        self._by_spelling |= {spelling: [] for spelling in spellings}
        for row in self._as_they_are(await mentions.of_spellings(self._connection, spellings)):
            if row.spelling in spellings:
                self._by_spelling[row.spelling].append(row)
        articles = {article for ask in asks for article in ask.articles} - self._by_article.keys()
        self._by_article |= {article: [] for article in articles}
        for row in self._as_they_are(await mentions.of_articles(self._connection, articles)):
            if row.content_sha256 in articles:
                self._by_article[row.content_sha256].append(row)
        named = {article for ask in asks for article in ask.corrected} - self._corrections.keys()
        made = await corrections.naming(self._connection, named)
        for article in named:
            self._corrections[article] = [Correction.model_validate(one) for one in made.get(article, ())]

    def _as_they_are(self, stored: Sequence[Kept]) -> list[Kept]:
        """The standing mentions among those stored, and all that have changed."""
        rows = [row for row in (*stored, *self._changed.values()) if row.standing]
        rows = [row for row in rows if self._changed.get(row.record, row) is row]
        self.rows |= {row.record: row for row in rows}
        return rows
