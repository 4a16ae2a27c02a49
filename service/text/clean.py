"""From the bytes of one document to the article: decode, page, repair, canonical form, boilerplate, fingerprints."""

import re

from service.errors import Rejected
from service.models import Article, CleanText, RawDocument, Repair
from service.steps import Steps, whole
from service.text import boilerplate, page
from service.text.decode import decode
from service.text.fingerprint import content_hash, core, raw_hash, signature
from service.text.normalise import normalise, tidy
from service.text.repair import repair

NOISE = "page_noise"
"""The name under which the cuts of page frames are reported among the repairs."""

LEAST = 10
"""Chinese characters that make the shortest article, a flash of one sentence."""

_HAN = re.compile("[\u3400-\u9fff]+")
_SAMPLE = 5000
_CHINESE = 0.3


def clean(raw: RawDocument) -> Article:
    """The article of a raw document, its text repaired, simplified and canonical, with its fingerprints.

    The page is read as it came, for its frame and dates need no repair. Repair sees title, outlet and body together: one
    story in one script. Widths are folded after repair, which reads the traces of half-width marks, and boilerplate is
    cut from the canonical text. Raises Rejected: the reasons of `decode` and `page.read`, and `no_article`.
    """
    return whole(cleaning(raw))


def cleaning(raw: RawDocument) -> Steps[Article]:
    """What `clean` does, step by step."""
    text, encoding = decode(raw.data, raw.charset)
    story = page.read(text, raw.media_type, raw.source)
    # No step adds or takes a line end, so the three can go through together and be told apart again.
    head = (" ".join(tidy(part or "").split()) for part in (story.title, story.outlet))
    repaired, repairs = repair("\n".join((*head, tidy(story.body))))
    yield
    title, outlet, body = map(normalise, repaired.split("\n", 2))
    body, cuts = boilerplate.strip(body, title or None)
    if cuts:
        body = normalise(body)
        repairs = (*repairs, Repair(step=NOISE, count=cuts))
    yield
    letters = core(body, title)
    _reject_without_prose(letters)
    return Article(
        source=raw.source,
        raw_sha256=raw_hash(raw.data),
        content_sha256=content_hash(letters),
        signature=signature(letters),
        clean=CleanText(
            title=title or None,
            text=body,
            published=story.published or raw.published,
            outlet=outlet or None,
            encoding=encoding,
            repairs=repairs,
        ),
    )


def _reject_without_prose(letters: str) -> None:
    sample = letters[:_SAMPLE]
    chinese = sum(map(len, _HAN.findall(sample)))
    if chinese < LEAST or chinese < _CHINESE * len(sample):
        raise Rejected("no_article", "the document holds no Chinese prose, or too little of it")
