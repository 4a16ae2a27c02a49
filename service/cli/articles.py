"""Files to articles without a database: in their order, on all cores where there are many."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from service.errors import GuatuError, Rejected
from service.models import Article, Extraction, RawDocument
from service.sources import Failure, Outcome
from service.sources.folder import walk

T = TypeVar("T")
_FEW = 24
_BATCH = 16
_AHEAD = 4
"""Batches on their way for each core."""


def documents(paths: Iterable[Path]) -> Iterator[Outcome]:
    """The documents in files and folders; feeds and records are decoded as articles are."""
    from service.text.decode import decode

    return walk(paths, decode=lambda data, charset: decode(data, charset)[0])


def read(raw: RawDocument) -> tuple[Article, Extraction]:
    """One document repaired and extracted; raises Rejected."""
    from service.extract import extract
    from service.text.clean import clean

    article = clean(raw)
    return article, extract(article)


def each(items: Iterator[Outcome], work: Callable[[RawDocument], T]) -> Iterator[T | Failure]:
    """What `work` makes of each document, in order; a Failure where it cannot. `work` is a function of a module."""
    few = list(islice(items, _FEW))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(few) < _FEW or cores == 1:
        for item in chain(few, items):
            yield _attempt(work, item)
        return
    pool = ProcessPoolExecutor(cores)
    ahead: deque[Future[list[T | Failure]]] = deque()
    everything = chain(few, items)
    try:
        while batch := list(islice(everything, _BATCH)):
            ahead.append(pool.submit(_attempts, work, batch))
            if len(ahead) >= _AHEAD * cores:
                yield from ahead.popleft().result()
        while ahead:
            yield from ahead.popleft().result()
    except BrokenProcessPool:
        raise GuatuError("a worker process died, perhaps for want of memory: give fewer or smaller files") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _attempts(work: Callable[[RawDocument], T], batch: list[Outcome]) -> list[T | Failure]:
    return [_attempt(work, item) for item in batch]


def _attempt(work: Callable[[RawDocument], T], item: Outcome) -> T | Failure:
    """One defect costs one document."""
    if isinstance(item, Failure):
        return item
    try:
        return work(item)
    except Rejected as error:
        return Failure(item.source, error.reason, str(error))
    except Exception as error:
        return Failure(
            item.source, "unexpected", f"a defect of Guatu, please report it: {type(error).__name__}: {error}"
        )
