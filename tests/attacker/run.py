"""Attack random studies from outside: ``python -m attacker.run --studies 2000 --mutants``.

Ends with ``studies N, cells N, disclosures N, mutants caught K/K``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd

from attacker.claims import Claim, Seen, find_claims
from attacker.drawing import Drawn, draw_study
from attacker.mutate import try_mutants
from attacker.numbers import find_number_claims
from attacker.people import State, know_state, true_answers
from attacker.publishing import publish_states
from attacker.reading import Printed, Slip, find_slips, read_states
from briefgen.errors import BriefgenError


@dataclass
class Result:
    """What came of the attack on one study."""

    seed: int
    cells: int = 0
    disclosures: list[str] = field(default_factory=list)
    wrong: int = 0
    contradictions: list[str] = field(default_factory=list)
    refused: str = ""


def attack_study(seed: int, *, whole: bool = False, folder: Path | None = None) -> Result:
    """Draw a study, publish all its states, and attack what stands there."""
    states = draw_study(seed)
    place = folder or Path(tempfile.mkdtemp(prefix="attacker-"))
    try:
        return attack_states(seed, states, place, whole=whole)
    except BriefgenError as error:
        return Result(seed, refused=f"{type(error).__name__}: {str(error).splitlines()[0]}")
    finally:
        if folder is None:
            shutil.rmtree(place)


def attack_states(seed: int, states: list[Drawn], place: Path, *, whole: bool) -> Result:
    """Publish given states and attack what stands there."""
    folders = publish_states(states, place, whole=whole)
    result = Result(seed)
    known = [know_state(state, number) for number, state in enumerate(states)]
    truth = [true_answers(state) for state in states]
    prints = read_states(folders)
    _note(result, find_claims_of(known, prints, truth, result), f"seed {seed}")
    slips: list[Slip] = [slip for one in folders for slip in find_slips(one)]
    result.disclosures += [f"seed {seed}: {slip}" for slip in slips]
    result.disclosures = list(dict.fromkeys(result.disclosures))
    return result


def find_claims_of(
    known: list[State],
    prints: list[list[Printed]],
    truth: list[pd.DataFrame],
    result: Result | None = None,
) -> list[Claim]:
    """Return all claims, from what is printed and from the counts that are promised to be safe.

    Parameters
    ----------
    result
        Where cells and contradictions are counted.
    """
    claims: list[Claim] = []
    for promised in (True, False):
        seen = Seen(known, prints, truth, promised)
        claims += find_claims(seen)
        if promised:
            claims += find_number_claims(seen)
        if result is not None:
            result.cells += seen.cells
            result.contradictions += seen.contradictions
    return claims


def _note(result: Result, claims: list[Claim], where: str) -> None:
    result.disclosures += [f"{where}: {claim}" for claim in claims if claim.is_true]
    result.wrong += sum(not claim.is_true for claim in claims)


def attack_many(seeds: Iterable[int], every: int, jobs: int) -> Iterator[Result]:
    """Attack the studies of some seeds; every so many-th is built with documents."""
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(partial(_attack_one, every), seeds)


def _attack_one(every: int, seed: int) -> Result:
    return attack_study(seed, whole=bool(every) and seed % every == 0)


def main() -> int:
    """Attack studies, try mutants, and count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", type=int, default=20, help="every n-th is built; 0: none")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--mutants", action="store_true", help="try all mutants too")
    parser.add_argument("--verbose", action="store_true", help="a line for each study")
    chosen = parser.parse_args()
    begun, cells, found, refused = time.monotonic(), 0, 0, 0
    seeds = range(chosen.seed, chosen.seed + chosen.studies)
    for result in attack_many(seeds, chosen.whole, chosen.jobs):
        cells += result.cells
        found += len(result.disclosures)
        refused += bool(result.refused)
        if chosen.verbose:
            print(f"seed {result.seed}: {result.cells} cells", flush=True)
        for line in result.disclosures:
            print(line, flush=True)
        if result.wrong or result.contradictions or result.refused:
            notes = f"{result.wrong} wrong claims, contradictions in {result.contradictions}"
            print(f"seed {result.seed}: {result.refused} {notes}", flush=True)
    print(f"{refused} refused by the build, {time.monotonic() - begun:.0f} s", flush=True)
    ending = f"studies {chosen.studies}, cells {cells}, disclosures {found}"
    if not chosen.mutants:
        print(ending)
        return int(bool(found))
    caught, mutants = try_mutants()
    print(f"{ending}, mutants caught {caught}/{mutants}")
    return int(bool(found) or caught < mutants)


if __name__ == "__main__":
    sys.exit(main())
