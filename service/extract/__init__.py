"""PURE. Facts out of a clean article, each with the words that prove it."""

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
from service.extract.places import nearest, paper, places, region
from service.extract.projects.reading import projects
from service.extract.projects.roles import roles
from service.extract.projects.stages import stages
from service.extract.sentence import Sentence, shaped
from service.models import Article, Extraction
from service.steps import Steps, whole

RULES_VERSION = "2026.11.25.21"

VALUES: tuple[Family, ...] = (dates, places_in_words, money, measures)
"""The families whose values are replaced by their kind in a sentence's shape; the first wins where two are equally long."""
_SEARCH = Search(VALUES)
FAMILIES: tuple[Family, ...] = (*VALUES, people, growth, counts, rates, standing, sums, works, stages, roles)


def sentences(text: str, context: Context) -> list[Sentence]:
    """The sentences of `text`, each with its values found."""
    return shaped(text, _SEARCH, context)


def extract(article: Article) -> Extraction:
    """All facts of an article; equal for equal text, title, outlet and publication date."""
    return whole(extracting(article))


def extracting(article: Article) -> Steps[Extraction]:
    """What `extract` does, step by step."""
    clean = article.clean
    context = Context(published=clean.published)
    outlet = paper(clean.text, clean.outlet)
    found = places(clean.text, clean.title, outlet)
    where = region(clean.text, found, clean.title, outlet)
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
