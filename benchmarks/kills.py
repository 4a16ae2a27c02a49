"""SIGKILL at random moments during `guatu replay`, resumed each time: python -m benchmarks.kills.

The bar: 200 kills, and in the end the same fingerprint as an undisturbed replay. When a replay gets through, the next
kills fall on a new database. Each is killed within the time that the undisturbed replay took, counted from its start, so
that kills fall on starting, reading, writing and ending alike.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.articles import write
from benchmarks.replay import GUATU

KILLS = 200
COUNT = 3000


class Databases:
    """New SQLite files, or new databases of a PostgreSQL server, one after another."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._number = 0

    def next(self) -> dict[str, str]:
        """The environment for a new database."""
        self._number += 1
        url = self._pattern.format(self._number)
        environment = {**os.environ, "GUATU_DATABASE_URL": url}
        subprocess.run([*GUATU, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        return environment


def replay(folder: Path, environment: dict[str, str], kill_after: float | None = None) -> bool:
    """Whether a replay got through before it was killed. Everything it started is gone with it."""
    command = [*GUATU, "replay", str(folder), "--json"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        process.wait(kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    if process.returncode:
        sys.exit(f"a replay failed with exit code {process.returncode}")
    return True


def fingerprint(environment: dict[str, str]) -> str:
    """What `guatu fingerprint` says."""
    return subprocess.run([*GUATU, "fingerprint"], env=environment, check=True, capture_output=True, text=True).stdout


def disturbed(folder: Path, databases: Databases, kills: int, longest: float, seed: int) -> tuple[int, set[str]]:
    """Kill replays so many times; gives how many databases were filled, and all fingerprints they came to."""
    dice = random.Random(seed)
    environment, found, rounds, killed = databases.next(), set(), 0, 0
    while killed < kills:
        if replay(folder, environment, dice.uniform(0.05, longest)):
            found.add(fingerprint(environment))
            rounds += 1
            environment = databases.next()
        else:
            killed += 1
    replay(folder, environment)
    return rounds + 1, found | {fingerprint(environment)}


def main() -> None:
    """Print the fingerprints; exit code 1 where there is more than one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument(
        "--longest", type=float, default=4.0, help="seconds after which a replay is killed at the latest"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="a URL with {} for the number of the database (SQLite files without)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guatu-kills-") as name:
        folder = Path(name)
        write(folder / "articles", asked.count)
        databases = Databases(asked.database or f"sqlite:///{folder}/{{}}.db")
        calm = databases.next()
        replay(folder / "articles", calm)
        expected = fingerprint(calm)
        rounds, found = disturbed(folder / "articles", databases, asked.kills, asked.longest, asked.seed)
    print(f"{asked.count} articles, {asked.kills} kills over {rounds} databases")
    print(f"undisturbed {expected.strip()}")
    print(*(f"disturbed   {one.strip()}" for one in sorted(found)), sep="\n")
    sys.exit(0 if found == {expected} else 1)


if __name__ == "__main__":
    main()
