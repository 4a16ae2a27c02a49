"""`guatu replay` of generated articles: documents a second, and the memory of each process: python -m benchmarks.replay.

The bar: 20,000 articles at 800 a second or more on two cores, no process above 300 MB, memory that does not grow with
the number of documents. Give a database with --database (a fresh SQLite file without).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.articles import write

BAR_RATE = 800
BAR_MEGABYTES = 300
BAR_GROWTH = 1.1
GUATU = (sys.executable, "-c", "from service.cli import main; main()")
_TICK = 0.1


def memory(pid: int) -> int:
    """Resident bytes of a process, 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def family(pid: int) -> list[int]:
    """A process and its children, those without memory left out."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *map(int, children)]


def measured(command: list[str], environment: dict[str, str]) -> tuple[dict[str, object], dict[int, list[int]], float]:
    """Runs a replay; gives its summary, the resident bytes of each process over time, and the seconds."""
    sizes: dict[int, list[int]] = defaultdict(list)
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    while process.poll() is None:
        for pid in family(process.pid):
            sizes[pid].append(memory(pid))
        time.sleep(_TICK)
    seconds = time.monotonic() - began
    assert process.stdout
    return json.loads(process.stdout.read()), sizes, seconds


def growth(sizes: list[int]) -> float:
    """How much larger the peak of the last quarter is than that of the second."""
    quarter = len(sizes) // 4
    return max(sizes[3 * quarter :]) / max(sizes[quarter : 2 * quarter]) if quarter else 1.0


def main() -> None:
    """Print the rate and the memory; exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guatu-bench-") as name:
        folder = Path(name)
        characters = write(folder / "articles", asked.count)
        database = asked.database or f"sqlite:///{folder}/guatu.db"
        environment = {**os.environ, "GUATU_DATABASE_URL": database}
        command = [*GUATU, "replay", str(folder / "articles"), "--json", "--workers", str(asked.workers)]
        summary, sizes, seconds = measured(command, environment)
        _, _, again = measured(command, environment)
    rate = asked.count / seconds
    print(f"{asked.count} articles, {characters / asked.count:.0f} characters each, {asked.workers} workers")
    print(f"{summary['states']} {summary['facts']}")
    print(f"{seconds:.1f} s, {rate:.0f} documents a second (bar {BAR_RATE}); a second time: {asked.count / again:.0f}")
    held = True
    for index, series in enumerate(sizes.values()):
        peak, grown = max(series) / 1e6, growth(series)
        role = f"worker {index}" if index else "main process"
        print(
            f"{role}: peak {peak:.0f} MB (bar {BAR_MEGABYTES}), last quarter to second {grown:.2f} (bar {BAR_GROWTH})"
        )
        held &= peak < BAR_MEGABYTES and grown < BAR_GROWTH
    sys.exit(0 if held and rate >= BAR_RATE else 1)


if __name__ == "__main__":
    main()
