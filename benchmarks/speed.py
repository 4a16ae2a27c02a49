"""The whole pure pipeline (bytes to facts) against jieba.posseg over the same text, one core, in one run.

    python -m benchmarks.speed [FOLDER]

FOLDER holds text files (default: seeds/); each is taken in pieces of about 526 characters, an article of the regional press.
Prints microseconds an article and the ratio; the best of several rounds, taken in turn, so that a busy machine hits both.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import jieba
import jieba.posseg

from service.errors import Rejected
from service.extract import extracting
from service.models import RawDocument
from service.pipeline.parts import PART
from service.steps import Steps, together
from service.text.clean import cleaning

PIECE = 526
MOST = 400

ROUNDS = 5


def pieces(folder: Path) -> list[str]:
    """The articles to measure: each file's text cut at line ends into pieces of about PIECE characters."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".txt", ".md") and p.name != "README.md"):
        text = path.read_text(encoding="utf-8", errors="ignore")
        piece = ""
        for line in text.splitlines(keepends=True):
            piece += line
            if len(piece) >= PIECE:
                found.append(piece)
                piece = ""
        if len(piece) >= PIECE // 2:
            found.append(piece)
    step = max(len(found) // MOST, 1)
    return found[::step]


def pipeline(texts: Sequence[str]) -> None:
    """Articles from bytes to facts, in batches and step by step side by side, as a worker reads an archive."""
    for start in range(0, len(texts), PART):
        together([_reading(text) for text in texts[start : start + PART]])


def _reading(text: str) -> Steps[None]:
    with contextlib.suppress(Rejected):
        article = yield from cleaning(RawDocument(source="speed.txt", data=text.encode()))
        yield
        yield from extracting(article)


def posseg(texts: Sequence[str]) -> None:
    """The yardstick: the same characters cut and tagged by jieba."""
    for text in texts:
        for _ in jieba.posseg.cut(text):
            pass


def seconds(work: Callable[[Sequence[str]], None], texts: Sequence[str]) -> float:
    """Time of one round over all texts."""
    began = time.perf_counter()
    work(texts)
    return time.perf_counter() - began


def main(folder: str = "seeds") -> None:
    texts = pieces(Path(folder))
    few = texts[:: max(len(texts) // 40, 1)]
    for work in (pipeline, posseg):
        seconds(work, few[:5])
    ours = theirs = float("inf")
    for _ in range(ROUNDS):
        ours = min(ours, seconds(pipeline, texts) / sum(map(len, texts)))
        theirs = min(theirs, seconds(posseg, few) / sum(map(len, few)))
    print(f"texts {len(texts)}, characters {sum(map(len, texts))}")
    print(f"pipeline      {ours * PIECE * 1e6:8.0f} us an article of {PIECE} characters")
    print(f"jieba.posseg  {theirs * PIECE * 1e6:8.0f} us")
    print(f"ratio         {theirs / ours:8.1f}")


if __name__ == "__main__":
    jieba.setLogLevel(60)
    main(*sys.argv[1:])
