"""All benchmarks, one after another: python -m benchmarks [FOLDER].

FOLDER holds clean articles (.txt, .md; for the repairs a file a report, named CITY-YEAR); without it the two that need
clean prose are left out, and the speed is measured on the seeds.
"""

import subprocess
import sys


def main(*folder: str) -> int:
    runs: list[tuple[str, ...]] = [("accuracy",), ("speed", *folder)]
    if folder:
        runs += [("text", *folder), ("repair", *folder)]
    runs += [
        ("replay",),
        ("kills",),
        ("latency",),
        ("polite",),
        ("consumers",),
        ("identity",),
        ("api_frame",),
        ("api",),
    ]
    worst = 0
    for name, *arguments in runs:
        print(f"\n== {name}", flush=True)
        worst = max(
            worst, subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False).returncode
        )
    return worst


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
