"""PURE. Facts out of a clean article, each with the words that prove it."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from service.extract import words
from service.extract.dates import dates
from service.extract.grammar import Context, Family, Search
from service.extract.indicators.counts import counts
from service.extract.indicators.growth import growth
from service.extract.indicators.rates import rates
from service.extract.indicators.reading import indicators
from service.extract.indicators.standing import places_in_words, standing
from service.extract.indicators.sums import sums
from service.extract.indicators.works import works
from service.extract.measures import measures
from service.extract.money import money
from service.extract.people import people, persons
from service.extract.places import nearest, places, region
from service.extract.projects.reading import projects
from service.extract.projects.roles import roles
from service.extract.projects.stages import stages
from service.extract.sentence import Sentence, shaped
from service.models import Article, Extraction

RULES_VERSION = "2026.11.25.10"

VALUES: tuple[Family, ...] = (dates, places_in_words, money, measures)
"""The families whose values are replaced by their kind in a sentence's shape; the first wins where two are equally long."""
_SEARCH = Search(VALUES)
FAMILIES: tuple[Family, ...] = (*VALUES, people, growth, counts, rates, standing, sums, works, stages, roles)


def sentences(text: str, context: Context) -> list[Sentence]:
    """The sentences of `text`, each with its values found."""
    return shaped(text, _SEARCH, context)


Result = TypeVar("Result")


def extract(article: Article) -> Extraction:
    """All facts of an article; equal for equal text, title, outlet and publication date."""
    (extraction,) = together([stepwise(article)])
    return extraction


def stepwise(article: Article) -> Generator[None, None, Extraction]:
    """What `extract` gives, with stops between its steps."""
    yield
    clean = article.clean
    context = Context(published=clean.published)
    found = places(clean.text, clean.title, clean.outlet)
    where = region(clean.text, found, clean.title, clean.outlet)
    yield
    read = sentences(clean.text, context)
    yield
    named, claims = projects(read, context, lambda names, others: nearest(found, names, others, clean.text, where))
    yield
    return Extraction(
        region=where,
        projects=tuple(named),
        indicators=tuple(indicators(read, context, claims, where)),
        people=tuple(persons(clean.text, context)),
        rules_version=RULES_VERSION,
        engine=words.engine().name,
    )


def together(runs: Sequence[Generator[None, None, Result]]) -> list[Result]:
    """What each of the runs returns, all brought from stop to stop side by side.

    One step over many articles keeps its tables in the processor's cache, many steps over one article do not.
    """
    results: dict[int, Result] = {}
    while len(results) < len(runs):
        for i, run in enumerate(runs):
            if i not in results:
                try:
                    next(run)
                except StopIteration as end:
                    results[i] = end.value
    return [results[i] for i in range(len(runs))]
