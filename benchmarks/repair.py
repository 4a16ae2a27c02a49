"""How much of the damage of scraped pages the repairs undo: python -m benchmarks.repair FOLDER [--places 2000].

FOLDER holds clean simplified prose, a file a report, named CITY-YEAR. Each class of damage is done to two sentences at a
time and undone again. The n-gram counts come from other cities than the sentences: four folds by city. Then every step
goes over the whole of the clean prose, in simplified and traditional script, with full- and half-width marks: what it
changes there is a false repair. Last, what the steps cost on clean prose.
"""

import argparse
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from opencc import OpenCC

from benchmarks.build_ngrams import build, read_prose
from service.text.repair.byteshift import ByteShift, byte_shift
from service.text.repair.damage import (
    FIVE_MARKS,
    TWO_MARKS,
    Orphan,
    annotate,
    fold_marks,
    shift_by_note,
    shift_bytes,
    straddles,
)
from service.text.repair.ngram import Ngrams, pack
from service.text.repair.noter import NoterShift, noter_shift
from service.text.repair.notes import drop_notes, pinyin_notes
from service.text.repair.tables import Tables

FOLDS = 4
ORPHANS: tuple[Orphan, ...] = ("dropped", "shown", "swallowing")
ARTICLE = 526  # characters
Pair = tuple[str, str]  # what it was, and what the page made of it
Undo = Callable[[str], tuple[str, int]]


class Tally(NamedTuple):
    """What one class of damage came to."""

    places: int
    exact: int
    damaged: int
    left: int
    seconds: float
    worst: float


def windows(texts: dict[str, str], traditional: bool) -> Iterator[str]:
    """Two sentences at a time."""
    convert = OpenCC("s2t").convert if traditional else str
    for text in texts.values():
        for line in convert(text).split("\n"):
            sentences = re.findall("[^。！？]+[。！？]?[”’]?", line)
            for at in range(len(sentences)):
                yield "".join(sentences[at : at + 2])


def shifted(window: str, _: random.Random, *, marks: str, lost: bool, orphan: Orphan) -> Pair | None:
    """A window in which a mark really straddles two characters."""
    right, damaged = fold_marks(window, marks), shift_bytes(window, marks, pairs_lost=lost, orphan=orphan)
    return (right, damaged) if right != damaged else None


def noted(window: str, chance: random.Random, *, lost: bool, orphan: Orphan) -> Pair | None:
    """A window in which the noter found a character across the border of two."""
    window = fold_marks(window, FIVE_MARKS)  # the pages with misplaced notes have half-width marks
    places = straddles(window)
    return shift_by_note(window, chance.choice(places), pairs_lost=lost, orphan=orphan) if places else None


def annotated(window: str, chance: random.Random) -> Pair | None:
    """A window with pinyin notes."""
    damaged, count = annotate(window, chance)
    return (window, damaged) if count else None


def sample(
    texts: dict[str, str], traditional: bool, places: int, damage: Callable[[str, random.Random], Pair | None]
) -> list[Pair]:
    """So many damaged windows, drawn at random."""
    chance = random.Random(2)
    pool = list(windows(texts, traditional))
    chance.shuffle(pool)
    pairs: list[Pair] = []
    for window in pool:
        try:
            pair = damage(window, chance)
        except UnicodeEncodeError:
            continue
        if pair:
            pairs.append(pair)
            if len(pairs) == places:
                break
    return pairs


def distance(one: str, other: str) -> int:
    """The edit distance."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        before, row[0] = row[0], at
        for column, theirs in enumerate(other, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (char != theirs))
    return row[-1]


def measure(pairs: list[Pair], undo: Undo) -> Tally:
    """Undo the damage and compare."""
    exact = damaged_chars = left = 0
    seconds = worst = 0.0
    for right, damaged in pairs:
        begun = time.perf_counter()
        repaired = undo(damaged)[0]
        took = time.perf_counter() - begun
        seconds, worst = seconds + took, max(worst, took)
        exact += repaired == right
        damaged_chars += distance(right, damaged)
        left += distance(right, repaired)
    return Tally(len(pairs), exact, damaged_chars, left, seconds, worst)


def fold(folder: Path, number: int, places: int) -> tuple[dict[str, Tally], Counter[str]]:
    """Train on the other cities, measure on these; the tallies by class, and the false repairs by step."""
    texts = read_prose(folder)
    cities = sorted({name.split("-")[0] for name in texts})
    ours = {name: text for name, text in texts.items() if cities.index(name.split("-")[0]) % FOLDS == number}
    tables = Tables(Ngrams.unpack(pack(build(text for name, text in texts.items() if name not in ours))))

    def unshift(text: str) -> tuple[str, int]:
        return ByteShift(text, tables).repair()

    def unshift_noter(text: str) -> tuple[str, int]:
        return NoterShift(text, tables).repair()

    tallies: dict[str, Tally] = {}
    for script in ("simplified", "traditional"):
        draw = partial(sample, ours, script == "traditional")
        tallies[f"pinyin notes, {script}"] = measure(draw(places, annotated), drop_notes)
        for lost, fate in ((False, "pairs kept"), (True, "pairs lost")):
            for orphan in ORPHANS:
                share = places if orphan == ORPHANS[0] else places // 8
                for marks, named in ((FIVE_MARKS, "5 marks"), (TWO_MARKS, "!? only")):
                    pairs = draw(share, partial(shifted, marks=marks, lost=lost, orphan=orphan))
                    tallies[f"byte shift, {fate}, {script}, {named}, orphan {orphan}"] = measure(pairs, unshift)
                share = places if orphan == ORPHANS[-1] else places // 8
                pairs = draw(share, partial(noted, lost=lost, orphan=orphan))
                tallies[f"noter, {fate}, {script}, orphan {orphan}"] = measure(pairs, unshift_noter)
    return tallies, false_repairs(
        ours, {"pinyin_notes": drop_notes, "byte_shift": unshift, "noter_shift": unshift_noter}
    )


def false_repairs(texts: dict[str, str], steps: dict[str, Undo]) -> Counter[str]:
    """How often the steps act on clean prose, in four forms; `characters` counts what they went over."""
    convert = OpenCC("s2t").convert
    counts: Counter[str] = Counter()
    for text in texts.values():
        for form in (text, convert(text)):
            for marks in ("", "！？，：；（）"):
                clean = fold_marks(form, marks)
                counts["characters"] += len(clean)
                counts.update({name: undo(clean)[1] for name, undo in steps.items()})
    return counts


def clean_cost(texts: dict[str, str]) -> dict[str, float]:
    """Microseconds a step takes for a clean article, the second time round."""
    articles = [text[at : at + ARTICLE] for text in texts.values() for at in range(0, len(text) - ARTICLE, ARTICLE)]
    cost: dict[str, float] = {}
    for step in (pinyin_notes, byte_shift, noter_shift):
        for _ in range(2):
            begun = time.perf_counter()
            for article in articles:
                step.apply(article)
            cost[step.name] = (time.perf_counter() - begun) / len(articles) * 1e6
    return cost


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--places", type=int, default=2000, help="of each class, over all folds")
    arguments = parser.parse_args()
    total: defaultdict[str, list[Tally]] = defaultdict(list)
    false: Counter[str] = Counter()
    with ProcessPoolExecutor() as pool:
        jobs = [pool.submit(fold, arguments.folder, number, arguments.places // FOLDS) for number in range(FOLDS)]
        for job in jobs:
            tallies, wrong = job.result()
            false.update(wrong)
            for name, tally in tallies.items():
                total[name].append(tally)
    print(f"{'damage':62} places  exact  restored  ms/window  worst ms")
    for name, parts in total.items():
        places, exact, damaged, left, seconds = (sum(part[at] for part in parts) for at in range(5))
        worst = max(part.worst for part in parts)
        print(
            f"{name:62} {places:6} {exact / places:6.3f} {1 - left / damaged:9.3f}"
            f" {seconds / places * 1e3:10.1f} {worst * 1e3:9.0f}"
        )
    characters = false.pop("characters")
    print(f"false repairs in {characters:,} clean characters: {dict(false)}")
    cost = clean_cost(read_prose(arguments.folder))
    print(f"us for {ARTICLE} clean characters:", {name: round(value, 1) for name, value in cost.items()})


if __name__ == "__main__":
    main()
