"""What the tests of the project side share: an article's projects as the answers write them."""

from service.extract import sentences
from service.extract.projects.marks import Mark, marks
from service.extract.projects.mentions import Mention, mentions
from service.extract.projects.reading import projects
from service.extract.projects.subjects import Claims
from service.extract.sentence import Sentence
from service.models import Project
from tests.extract import CONTEXT


def read(text: str) -> tuple[dict[str, Project], Claims]:
    """The projects of a text by name, and the claims."""
    found, claims = projects(sentences(text, CONTEXT), CONTEXT)
    return {p.name: p for p in found}, claims


def names(text: str) -> list[str]:
    """The names of the projects in a text."""
    return list(read(text)[0])


def only(text: str) -> Project:
    """The one project of a text."""
    found, _ = read(text)
    assert len(found) == 1, list(found)
    return next(iter(found.values()))


def spoken(text: str) -> tuple[Sentence, list[Mark], list[Mention]]:
    """The first sentence of a text, its marks and mentions."""
    sentence = sentences(text, CONTEXT)[0]
    cut = marks(sentence.shape)
    return sentence, cut, mentions(sentence, cut)
