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
from service.extract import extract
from service.models import RawDocument
from service.text.clean import clean

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


def pipeline(text: str) -> None:
    """One article from bytes to facts, as a worker does it."""
    with contextlib.suppress(Rejected):
        extract(clean(RawDocument(source="speed.txt", data=text.encode())))


def posseg(text: str) -> None:
    """The yardstick: the same characters cut and tagged by jieba."""
    for _ in jieba.posseg.cut(text):
        pass


def seconds(work: Callable[[str], None], texts: Sequence[str]) -> float:
    """Time of one round over all texts."""
    began = time.perf_counter()
    for text in texts:
        work(text)
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
