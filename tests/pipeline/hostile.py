"""The real reading of a document, except that some documents harm the process that reads them, as real ones might."""

import json
import os
import signal

from service.models import Article, RawDocument
from service.pipeline import pool
from service.steps import Steps
from service.store.rows import Digest, Fact, Refusal
from service.text import clean

READ = "tests.pipeline.hostile:read"
SEGFAULT = "使进程崩溃的文章。".encode()
ENDLESS = "永远读不完的文章。".encode()
GREEDY = "耗尽内存的文章。".encode()
DEFECT = "触发缺陷的文章。".encode()

_cleaning = clean.cleaning


def _harmed(raw: RawDocument) -> Steps[Article]:
    if SEGFAULT in raw.data:
        os.kill(os.getpid(), signal.SIGSEGV)
    while ENDLESS in raw.data:
        pass
    if GREEDY in raw.data:
        bytearray(1 << 50)
    if DEFECT in raw.data:
        raise KeyError("亩")
    return _cleaning(raw)


clean.cleaning = _harmed


Reading = Steps[Digest | Refusal]


def read(raw: RawDocument) -> Reading:
    return pool.reading(raw)


def unwritable(raw: RawDocument) -> Reading:
    """Gives rows that no database takes for one of the documents."""
    result = yield from pool.reading(raw)
    if isinstance(result, Digest) and raw.source == "unwritable.txt":
        result.document["outlet"] = "\ud800"
    return result


def earlier(raw: RawDocument) -> Reading:
    """As an earlier version of the rules might read: no people, no output, every total a tenth; pictures fail."""
    result = yield from pool.reading(raw)
    if isinstance(result, Refusal):
        return result._replace(failed=True)
    result.facts["people"].clear()
    result.facts["projects"] = [_earlier(fact) for fact in result.facts["projects"]]
    return result


def _earlier(fact: Fact) -> Fact:
    said = json.loads(fact.body)
    said["annual_output"] = None
    said["evidence"].pop("annual_output", None)
    said["investment_total"] = said["investment_total"] and said["investment_total"] / 10
    total = fact.investment_total and fact.investment_total / 10
    return fact._replace(investment_total=total, body=json.dumps(said).encode())


def partly(raw: RawDocument) -> Reading:
    """As rules that did not yet understand articles of one trade: there as `earlier`, elsewhere as today."""
    return earlier(raw) if "亚麻面料".encode() in raw.data else pool.reading(raw)


def silent(raw: RawDocument) -> Reading:
    """As rules that find no project in articles of one trade."""
    result = yield from pool.reading(raw)
    if isinstance(result, Digest) and "亚麻面料".encode() in raw.data:
        result.facts["projects"].clear()
    return result
