"""Try every mutant: who notices it? ``python -m attacker.mutate`` ends with ``mutants caught K/K``.

Each mutant lives in a process of its own, forked from one that has loaded the libraries; there the
program is imported anew with one file changed in memory. The unit tests of disclosure control look
first, then the attacker from outside and the audit, then the slow tests.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.machinery
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from attacker.mutants import EQUIVALENT, MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "briefgen"
CPU_SECONDS = 400
TELLING = (17, 24, 1, 3, 4, 5, 6, 8, 9, 11)
"""Seeds of random studies that the attacker looks at, the most telling first."""


LIKELY = {
    "rules": ("item_of_nearly_all", "item_of_all", "all_but_one", "two_of_three", "small_base"),
    "rounding": ("two_giants", "giant", "index_alike"),
    "structure": ("straddling", "parts_of_types", "reclassified"),
    "counts": ("straddling", "opener", "item_of_all", "index_alike"),
    "protect": ("small_base", "all_but_one", "two_of_three", "parts_of_types"),
    "attack": ("all_but_one", "two_of_three", "parts_of_types"),
    "behind": ("ranked_alike", "index_alike", "opener"),
    "numbers": ("giant", "two_giants", "zeros"),
    "quantities": ("two_giants", "zeros", "ranked_alike"),
    "release": ("all_but_one", "index_alike", "opener", "giant"),
    "editions": ("one_joins", "three_join_alike", "reclassified"),
    "joint": ("one_joins", "three_join_alike", "reclassified"),
    "lineage": ("one_joins", "reclassified"),
    "bands": ("all_but_one", "nobody", "small_base"),
}
"""Studies made for the attacker that suit the file that is changed: they are looked at first."""


def plant(mutant: Mutant) -> None:
    """Import the program anew, with one file changed."""
    for name in list(sys.modules):
        if name.partition(".")[0] in ("briefgen", "attacker"):
            del sys.modules[name]
    path = os.environ["MUTATED"] = str(SOURCE / mutant.file)
    usual = importlib.machinery.SourceFileLoader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, fullname: str) -> object:
        if self.path != path:
            return usual(self, fullname)
        text = Path(path).read_text(encoding="utf-8").replace(mutant.old, mutant.new)
        return compile(text, path, "exec")

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    importlib.invalidate_caches()


def unit_tests() -> bool:
    """Tell whether a quick test of disclosure control fails."""
    return _run_tests("not slow and not attack")


def slow_tests() -> bool:
    """Tell whether a slow test of disclosure control fails, the older attackers' among them."""
    return _run_tests("slow and not attack")


def _run_tests(marks: str) -> bool:
    import pytest  # noqa: PLC0415

    # what rare answers cost is no matter of protection, and takes half of the time
    where = [str(ROOT / "tests" / "disclosure"), "--ignore-glob", "*/test_rare.py"]
    code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", marks, *where])
    return code == pytest.ExitCode.TESTS_FAILED


def outside_likely() -> bool:
    """Tell whether the attacker finds somebody in those studies that suit the changed file."""
    run = importlib.import_module("attacker.run")
    made = importlib.import_module("attacker.handmade")
    names = LIKELY.get(changed_file(), ())
    return any(_is_found(run, 0, getattr(made, name)()) for name in names)


def changed_file() -> str:
    """Return the name of the file that was changed in this process."""
    return Path(os.environ["MUTATED"]).stem


def outside_handmade() -> bool:
    """Tell whether the attacker finds somebody in studies that were made for it."""
    run = importlib.import_module("attacker.run")
    made = importlib.import_module("attacker.handmade")
    return any(_is_found(run, 0, states()) for states in made.STUDIES)


def outside() -> bool:
    """Tell whether the attacker finds somebody in random studies."""
    run = importlib.import_module("attacker.run")
    drawing = importlib.import_module("attacker.drawing")
    return any(_is_found(run, seed, drawing.draw_study(seed)) for seed in TELLING)


def _is_found(run: object, seed: int, states: Sequence[object]) -> bool:
    place = Path(tempfile.mkdtemp(prefix="mutant-"))
    try:
        return bool(run.attack_states(seed, states, place, whole=False).disclosures)  # type: ignore[attr-defined]
    finally:
        shutil.rmtree(place)


GUARDS: dict[str, Callable[[], bool]] = {
    "likely studies": outside_likely,
    "made studies": outside_handmade,
    "unit tests": unit_tests,
    "attacker": outside,
    "slow tests": slow_tests,
}


def find_guard(mutant: Mutant, guards: Sequence[str]) -> str:
    """Return who notices a mutant first; ``""`` if nobody does."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _guard(mutant, guards, write)
    os.close(write)
    with os.fdopen(read) as answer:
        name = answer.read()
    os.waitpid(child, 0)
    return name


def _guard(mutant: Mutant, guards: Sequence[str], write: int) -> None:
    """Ask the guards in turn, and end the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    plant(mutant)
    for name in guards:
        try:
            caught = GUARDS[name]()
        except Exception as error:  # noqa: BLE001 - a mutant that breaks is noticed too
            name, caught = f"{name}: {type(error).__name__}", True  # noqa: PLW2901
        if caught:
            os.write(write, name.encode())
            break
    os._exit(0)


def try_mutants(
    mutants: Sequence[Mutant] = tuple(MUTANTS),
    guards: Sequence[str] = tuple(GUARDS),
    results: Path | None = None,
) -> tuple[int, int]:
    """Try mutants, print who noticed each, and return how many were noticed, and of how many.

    Parameters
    ----------
    results
        A file of lines to go on from.
    """
    known, caught = _read(results), 0
    tried = [mutant for mutant in mutants if mutant.name not in EQUIVALENT]
    for mutant in tried:
        if (SOURCE / mutant.file).read_text(encoding="utf-8").count(mutant.old) != 1:
            print(f"{mutant.name}: what it changes does not stand in {mutant.file} once")
            continue
        begun = time.monotonic()
        guard = known[mutant.name] if mutant.name in known else find_guard(mutant, guards)
        caught += bool(guard)
        print(f"{mutant.name}: {guard or 'NOBODY'} ({time.monotonic() - begun:.0f} s)", flush=True)
        if results and mutant.name not in known:
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps([mutant.name, guard]) + "\n")
    return caught, len(tried)


def _read(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    return dict(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def main() -> None:
    """Try all mutants, or some of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--part", default="0/1", help="the i-th of n parts: 0/2, 1/2")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--guards", default=",".join(GUARDS))
    parser.add_argument("--results", type=Path, help="a file of lines to go on from")
    chosen = parser.parse_args()
    part, parts = map(int, chosen.part.split("/"))
    mutants = [mutant for mutant in MUTANTS if chosen.only in mutant.name][part::parts]
    caught, tried = try_mutants(mutants, chosen.guards.split(","), chosen.results)
    print(f"mutants caught {caught}/{tried}")


if __name__ == "__main__":
    # what all processes share
    for library in ("numpy", "pandas", "scipy.optimize", "pytest", "attacker.run"):
        importlib.import_module(library)
    main()
