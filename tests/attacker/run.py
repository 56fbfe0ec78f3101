"""Attack random studies from outside: ``python -m attacker.run --studies 2000``.

Ends with ``studies N, cells N, disclosures N``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from attacker.claims import Claim, Seen, find_claims
from attacker.drawing import Drawn, draw_study
from attacker.numbers import find_number_claims
from attacker.people import know_state, true_answers
from attacker.reading import Slip, find_slips, read_states
from attacker.publishing import publish_states
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
    for promised in (True, False):
        seen = Seen(known, prints, truth, promised)
        _note(result, find_claims(seen), f"seed {seed}")
        result.cells += seen.cells
        result.contradictions += seen.contradictions
    _note(result, find_number_claims(Seen(known, prints, truth)), f"seed {seed}")
    slips: list[Slip] = [slip for one in folders for slip in find_slips(one)]
    result.disclosures += [f"seed {seed}: {slip}" for slip in slips]
    result.disclosures = list(dict.fromkeys(result.disclosures))
    return result


def _note(result: Result, claims: list[Claim], where: str) -> None:
    result.disclosures += [f"{where}: {claim}" for claim in claims if claim.is_true]
    result.wrong += sum(not claim.is_true for claim in claims)


def main() -> None:
    """Attack studies one after another and count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", type=int, default=0, help="every n-th is built with documents")
    parser.add_argument("--verbose", action="store_true", help="a line for each study")
    chosen = parser.parse_args()
    begun, cells, found, refused = time.monotonic(), 0, 0, 0
    for seed in range(chosen.seed, chosen.seed + chosen.studies):
        whole = bool(chosen.whole) and seed % chosen.whole == 0
        result = attack_study(seed, whole=whole)
        cells += result.cells
        found += len(result.disclosures)
        refused += bool(result.refused)
        if chosen.verbose:
            seconds = time.monotonic() - begun
            print(f"seed {seed}: {result.cells} cells, {seconds:.0f} s so far", flush=True)
        for line in result.disclosures:
            print(line, flush=True)
        if result.wrong or result.contradictions or result.refused:
            note = {"wrong": result.wrong, "contradictions": result.contradictions}
            print(f"seed {seed}: {result.refused} {json.dumps(note)}", flush=True)
    minutes = (time.monotonic() - begun) / 60
    print(f"{refused} refused, {minutes:.1f} minutes")
    print(f"studies {chosen.studies}, cells {cells}, disclosures {found}")


if __name__ == "__main__":
    main()
