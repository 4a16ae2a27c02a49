"""What repair changes in clean prose, and what the text room costs: python -m benchmarks.text FOLDER.

FOLDER holds clean articles (.txt, .md). Every character that a repair step changes in them is a false repair, or damage
that the prose really has: each is printed with its surroundings, to be judged by eye.
"""

import argparse
import timeit
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

from service.text.decode import decode
from service.text.fingerprint import core, signature
from service.text.normalise import normalise, tidy
from service.text.repair import STEPS, repair

ARTICLE = 526
AROUND = 12


def changes(before: str, after: str) -> list[str]:
    """Each changed spot with its surroundings, line by line."""
    spots: list[str] = []
    for old, new in zip(before.split("\n"), after.split("\n"), strict=True):
        if old != new:
            spots += [
                f"{old[max(i - AROUND, 0) : i]}⟦{old[i:j]} → {new[k:m]}⟧{old[j : j + AROUND]}"
                for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
                if tag != "equal"
            ]
    return spots


def cost(work: Callable[[], object]) -> float:
    """Microseconds of one call, the best of five rounds."""
    return min(timeit.repeat(work, number=200, repeat=5)) / 200 * 1e6


def main() -> None:
    """Print the changes of each step over the folder, then the microseconds of each part for one article."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    paths = sorted(path for path in parser.parse_args().folder.rglob("*") if path.suffix in {".txt", ".md"})
    texts = [tidy(path.read_text("utf-8")) for path in paths]
    for step in STEPS:
        spots = [spot for text in texts for spot in changes(text, step.apply(text)[0])]
        print(f"{step.name}: {len(spots)} changes in {sum(map(len, texts)):,} characters")
        print(*(f"  {spot}" for spot in spots), sep="\n")
    article = normalise("".join(texts)[3000 : 3000 + ARTICLE])
    data = article.encode()
    parts: dict[str, Callable[[], object]] = {
        "decode": lambda: decode(data),
        "repair": lambda: repair(article),
        "normalise": lambda: normalise(article),
        "core": lambda: core(article),
        "signature": lambda: signature(core(article)),
    }
    print(f"microseconds for {ARTICLE} characters:", *(f"{name} {cost(work):.0f}" for name, work in parts.items()))


if __name__ == "__main__":
    main()
