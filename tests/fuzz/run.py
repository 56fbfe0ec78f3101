"""Damage files of every kind for as long as there is time for: ``make fuzz``.

Rounds of the tests beside this file, each with a seed of its own and 400 examples a target. The
first round with a fault ends the run: pytest prints the smallest damage that shows it. The last
line is ``rounds N, minutes N, faults N``; it exits with 1 where there is one.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run rounds until the time is over or a fault is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--targets", default="", help="as pytest's -k")
    asked = parser.parse_args()
    began, rounds, faults = time.monotonic(), 0, 0
    while not faults and (time.monotonic() - began) < 60 * asked.minutes:
        left = 60 * asked.minutes - (time.monotonic() - began)
        faults = run_round(random.randrange(2**32), asked.targets, left)  # noqa: S311 - no secret
        rounds += 1
    print(f"rounds {rounds}, minutes {(time.monotonic() - began) / 60:.0f}, faults {faults}")
    return 1 if faults else 0


def run_round(seed: int, targets: str, seconds: float) -> int:
    """Return 1 where a round of all targets finds a fault; one that time ends finds none."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(HERE),
        f"--hypothesis-seed={seed}", "-k", targets,
    ]  # fmt: skip
    environment = {**os.environ, "BRIEFGEN_FUZZ": "hunt"}
    try:
        done = subprocess.run(
            command, env=environment, timeout=max(seconds, 60), check=False, cwd=HERE.parents[1]
        )
    except subprocess.TimeoutExpired:
        return 0
    return int(done.returncode not in (0, 5))


if __name__ == "__main__":
    sys.exit(main())
