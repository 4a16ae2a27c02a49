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
from typing import NamedTuple

from benchmarks.articles import write

BAR_RATE = 800
BAR_MEGABYTES = 300
BAR_GROWTH = 1.1
GUATU = (sys.executable, "-c", "from service.cli import main; main()")
_TICK = 0.1


class Use(NamedTuple):
    """What a process has used: resident bytes now, seconds of CPU until now."""

    memory: int
    cpu: float


def use(pid: int) -> Use | None:
    """None where the process has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return Use(int(fields[21]) * os.sysconf("SC_PAGE_SIZE"), cpu) if int(fields[21]) else None


def family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *map(int, children)]


def measured(command: list[str], environment: dict[str, str]) -> tuple[dict[str, object], dict[int, list[Use]], float]:
    """Runs a replay; gives its summary, what each process used over time, and the seconds."""
    uses: dict[int, list[Use]] = defaultdict(list)
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    while process.poll() is None:
        for pid in family(process.pid):
            if used := use(pid):
                uses[pid].append(used)
        time.sleep(_TICK)
    seconds = time.monotonic() - began
    assert process.stdout
    return json.loads(process.stdout.read()), uses, seconds


def growth(uses: list[Use]) -> float:
    """How much larger the peak of the last quarter is than that of the second."""
    sizes, quarter = [used.memory for used in uses], len(uses) // 4
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
        summary, uses, seconds = measured(command, environment)
        _, _, again = measured(command, environment)
    rate = asked.count / seconds
    print(f"{asked.count} articles, {characters / asked.count:.0f} characters each, {asked.workers} workers")
    print(f"{summary['states']} {summary['facts']}")
    print(f"{seconds:.1f} s, {rate:.0f} documents a second (bar {BAR_RATE}); a second time: {asked.count / again:.0f}")
    held = True
    for index, series in enumerate(uses.values()):
        peak, grown = max(used.memory for used in series) / 1e6, growth(series)
        role = f"worker {index}" if index else "main process"
        print(
            f"{role}: {series[-1].cpu:.1f} s of CPU, peak {peak:.0f} MB (bar {BAR_MEGABYTES}), last quarter to second {grown:.2f} (bar {BAR_GROWTH})"
        )
        held &= peak < BAR_MEGABYTES and grown < BAR_GROWTH
    sys.exit(0 if held and rate >= BAR_RATE else 1)


if __name__ == "__main__":
    main()
